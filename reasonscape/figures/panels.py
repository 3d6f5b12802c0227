"""Where panels, their titles and the colour bar stand, in pixels turned into plotly's fractions.

Rooms for tick texts are reckoned beforehand instead of being left to plotly's `automargin`, so
that panels of one figure keep the same size and nothing overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reasonscape.figures.theme import (
    CHARACTER_WIDTH,
    FONT_SIZE,
    HEAD,
    SMALL,
    panel_shape,
)
from reasonscape.figures.wording import escape_text

#: Pixels above each panel for its title.
PANEL_HEAD = 30


@dataclass(frozen=True)
class Box:
    """The drawing area of one panel: its place in the grid and its fractions of the figure."""

    row: int
    column: int
    x: tuple[float, float]
    y: tuple[float, float]


@dataclass(frozen=True)
class Panels:
    """A figure's size in pixels and the boxes of its panels, row by row from the top left."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    plot_width: float
    plot_height: float
    titled: bool

    def axis_keys(self, index: int) -> tuple[str, str]:
        """Plotly's names of the axes of panel `index`: ``("x2", "y2")`` for the second."""
        suffix = "" if index == 0 else str(index + 1)
        return f"x{suffix}", f"y{suffix}"

    def title(self, index: int, text: str) -> dict[str, Any]:
        """Annotation that names panel `index`; `text` is escaped and cut to the panel's width."""
        box = self.boxes[index]
        room = int(self.plot_width / (FONT_SIZE * CHARACTER_WIDTH))
        return {
            "text": f"<b>{escape_text(text, max(room, 12))}</b>",
            "x": box.x[0],
            "y": box.y[1],
            "xref": "paper",
            "yref": "paper",
            "xanchor": "left",
            "yanchor": "bottom",
            "yshift": 5,
            "showarrow": False,
            "font": {"size": FONT_SIZE},
        }

    def colour_bar(self, title: str, **more: Any) -> dict[str, Any]:
        """A colour bar right of the last panel of the first row."""
        top = self.boxes[0].y[1]
        right = max(box.x[1] for box in self.boxes)
        length = min(self.plot_height, 320.0)
        return {
            "title": {"text": title, "side": "right", "font": {"size": FONT_SIZE}},
            "x": right + 14 / self.width,
            "xanchor": "left",
            "y": top,
            "yanchor": "top",
            "lenmode": "pixels",
            "len": length,
            "thickness": 14,
            "outlinewidth": 0,
            "ticks": "outside",
            "ticklen": 3,
            "tickfont": {"size": SMALL},
            "xpad": 0,
            "ypad": 0,
        } | more


@dataclass(frozen=True)
class Rooms:
    """Pixels that a panel needs around its drawing area."""

    left: float
    bottom: float
    gap: float = 24.0
    right: float = 20.0
    #: Whether panels right of the first column need the left room again.
    repeat_left: bool = False


def place_panels(
    count: int,
    plot_width: float,
    plot_height: float,
    rooms: Rooms,
    *,
    columns: int = 3,
    head: float = HEAD,
    least_width: float = 0.0,
) -> Panels:
    """Place `count` panels of equal size in rows of at most `columns`.

    Examples
    --------
    >>> panels = place_panels(1, 100, 100, Rooms(left=50, bottom=40), head=60)
    >>> panels.width, panels.height, round(panels.boxes[0].y[0], 3)
    (170.0, 200.0, 0.2)
    """
    rows, columns = panel_shape(count, columns)
    titled = count > 1
    over = PANEL_HEAD if titled else 0
    step = plot_width + (rooms.left if rooms.repeat_left else 0.0) + rooms.gap
    drawn = rooms.left + (columns - 1) * step + plot_width + rooms.right
    width = max(drawn, least_width)
    height = head + rows * (over + plot_height + rooms.bottom)
    boxes = []
    for index in range(count):
        row, column = divmod(index, columns)
        x0 = rooms.left + column * step
        top = head + row * (over + plot_height + rooms.bottom) + over
        boxes.append(
            Box(
                row,
                column,
                (x0 / width, (x0 + plot_width) / width),
                (1 - (top + plot_height) / height, 1 - top / height),
            )
        )
    return Panels(float(width), float(height), tuple(boxes), plot_width, plot_height, titled)
