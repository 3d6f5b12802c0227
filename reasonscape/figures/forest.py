"""Forest plots: ratios with their intervals, a row each, numbers beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from reasonscape.figures.frames import BARE_HEAD
from reasonscape.figures.notes import estimate_words
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.populations import Look
from reasonscape.figures.row_notes import MONOSPACE
from reasonscape.figures.scales import axis_name, finite_values, log_axis, log_bounds
from reasonscape.figures.theme import (
    CHARACTER_WIDTH,
    EVAL_COLOURS,
    FONT_SIZE,
    HEAD,
    INK,
    SMALL,
    SOFT_INK,
    TITLE_SIZE,
    head,
    legend,
    plot_axis,
    white_layout,
)
from reasonscape.figures.wording import escape_text, plain_text

_ROW = 24.0
_LABEL = 40
_PLOT = 380.0
#: Widths of the columns right of the rows, in pixels.
_ESTIMATE, _TEXT = 132.0, 150.0
#: The axis reaches at most this factor beyond the estimates, however long the intervals.
_BEYOND = 4.0
_LOOK = Look(EVAL_COLOURS[0], "square", "solid")


@dataclass(frozen=True)
class ForestRow:
    """One line of a forest; a heading has no ratio, a quote is set in a monospaced font."""

    label: str
    ratio: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    text: str = ""
    look: Look = _LOOK
    faint: bool = False
    heading: bool = False
    hollow: bool = False
    quote: bool = False


@dataclass(frozen=True)
class ForestWords:
    """Words around the rows."""

    title: str
    subtitle: str
    axis: str
    below: str
    above: str
    estimate: str
    text: str


def common_title(titles: Sequence[str], otherwise: str) -> str:
    """The title that all share, or another."""
    return titles[0] if len(set(titles)) == 1 else otherwise


def grouped(name: str, rows: list[ForestRow], groups: int) -> list[ForestRow]:
    """Rows under the name of their group, where there are several groups."""
    return [ForestRow(name, heading=True), *rows] if groups > 1 else rows


def forest_figure(
    rows: Sequence[ForestRow], marks: Sequence[float], words: ForestWords, keys: list[Any]
) -> go.Figure:
    """Draw rows from the top, with lines at 1 and at `marks`, and `keys` in the legend.

    An interval that reaches far beyond all ratios ends in an arrow.
    """
    places = _place(rows, HEAD + 14 if keys else BARE_HEAD + 14)
    layout = white_layout(places.width, places.height)
    room = places.width - 40
    layout["title"] = head(
        plain_text(words.title, max(int(room / (TITLE_SIZE * CHARACTER_WIDTH)), 20)),
        words.subtitle,
    )
    layout["legend"] = legend(places.height) | {
        "x": places.boxes[0].x[0], "traceorder": "normal", "visible": bool(keys),
    }  # fmt: skip
    low, high = _bounds(rows, marks)
    box = places.boxes[0]
    layout["xaxis"] = log_axis(
        low, high, anchor="y", domain=box.x, title=axis_name(words.axis), most=6
    )
    layout["yaxis"] = plot_axis(
        anchor="x", domain=box.y, range=[len(rows) - 0.5, -0.5], showticklabels=False, ticks="",
        showgrid=False, showline=False,
    )  # fmt: skip
    layout["shapes"] = []
    layout["annotations"] = _notes(rows, words, places)
    traces = _lines(len(rows), marks, (low, high))
    for number, row in enumerate(rows):
        traces += _row(row, number, (low, high))
    return go.Figure(data=traces + keys, layout=layout)


def _place(rows: Sequence[ForestRow], over: float) -> Panels:
    # A monospaced font is a sixth wider.
    longest = max(
        (len(plain_text(row.label, _LABEL)) * (1.0 if row.quote else 0.92) for row in rows),
        default=0.0,
    )
    text = max((len(row.text) for row in rows), default=0) * SMALL * CHARACTER_WIDTH
    rooms = Rooms(
        left=max(80.0, 34 + longest * SMALL * CHARACTER_WIDTH * 1.25), bottom=54.0,
        right=_ESTIMATE + max(_TEXT, text + 20) + 20,
    )  # fmt: skip
    height = _ROW * max(len(rows), 2)
    return place_panels(1, _PLOT, height, rooms, head=over, least_width=640)


def _bounds(rows: Sequence[ForestRow], marks: Sequence[float]) -> tuple[float, float]:
    values = finite_values([[row.ratio for row in rows], marks, [1.0]], positive=True)
    ends = finite_values([[row.low for row in rows], [row.high for row in rows]], positive=True)
    least, most = float(values.min()) / _BEYOND, float(values.max()) * _BEYOND
    within = [min(max(float(end), least), most) for end in ends]
    return log_bounds([values, within], least_factor=3.0, margin=0.05)


def _lines(rows: int, marks: Sequence[float], bounds: tuple[float, float]) -> list[Any]:
    low, high = bounds
    return [
        go.Scatter(
            x=[at, at], y=[-0.5, max(rows, 1) - 0.5], mode="lines", hoverinfo="skip",
            line={"color": INK if at == 1 else SOFT_INK, "width": 1.1,
                  "dash": "solid" if at == 1 else "dash"},
            showlegend=False, name="reference", xaxis="x", yaxis="y",
        )
        for at in ([1.0, *marks] if rows else [])
        if low <= at <= high
    ]  # fmt: skip


def _row(row: ForestRow, number: int, bounds: tuple[float, float]) -> list[Any]:
    if row.heading or row.ratio != row.ratio or row.ratio <= 0:
        return []
    low, high = bounds
    start = row.low if row.low == row.low else row.ratio
    end = row.high if row.high == row.high else row.ratio
    shared = {
        "showlegend": False, "opacity": 0.4 if row.faint else 1.0, "xaxis": "x", "yaxis": "y",
        "hovertext": f"<b>{escape_text(row.label)}</b><br>"
                     f"{estimate_words(row.ratio, row.low, row.high)}",
        "hoverinfo": "text",
    }  # fmt: skip
    # An arrow says that an interval goes on beyond the axis.
    ends = [max(start, low * 1.01), min(end, high / 1.01)]
    symbols = [
        "triangle-left" if start < low else "line-ns",
        "triangle-right" if end > high else "line-ns",
    ]
    pen = {"color": row.look.colour, "width": 1.8}
    return [
        go.Scatter(
            x=ends, y=[number, number], mode="lines+markers", line=pen, name="interval",
            marker={"symbol": symbols, "size": 8, "color": row.look.colour,
                    "line": {"color": row.look.colour, "width": 1.4}}, cliponaxis=False,
            **shared,
        ),
        go.Scatter(
            x=[row.ratio], y=[number], mode="markers", name="ratio",
            marker={"symbol": row.look.symbol, "size": 10,
                    "color": "white" if row.hollow else row.look.colour,
                    "line": {"color": row.look.colour if row.hollow else "white",
                             "width": 1.8 if row.hollow else 1}},
            **shared,
        ),
    ]  # fmt: skip


def _notes(rows: Sequence[ForestRow], words: ForestWords, places: Panels) -> list[dict[str, Any]]:
    """Labels left of the rows, numbers right of them, and heads over all."""
    box = places.boxes[0]
    step = (box.y[1] - box.y[0]) / max(len(rows), 1)
    columns = (
        box.x[0] - 12 / places.width,
        box.x[1] + 16 / places.width,
        box.x[1] + (16 + _ESTIMATE) / places.width,
    )
    notes = []
    for number, row in enumerate(rows):
        y = box.y[1] - (number + 0.5) * step
        label = escape_text(row.label, _LABEL)
        if row.heading:
            notes.append(_note(f"<b>{label}</b>", columns[0], y, "right"))
            continue
        soft = SOFT_INK if row.faint else INK
        estimate = estimate_words(row.ratio, row.low, row.high)
        notes += [
            _label(label, columns[0], y, row),
            _note(estimate, columns[1], y, "left", soft),
            _note(row.text, columns[2], y, "left"),
        ]
    over = box.y[1] + 12 / places.height
    notes += [
        _note(f"← {words.below}", box.x[0], over, "left", SOFT_INK),
        _note(f"{words.above} →", box.x[1], over, "right", SOFT_INK),
        _note(f"<b>{words.estimate}</b>", columns[1], over, "left"),
        _note(f"<b>{words.text}</b>", columns[2], over, "left"),
    ]
    if not rows:
        middle = (box.y[0] + box.y[1]) / 2
        notes.append(_note("nothing to show", sum(box.x) / 2, middle, "center", SOFT_INK))
    return notes


def _label(text: str, x: float, y: float, row: ForestRow) -> dict[str, Any]:
    note = _note(text, x, y, "right")
    return note | {"font": note["font"] | {"family": MONOSPACE}} if row.quote else note


def _note(text: str, x: float, y: float, side: str, colour: str = INK) -> dict[str, Any]:
    return {
        "text": text, "x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": side,
        "yanchor": "middle", "showarrow": False,
        "font": {"size": FONT_SIZE - 1 if "<b>" in text else SMALL, "color": colour},
    }  # fmt: skip
