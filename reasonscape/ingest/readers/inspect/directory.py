"""The directory at the end of a ZIP archive, and what can be found where it was cut off."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

MAX_MEMBERS: Final = 1_000_000
MAX_DIRECTORY_BYTES: Final = 128 << 20
_END: Final = struct.Struct("<4sHHHHIIH")
_END64: Final = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR: Final = struct.Struct("<4sIQI")
_ENTRY: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_COMMENT: Final = 0xFFFF
_ALL: Final = 0xFFFFFFFF
_LATER: Final = 0x8  # sizes stand after the data
_UTF8: Final = 0x800


class DirectoryError(Exception):
    """The directory cannot be one."""


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of an archive."""

    name: str
    method: int
    flags: int
    crc: int
    packed: int
    size: int
    offset: int


@dataclass(frozen=True, slots=True)
class Directory:
    """All entries in their order; ``cut`` if they had to be found without a directory."""

    members: list[Member]
    cut: bool


def read_directory(file: BinaryIO, size: int) -> Directory:
    """Read the directory; without one, walk from member to member as far as that goes.

    Raises
    ------
    DirectoryError
        It is damaged, or its entries overlap or are more than can be.
    """
    tail_at = max(0, size - _END.size - _COMMENT)
    file.seek(tail_at)
    tail = file.read(size - tail_at)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        members, cut = list(_walked(file, size)), True
        if not members:
            raise DirectoryError("the directory at its end is missing, and no member is whole")
    else:
        _, _, _, _, count, length, start, _ = _END.unpack_from(tail, at)
        if _ALL in (length, start) or count == 0xFFFF:
            count, length, start = _large(file, tail, at, (count, length, start))
        if count > MAX_MEMBERS or length > MAX_DIRECTORY_BYTES:
            raise DirectoryError(f"it lists {count:,} members in {length:,} bytes")
        if start + length > tail_at + at:
            raise DirectoryError("its directory reaches beyond its end")
        file.seek(start)
        members, cut = list(_listed(file.read(length), count)), False
    # Members that share their bytes are how a small archive unpacks to any size.
    if not cut and sum(member.packed for member in members) > size:
        raise DirectoryError("its members overlap")
    return Directory(members, cut)


def _large(
    file: BinaryIO, tail: bytes, at: int, small: tuple[int, int, int]
) -> tuple[int, int, int]:
    """Read the end of an archive of more than 4 GiB or 65,535 members."""
    if at < _LOCATOR.size or tail[at - _LOCATOR.size :][:4] != b"PK\x06\x07":
        return small
    _, _, where, _ = _LOCATOR.unpack_from(tail, at - _LOCATOR.size)
    try:
        file.seek(where)
        end = file.read(_END64.size)
    except (OSError, OverflowError) as error:
        raise DirectoryError("its directory is not where it says") from error
    if len(end) < _END64.size or not end.startswith(b"PK\x06\x06"):
        raise DirectoryError("its directory is not where it says")
    *_, count, length, start = _END64.unpack(end)
    return count, length, start


def _listed(directory: bytes, count: int) -> Iterator[Member]:
    at = 0
    for _ in range(count):
        if len(directory) - at < _ENTRY.size or directory[at : at + 4] != b"PK\x01\x02":
            raise DirectoryError("its directory is damaged")
        entry = _ENTRY.unpack_from(directory, at)
        flags, method, crc, packed, size = entry[3], entry[4], *entry[7:10]
        name, extra, comment, offset = *entry[10:13], entry[16]
        at += _ENTRY.size
        raw = directory[at : at + name]
        if _ALL in (packed, size, offset):
            size, packed, offset = _extended(
                directory[at + name : at + name + extra], (size, packed, offset)
            )
        at += name + extra + comment
        yield Member(_text(raw, flags), method, flags, crc, packed, size, offset)


def _extended(extra: bytes, small: tuple[int, int, int]) -> tuple[int, int, int]:
    """Sizes and place of a member that are too large for the entry itself."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            field, found = extra[at + 4 : at + 4 + length], list[int]()
            for value in small:
                if value == _ALL:
                    if len(field) < 8:
                        raise DirectoryError("its directory is damaged")
                    value, field = int.from_bytes(field[:8], "little"), field[8:]
                found.append(value)
            return found[0], found[1], found[2]
        at += 4 + length
    return small


def _walked(file: BinaryIO, size: int) -> Iterator[Member]:
    """Members from the first on, as their own headers say; the last may be cut off."""
    at = 0
    for _ in range(MAX_MEMBERS):
        file.seek(at)
        head = file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
            return
        _, _, flags, method, _, _, crc, packed, length, name, extra = _LOCAL.unpack(head)
        raw, more = file.read(name), file.read(extra)
        if _ALL in (packed, length):
            length, packed, _ = _extended(more, (length, packed, 0))
        start = at + _LOCAL.size + name + extra
        if len(raw) < name or flags & _LATER or start >= size:
            return
        yield Member(_text(raw, flags), method, flags, crc, packed, length, at)
        at = start + packed


def _text(raw: bytes, flags: int) -> str:
    return raw.decode("utf-8" if flags & _UTF8 else "cp437", "replace")
