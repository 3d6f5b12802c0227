"""Words around panels and in them: notes under an axis, estimates, units."""

from __future__ import annotations

import math
from typing import Any

from reasonscape.figures.panels import Panels
from reasonscape.figures.theme import FONT_SIZE, SMALL, SOFT_INK
from reasonscape.figures.wording import escape_text

#: Pixels below an axis title for one line of notes.
NOTE_LINE = 18.0
#: Pixels from the drawing area down to the first line of notes.
_NOTES_BELOW = 46.0


def note_below(panels: Panels, index: int, text: str, line: int = 0) -> dict[str, Any]:
    """A line of words under a panel's axis title; `text` is safe already."""
    box = panels.boxes[index]
    return {
        "text": text,
        "x": box.x[0],
        "y": box.y[0],
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "top",
        "yshift": -(_NOTES_BELOW + line * NOTE_LINE),
        "showarrow": False,
        "font": {"size": SMALL, "color": SOFT_INK},
    }


def empty_note(panels: Panels, index: int, text: str) -> dict[str, Any]:
    """Words in the middle of a panel that has nothing to show."""
    box = panels.boxes[index]
    return {
        "text": text,
        "x": (box.x[0] + box.x[1]) / 2,
        "y": (box.y[0] + box.y[1]) / 2,
        "xref": "paper",
        "yref": "paper",
        "showarrow": False,
        "bgcolor": "white",
        "font": {"size": FONT_SIZE, "color": SOFT_INK},
    }


def estimate_words(value: float, low: float, high: float) -> str:
    """A ratio with its interval in brackets, or words that there is none; safe to draw.

    An end that the data do not bound is open, not 0 or infinity.

    Examples
    --------
    >>> estimate_words(1.234, 1.0, 1.5), estimate_words(1.0, 0.001, 900.0)
    ('1.23 (1.00–1.50)', '1.00 (&lt;0.01–900)')
    >>> estimate_words(2.0, 0.0, float("inf")), estimate_words(2.0, 1.0, float("inf"))
    ('2.00 (interval open)', '2.00 (1.00–open)')
    >>> estimate_words(float("inf"), 13.2, float("inf"))
    '13.20 or more'
    >>> estimate_words(float("nan"), 0.0, 0.0)
    'not estimated'
    """
    if value != value:
        return "not estimated"
    if low != low or high != high:
        return f"{_ratio(value)} (no interval)"
    if value == math.inf and 0 < low < math.inf:
        return f"{_ratio(low)} or more"
    ends = [_ratio(end) if 0 < end < math.inf else "open" for end in (low, high)]
    inside = "interval open" if ends == ["open", "open"] else "–".join(ends)
    return f"{_ratio(value)} ({inside})"


def _ratio(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return "&lt;0.01" if 0 < value < 0.005 else f"{value:.2f}"


def short_unit(unit: str) -> str:
    """A unit of time or length, escaped."""
    return escape_text(unit, 24)


def probability_words(p: float) -> str:
    """A p-value or a false discovery rate in few characters; safe to draw.

    Examples
    --------
    >>> probability_words(0.0312), probability_words(0.5), probability_words(1e-7)
    ('0.031', '0.50', '&lt;0.001')
    >>> probability_words(float("nan"))
    '–'
    """
    if p != p:
        return "–"
    if p < 0.001:
        return "&lt;0.001"
    return f"{p:.3f}" if p < 0.1 else f"{p:.2f}"
