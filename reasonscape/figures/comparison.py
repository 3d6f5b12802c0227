"""Forest of differences: one row a task, its interval, who was right alone, and q."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from reasonscape.figures.scales import axis_name, finite_values
from reasonscape.figures.theme import (
    CHARACTER_WIDTH,
    DIFFERENCE_SCALE,
    FONT_SIZE,
    GRID_INK,
    HEAD,
    INK,
    SMALL,
    SOFT_INK,
    head,
    legend,
    plot_axis,
    white_layout,
)
from reasonscape.figures.wording import escape_text, plain_text

ROWS: Final = 40
"""Most rows of one figure; the caller leaves out the rest and says so."""

_ROW, _LABEL = 23.0, 34
_PLOT, _BARS = 380.0, 130.0
#: Widths of the columns of text, in pixels.
_ESTIMATE, _PAIRS, _Q = 138.0, 62.0, 62.0
_A, _B, _NONE = DIFFERENCE_SCALE[-2], DIFFERENCE_SCALE[1], "#8a8a8a"
_COLOURS: Final = {"a_better": _A, "b_better": _B, "no_difference": "#00691f", "not_decided": _NONE}
_NAMES: Final = {
    "a_better": "A better", "b_better": "B better", "not_decided": "not decided",
}  # fmt: skip


@dataclass(frozen=True)
class DifferenceRow:
    """One line: a difference of shares with its interval.

    ``more_a`` and ``more_b`` count the items that one side got right more often; ``None`` where
    items were not paired. ``whole`` marks a line over all tasks.
    """

    label: str
    value: float
    low: float
    high: float
    verdict: str
    pairs: str
    q: str
    more_a: int | None = None
    more_b: int | None = None
    whole: bool = False


@dataclass(frozen=True)
class DifferenceWords:
    """Words around the rows."""

    title: str
    eval_a: str
    eval_b: str
    note: str = ""


def comparison_figure(
    rows: Sequence[DifferenceRow], margin: float, words: DifferenceWords
) -> go.Figure:
    """Draw A minus B of each row, in percentage points, from the top.

    The grey band is the margin within which a difference is of no matter. The bars count the
    items that only one side got right, or got right more often.

    Parameters
    ----------
    rows
        The lines, in the order they are drawn; at most 40 are legible.
    margin
        Half-width of the band, a share.
    words
        Title and names.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    sizes = _Sizes.of(rows)
    layout = white_layout(sizes.width, sizes.height)
    subtitle = f"A = {plain_text(words.eval_a, 50)}, B = {plain_text(words.eval_b, 50)}"
    layout["title"] = head(words.title, subtitle + (f" · {words.note}" if words.note else ""))
    layout["legend"] = legend(sizes.height) | {"x": sizes.plot[0], "traceorder": "normal"}
    low, high = _reach(rows, margin)
    vertical = {"range": [len(rows) - 0.5, -0.5], "showticklabels": False, "ticks": "",
                "showgrid": False, "showline": False, "domain": sizes.rows}  # fmt: skip
    layout["xaxis"] = plot_axis(
        anchor="y",
        domain=sizes.plot,
        range=[low, high],
        title=axis_name("A − B (points)"),
        nticks=7,
    )
    layout["yaxis"] = plot_axis(anchor="x", **vertical)
    most = max([1, *(max(r.more_a or 0, r.more_b or 0) for r in rows if not r.whole)])
    layout["xaxis2"] = plot_axis(
        anchor="y2",
        domain=sizes.bars,
        range=[-1.45 * most, 1.45 * most],
        showticklabels=False,
        ticks="",
        showgrid=False,
        title=axis_name("items right more often"),
    )
    layout["yaxis2"] = plot_axis(anchor="x2", **vertical)
    layout["shapes"] = _shapes(rows, margin)
    layout["barmode"] = "overlay"
    layout["annotations"] = _notes(rows, sizes)
    zero = go.Scatter(
        x=[0, 0], y=[-0.5, max(len(rows), 1) - 0.5], mode="lines", hoverinfo="skip",
        line={"color": INK, "width": 1.1}, showlegend=False, name="zero", xaxis="x", yaxis="y",
    )  # fmt: skip
    traces = [trace for number, row in enumerate(rows) for trace in _marks(row, number, low, high)]
    traces += _bars(rows)
    return go.Figure(data=[zero, *traces, *_keys(rows)], layout=layout)


