"""Lines of a log, plain or compressed, streamed with bounded memory.

A log of any size is read in blocks; only the row at hand is held. What is broken costs only
itself: an oversized row is skipped without being held, and a damaged compressed stream gives
every row before the damage and then one fault.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa

from reasonscape.errors import UsageError

BLOCK_BYTES: Final = 1 << 20
MAX_ROW_BYTES: Final = 64 << 20
# No log shrinks to a thousandth: what does is made to fill the memory or the time of its reader.
BOMB_BYTES: Final = 64 << 20
BOMB_RATIO: Final = 1000
_MAGIC: Final = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"))
_BOM: Final = b"\xef\xbb\xbf"
_WIDE_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")

Compression = Literal["gzip", "zstd"] | None


@dataclass(frozen=True, slots=True)
class LineFault:
    """A row, or the rest of a stream, that could not be read as bytes."""

    reason: str
    detail: str


def compression_of(path: Path) -> Compression:
    """Name the compression of a file by its first bytes, whatever the file is called.

    Raises
    ------
    UsageError
        It cannot be read: a folder has its name, or it belongs to somebody else.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        remedy = (
            "check the path" if isinstance(error, FileNotFoundError) else "check its permissions"
        )
        raise UsageError(
            f"{path} cannot be read: {error.strerror or error}", remedy=remedy
        ) from error
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return "gzip" if name == "gzip" else "zstd"
    return None


class Blocks:
    """The decompressed bytes of a file in blocks, with the compressed position.

    Parameters
    ----------
    path
        A plain file, or one of gzip members or zstd frames, concatenated or not.

    Attributes
    ----------
    fault
        Set when a compressed stream broke, or turned out to inflate beyond all measure; all bytes
        before that have been given.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.compression = compression_of(path)
        self.fault: LineFault | None = None
        self._file: Any = None

    def _open(self) -> Any:
        self._file = pa.OSFile(os.fsencode(self.path))
        if self.compression is None:
            return self._file
        return pa.CompressedInputStream(self._file, self.compression)

    def position(self) -> int:
        """Bytes of the file itself read so far."""
        return int(self._file.tell()) if self._file is not None else 0

    def __iter__(self) -> Iterator[bytes]:
        stream, size, given = self._open(), BLOCK_BYTES, 0
        while True:
            try:
                block = stream.read(size)
            except OSError as error:
                if self.compression is None:
                    raise UsageError(
                        f"reading {self.path} failed: {error}", remedy="check the file and its disk"
                    ) from error
                # A failed read loses what it had decompressed, so the same place is read again
                # in ever smaller steps until the break itself is reached.
                if size == 1:
                    self.fault = LineFault("broken_compression", f"{error} after {given} bytes")
                    return
                size = max(1, size // 16)
                stream = self._reopen_at(given)
                continue
            if not block:
                return
            given += len(block)
            yield block
            if self.compression and given > max(BOMB_BYTES, BOMB_RATIO * self.position()):
                self.fault = LineFault(
                    "compression_bomb",
                    f"{self.position():,} bytes inflate to more than {given:,}",
                )
                return

    def _reopen_at(self, given: int) -> Any:
        stream = self._open()
        left = given
        while left:
            # The first pass read these bytes without a fault, in these very steps or larger ones.
            left -= len(stream.read(min(left, BLOCK_BYTES)))
        return stream


class Lines:
    """Rows of a line-based log as ``(row number from 1, bytes or fault)``; blank lines are passed.

    Parameters
    ----------
    path
        The log.
    max_row_bytes
        Longest row that is held; a longer one is given as a fault ``row_too_large``.
    progress
        Called with the position in the file after each block.

    Attributes
    ----------
    unterminated
        Number of the last row when no newline follows it: a sign of a cut file if it is broken.

    Raises
    ------
    UsageError
        The file is empty, is UTF-16, or holds one JSON document instead of lines.
    """

    def __init__(
        self,
        path: Path,
        *,
        max_row_bytes: int = MAX_ROW_BYTES,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.path = path
        self.max_row_bytes = max_row_bytes
        self.progress = progress
        self.unterminated: int | None = None

    def __iter__(self) -> Iterator[tuple[int, bytes | LineFault]]:
        blocks = Blocks(self.path)
        # A row that spans blocks is held in parts; `held` counts on when they are let go.
        row, parts, held = 0, list[bytes](), 0
        for index, given in enumerate(blocks):
            block = given
            if index == 0:
                check_is_lines(self.path, block)
                block = block.removeprefix(_BOM)
            pieces = block.split(b"\n")
            tail = pieces.pop()
            if held and pieces:
                row += 1
                parts.append(pieces[0])
                last, size = b"".join(parts), held + len(pieces[0])
                yield from self._unless_blank(row, last, size)
                parts, held = [], 0
                del pieces[0]
            for piece in pieces:
                row += 1
                if piece and not piece.isspace():
                    yield row, self._row(piece, len(piece))
            held += len(tail)
            if held > self.max_row_bytes:
                parts = []
            elif tail:
                parts.append(tail)
            if self.progress:
                self.progress(blocks.position())
        if blocks.fault is not None:
            # The row in hand is cut by the break: it is part of the same fault.
            yield row + 1, blocks.fault
        elif held:
            self.unterminated = row + 1
            yield from self._unless_blank(row + 1, b"".join(parts), held)
        elif row == 0:
            raise UsageError(f"{self.path} is empty", remedy="give a log that has rows")

    def _unless_blank(
        self, row: int, raw: bytes, size: int
    ) -> Iterator[tuple[int, bytes | LineFault]]:
        # The parts of an oversized row were let go, so that what is left of it may look blank.
        if size > self.max_row_bytes or not raw.isspace():
            yield row, self._row(raw, size)

    def _row(self, raw: bytes, size: int) -> bytes | LineFault:
        if size > self.max_row_bytes:
            return LineFault(
                "row_too_large", f"the row has {size:,} bytes, the bound is {self.max_row_bytes:,}"
            )
        return raw


def check_is_lines(path: Path, head: bytes) -> None:
    """Refuse a file that is plainly not one JSON object a line, and say what it is instead."""
    if head.startswith(_WIDE_BOMS):
        raise UsageError(f"{path} is UTF-16", remedy="save it as UTF-8 JSON Lines")
    text = head.removeprefix(_BOM).lstrip()
    if text.startswith(b"["):
        raise UsageError(
            f"{path} holds a JSON array where lines are expected",
            remedy=f"write one object a line: jq -c '.[]' {path.name} > rows.jsonl",
        )
    first, _, rest = text.partition(b"\n")
    if first.strip() == b"{" and rest.lstrip().startswith((b'"', b"}")):
        raise UsageError(
            f"{path} holds one JSON document over several lines, not one object a line",
            remedy=f"write one object a line: jq -c . {path.name} > rows.jsonl",
        )
