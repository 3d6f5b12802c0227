"""Logs that are one JSON document, read whole within a bound."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.lines import Blocks
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.rows import RowError, read_row_exactly

MAX_DOCUMENT_BYTES: Final = 128 << 20


def read_document(path: Path, options: ReadOptions) -> dict[str, Any]:
    """Read a file that holds one JSON object, plain or compressed.

    Raises
    ------
    UsageError
        It is empty, broken, larger than 128 MiB, or something else than an object.
    """
    raw = document_bytes(
        path, options, too_large="write its rows as JSON Lines, which are read one at a time"
    )
    try:
        return read_row_exactly(raw, options.notices)
    except RowError as error:
        raise UsageError(
            f"{path} is no intact JSON document: {error.detail}", remedy="get an intact copy"
        ) from error


def document_bytes(path: Path, options: ReadOptions, *, too_large: str) -> bytes:
    """Read a file whole, plain or compressed; ``too_large`` is what to do with a larger one.

    Raises
    ------
    UsageError
        It is empty, broken, or larger than 128 MiB.
    """
    blocks, parts, held = Blocks(path), list[bytes](), 0
    for block in blocks:
        parts.append(block)
        held += len(block)
        if held > MAX_DOCUMENT_BYTES:
            raise UsageError(
                f"{path} is one JSON document of more than {MAX_DOCUMENT_BYTES >> 20} MiB",
                remedy=too_large,
            )
    if options.progress:
        options.progress(blocks.position())
    if not held:
        raise UsageError(f"{path} is empty", remedy="give a log that has rows")
    if blocks.fault is not None:
        raise UsageError(f"{path} is damaged: {blocks.fault.detail}", remedy="get an intact copy")
    return b"".join(parts).removeprefix(b"\xef\xbb\xbf")