@dataclass(frozen=True)
class _Sizes:
    """The figure in pixels, and its parts in fractions of it."""

    width: float
    height: float
    plot: tuple[float, float]
    bars: tuple[float, float]
    rows: tuple[float, float]
    columns: tuple[float, float, float]

    @staticmethod
    def of(rows: Sequence[DifferenceRow]) -> _Sizes:
        longest = max((len(plain_text(row.label, _LABEL)) for row in rows), default=0)
        left = max(90.0, 30 + longest * SMALL * CHARACTER_WIDTH * 1.15)
        bars = left + _PLOT + 24
        text = bars + _BARS + 20
        width = text + _ESTIMATE + _PAIRS + _Q + 10
        over, under = HEAD + 22.0, 56.0
        height = over + _ROW * max(len(rows), 2) + under
        return _Sizes(
            width, height,
            (left / width, (left + _PLOT) / width),
            (bars / width, (bars + _BARS) / width),
            (under / height, 1 - over / height),
            (text / width, (text + _ESTIMATE) / width, (text + _ESTIMATE + _PAIRS) / width),
        )  # fmt: skip


def _reach(rows: Sequence[DifferenceRow], margin: float) -> tuple[float, float]:
    """Both ends of the axis in points: all intervals, at least ten points each way of zero."""
    ends = finite_values([[r.low for r in rows], [r.high for r in rows]])
    low = min([-0.1, -1.5 * margin, *ends.tolist()])
    high = max([0.1, 1.5 * margin, *ends.tolist()])
    room = 0.03 * (high - low)
    return 100 * max(low - room, -1.03), 100 * min(high + room, 1.03)


def _shapes(rows: Sequence[DifferenceRow], margin: float) -> list[dict[str, Any]]:
    tall = {"yref": "y", "y0": -0.5, "y1": max(len(rows), 1) - 0.5}
    band = {"type": "rect", "x0": -100 * margin, "x1": 100 * margin, "fillcolor": "#f0f0f0",
            "line": {"width": 0}, "layer": "below", "xref": "x", **tall}  # fmt: skip
    middle = {"type": "line", "x0": 0, "x1": 0, "layer": "above", "xref": "x2", **tall,
              "yref": "y2", "line": {"color": SOFT_INK, "width": 1}}  # fmt: skip
    shapes = [band, middle]
    wholes = sum(row.whole for row in rows)
    if 0 < wholes < len(rows):
        shapes.append(
            {"type": "line", "xref": "paper", "x0": 0.01, "x1": 0.99, "yref": "y",
             "y0": wholes - 0.5, "y1": wholes - 0.5, "line": {"color": GRID_INK, "width": 1}}
        )  # fmt: skip
    return shapes


def _marks(row: DifferenceRow, number: int, low: float, high: float) -> list[Any]:
    if row.value != row.value:
        return []
    colour = _COLOURS[row.verdict]
    ends = [max(100 * row.low, low), min(100 * row.high, high)]
    told = f"<b>{escape_text(row.label)}</b><br>{_estimate(row)} points<br>n = {row.pairs}"
    shared: dict[str, Any] = {
        "xaxis": "x", "yaxis": "y", "showlegend": False, "hovertext": told, "hoverinfo": "text",
    }  # fmt: skip
    return [
        go.Scatter(
            x=ends, y=[number, number], mode="lines", name="interval",
            line={"color": colour, "width": 2.6 if row.whole else 1.8}, **shared,
        ),
        go.Scatter(
            x=[100 * row.value], y=[number], mode="markers", name="difference",
            marker={"symbol": "diamond" if row.whole else "square", "size": 10 if row.whole else 9,
                    "color": colour, "line": {"color": "white", "width": 1}}, **shared,
        ),
    ]  # fmt: skip


