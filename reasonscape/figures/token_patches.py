"""The coloured patches of a prompt's tokens, and the words on them."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from reasonscape.figures.areas import Area
from reasonscape.figures.theme import INK
from reasonscape.figures.token_content import TokenPrompt
from reasonscape.figures.token_lines import Run, TokenLines, visible_text
from reasonscape.figures.wording import escape_text

_FONT = 12
_MONOSPACE = "DejaVu Sans Mono, Liberation Mono, Menlo, Courier New, monospace"
#: Neighbours take turns, so that borders are seen.
_PLAIN = ("#edf1f6", "#d3dce8")
#: The same for marked tokens, by the strength of their mark.
MARKED = (("#fce6cf", "#f8d9b8"), ("#f8c999", "#f3bd86"), ("#f4b06a", "#e38f3a"))


def mark_strength(mark: float) -> int:
    """Shade of a mark: 0 for none, 1 to 3 from weak to strong.

    Examples
    --------
    >>> [mark_strength(mark) for mark in (0.0, float("nan"), 0.1, 0.5, 1.0, 7.0)]
    [0, 0, 1, 2, 3, 3]
    """
    if not mark > 0:
        return 0
    return min(int(mark * len(MARKED)), len(MARKED) - 1) + 1 if mark < 1 else len(MARKED)


def _shade(prompt: TokenPrompt, run: Run) -> str:
    strength = mark_strength(prompt.tokens[run.token][1])
    pair = MARKED[strength - 1] if strength else _PLAIN
    return pair[run.token % 2]


def token_patches(prompt: TokenPrompt, lines: TokenLines, top: float, area: Area) -> list[Any]:
    """The patches of a prompt, one outline a shade, and the words on them."""
    outlines: dict[str, tuple[list[float | None], list[float | None]]] = {}
    for run in lines.runs:
        xs, ys = outlines.setdefault(_shade(prompt, run), ([], []))
        left, right = run.start + 0.04, run.start + run.width - 0.04
        high, low = top + run.line + 0.05, top + run.line + 0.95
        xs += [left, right, right, left, left, None]
        ys += [high, high, low, low, high, None]
    traces: list[Any] = [
        go.Scatter(
            x=xs, y=ys, mode="lines", fill="toself", fillcolor=shade, line={"width": 0},
            hoverinfo="skip", showlegend=False, name="tokens", **area.place,
        )
        for shade, (xs, ys) in sorted(outlines.items())
    ]  # fmt: skip
    if lines.runs:
        traces.append(
            go.Scatter(
                x=[run.start + run.width / 2 for run in lines.runs],
                y=[top + run.line + 0.5 for run in lines.runs],
                mode="text", text=[_escape(run.text) for run in lines.runs],
                textfont={"family": _MONOSPACE, "size": _FONT, "color": INK},
                textposition="middle center", hoverinfo="text", showlegend=False, name="text",
                hovertext=[_hover(prompt, run) for run in lines.runs], cliponaxis=False,
                **area.place,
            )
        )  # fmt: skip
    return traces


def _escape(text: str) -> str:
    return escape_text(text, len(text) + 1)


def _hover(prompt: TokenPrompt, run: Run) -> str:
    text, mark = prompt.tokens[run.token]
    said = f"token {run.token + 1:,} of {len(prompt.tokens):,}<br>{_escape(visible_text(text))}"
    return said + (f"<br>mark {mark:.2f}" if math.isfinite(mark) and mark else "")
