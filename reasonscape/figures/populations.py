"""How outcomes look in every figure of traces and of time: colour, marker and line, kept apart.

Lightness falls from grey over orange and teal to purple (CIE L* 70, 62, 45, 22), so that outcomes
stay apart in greyscale and under the common colour blindnesses; markers and dashes say it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from reasonscape.figures.theme import INK
from reasonscape.figures.trace_content import POPULATIONS, PopulationName


@dataclass(frozen=True)
class Look:
    """Colour, marker symbol and dash of the line of one outcome."""

    colour: str
    symbol: str
    dash: str


LOOKS: dict[PopulationName, Look] = {
    "correct": Look("#00748a", "circle", "solid"),
    "incorrect": Look("#e07a2c", "diamond", "dash"),
    "truncated": Look("#52215c", "square", "dashdot"),
    "unanswered": Look("#ababab", "triangle-up", "dot"),
}

#: The markers as characters.
_GLYPHS: dict[PopulationName, str] = {
    "correct": "●",
    "incorrect": "◆",
    "truncated": "■",
    "unanswered": "▲",
}

#: The ends of the time course, by the words that figures use, and those still without an end.
RIGHT, WRONG, CUT = LOOKS["correct"], LOOKS["incorrect"], LOOKS["truncated"]
THINKING = Look(INK, "circle", "solid")

_NOWHERE = {"x": [None], "y": [None], "hoverinfo": "skip", "showlegend": True}


def in_order(names: Iterable[str]) -> list[PopulationName]:
    """The outcomes among `names` in the order of legends.

    Examples
    --------
    >>> in_order(["truncated", "correct"])
    ['correct', 'truncated']
    """
    present = set(names)
    return [name for name in POPULATIONS if name in present]


def line_key(look: Look, name: str, *, markers: bool = False) -> Any:
    """Legend entry of a line, which need not occur with that name."""
    return go.Scatter(
        mode="lines+markers" if markers else "lines",
        line={"color": look.colour, "width": 2.2, "dash": look.dash},
        marker={"color": look.colour, "symbol": look.symbol, "size": 8},
        name=name,
        legendgroup=name,
        **_NOWHERE,
    )


def marker_key(look: Look, name: str, **more: Any) -> Any:
    """Legend entry of a marker."""
    marker = {"color": look.colour, "symbol": look.symbol, "size": 9} | more
    return go.Scatter(mode="markers", marker=marker, name=name, legendgroup=name, **_NOWHERE)


def counted(counts: Mapping[PopulationName, int]) -> str:
    """Numbers of traces by outcome as one line, each after its marker in its colour."""
    parts = [
        f'<span style="color:{LOOKS[name].colour}">{_GLYPHS[name]}</span> {counts[name]:,}'
        for name in in_order(counts)
    ]
    return "n:  " + "   ".join(parts) if parts else ""
