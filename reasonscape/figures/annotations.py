"""What is written into panels of projections: where accuracy falls, how far, and chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from reasonscape.figures.content import Projection
from reasonscape.figures.numerals import percent, points
from reasonscape.figures.panels import Panels
from reasonscape.figures.theme import INK, SMALL, SOFT_INK, TRUNCATED

#: Accuracy axis of every panel, with room for marks at 0 and 1.
ACCURACY_RANGE = [-0.03, 1.05]
_SHAPE_WORDS = {"cliff": "cliff", "gradual": "gradual", "unresolved": "fall", "few_levels": "fall"}
#: Labels of falls whose strips are closer than this, in levels, stand over each other.
_CROWDED = 1.6
#: Pixels between two labels over each other.
FALL_LINE = 15.0


class Pen:
    """How one eval is drawn in one panel."""

    def __init__(self, colour: str, shift: float, x: str, y: str, several: bool) -> None:
        self.colour = colour
        self.shift = shift
        self.x, self.y = x, y
        self.place = {"xaxis": x, "yaxis": y}
        self.several = several

    @property
    def truncated(self) -> str:
        """Colour of truncated shares: the eval's own where there are several."""
        return self.colour if self.several else TRUNCATED


def mark_falls(
    layout: dict[str, Any], here: Sequence[tuple[Projection, Pen]], panels: Panels, index: int
) -> None:
    """Strips from the last good to the first bad level; over the panel, how far accuracy falls."""
    taken: list[float] = []
    for projection, pen in here:
        good, bad = projection.last_good, projection.first_bad
        if good is None or bad is None:
            continue
        layout["shapes"].append(
            {
                "type": "rect", "xref": pen.x, "yref": pen.y, "layer": "below",
                "line": {"width": 0}, "x0": good, "x1": bad,
                "y0": ACCURACY_RANGE[0], "y1": ACCURACY_RANGE[1],
                "fillcolor": pen.colour if pen.several else "#9a9a9a",
                "opacity": 0.12 if pen.several else 0.2,
            }
        )  # fmt: skip
        if np.isnan(projection.fall):
            continue
        centre = (good + bad) / 2
        above = sum(abs(other - centre) < _CROWDED for other in taken)
        taken.append(centre)
        last = len(projection.axis.levels) - 1
        side = "left" if centre < last / 3 else ("right" if centre > 2 * last / 3 else "center")
        edge = {"left": good, "right": bad, "center": centre}[side]
        layout["annotations"].append(
            {
                "text": _fall_text(projection, several=pen.several), "showarrow": False,
                "xref": pen.x, "x": edge, "xanchor": side,
                "yref": "paper", "y": panels.boxes[index].y[1], "yanchor": "bottom",
                "yshift": 2 + above * FALL_LINE,
                "font": {"size": SMALL, "color": pen.colour if pen.several else SOFT_INK},
            }
        )  # fmt: skip


def _fall_text(projection: Projection, *, several: bool) -> str:
    word = _SHAPE_WORDS.get(projection.shape, "fall")
    text = f"{word} {points(-projection.fall)}"
    if several:
        return text
    text += " points"
    if not np.isnan(projection.fall_low):
        text += f" ({points(-projection.fall_high)} to {points(-projection.fall_low)})"
    return text


def mark_chance(layout: dict[str, Any], here: Sequence[Projection], x_key: str, y_key: str) -> None:
    """Dashed line at each chance level of a panel."""
    for chance in sorted({projection.chance for projection in here if projection.chance > 0}):
        line = {"color": INK, "width": 1.3, "dash": "dash"}
        layout["shapes"].append(
            {
                "type": "line", "xref": f"{x_key} domain", "yref": y_key, "x0": 0, "x1": 1,
                "y0": chance, "y1": chance, "line": line, "layer": "above",
            }
        )  # fmt: skip
        layout["annotations"].append(
            {
                "text": f"chance {percent(chance)}", "xref": f"{x_key} domain", "yref": y_key,
                "x": 0.005, "xanchor": "left", "y": chance, "yanchor": "top", "showarrow": False,
                "font": {"size": SMALL, "color": SOFT_INK},
            }
        )  # fmt: skip