def _bars(rows: Sequence[DifferenceRow]) -> list[Any]:
    """Items that A got right more often to the right, B's to the left."""
    shown = [(i, r) for i, r in enumerate(rows) if r.more_a is not None and not r.whole]
    bars = []
    for sign, colour, name in ((1, _A, "a"), (-1, _B, "b")):
        counts = [(r.more_a if name == "a" else r.more_b) or 0 for _, r in shown]
        bars.append(
            go.Bar(
                x=[sign * count for count in counts], y=[i for i, _ in shown], orientation="h",
                width=0.62, marker={"color": colour, "line": {"width": 0}}, opacity=0.75,
                text=[f"{count:,}" for count in counts], textposition="outside",
                textfont={"size": SMALL, "color": SOFT_INK}, cliponaxis=False, hoverinfo="skip",
                name=f"only {name.upper()}", showlegend=False, xaxis="x2", yaxis="y2",
            )
        )  # fmt: skip
    return bars


def _notes(rows: Sequence[DifferenceRow], sizes: _Sizes) -> list[dict[str, Any]]:
    step = (sizes.rows[1] - sizes.rows[0]) / max(len(rows), 1)
    notes = []
    for number, row in enumerate(rows):
        y = sizes.rows[1] - (number + 0.5) * step
        label = escape_text(row.label, _LABEL)
        named = f"<b>{label}</b>" if row.whole else label
        left = sizes.plot[0] - 10 / sizes.width
        notes += [
            _note(named, left, y, "right"),
            _note(_estimate(row), sizes.columns[0], y, "left"),
            _note(escape_text(row.pairs), sizes.columns[1], y, "left", SOFT_INK),
            _note(escape_text(row.q), sizes.columns[2], y, "left"),
        ]
    over = sizes.rows[1] + 12 / sizes.height
    middle = sum(sizes.bars) / 2
    notes += [
        _note("← B better", sizes.plot[0], over, "left", SOFT_INK),
        _note("A better →", sizes.plot[1], over, "right", SOFT_INK),
        _note("B more", middle - 8 / sizes.width, over, "right", SOFT_INK),
        _note("A more", middle + 8 / sizes.width, over, "left", SOFT_INK),
        _note("<b>A − B (95%)</b>", sizes.columns[0], over, "left"),
        _note("<b>items</b>", sizes.columns[1], over, "left"),
        _note("<b>q</b>", sizes.columns[2], over, "left"),
    ]
    return notes


def _estimate(row: DifferenceRow) -> str:
    """A difference with its interval in points, with one decimal."""
    if row.value != row.value:
        return "not estimated"
    value, low, high = (_points(x) for x in (row.value, row.low, row.high))
    return f"{value} ({low} to {high})"


def _points(share: float) -> str:
    shown = f"{100 * share:+.1f}".replace("-", "−")
    return "0.0" if shown in ("+0.0", "−0.0") else shown


def _keys(rows: Sequence[DifferenceRow]) -> list[Any]:
    there = {row.verdict for row in rows}
    names = {**_NAMES, "no_difference": "no difference beyond the grey band"}
    return [
        go.Scatter(
            x=[None], y=[None], mode="markers", name=name, hoverinfo="skip", showlegend=True,
            marker={"symbol": "square", "size": 11, "color": _COLOURS[verdict]},
        )
        for verdict, name in names.items()
        if verdict in there
    ]  # fmt: skip


def _note(text: str, x: float, y: float, side: str, colour: str = INK) -> dict[str, Any]:
    return {
        "text": text, "x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": side,
        "yanchor": "middle", "showarrow": False,
        "font": {"size": FONT_SIZE - 1 if "<b>" in text else SMALL, "color": colour},
    }  # fmt: skip
