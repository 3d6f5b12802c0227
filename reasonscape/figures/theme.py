"""Colours, fonts, sizes and layout keys that all figures share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reasonscape.figures.wording import escape_text

#: At most this many panels a figure; more are the caller's to leave out and name.
MAX_PANELS = 6

# Red to green by equal steps of OKLCH hue, lightness rising all the way (CIE L* 28 to 86; under a
# simulated deuteranopia 32 to 84), so that it survives greyscale and colour blindness.
ACCURACY_SCALE = (
    "#8a0316", "#a83121", "#c5532e", "#dc7925", "#eda12e", "#deb52e", "#c8ca4a", "#aadc72",
    "#86ec9d",
)  # fmt: skip
# Blue (B better), white, orange (A better): apart for every common colour blindness, and both
# ends equally dark.
DIFFERENCE_SCALE = (
    "#08519c", "#3b7fbf", "#7fb0d9", "#c3dbee", "#ffffff", "#fbd9b5", "#f3a963", "#d9751e",
    "#a04a00",
)  # fmt: skip
# Okabe and Ito (2008), without the yellow that vanishes on white.
EVAL_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#6b5500")

INK = "#1a1a1a"
SOFT_INK = "#5a5a5a"
GRID_INK = "#e3e3e3"
MASKED = "#dcdcdc"
CAPABLE = "#00691f"
OPEN = "#6e6e6e"
TRUNCATED = "#e3001b"

FONT = "Helvetica, Arial, Liberation Sans, sans-serif"
FONT_SIZE = 13
SMALL = 11
TITLE_SIZE = 18
#: Pixels above the drawing area: title, subtitle and legend, one below the other.
HEAD = 104
#: Mean width of a character in widths of the font size, a little generous.
CHARACTER_WIDTH = 0.56


def colour_scale(colours: Sequence[str]) -> list[list[Any]]:
    """Spread colours evenly over 0 to 1 in plotly's form."""
    return [[index / (len(colours) - 1), colour] for index, colour in enumerate(colours)]


def head(title: str, subtitle: str = "") -> dict[str, Any]:
    """Layout of the title line and the line under it, at the figure's top left; both escaped."""
    text = f"<b>{escape_text(title, 90)}</b>"
    if subtitle:
        text += (
            f'<br><span style="font-size:{FONT_SIZE}px;color:{SOFT_INK}">'
            f"{escape_text(subtitle, 140)}</span>"
        )
    return {
        "text": text,
        "font": {"size": TITLE_SIZE, "color": INK},
        "x": 0,
        "xref": "container",
        "xanchor": "left",
        "y": 1,
        "yref": "container",
        "yanchor": "top",
        "pad": {"l": 20, "t": 22},
    }


def legend(height: float) -> dict[str, Any]:
    """One row of keys between the head and the drawing area of a figure `height` pixels high."""
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "xref": "paper",
        # Inside the paper, which fills the figure: a legend outside it would squeeze the panels.
        "y": 1 - 64 / height,
        "yref": "paper",
        "yanchor": "top",
        "font": {"size": 12},
        "itemsizing": "constant",
        "bgcolor": "rgba(0,0,0,0)",
    }


def white_layout(width: float, height: float) -> dict[str, Any]:
    """Layout keys that every figure starts from, in place of plotly's template."""
    return {
        # Plotly's own template is 7 kB a figure and grey; everything wanted of it is said here.
        "template": "none",
        "width": round(width),
        "height": round(height),
        "font": {"family": FONT, "size": FONT_SIZE, "color": INK},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "hoverlabel": {"align": "left", "font": {"family": FONT, "size": 12}},
        "separators": ".,",
        # The panels' boxes hold all room they need, so paper and figure are the same.
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
    }


def plot_axis(**more: Any) -> dict[str, Any]:
    """Keys of one flat axis: outer ticks, thin line, no zero line."""
    return {
        "showline": True,
        "linecolor": SOFT_INK,
        "linewidth": 1,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": SOFT_INK,
        "gridcolor": GRID_INK,
        "zeroline": False,
        "automargin": False,
        "tickfont": {"size": SMALL},
    } | more


def check_panels(count: int) -> None:
    """Raise ``ValueError`` unless there are 1 to `MAX_PANELS` panels."""
    if not 1 <= count <= MAX_PANELS:
        raise ValueError(f"a figure holds 1 to {MAX_PANELS} panels, got {count}")


def panel_shape(count: int, columns: int = 3) -> tuple[int, int]:
    """Rows and columns that hold `count` panels without a gap where that is possible.

    Examples
    --------
    >>> [panel_shape(n) for n in (1, 2, 3, 4, 5, 6)]
    [(1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (2, 3)]
    """
    check_panels(count)
    if count == 4 and columns > 1:
        return 2, 2
    return -(-count // columns), min(count, columns)
