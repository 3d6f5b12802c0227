"""The loop that every line-based reader shares: lines -> rows -> samples or refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from reasonscape.ingest.fields import InexactError
from reasonscape.ingest.lines import LineFault, Lines
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.rows import RowError, read_row, read_row_exactly
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

Convert = Callable[[dict[str, Any], int, bool], Sample]


def read_json_lines(
    path: Path, options: ReadOptions, convert: Convert
) -> Iterator[Sample | Refusal]:
    """Read a log row by row; a row that ``convert`` refuses becomes a Refusal, the rest go on.

    Parameters
    ----------
    convert
        Called with the row, its number from 1, and whether numbers kept all their digits.
    """
    source = options.source_of(path)
    notices = options.notices
    lines = Lines(path, max_row_bytes=options.max_row_bytes, progress=options.progress)
    for number, raw in lines:
        if isinstance(raw, LineFault):
            yield Refusal(source, number, "", raw.reason, raw.detail)
            continue
        try:
            try:
                yield convert(read_row(raw, notices), number, False)
            except InexactError:
                yield convert(read_row_exactly(raw, notices), number, True)
        except RowError as error:
            reason = error.reason
            if reason == "bad_json" and lines.unterminated == number:
                reason = "truncated_row"
            yield Refusal(source, number, error.field, reason, error.detail)
