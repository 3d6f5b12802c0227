"""What clusters follow: the share of their information that each label explains."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from reasonscape.figures.cluster_content import Alignment, AlignmentRow
from reasonscape.figures.notes import probability_words
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.row_notes import fitted_head, row_middle, row_note
from reasonscape.figures.scales import axis_name, finite_values
from reasonscape.figures.theme import (
    CHARACTER_WIDTH,
    EVAL_COLOURS,
    HEAD,
    INK,
    SMALL,
    SOFT_INK,
    TITLE_SIZE,
    legend,
    plot_axis,
    white_layout,
)
from reasonscape.figures.wording import escape_text, plain_text

_ROW = 34.0
_LABEL = 34
_REASON = 60
_PLOT = 400.0
#: Widths of the columns right of the rows, in pixels.
_COLUMNS = (124.0, 66.0, 56.0, 128.0)
_HEADS = ("share (95%)", "p", "levels", "samples / items")
_COLOUR = EVAL_COLOURS[0]
_NULL = "#cfcfcf"
#: The two marks of a row stand so far above and below its middle, lest one hides the other.
_APART = 0.15
_NOWHERE = {"x": [None], "y": [None], "hoverinfo": "skip", "showlegend": True}


def alignment_figure(content: Alignment) -> go.Figure:
    """Draw how much of the clusters each label explains, a row a label.

    A filled mark with its interval is the share beyond chance, the grey bar behind it holds the
    middle 95% of what shuffled labels give, and a hollow mark is the adjusted mutual information.
    A row without an estimate is grey and says why.

    Parameters
    ----------
    content
        The rows, in drawing order; there may be none.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    rows = content.rows
    measured = any(not row.refused for row in rows)
    places = _place(content)
    box = places.boxes[0]
    layout = white_layout(places.width, places.height)
    layout["title"] = fitted_head(content.title, content.subtitle, places.width)
    layout["legend"] = legend(places.height) | {
        "x": 20 / places.width, "traceorder": "normal", "itemsizing": "trace",
        "visible": measured,
    }  # fmt: skip
    low, high = _bounds(content)
    layout["xaxis"] = plot_axis(
        anchor="y", domain=box.x, range=[low, high], nticks=8,
        title=axis_name("share of the clusters' information explained, beyond chance"),
        visible=measured,
    )  # fmt: skip
    layout["yaxis"] = plot_axis(
        anchor="x", domain=box.y, range=[max(len(rows), 1) - 0.5, -0.5], showticklabels=False,
        ticks="", showgrid=False, showline=False,
    )  # fmt: skip
    layout["annotations"] = _words(content, places, heads=measured)
    traces: list[Any] = [
        go.Scatter(
            x=[0, 0] if measured else [None, None], y=[-0.5, max(len(rows), 1) - 0.5],
            mode="lines", name="reference", line={"color": INK, "width": 1.1}, hoverinfo="skip",
            showlegend=False,
        )
    ]  # fmt: skip
    for number, row in enumerate(rows):
        traces += [] if row.refused else _row(row, number)
    return go.Figure(data=traces + _keys(), layout=layout)


def _place(content: Alignment) -> Panels:
    longest = max((len(plain_text(row.label, _LABEL)) for row in content.rows), default=0)
    rooms = Rooms(
        left=max(90.0, 34 + longest * (SMALL + 1) * CHARACTER_WIDTH), bottom=56.0,
        right=sum(_COLUMNS) + 20,
    )  # fmt: skip
    # The title is the answer and should be read whole.
    title = 44 + len(plain_text(content.title, 90)) * TITLE_SIZE * CHARACTER_WIDTH
    return place_panels(
        1, _PLOT, _ROW * max(len(content.rows), 2), rooms, head=HEAD + 24,
        least_width=min(title, 1000.0),
    )  # fmt: skip


def _bounds(content: Alignment) -> tuple[float, float]:
    """Ends of the axis: all that is drawn, with 0 and at least a tenth of the way to 1."""
    values = finite_values(
        [[row.share, row.low, row.high, row.null_low, row.null_high, row.adjusted]
         for row in content.rows if not row.refused] + [[0.0, 0.1]]
    )  # fmt: skip
    low, high = max(float(values.min()), -1.0), min(float(values.max()), 1.0)
    margin = 0.04 * (high - low)
    return low - margin, high + margin


