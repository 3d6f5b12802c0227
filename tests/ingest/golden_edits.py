"""Golden logs as they were before their last rows came, and as they are with other answers."""

from __future__ import annotations

import copy
import gzip
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from reasonscape.errors import UsageError
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal
from tests.ingest.fuzz.archives import pack, unpack
from tests.ingest.fuzz.trees import places
from tests.ingest.golden_logs import Golden

Records = list[Sample | Refusal]


def records(golden: Golden, log: str, folder: Path) -> Records:
    """What the reader makes of one of the logs."""
    golden.written(folder)
    return list(golden.format.read(folder / log, golden.options(folder)))


def content_of(record: Sample) -> dict[str, Any]:
    """A sample without the place where it was read."""
    return {k: v for k, v in asdict(record).items() if k not in ("source", "source_row")}


def _samples(found: Records) -> list[dict[str, Any]]:
    return [content_of(record) for record in found if isinstance(record, Sample)]


def shorter(golden: Golden, log: str, folder: Path) -> Golden | None:
    """Give a log with fewer rows at its end, all as they are in the whole; None if none is found.

    Whatever holds the rows is found by trying: a list, lines, members or rows of a table.
    """
    whole = records(golden, log, folder)
    samples = _samples(whole)
    for fewer in _shortened(golden.files[log]):
        earlier = golden.changed({log: fewer})
        try:
            found = records(earlier, log, folder)
        except UsageError:
            continue
        few = _samples(found)
        is_start = 0 < len(few) < len(samples) and all(one in samples for one in few)
        if is_start and len(found) - len(few) <= len(whole) - len(samples):
            return earlier
    return None


def _shortened(data: bytes) -> Iterator[bytes]:
    """The same file with some of its last parts left out, in each way it can be."""
    if data.startswith(b"\x1f\x8b"):
        yield from (gzip.compress(one, mtime=0) for one in _shortened(gzip.decompress(data)))
    elif data.startswith(b"\x28\xb5\x2f\xfd"):
        plain = zstandard.ZstdDecompressor().decompressobj().decompress(data)
        yield from (zstandard.compress(one) for one in _shortened(plain))
    elif data.startswith(b"PK"):
        members = unpack(data)
        samples = [one for one in members if one.name.startswith("samples/")]
        for count in range(1, len(samples)):
            gone = {one.name for one in samples[-count:]}
            yield pack([one for one in members if one.name not in gone])
    elif data.startswith(b"PAR1"):
        table = pq.read_table(io.BytesIO(data))
        yield from (_parquet(table.slice(0, n)) for n in range(table.num_rows - 1, 0, -1))
    else:
        yield from _shortened_json(data)


def _shortened_json(data: bytes) -> Iterator[bytes]:
    try:
        tree = json.loads(data)
    except ValueError:
        rows = data.splitlines(keepends=True)
        yield from (b"".join(rows[:count]) for count in range(len(rows) - 1, 0, -1))
        return
    lists = [
        part[key]
        for part, key in places(tree)
        if isinstance(part[key], list) and all(isinstance(one, dict) for one in part[key])
    ]
    # The rows stand near the root, the last row in a few elements at most.
    for rows in lists[:20]:
        kept = list(rows)
        for gone in (1, 2, 3, 4, 5, 6, len(kept) // 2):
            rows[:] = kept[:-gone]
            yield json.dumps(tree).encode()
        rows[:] = kept


def answered_differently(golden: Golden, log: str, folder: Path) -> tuple[Golden, int] | None:
    """Give a log in which some answers are others, and how many; None if no row has an answer."""
    before = _samples_of(golden, log, folder)
    for old in sorted({one.response for one in before if one.response}):
        for lead in ("", "</think>"):
            content = _rewritten(golden.files[log], _exchange(lead + old))
            changed = golden.changed({log: content})
            after = _samples_of(changed, log, folder)
            # An answer may stand in the prompt of another question, which is another one then.
            if [one.prompt for one in after] == [one.prompt for one in before]:
                pairs = zip(before, after, strict=True)
                if count := sum(content_of(one) != content_of(other) for one, other in pairs):
                    return changed, count
    return None


def _exchange(answer: str) -> Callable[[str], str]:
    """Change the texts that are this answer, and those that end with it behind other words."""

    def change(text: str) -> str:
        is_answer = text == answer or (answer.startswith("</think>") and text.endswith(answer))
        return text + " Or so." if is_answer else text

    return change


def _samples_of(golden: Golden, log: str, folder: Path) -> list[Sample]:
    return [one for one in records(golden, log, folder) if isinstance(one, Sample)]


def _rewritten(data: bytes, change: Callable[[str], str]) -> bytes:
    if data.startswith(b"\x1f\x8b"):
        return gzip.compress(_rewritten(gzip.decompress(data), change), mtime=0)
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        plain = zstandard.ZstdDecompressor().decompressobj().decompress(data)
        return zstandard.compress(_rewritten(plain, change))
    if data.startswith(b"PK"):
        return pack([replace(one, data=_rewritten(one.data, change)) for one in unpack(data)])
    if data.startswith(b"PAR1"):
        table = pq.read_table(io.BytesIO(data))
        rows = [_texts_changed(row, change) for row in table.to_pylist()]
        return _parquet(pa.Table.from_pylist(rows, schema=table.schema))
    try:
        return json.dumps(_texts_changed(json.loads(data), change)).encode()
    except ValueError:
        rows = [json.dumps(_texts_changed(json.loads(row), change)) for row in data.splitlines()]
        return "\n".join(rows).encode() + b"\n"


def _texts_changed(tree: Any, change: Callable[[str], str]) -> Any:
    tree = copy.deepcopy(tree)
    for part, key in places(tree):
        if isinstance(part[key], str):
            part[key] = change(part[key])
    return tree


def _parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()
