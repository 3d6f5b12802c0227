"""How long traces of each outcome are: their spread, and the median with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.content import FloatArray
from reasonscape.figures.map_content import LengthsByOutcome, OutcomeLengths
from reasonscape.figures.margins import LEAST_POINTS
from reasonscape.figures.notes import empty_note
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.populations import LOOKS, in_order
from reasonscape.figures.row_notes import fitted_head, row_note
from reasonscape.figures.scales import axis_name, finite_values, log_bounds, log_ticks, tick_number
from reasonscape.figures.theme import (
    FONT_SIZE,
    GRID_INK,
    HEAD,
    INK,
    SMALL,
    SOFT_INK,
    legend,
    plot_axis,
    white_layout,
)
from reasonscape.figures.wording import escape_text

_ROW = 86.0
#: Rows over the first base line.
_OVER = 0.62
#: More values than this are drawn by as many of their quantiles: the shape is the same.
_MOST_VALUES = 1_500
#: Standardised lengths beyond this many standard deviations are not drawn.
_FARTHEST = 5.0


@dataclass(frozen=True)
class _Spread:
    """One outcome as drawn: positions on a linear axis, its median there, and words of it."""

    values: FloatArray
    median: float
    low: float
    high: float
    words: str


def outcome_lengths_figure(content: LengthsByOutcome) -> go.Figure:
    """Draw the spread of lengths on a logarithmic axis, a row an outcome, with its median.

    Where standardised lengths are given, a second panel shows them: it compares traces of one task.
    Outcomes of fewer than `reasonscape.figures.margins.LEAST_POINTS` traces are drawn as strokes.

    Parameters
    ----------
    content
        The outcomes; there may be none.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    by_name = {each.name: each for each in content.outcomes}
    rows = [by_name[name] for name in in_order(by_name)]
    both = any(each.standardised is not None for each in rows)
    rooms = Rooms(left=112.0, bottom=54.0, gap=32, right=24)
    width = 400.0 if both else 560.0
    places = place_panels(
        2 if both else 1, width, _ROW * max(len(rows), 1), rooms, head=HEAD, least_width=660
    )
    layout = white_layout(places.width, places.height)
    layout["title"] = fitted_head(content.title, content.subtitle, places.width)
    layout["legend"] = legend(places.height) | {"x": places.boxes[0].x[0]}
    layout |= {"annotations": _names(rows, places), "violingap": 0, "violinmode": "overlay"}
    unit = escape_text(content.unit, 24)
    traces = _panel(rows, [_logged(each, unit) for each in rows], places, 0)
    layout |= _log_axes(rows, places, unit)
    if both:
        traces += _panel(rows, [_relative(each) for each in rows], places, 1)
        layout |= _relative_axes(rows, places)
        names = ("all traces", "against other traces of the same task")
        layout["annotations"] += [places.title(i, name) for i, name in enumerate(names)]
    if not any(len(each.lengths) for each in rows):
        layout["annotations"].append(empty_note(places, 0, "no traces to show"))
    return go.Figure(data=traces + _keys(rows), layout=layout)


