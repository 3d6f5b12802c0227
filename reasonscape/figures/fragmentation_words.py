"""Words beside the rows of a picture of fragmentation: labels, differences and prompts."""

from __future__ import annotations

import math
from typing import Any

from reasonscape.figures.numerals import short_count
from reasonscape.figures.panels import Panels
from reasonscape.figures.theme import FONT_SIZE, INK, SMALL
from reasonscape.figures.token_content import FragmentationByOutcome, FragmentationRow
from reasonscape.figures.wording import escape_text

_LABEL = 32
_ESTIMATE = 156.0


def difference_words(row: FragmentationRow) -> str:
    """A difference with its interval, or words that there is none.

    Examples
    --------
    >>> import numpy as np
    >>> spread = np.ones(5)
    >>> difference_words(FragmentationRow("m", spread, spread, 9, 9, 0.25, -0.5, 1.0))
    '+0.25 (−0.50 to +1.00)'
    """
    if row.difference != row.difference:
        return "not estimated"
    values = (row.difference, row.low, row.high)
    largest = max(abs(value) for value in values if value == value)
    digits = 3 if largest < 0.1 else (0 if largest >= 100 else 2)
    middle, low, high = (_signed(value, digits) for value in values)
    if row.low != row.low or row.high != row.high:
        return f"{middle} (no interval)"
    return f"{middle} ({low} to {high})"


def row_notes(
    each: FragmentationByOutcome, places: Panels, index: int, slim: float
) -> list[dict[str, Any]]:
    """Labels left of the rows, numbers right of them, and heads over the numbers."""
    box = places.boxes[index]
    key = places.axis_keys(index)[1]
    left = box.x[0] - 12 / places.width
    columns = [box.x[1] + 16 / places.width, box.x[1] + (16 + _ESTIMATE) / places.width]
    notes = []
    for number, row in enumerate(each.rows):
        away = row.low > 0 or row.high < 0
        words = difference_words(row)
        counts = f"{_count(row.wrong_prompts)} / {_count(row.right_prompts)}"
        for text, x, side in (
            (escape_text(row.label, _LABEL), left, "right"),
            (f"<b>{words}</b>" if away else words, columns[0], "left"),
            (counts, columns[1], "left"),
        ):
            notes.append(_note(text, x, side) | {"yref": key, "y": number, "yanchor": "middle"})
    over = {"y": box.y[1], "yanchor": "bottom", "yshift": 6, "font": {"size": FONT_SIZE - 1}}
    heads = (("difference", columns[0]), ("wrong / right prompts", columns[1]))
    return notes + [_note(f"<b>{text}</b>", x, "left") | over for text, x in heads]


def _note(text: str, x: float, side: str) -> dict[str, Any]:
    return {
        "text": text, "x": x, "xref": "paper", "yref": "paper", "xanchor": side,
        "showarrow": False, "font": {"size": SMALL, "color": INK},
    }  # fmt: skip


def _signed(value: float, digits: int) -> str:
    shown = round(value, digits) if math.isfinite(value) else value
    return f"{shown:+.{digits}f}".replace("-", "−") if shown else "0"


def _count(value: int) -> str:
    return f"{value:,}" if value < 1_000_000 else short_count(value)