def _row(row: AlignmentRow, number: int) -> list[Any]:
    shared = {"hovertext": _hover(row), "hoverinfo": "text", "showlegend": False}
    traces: list[Any] = []
    if row.null_low == row.null_low and row.null_high == row.null_high:
        traces.append(
            go.Scatter(
                x=[row.null_low, row.null_low, row.null_high, row.null_high],
                y=[number - 0.34, number + 0.34, number + 0.34, number - 0.34],
                mode="lines", fill="toself", fillcolor=_NULL, hoveron="fills", name="null",
                line={"width": 1.5, "color": _NULL}, text=shared["hovertext"],
                hoverinfo="text", showlegend=False,
            )
        )  # fmt: skip
    if row.low == row.low and row.high == row.high:
        traces.append(
            go.Scatter(
                x=[row.low, row.high], y=[number - _APART, number - _APART],
                mode="lines+markers", name="interval",
                line={"color": _COLOUR, "width": 2},
                marker={"symbol": "line-ns", "size": 10,
                        "line": {"color": _COLOUR, "width": 1.6}},
                **shared,
            )
        )  # fmt: skip
    if row.adjusted == row.adjusted:
        traces.append(
            go.Scatter(
                x=[row.adjusted], y=[number + _APART], mode="markers", name="adjusted",
                marker=_HOLLOW, **shared,
            )
        )  # fmt: skip
    if row.share == row.share:
        traces.append(
            go.Scatter(
                x=[row.share],
                y=[number - _APART],
                mode="markers",
                name="share",
                marker=_FILLED,
                **shared,
            )
        )
    return traces


_FILLED = {"symbol": "circle", "size": 11, "color": _COLOUR, "line": {"color": "white", "width": 1}}
_HOLLOW = {
    "symbol": "diamond", "size": 9, "color": "white",
    "line": {"color": INK, "width": 1.6},
}  # fmt: skip


def _hover(row: AlignmentRow) -> str:
    lines = [
        f"<b>{escape_text(row.label)}</b> ({row.levels:,} levels)",
        f"share beyond chance {_estimate(row)}",
        f"middle 95% of shuffled labels {row.null_low:.3f} to {row.null_high:.3f}",
        f"adjusted mutual information {row.adjusted:.3f}",
        f"p {probability_words(row.p)}",
        f"{row.n:,} samples of {row.items:,} items",
    ]
    return "<br>".join(line for line in lines if "nan" not in line)


def _estimate(row: AlignmentRow) -> str:
    if row.share != row.share:
        return "–"
    words = _signed(row.share)
    return words if row.low != row.low else f"{words} ({_signed(row.low)} to {_signed(row.high)})"


def _signed(value: float) -> str:
    # Adding 0 turns a rounded -0 into 0.
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def _words(content: Alignment, places: Panels, *, heads: bool) -> list[dict[str, Any]]:
    """Labels left of the rows, numbers right of them, and heads over all."""
    box, rows = places.boxes[0], content.rows
    columns = [box.x[1] + 16 / places.width]
    for width in _COLUMNS[:-1]:
        columns.append(columns[-1] + width / places.width)
    over = box.y[1] + 14 / places.height
    notes = [
        row_note(f"<b>{text}</b>", at, over, "left")
        for text, at in zip(_HEADS, columns, strict=True)
        if heads
    ]
    left = box.x[0] - 12 / places.width
    for number, row in enumerate(rows):
        y = row_middle(box, number, len(rows))
        soft = SOFT_INK if row.refused else INK
        name = row_note(escape_text(row.label, _LABEL), left, y, "right", soft)
        name["font"]["size"] = SMALL + 1
        notes.append(name)
        if row.refused:
            reason = f"not measured: {escape_text(row.refused, _REASON)}"
            note = row_note(reason, box.x[0] + 10 / places.width, y, "left", SOFT_INK)
            notes.append(note | {"bgcolor": "white"})
            continue
        texts = (
            _estimate(row), probability_words(row.p), f"{row.levels:,}",
            f"{row.n:,} / {row.items:,}",
        )  # fmt: skip
        notes += [row_note(text, at, y, "left") for text, at in zip(texts, columns, strict=True)]
    if not rows:
        middle = sum(box.y) / 2
        notes.append(row_note("nothing to show", sum(box.x) / 2, middle, "center", SOFT_INK))
    return notes


def _keys() -> list[Any]:
    bar = {"symbol": "square", "size": 13, "color": _NULL}
    return [
        go.Scatter(mode="lines+markers", marker=_FILLED, line={"color": _COLOUR, "width": 2},
                   name="share explained, 95% interval over items", **_NOWHERE),
        go.Scatter(mode="markers", marker=bar, name="95% of shuffled labels", **_NOWHERE),
        go.Scatter(mode="markers", marker=_HOLLOW, name="adjusted mutual information", **_NOWHERE),
    ]  # fmt: skip
