"""A listing as aligned text, Markdown, CSV or JSON.

Aligned text is our own few lines: importing a table library costs a third of the time that
``evals`` may take.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reasonscape.cli.failures import printable
from reasonscape.cli.parameters import Format

if TYPE_CHECKING:
    from reasonscape.runs.listing import Listing

CELL_WIDTH = 44
"""Widest cell of aligned text; longer text is cut with an ellipsis, JSON and CSV keep it."""


def render(listing: Listing, form: Format, limit: int | None) -> str:
    """Write a listing; only aligned text and JSON are bounded by ``limit``."""
    if form is Format.json:
        from reasonscape.runs.strict_json import dumps

        return dumps(listing.as_json(limit))
    columns = listing.columns
    if form is Format.csv:
        return as_csv(columns, listing.rows)
    rows = [[_cell(value) for value in row] for row in listing.rows[:limit]]
    if form is Format.markdown:
        return _markdown(columns, rows)
    return aligned(columns, rows)


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """RFC 4180 text without a trailing line break."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_flat(value) for value in row] for row in rows)
    return printable(buffer.getvalue().rstrip("\n"))


def _flat(value: Any) -> Any:
    """One value of a CSV cell: lists joined, and no text that a spreadsheet would run."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(str(item) for item in value)
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value


def aligned(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Text columns left, numbers right, two spaces between.

    Examples
    --------
    >>> print(aligned(["a", "n"], [["x", "1"], ["yy", "10"]]))
    a    n
    x    1
    yy  10
    """
    if not rows:
        return "  ".join(columns)
    table = [list(columns), *([_cut(cell) for cell in row] for row in rows)]
    widths = [max(_width(row[i]) for row in table) for i in range(len(columns))]
    right = [all(_is_number(row[i]) for row in rows) for i in range(len(columns))]
    return "\n".join(
        "  ".join(
            _padded(cell, width, to_right)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in table
    )


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(
        "| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(item) for item in value)
    return printable(" ".join(str(value).split()))


def _cut(text: str) -> str:
    return text if len(text) <= CELL_WIDTH else text[: CELL_WIDTH - 1] + "…"


def _is_number(text: str) -> bool:
    return not text or text.replace(",", "").replace(".", "").lstrip("-").isdigit()


def _padded(text: str, width: int, to_right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if to_right else text + space


def _width(text: str) -> int:
    """Columns on a terminal: wide East Asian characters and emoji take two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
