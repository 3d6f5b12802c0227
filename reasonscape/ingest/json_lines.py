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


def json_rows(path: Path, options: ReadOptions) -> Iterator[dict[str, Any] | RowError | None]:
    """Rows of a log for readers that make more or less of a row than one sample.

    Yields
    ------
    dict, RowError or None
        One for each line of the file, so that who counts them has its row numbers: a row, why it
        cannot be read, or None for a blank line.
    """
    lines = Lines(path, max_row_bytes=options.max_row_bytes, progress=options.progress)
    last = 0
    for number, raw in lines:
        for _ in range(last + 1, number):
            yield None
        last = number
        if isinstance(raw, LineFault):
            yield RowError(raw.reason, raw.detail)
            continue
        try:
            yield read_row(raw, options.notices)
        except RowError as error:
            if error.reason == "bad_json" and lines.unterminated == number:
                error.reason = "truncated_row"
            yield error
