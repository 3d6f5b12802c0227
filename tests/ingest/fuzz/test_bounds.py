"""Logs made to fill the memory or the time of their reader are refused before they do.

Each is a small file that says or unpacks to far more than it is. A reader may read it, or refuse
it in words, within five seconds of computing and 300 MiB beyond what was in use.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from reasonscape.ingest.formats import format_named
from tests.ingest.fuzz import trials
from tests.ingest.fuzz.archives import DEFLATED, STORED, ZSTANDARD, Member, archive, pack, unpack
from tests.ingest.fuzz.cases import change_for, plain
from tests.ingest.fuzz.hostile import Raw, nested, written
from tests.ingest.fuzz.parquets import parquet
from tests.ingest.fuzz.trees import Place, document, lines, places
from tests.ingest.golden_logs import NAMES, Golden, golden

CHUNK = 16 << 20
# All of them take minutes, for they are read to the end where they shrink less than a thousandfold.
IS_WHOLE = int(os.environ.get("REASONSCAPE_FUZZ", "0")) >= 2000
# Either is far beyond the memory that a reader may take, as are the counts below.
INFLATED = 2 << 30 if IS_WHOLE else 1 << 29
FILLINGS = (b" ", b"\x00", b"[", b'{"a":', b'{"a":1},', b'"x') if IS_WHOLE else (b" ",)
EVERY = pytest.mark.parametrize("name", NAMES)

Hostile = Iterator[tuple[str, bytes]]


@cache
def compressed_chunk(kind: str, filling: bytes) -> bytes:
    """One chunk of a filling, as a member or a frame of its own."""
    chunk = filling * (CHUNK // len(filling))
    return gzip.compress(chunk, mtime=0) if kind == "gzip" else zstandard.compress(chunk)


@cache
def inflating(kind: str, filling: bytes, start: bytes = b"") -> bytes:
    """Much of one filling behind a start, compressed, made of one chunk many times.

    Half a gigabyte of what shrinks less than a thousandfold, for that is read to its end.
    """
    size = INFLATED if len(filling) == 1 else 1 << 29
    chunk, times = filling * (CHUNK // len(filling)), size // CHUNK
    if kind == "gzip":
        return gzip.compress(start, mtime=0) + compressed_chunk(kind, filling) * times
    if kind == "zstd":
        return zstandard.compress(start) + compressed_chunk(kind, filling) * times
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    head = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    body = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)
    # The first chunk may look back into the start; all later ones are alike.
    again = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + body + again * (times - 1) + b"\x03\x00"


def kinds(found: Golden) -> list[str]:
    """One golden log, a small one, of each kind of file: lines, document, archive, table."""
    by_size = sorted(found.logs, key=lambda log: len(found.files[log]))
    first = {change_for(plain(found.files[log])): log for log in reversed(by_size)}
    return list(first.values())


def read_each(found: Golden, log: str, folder: Path, files: Hostile) -> None:
    """Read each hostile file in the place of a golden log."""
    found.written(folder)
    findings, count = list[str](), 0
    for label, content in files:
        count += 1
        (folder / log).write_bytes(content)
        outcome = trials.read(found.format, folder / log, partial(found.options, folder))
        if outcome.finding:
            findings.append(f"{label}: {outcome.finding}")
    assert count
    assert findings == []


def deep() -> Iterator[tuple[str, Raw]]:
    yield "100,000 lists", nested("[", "]", 100_000)
    yield "100,000 lists, not closed", Raw("[" * 100_000)
    yield "10,000 objects", nested('{"a":', "}", 10_000, "1")
    yield "10,000 objects in lists", nested('[{"a":', "}]", 10_000, "1")
    yield "900 lists", nested("[", "]", 900)
    yield "900 objects", nested('{"a":', "}", 900, "1")


def first_places(tree: Any) -> list[Place]:
    """Places near the root, those of lists first, for one of them holds the rows."""
    return sorted(places(tree)[:12], key=lambda place: not isinstance(place[0][place[1]], list))


def with_value(content: bytes, value: Raw) -> Hostile:
    """A log that holds the value in each of its first places."""
    kind = change_for(plain(content))
    if kind is archive:
        members = unpack(content)
        # One member of each folder, for those in one folder are alike.
        alike = {Path(one.name).parent: at for at, one in enumerate(members)}
        tops = [at for at, one in enumerate(members) if "/" not in one.name]
        for at in {*alike.values(), *tops}:
            if members[at].data[:1] in (b"{", b"["):
                for where, data in with_value(members[at].data, value):
                    new = replace(members[at], data=data, method=STORED)
                    yield f"{new.name} {where}", pack([*members[:at], new, *members[at + 1 :]])
    elif kind is document:
        tree = json.loads(plain(content))
        for part, key in first_places(tree):
            old, part[key] = part[key], value
            yield f"at {key!r}", written(tree)
            part[key] = old
    elif kind is lines:
        rows = plain(content).splitlines()
        tree = json.loads(rows[0])
        for part, key in first_places(tree):
            old, part[key] = part[key], value
            yield f"at {key!r}", b"\n".join([written(tree), *rows[1:]])
            part[key] = old


@EVERY
def test_deep_nesting(tmp_path: Path, name: str) -> None:
    found = golden(format_named(name))

    def files(log: str) -> Hostile:
        for label, value in deep():
            yield label, value.text.encode()
            for where, content in with_value(found.files[log], value):
                yield f"{label} {where}", content

    for log in kinds(found):
        read_each(found, log, tmp_path / "a" / "b", files(log))


@EVERY
def test_files_that_inflate_far(tmp_path: Path, name: str) -> None:
    found = golden(format_named(name))

    def files(log: str) -> Hostile:
        content = plain(found.files[log])
        for kind in ("gzip", "zstd"):
            for filling in FILLINGS:
                yield f"{kind} of {filling!r}", inflating(kind, filling)
            yield f"{kind} behind a log", inflating(kind, b" ", content)
            yield f"{kind} within text", inflating(kind, b"x", content.rstrip()[:-1] + b',"x":"')

    for log in kinds(found):
        read_each(found, log, tmp_path / "a" / "b", files(log))


@EVERY
def test_millions_of_values(tmp_path: Path, name: str) -> None:
    found = golden(format_named(name))
    # Read as Python has it, 360 MiB; more than a row may have, whatever it takes.
    many = Raw("[" + "{}," * (10_000_000 if IS_WHOLE else 5_000_000) + "{}]")

    def files(log: str) -> Hostile:
        for where, content in islice(with_value(found.files[log], many), 5):
            yield f"millions of empty rows {where}", content
        yield "nothing else", many.text.encode()

    for log in kinds(found):
        read_each(found, log, tmp_path / "a" / "b", files(log))


ARCHIVES = [name for name in NAMES if name == "inspect"]


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives(tmp_path: Path, name: str) -> None:
    found = golden(format_named(name))
    log = next(log for log in kinds(found) if found.files[log].startswith(b"PK"))
    members = unpack(found.files[log])

    def files() -> Hostile:
        for at, member in enumerate(members):
            for kind, method in (("deflate", DEFLATED), ("zstd", ZSTANDARD)):
                body = inflating(kind, b" ", member.data)
                for size in (len(member.data), 100, INFLATED + len(member.data), 2**32 - 1):
                    lies = {"size": size, "local": 1}
                    bomb = Member(member.name, member.data, method, lies, body)
                    yield (
                        f"{member.name} by {kind}, said to be {size}",
                        pack([*members[:at], bomb, *members[at + 1 :]]),
                    )
        crowd = [Member(f"samples/{n}_epoch_1.json", b"{}", STORED) for n in range(60_000)]
        yield "60,000 members", pack([*members, *crowd])
        body = inflating("deflate", b" ", b"{}")
        same = Member("samples/0_epoch_1.json", b"{}", DEFLATED, {"size": 60 << 20}, body)
        start = len(pack(members)) - 22
        yield (
            "one body, many members",
            pack(
                [
                    *members,
                    same,
                    *(
                        Member(
                            f"samples/{n}_epoch_1.json", b"", STORED, {**same.lies, "offset": start}
                        )
                        for n in range(500)
                    ),
                ]
            ),
        )

    read_each(found, log, tmp_path / "a" / "b", files())


def varint(number: int) -> bytes:
    """A number as Parquet's footer has it."""
    number, out = number * 2, bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def with_rows_declared(table: pa.Table, count: int) -> bytes:
    """A file whose footer says another number of rows than it holds."""
    data = file_of(table)
    length = struct.unpack_from("<I", data, len(data) - 8)[0]
    footer = data[-8 - length : -8].replace(varint(table.num_rows), varint(count))
    return data[: -8 - length] + footer + struct.pack("<I", len(footer)) + b"PAR1"


