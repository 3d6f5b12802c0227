"""The JSON documents of a HELM run, read one element at a time.

A scenario state holds every prompt with its examples, and often every token with its logprob: it
grows far beyond what should be held at once. HELM writes its documents indented, and a JSON string
cannot hold a line break, so that lines of that indentation alone show where one element ends and
the next begins. A document that was written otherwise is read whole, within a bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.documents import MAX_DOCUMENT_BYTES
from reasonscape.ingest.lines import Blocks
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.rows import RowError, read_row, read_row_exactly, shown

_MAX_HEAD_BYTES: Final = 4 << 20
_BOM: Final = b"\xef\xbb\xbf"


class Elements:
    """The objects of a list: of a member of the document, or of the document itself.

    Parameters
    ----------
    path
        The document, plain or compressed.
    key
        The member that is the list; None where the document is the list.

    Attributes
    ----------
    head
        The members before the list, where they stand before it; all others where the document is
        read whole.

    Raises
    ------
    UsageError
        The document is empty or broken, is another one, or is longer than 128 MiB without the
        indentation of HELM.
    """

    def __init__(self, path: Path, options: ReadOptions, key: str | None = None) -> None:
        self.path = path
        self._options = options
        self._key = key
        self._blocks = Blocks(path)
        self._stream = iter(self._blocks)
        indent = b"  " if key is None else b"    "
        name = rb"\A" if key is None else rb'\n  "%s": ' % re.escape(key.encode())
        opener = re.compile(name + rb"\[\n" + indent + rb"\{")
        self._between = b"\n" + indent + b"},\n" + indent + b"{"
        self._last = b"\n" + indent + b"}\n"
        held = b""
        found: re.Match[bytes] | None = None
        for block in self._given():
            held = held + block if held else block.removeprefix(_BOM)
            found = opener.search(held)
            if found or len(held) > _MAX_HEAD_BYTES:
                break
        if not held and self._blocks.fault is None:
            raise UsageError(f"{path} is empty", remedy="give a run that has requests")
        self.head: dict[str, Any] = {}
        self._rows: list[Any] | None = None
        self._held = b""
        if found is None:
            self._read_whole(held)
            return
        self._held = held[found.end() :]
        if key is not None:
            self.head = self._parsed(held[: found.end() - len(indent) - 2] + b"]}", exact=True)

    def _given(self) -> Iterator[bytes]:
        for block in self._stream:
            if self._options.progress:
                self._options.progress(self._blocks.position())
            yield block

    def _parsed(self, raw: bytes, *, exact: bool = False) -> dict[str, Any]:
        read = read_row_exactly if exact else read_row
        try:
            return read(raw, self._options.notices)
        except RowError as error:
            raise UsageError(
                f"{self.path} is no intact JSON document: {error.detail}",
                remedy="get an intact copy",
            ) from error

    def _read_whole(self, held: bytes) -> None:
        parts, size = [held], len(held)
        for block in self._given():
            parts.append(block)
            size += len(block)
            if size > MAX_DOCUMENT_BYTES:
                raise UsageError(
                    f"{self.path} is one JSON document of more than {MAX_DOCUMENT_BYTES >> 20} MiB "
                    "without line breaks",
                    remedy="write it as HELM does, indented by 2",
                )
        if self._blocks.fault is not None:
            raise UsageError(
                f"{self.path} is damaged: {self._blocks.fault.detail}", remedy="get an intact copy"
            )
        raw = b"".join(parts)
        key = self._key or "rows"
        document = self._parsed(raw if self._key else b'{"rows":' + raw + b"}")
        rows = document.pop(key, None)
        if not isinstance(rows, list):
            raise UsageError(
                f"{self.path} is no such document of HELM: {key!r} is {shown(rows)}, not a list",
                remedy="give the folder of a run as HELM wrote it",
            )
        self.head, self._rows = document, rows

    def __iter__(self) -> Iterator[dict[str, Any] | RowError]:
        if self._rows is not None:
            for row in self._rows:
                known = isinstance(row, dict)
                yield row if known else RowError("not_object", f"an element that is {shown(row)}")
            return
        held, too_large = self._held, False
        while True:
            pieces = held.split(self._between)
            held = pieces.pop()
            for piece in pieces:
                end = piece.find(self._last)
                yield self._element(piece if end < 0 else piece[:end], too_large)
                too_large = False
                if end >= 0:
                    return
            if (end := held.find(self._last)) >= 0:
                yield self._element(held[:end], too_large)
                return
            if len(held) > self._options.max_row_bytes:
                # Enough is kept for the end of the element to be seen across two blocks.
                too_large, held = True, held[-len(self._between) :]
            block = next(self._given(), None)
            if block is None:
                break
            held += block
        fault = self._blocks.fault
        yield (
            RowError(fault.reason, fault.detail)
            if fault
            else RowError("truncated_row", "the file ends inside this element")
        )

    def _element(self, piece: bytes, too_large: bool) -> dict[str, Any] | RowError:
        bound = self._options.max_row_bytes
        if too_large or len(piece) > bound:
            return RowError("row_too_large", f"an element of more than {bound:,} bytes")
        try:
            return read_row(b"{" + piece + b"}", self._options.notices)
        except RowError as error:
            return error
