"""Figures that are tables with a drawing in one column: words beside rows, and their heads."""

from __future__ import annotations

from typing import Any

from reasonscape.figures.panels import Box
from reasonscape.figures.theme import (
    CHARACTER_WIDTH,
    FONT_SIZE,
    INK,
    SMALL,
    TITLE_SIZE,
    head,
)
from reasonscape.figures.wording import plain_text

#: A family whose characters are equally wide, for what was written by a model.
MONOSPACE = "Liberation Mono, Menlo, Consolas, monospace"
#: Mean width of a character of a whole line, which holds wide and narrow ones.
_MEAN_WIDTH = 0.5


def fitted_head(title: str, subtitle: str, width: float) -> dict[str, Any]:
    """Title and subtitle cut to what a figure of `width` pixels holds."""
    room = width - 40
    return head(
        plain_text(title, max(int(room / (TITLE_SIZE * CHARACTER_WIDTH)), 20)),
        plain_text(subtitle, max(int(room / (FONT_SIZE * _MEAN_WIDTH)), 24)),
    )


def row_middle(box: Box, number: int, rows: int) -> float:
    """Fraction of the figure's height at which the middle of a row lies, counted from the top."""
    step = (box.y[1] - box.y[0]) / max(rows, 1)
    return box.y[1] - (number + 0.5) * step


def row_note(text: str, x: float, y: float, side: str, colour: str = INK) -> dict[str, Any]:
    """Words at a place of the figure; `text` is safe already, and larger where it is bold."""
    return {
        "text": text, "x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": side,
        "yanchor": "middle", "showarrow": False, "align": side,
        "font": {"size": FONT_SIZE - 1 if text.startswith("<b>") else SMALL, "color": colour},
    }  # fmt: skip
