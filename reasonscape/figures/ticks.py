"""Tick texts of an axis: size, angle, and the room that they need."""

from __future__ import annotations

from typing import Any

from reasonscape.figures.content import LevelAxis
from reasonscape.figures.theme import CHARACTER_WIDTH, SMALL
from reasonscape.figures.wording import level_texts, plain_text


def tick_layout(axis: LevelAxis, pixels: float, limit: int = 20) -> dict[str, Any]:
    """Ticks of a horizontal axis of `pixels` width: size and angle chosen so that none overlap.

    Returns
    -------
    dict
        ``tickvals`` (level numbers from 0), ``ticktext``, ``tickangle`` and ``tickfont``.
    """
    texts = level_texts(axis, limit)
    widest = max((len(plain_text(level, limit)) for level in axis.levels), default=0)
    slot = pixels / max(len(texts), 1)
    flat = widest * SMALL * CHARACTER_WIDTH + 6 <= slot
    # Slanted text needs its height, not its width, between neighbours.
    size = SMALL if flat else max(7.0, min(float(SMALL), slot / 1.25))
    return {
        "tickmode": "array",
        "tickvals": list(range(len(texts))),
        "ticktext": texts,
        "tickangle": 0 if flat else -40,
        "tickfont": {"size": size},
    }


def tick_room(axis: LevelAxis, pixels: float, limit: int = 20) -> float:
    """Pixels below a horizontal axis that its tick texts and title need."""
    ticks = tick_layout(axis, pixels, limit)
    if ticks["tickangle"] == 0:
        return 52
    widest = max(len(plain_text(level, limit)) for level in axis.levels)
    size: float = ticks["tickfont"]["size"]
    return 46 + 0.66 * widest * size * CHARACTER_WIDTH


def slant_room(axis: LevelAxis, pixels: float, limit: int = 20) -> float:
    """Pixels left of a horizontal axis into which its first slanted tick text reaches."""
    ticks = tick_layout(axis, pixels, limit)
    if ticks["tickangle"] == 0 or not axis.levels:
        return 0
    size: float = ticks["tickfont"]["size"]
    first = len(plain_text(axis.levels[0], limit)) * size * CHARACTER_WIDTH
    return 0.77 * first - pixels / len(axis.levels) / 2 + 16


def side_room(axis: LevelAxis, limit: int = 20) -> float:
    """Pixels left of a vertical axis that its tick texts and title need."""
    widest = max((len(plain_text(level, limit)) for level in axis.levels), default=0)
    return 44 + widest * SMALL * CHARACTER_WIDTH