def file_of(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


TABLES = [name for name in NAMES if name in ("lighteval", "table")]


@pytest.mark.parametrize("name", TABLES)
def test_tables(tmp_path: Path, name: str) -> None:
    found = golden(format_named(name))
    log = next(log for log in kinds(found) if change_for(found.files[log]) is parquet)
    table = pq.read_table(io.BytesIO(found.files[log]))

    def files() -> Hostile:
        many = pa.concat_tables([table] * (1000 // table.num_rows + 1)).slice(0, 777)
        for count in (10**6, 10**12, 2**60):
            yield f"{count} rows declared", with_rows_declared(many, count)
        count = 500_000 if IS_WHOLE else 100_000  # each is refused in words, which takes its time
        empty = {field.name: pa.nulls(count, field.type) for field in table.schema}
        yield "many empty rows", file_of(pa.table(empty))
        texts = [field for field in table.schema if pa.types.is_string(field.type)]
        for field in texts if IS_WHOLE else texts[:3]:
            rows = [0] * (2000 if IS_WHOLE else 600)
            long = pa.DictionaryArray.from_arrays(pa.array(rows, pa.int32()), ["x" * (1 << 20)])
            columns = {one: many.column(one).take(rows) for one in table.column_names}
            yield (
                f"MiB of {field.name} in each row",
                file_of(pa.table({**columns, field.name: long})),
            )

    read_each(found, log, tmp_path / "a" / "b", files())
