"""Damage to ZIP archives: members, and what their headers say of them."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import zstandard

from tests.ingest.fuzz import trees
from tests.ingest.fuzz.byte_strings import bomb, damaged

STORED: Final = 0
DEFLATED: Final = 8
ZSTANDARD: Final = 93


@dataclass(frozen=True)
class Member:
    """One member; ``lies`` are header fields that do not say the truth."""

    name: str
    data: bytes
    method: int = DEFLATED
    lies: dict[str, int] = field(default_factory=dict)
    body: bytes | None = None
    """The stored bytes, where they are not the data compressed by the method."""

    def stored(self) -> bytes:
        """The bytes as they stand in the archive."""
        if self.body is not None:
            return self.body
        if self.method == DEFLATED:
            packer = zlib.compressobj(6, zlib.DEFLATED, -15)
            return packer.compress(self.data) + packer.flush()
        if self.method == ZSTANDARD:
            return zstandard.ZstdCompressor().compress(self.data)
        return self.data


def unpack(archive: bytes) -> list[Member]:
    """Read the members of a sound archive, also those that are compressed with zstd."""
    members = []
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for info in opened.infolist():
            if info.compress_type != ZSTANDARD:
                data = opened.read(info)
            else:
                name, extra = struct.unpack_from("<HH", archive, info.header_offset + 26)
                start = info.header_offset + 30 + name + extra
                small = archive[start : start + info.compress_size]
                data = zstandard.ZstdDecompressor().decompressobj().decompress(small)
            members.append(Member(info.filename, data, info.compress_type))
    return members


def pack(members: list[Member], comment: bytes = b"") -> bytes:
    """Write an archive, with what the members claim of themselves."""
    out, directory = bytearray(), bytearray()
    for member in members:
        body, name = member.stored(), member.name.encode("utf-8", "surrogatepass")
        true: dict[str, int] = {
            "flags": 0x800,
            "method": member.method,
            "crc": zlib.crc32(member.data),
            "packed": len(body),
            "size": len(member.data),
            "offset": len(out),
        }
        said = {**true, **member.lies}
        sizes = (said["crc"], said["packed"], said["size"], len(name), 0)
        head = (20, said["flags"], said["method"], 0, 0x21, *sizes)
        # The lies stand in the directory, which readers believe; some in the local header too.
        local = (
            head
            if "local" in member.lies
            else (
                *(20, true["flags"], true["method"], 0, 0x21),
                *(true["crc"], true["packed"], true["size"], len(name), 0),
            )
        )
        directory += struct.pack(
            "<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, *head, 0, 0, 0, 0, said["offset"]
        )
        directory += name
        out += struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", *local) + name + body
    start, count = len(out), len(members) & 0xFFFF
    end = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, len(comment)
    )
    return bytes(out + directory + end + comment)


Members = list[Member]


def _content(members: Members, at: int, rng: random.Random) -> None:
    member = members[at]
    change = trees.document if member.data[:1] in (b"{", b"[") else damaged
    members[at] = replace(member, data=change(member.data, rng))


def _stored(members: Members, at: int, rng: random.Random) -> None:
    members[at] = replace(members[at], body=damaged(members[at].stored(), rng))


def _drop(members: Members, at: int, rng: random.Random) -> None:
    del members[at : at + rng.choice((1, 1, 3))]


def _double(members: Members, at: int, rng: random.Random) -> None:
    again = members[at]
    if rng.random() < 0.6:
        again = replace(again, data=rng.choice(members).data)
    members.insert(rng.randrange(len(members) + 1), again)


def _rename(members: Members, at: int, rng: random.Random) -> None:
    name = members[at].name
    names = (
        *(rng.choice(members).name, "", "/", "../" + name, "/etc/passwd", name + "/", name.upper()),
        *(name + ".json", "samples/.json", "samples/x_epoch_.json", "samples/\x1b[2J_epoch_1.json"),
        *("a" * 5000, "samples/a_epoch_99999999999999999999.json", "\ud800", "header.json"),
    )
    members[at] = replace(members[at], name=rng.choice(names))


def _swap(members: Members, at: int, rng: random.Random) -> None:
    other = rng.randrange(len(members))
    one, two = members[at], members[other]
    members[at], members[other] = replace(one, data=two.data), replace(two, data=one.data)


def _lie(members: Members, at: int, rng: random.Random) -> None:
    numbers = (0, 1, 7, len(members[at].data) // 2, 2**31, 2**32 - 1)
    field = rng.choice(("crc", "packed", "size", "size", "offset", "flags", "method", "method"))
    special = {"method": (0, 1, 8, 9, 12, 14, 93, 95, 99, 65535), "flags": (0, 1, 8, 0x41, 0xFFFF)}
    lies: dict[str, Any] = {field: rng.choice(special.get(field, numbers))}
    if rng.random() < 0.5:
        lies["local"] = 1
    members[at] = replace(members[at], lies=lies)


def _method(members: Members, at: int, rng: random.Random) -> None:
    members[at] = replace(members[at], method=rng.choice((STORED, DEFLATED, ZSTANDARD)))


def _bomb(members: Members, at: int, rng: random.Random) -> None:
    size, filling = rng.choice((8, 40)) << 20, rng.choice((b" ", b"[", b"0", b"\x00"))
    kind, method = rng.choice((("deflate", DEFLATED), ("zstd", ZSTANDARD)))
    said = rng.choice((100, size))
    members[at] = replace(
        members[at], method=method, body=bomb(size, kind, filling), lies={"size": said, "local": 1}
    )


def _nest(members: Members, at: int, rng: random.Random) -> None:
    members[at] = replace(members[at], data=pack(members), method=STORED)


def _crowd(members: Members, at: int, rng: random.Random) -> None:
    name = rng.choice(("samples/{}_epoch_1.json", "_journal/summaries/{}.json", "{}"))
    content = rng.choice((b"{}", b"", b"[]", members[at].data[:2000]))
    members.extend(Member(name.format(n), content, STORED) for n in range(rng.choice((20, 800))))


_WAYS: Final[tuple[Callable[[Members, int, random.Random], None], ...]] = (
    *(_content, _content, _content, _content, _content, _content, _stored, _drop, _drop, _double),
    *(_double, _rename, _rename, _swap, _swap, _lie, _lie, _lie, _method, _bomb, _nest, _crowd),
)


def archive(data: bytes, rng: random.Random) -> bytes:
    """Change an archive."""
    if rng.random() < 0.15:
        return damaged(data, rng)
    members = unpack(data)
    for _ in range(rng.choice((1, 1, 1, 2))):
        if members:
            rng.choice(_WAYS)(members, rng.randrange(len(members)), rng)
    comment = b"" if rng.random() < 0.95 else b"PK\x05\x06" + b"\x00" * 30
    packed = pack(members, comment)
    return damaged(packed, rng) if rng.random() < 0.05 else packed