def _logged(each: OutcomeLengths, unit: str) -> _Spread:
    values = np.log10(finite_values([each.lengths], positive=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        median, low, high = np.log10([each.median, each.low, each.high]).tolist()
    words = "" if each.median != each.median else f"{each.median:,.0f}"
    if words and each.low == each.low and each.high == each.high:
        words += f" ({each.low:,.0f}–{each.high:,.0f})"
    return _Spread(values, median, low, high, f"{words} {unit}" if words else "")


def _relative(each: OutcomeLengths) -> _Spread:
    known = np.zeros(0) if each.standardised is None else finite_values([each.standardised])
    median, low, high = (
        each.standardised_median, each.standardised_low, each.standardised_high,
    )  # fmt: skip
    words = "" if median != median else f"{median:+.2f} SD"
    if words and low == low and high == high:
        words = f"{median:+.2f} ({low:+.2f} to {high:+.2f}) SD"
    return _Spread(
        known[np.abs(known) <= _FARTHEST], median, low, high, words.replace("-", "−")
    )  # fmt: skip


def _panel(
    rows: list[OutcomeLengths], spreads: list[_Spread], places: Panels, index: int
) -> list[Any]:
    x_key, y_key = places.axis_keys(index)
    place = {"xaxis": x_key, "yaxis": y_key}
    traces: list[Any] = [
        go.Scatter(x=[None], y=[None], showlegend=False, hoverinfo="skip", **place)
    ]
    for number, (each, spread) in enumerate(zip(rows, spreads, strict=True)):
        colour = LOOKS[each.name].colour
        if len(spread.values) >= LEAST_POINTS:
            traces.append(
                go.Violin(
                    x=_thinned(spread.values), y0=number, orientation="h", side="negative",
                    width=1.08, points=False, spanmode="hard", hoverinfo="skip", name=each.name,
                    line={"color": colour, "width": 1.5}, fillcolor=colour, opacity=0.45,
                    scalemode="width", showlegend=False, **place,
                )
            )  # fmt: skip
        elif len(spread.values):
            traces.append(
                go.Scatter(
                    x=spread.values, y=[number - 0.12] * len(spread.values), mode="markers",
                    marker={"symbol": "line-ns", "size": 16,
                            "line": {"color": colour, "width": 2}},
                    name=each.name, hoverinfo="skip", showlegend=False, **place,
                )
            )  # fmt: skip
        traces += _median(spread, number, colour, place)
    return traces


def _median(spread: _Spread, number: int, colour: str, place: dict[str, str]) -> list[Any]:
    if not np.isfinite(spread.median):
        return []
    known = np.isfinite(spread.low) and np.isfinite(spread.high)
    ends = [spread.low, spread.high] if known else [spread.median] * 2
    shared = {"hovertext": spread.words, "hoverinfo": "text", "showlegend": False, **place}
    return [
        go.Scatter(
            x=ends, y=[number + 0.13] * 2, mode="lines+markers", name="interval",
            line={"color": colour, "width": 2.2},
            marker={"symbol": "line-ns", "size": 9, "line": {"color": colour, "width": 1.6}},
            **shared,
        ),
        go.Scatter(
            x=[spread.median], y=[number + 0.13], mode="markers+text", name="median",
            text=[spread.words], textposition="bottom center", cliponaxis=False,
            textfont={"size": SMALL, "color": INK},
            marker={"symbol": "diamond", "size": 10, "color": colour,
                    "line": {"color": "white", "width": 1}},
            **shared,
        ),
    ]  # fmt: skip


def _thinned(values: FloatArray) -> FloatArray:
    """Values, or as many evenly spaced ones of their sorted order as are drawn at most."""
    ordered = np.sort(values)
    if len(ordered) > _MOST_VALUES:
        at = np.round(np.linspace(0, len(ordered) - 1, _MOST_VALUES)).astype(int)
        ordered = ordered[at]
    # Ten thousandths of a power of ten are more than a screen shows.
    return np.asarray(np.round(ordered, 4), dtype=np.float64)


def _y_axis(rows: list[OutcomeLengths], places: Panels, index: int) -> dict[str, Any]:
    x_key, y_key = places.axis_keys(index)
    axis = plot_axis(
        anchor=x_key, domain=places.boxes[index].y, range=[max(len(rows), 1) - 0.46, -_OVER],
        showticklabels=False, ticks="", showgrid=False,
    )  # fmt: skip
    return {y_key.replace("y", "yaxis"): axis}


def _log_axes(rows: list[OutcomeLengths], places: Panels, unit: str) -> dict[str, Any]:
    low, high = log_bounds([*(each.lengths for each in rows), *([each.median] for each in rows)])
    ticks = log_ticks(low, high, 6)
    axis = plot_axis(
        anchor="y", domain=places.boxes[0].x, range=[float(np.log10(low)), float(np.log10(high))],
        tickmode="array", tickvals=np.log10(ticks).tolist(),
        ticktext=[tick_number(tick) for tick in ticks], title=axis_name(f"length ({unit})"),
    )  # fmt: skip
    return {"xaxis": axis, **_y_axis(rows, places, 0)}


def _relative_axes(rows: list[OutcomeLengths], places: Panels) -> dict[str, Any]:
    values = finite_values([_relative(each).values for each in rows])
    reach = max(float(np.abs(values).max()) if len(values) else 0.0, 1.0) * 1.05
    axis = plot_axis(
        anchor="y2", domain=places.boxes[1].x, range=[-reach, reach], nticks=8, zeroline=True,
        zerolinecolor=SOFT_INK, zerolinewidth=1, gridcolor=GRID_INK,
        title=axis_name("log length, standard deviations from the task's mean"),
    )  # fmt: skip
    return {"xaxis2": axis, **_y_axis(rows, places, 1)}


def _names(rows: list[OutcomeLengths], places: Panels) -> list[dict[str, Any]]:
    box = places.boxes[0]
    step = (box.y[1] - box.y[0]) / (max(len(rows), 1) - 0.46 + _OVER)
    notes = []
    for number, each in enumerate(rows):
        total = len(each.lengths) if each.total is None else each.total
        text = f"{each.name}<br><span style='color:{SOFT_INK}'>n={total:,}</span>"
        y = box.y[1] - (number + _OVER - 0.14) * step
        note = row_note(text, box.x[0] - 10 / places.width, y, "right")
        note["font"]["size"] = FONT_SIZE - 1
        notes.append(note)
    return notes


def _keys(rows: list[OutcomeLengths]) -> list[Any]:
    if not any(each.median == each.median for each in rows):
        return []
    return [
        go.Scatter(
            x=[None], y=[None], mode="lines+markers", line={"color": SOFT_INK, "width": 2.2},
            marker={"symbol": "diamond", "size": 10, "color": SOFT_INK},
            name="median, 95% interval over items", hoverinfo="skip", showlegend=True,
        )
    ]  # fmt: skip
