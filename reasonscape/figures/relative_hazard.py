"""Rate of wrong ends over rate of right ends along the time course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.areas import Area, level, upright
from reasonscape.figures.bands import band, bars
from reasonscape.figures.frames import BARE_HEAD, frame
from reasonscape.figures.notes import NOTE_LINE, empty_note, estimate_words, note_below, short_unit
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.populations import WRONG
from reasonscape.figures.scales import axis_name, finite_values, log_axis, log_bounds, top_of
from reasonscape.figures.theme import INK, check_panels, plot_axis
from reasonscape.figures.time_content import RelativeHazard
from reasonscape.figures.wording import escape_text

_LIMITS = "#8a8a8a"
_THRESHOLD = "#0072b2"
#: The vertical axis reaches at most this factor beyond the estimates, however long the intervals.
_BEYOND = 2.5


def relative_hazard_figure(panels: Sequence[RelativeHazard]) -> go.Figure:
    """Draw the ratio of wrong to right ends with intervals, one panel an eval, on one log scale.

    1 is the stratum's own ratio. The grey strip holds the ratios that count as constant, the blue
    line is where the ratio jumps, with its interval. Below stands the late over the early ratio.

    Parameters
    ----------
    panels
        One to six panels, all with the same kind of horizontal scale.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If there are no panels or more than six, or some are logarithmic and others not.
    """
    check_panels(len(panels))
    if len({each.log_time for each in panels}) > 1:
        raise ValueError("panels of one figure have one kind of horizontal scale")
    width, height = (560.0, 320.0) if len(panels) == 1 else (300.0, 220.0)
    rooms = Rooms(left=70.0, bottom=54 + NOTE_LINE, gap=30, right=24)
    places = place_panels(len(panels), width, height, rooms, head=BARE_HEAD, least_width=640)
    words = "wrong ends over right ends, relative to the stratum, 95% intervals"
    layout = frame(panels, places, words, otherwise="Relative hazard")
    layout["legend"]["visible"] = False
    x, y = _bounds(panels)
    traces: list[Any] = []
    for index, each in enumerate(panels):
        area = Area(*places.axis_keys(index), x=x, y=y, log_x=each.log_time, log_y=True)
        layout |= _axes(each, places, index, area)
        traces += _references(each, area, layout)
        shown = np.isfinite(each.ratio.value) & (each.ratio.value > 0)
        if shown.any():
            traces += _curve(each, area)
        else:
            layout["annotations"].append(empty_note(places, index, "too few ends to show"))
        words = estimate_words(each.late_early, each.late_early_low, each.late_early_high)
        layout["annotations"].append(note_below(places, index, f"late over early ratio: {words}"))
    return go.Figure(data=traces, layout=layout)


def _bounds(panels: Sequence[RelativeHazard]) -> tuple[tuple[float, float], tuple[float, float]]:
    times = [part for each in panels for part in (each.time, [each.threshold])]
    limits = [bound for each in panels for bound in each.limits]
    values = finite_values([*(each.ratio.value for each in panels), limits], positive=True)
    ends = finite_values(
        [part for each in panels for part in (each.ratio.low, each.ratio.high)], positive=True
    )
    least, most = float(values.min()) / _BEYOND, float(values.max()) * _BEYOND
    low, high = log_bounds([values, np.clip(ends, least, most)], margin=0.05)
    # Room at the top for the label of the threshold.
    y = low, high * (high / low) ** (0.1 if any(e.threshold == e.threshold for e in panels) else 0)
    if panels[0].log_time:
        return log_bounds(times, margin=0.05), y
    return (0.0, top_of(times, room=1.05)), y


def _axes(each: RelativeHazard, places: Panels, index: int, area: Area) -> dict[str, Any]:
    box = places.boxes[index]
    few = 6 if places.plot_width > 400 else 4
    shared: dict[str, Any] = {
        "anchor": area.y_key, "domain": box.x,
        "title": axis_name(escape_text(each.x_label, 40) or short_unit(each.time_unit)),
    }  # fmt: skip
    return {
        area.x_key.replace("x", "xaxis"): (
            log_axis(*area.x, most=few, **shared)
            if each.log_time
            else plot_axis(range=list(area.x), nticks=few, tickformat=",~r", **shared)
        ),
        area.y_key.replace("y", "yaxis"): log_axis(
            *area.y, anchor=area.x_key, domain=box.y, showticklabels=box.column == 0,
            title=axis_name("relative hazard, wrong / right", shown=box.column == 0),
        ),
    }  # fmt: skip


def _references(each: RelativeHazard, area: Area, layout: dict[str, Any]) -> list[Any]:
    """The strip of constant ratios, the line at 1, and the threshold with its interval."""
    ends = np.array(area.x)
    low, high = each.limits
    traces = band(ends, np.full(2, low), np.full(2, high), _LIMITS, area.place, name="limits")
    traces += level(layout, area, 1.0, color=INK, dash="solid", width=1)
    for limit in each.limits:
        traces += level(layout, area, limit, color=_LIMITS, dash="dot", width=1)
    if each.threshold == each.threshold:
        interval = np.clip([each.threshold_low, each.threshold_high], *area.x)
        traces += band(
            interval, np.full(2, area.y[0]), np.full(2, area.y[1]), _THRESHOLD, area.place,
            name="threshold interval",
        )  # fmt: skip
        words = f"threshold {each.threshold:,.0f}"
        if np.isfinite([each.threshold_low, each.threshold_high]).all():
            words += f" ({each.threshold_low:,.0f}–{each.threshold_high:,.0f})"
        traces += upright(layout, area, each.threshold, words, color=_THRESHOLD, dash="solid")
    return traces


def _curve(each: RelativeHazard, area: Area) -> list[Any]:
    ratio = each.ratio
    value = np.where(ratio.value > 0, ratio.value, np.nan)
    low = np.where(ratio.low > 0, ratio.low, area.y[0] / 10)
    low = np.where(np.isfinite(ratio.low), low, np.nan)
    hover = [
        f"about {time:,.0f}<br>{estimate_words(float(middle), float(least), float(most))}"
        for time, middle, least, most in zip(
            each.time, ratio.value, ratio.low, ratio.high, strict=True
        )
    ]
    points = go.Scatter(
        x=each.time, y=value, mode="lines+markers", name="ratio", showlegend=False,
        error_y=bars(value, low, ratio.high, color=WRONG.colour),
        line={"color": WRONG.colour, "width": 1.6},
        marker={
            "color": WRONG.colour, "symbol": WRONG.symbol, "size": 8,
            "line": {"color": "white", "width": 1},
        },
        hovertext=hover, hoverinfo="text", **area.place,
    )  # fmt: skip
    return [points]
