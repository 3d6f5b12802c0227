"""The ZIP archive of an Inspect log: members read from their raw bytes, within bounds.

Inspect compresses with deflate in old logs and with zstd (method 93) in new ones, which the
standard library reads from Python 3.14 only. A member that was written again, as a sample that was
run again is, stands twice under one name; the last one counts.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.readers.inspect.directory import DirectoryError, Member, read_directory
from reasonscape.ingest.rows import RowError

if TYPE_CHECKING:
    from zstandard import ZstdDecompressor

_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_STORED, _DEFLATED, _ZSTANDARD = 0, 8, 93
_ENCRYPTED: Final = 0x41  # bit 0, and bit 6 for the stronger kinds
TOTAL_BYTES: Final = 1 << 30
TOTAL_RATIO: Final = 300
"""An archive may hold 1 GiB, and 300 times its own size besides: agents' logs repeat themselves."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes that one member, and all that are read of an archive, may have."""

    member: int
    total: int


class Archive:
    """An open archive.

    Parameters
    ----------
    path
        The file.
    max_member_bytes
        Longest member that is read.

    Attributes
    ----------
    members
        Name -> member, in the order of the archive.
    doubled
        Names that are there more than once.
    cut
        The directory at the end is missing: the members are those that could be found without.

    Raises
    ------
    UsageError
        It is no archive, or more than an archive can be.
    """

    def __init__(self, path: Path, max_member_bytes: int) -> None:
        self.path = path
        size = path.stat().st_size
        self._file = path.open("rb")
        try:
            found = read_directory(self._file, size)
        except DirectoryError as error:
            self._file.close()
            raise UsageError(
                f"{path} is no intact ZIP archive: {error}", remedy="get an intact copy"
            ) from error
        except BaseException:
            self._file.close()
            raise
        self.cut = found.cut
        self.members = {member.name: member for member in found.members}
        self.doubled = len(found.members) - len(self.members)
        self.bounds = Bounds(max_member_bytes, TOTAL_BYTES + TOTAL_RATIO * size)
        self._given = 0
        self._zstd: ZstdDecompressor | None = None

    def __enter__(self) -> Archive:
        """Open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._file.close()

    def __contains__(self, name: str) -> bool:
        """Whether there is a member of that name."""
        return name in self.members

    def read(self, name: str) -> bytes:
        """Read one member whole.

        Raises
        ------
        RowError
            ``row_too_large``, ``truncated_row`` or ``broken_compression``.
        UsageError
            All members read are more than such an archive may hold.
        """
        member = self.members[name]
        if member.size > self.bounds.member:
            raise RowError(
                "row_too_large",
                f"{shown_name(name)} has {member.size:,} bytes, the bound is "
                f"{self.bounds.member:,}",
            )
        self._given += member.size
        if self._given > self.bounds.total:
            raise UsageError(
                f"{self.path} unpacks to more than {self.bounds.total >> 20:,} MiB, which an "
                "archive of its size does not hold",
                remedy="check where it comes from; split it, or convert it to .json",
            )
        if member.flags & _ENCRYPTED:
            raise RowError("broken_compression", f"{shown_name(name)} is encrypted")
        raw = self._unpacked(self._stored(member), member)
        if len(raw) != member.size or zlib.crc32(raw) != member.crc:
            raise _broken(member, "is damaged: its size or checksum is wrong")
        return raw

    def _stored(self, member: Member) -> bytes:
        self._file.seek(member.offset)
        head = self._file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
            raise _broken(member, "is not where the directory says")
        *_, name, extra = _LOCAL.unpack(head)
        self._file.seek(name + extra, 1)
        stored = self._file.read(member.packed)
        if len(stored) < member.packed:
            raise RowError("truncated_row", f"{shown_name(member.name)} is cut off")
        return stored

    def _unpacked(self, stored: bytes, member: Member) -> bytes:
        """Decompress one member, one byte beyond its size at most."""
        if member.method == _STORED:
            return stored
        if member.method == _DEFLATED:
            try:
                return zlib.decompressobj(-15).decompress(stored, member.size + 1)
            except zlib.error as error:
                raise _broken(member, f"is damaged: {error}") from error
        if member.method == _ZSTANDARD:
            import zstandard

            if self._zstd is None:  # making one costs as much as a small member does
                self._zstd = zstandard.ZstdDecompressor()
            try:
                reader = self._zstd.stream_reader(stored, read_across_frames=True)
                return reader.read(member.size + 1)
            except zstandard.ZstdError as error:
                raise _broken(member, f"is damaged: {error}") from error
        raise _broken(member, f"is compressed by method {member.method}, which is not read")

    @property
    def position(self) -> int:
        """Bytes of the file up to the last member read."""
        return self._file.tell()


def _broken(member: Member, what: str) -> RowError:
    return RowError("broken_compression", f"{shown_name(member.name)} {what}")


def shown_name(name: str) -> str:
    """Show the name of a member on one line.

    Examples
    --------
    >>> shown_name("samples/1_epoch_1.json"), shown_name("a" * 99)[-4:]
    ("'samples/1_epoch_1.json'", "aa…'")
    """
    return repr(name if len(name) <= 80 else name[:79] + "…")
