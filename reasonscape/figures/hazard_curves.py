"""How often traces end right and wrong per 1,000 units of time at risk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.areas import Area, upright
from reasonscape.figures.bands import band, bars
from reasonscape.figures.caps import near_cap, time_end, time_name
from reasonscape.figures.content import FloatArray
from reasonscape.figures.frames import frame
from reasonscape.figures.notes import empty_note, short_unit
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.populations import RIGHT, WRONG, Look, line_key
from reasonscape.figures.scales import axis_name, finite_values, log_axis, log_bounds, top_of
from reasonscape.figures.theme import check_panels, plot_axis
from reasonscape.figures.time_content import Estimates, HazardCurves

_ENDS = (("right ends", RIGHT), ("wrong ends", WRONG))
#: Long intervals of thin bins run out of the panel rather than flatten all else.
_ROOM = 1.3


def hazard_curves_figure(panels: Sequence[HazardCurves]) -> go.Figure:
    """Draw smoothed rates with bands over binned incidences with intervals, one panel an eval.

    Rates are ends per 1,000 units of time at risk. Panels share both scales; intervals of bins
    that are far longer than all rates run out of the panel.

    Parameters
    ----------
    panels
        One to six panels, all with the same kind of vertical scale.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If there are no panels or more than six, or some are logarithmic and others not.
    """
    check_panels(len(panels))
    if len({each.log_rate for each in panels}) > 1:
        raise ValueError("panels of one figure have one kind of vertical scale")
    width, height = (560.0, 330.0) if len(panels) == 1 else (300.0, 230.0)
    rooms = Rooms(left=70.0, bottom=56.0, gap=30, right=24)
    places = place_panels(len(panels), width, height, rooms, least_width=640)
    words = "lines: smoothed, with 95% bands; points: bins with 95% intervals"
    layout = frame(panels, places, words, otherwise="Hazards")
    bounds = _bounds(panels)
    times = [part for each in panels for part in (each.time, each.edges)]
    end = time_end(times, [each.cap for each in panels], room=1.02)
    traces: list[Any] = []
    for index, each in enumerate(panels):
        area = Area(*places.axis_keys(index), x=(0.0, end), y=bounds, log_y=each.log_rate)
        layout |= _axes(each, places, index, area)
        if (cap := near_cap(each.cap, end)) is not None:
            traces += upright(layout, area, cap, f"cap {cap:,.0f}", dash="dot")
        smooth = _smooth(each, area)
        points = _points(each, area)
        traces += smooth + points
        if not smooth and not points:
            layout["annotations"].append(empty_note(places, index, "nothing to show"))
    keys = [line_key(look, name, markers=True) for name, look in _ENDS]
    return go.Figure(data=traces + keys, layout=layout)


def _bounds(panels: Sequence[HazardCurves]) -> tuple[float, float]:
    values = [
        part.value
        for each in panels
        for part in (each.right, each.wrong, each.binned_right, each.binned_wrong)
    ]
    if panels[0].log_rate:
        return log_bounds(values, margin=0.08)
    highs = [part.high for each in panels for part in (each.right, each.wrong)]
    bands = finite_values(highs)
    usual = [[float(np.quantile(bands, 0.9))]] if len(bands) else []
    top = max(top_of(values, room=_ROOM), top_of(usual, otherwise=0.0))
    # A bin without ends stands clear of the axis.
    return -0.02 * top, top


def _axes(each: HazardCurves, places: Panels, index: int, area: Area) -> dict[str, Any]:
    box = places.boxes[index]
    unit = short_unit(each.time_unit)
    shared: dict[str, Any] = {
        "anchor": area.x_key, "domain": box.y, "showticklabels": box.column == 0,
        "title": axis_name(f"ends per 1,000 {unit} at risk", shown=box.column == 0),
    }  # fmt: skip
    return {
        area.x_key.replace("x", "xaxis"): plot_axis(
            anchor=area.y_key, domain=box.x, range=list(area.x), tickformat=",~r",
            nticks=6 if places.plot_width > 400 else 5,
            title=axis_name(time_name(unit, each.cap, area.x[1])),
        ),
        area.y_key.replace("y", "yaxis"): (
            log_axis(*area.y, **shared)
            if each.log_rate
            else plot_axis(range=list(area.y), nticks=7, **shared)
        ),
    }  # fmt: skip


def _drawable(values: FloatArray, area: Area) -> FloatArray:
    """Values, and NaN for what a logarithmic axis cannot show."""
    known = np.isfinite(values) & ((values > 0) | (not area.log_y))
    return np.where(known, values, np.nan)


def _smooth(each: HazardCurves, area: Area) -> list[Any]:
    traces: list[Any] = []
    ends = list(zip(_ENDS, (each.right, each.wrong), strict=True))
    for (name, look), curve in ends:
        # A band down to 0 ends at the foot of a logarithmic axis.
        low = np.maximum(curve.low, area.y[0]) if area.log_y else curve.low
        traces += band(
            each.time, low, _drawable(curve.high, area), look.colour, area.place, name="band",
            legendgroup=name,
        )  # fmt: skip
    for (name, look), curve in ends:
        value = _drawable(curve.value, area)
        if np.isfinite(value).any():
            traces.append(
                go.Scatter(
                    x=each.time, y=value, mode="lines", name=name, legendgroup=name,
                    line={"color": look.colour, "width": 2.2, "dash": look.dash},
                    hovertext=_hover(name, each.time, curve), hoverinfo="text",
                    showlegend=False, **area.place,
                )
            )  # fmt: skip
    return traces


def _points(each: HazardCurves, area: Area) -> list[Any]:
    edges = np.asarray(each.edges, dtype=np.float64)
    if len(edges) < 2:
        return []
    traces = []
    for side, ((name, look), bins) in enumerate(
        zip(_ENDS, (each.binned_right, each.binned_wrong), strict=True)
    ):
        value = _drawable(bins.value, area)
        if np.isfinite(value).any():
            # Off the middle, so that neither interval hides the other.
            at = edges[:-1] + np.diff(edges) * (0.44, 0.56)[side]
            traces.append(_bin_points(name, look, at, value, bins, area))
    return traces


def _bin_points(
    name: str, look: Look, at: FloatArray, value: FloatArray, bins: Estimates, area: Area
) -> Any:
    low = np.maximum(bins.low, area.y[0] / math.e) if area.log_y else bins.low
    return go.Scatter(
        x=at, y=value, mode="markers", name=f"{name}, bins", legendgroup=name,
        error_y=bars(value, low, bins.high, color=look.colour),
        marker={
            "color": look.colour, "symbol": look.symbol, "size": 7,
            "line": {"color": "white", "width": 0.8},
        },
        hovertext=_hover(name, at, bins), hoverinfo="text", showlegend=False, **area.place,
    )  # fmt: skip


def _hover(name: str, at: FloatArray, curve: Estimates) -> list[str]:
    return [
        f"<b>{name}</b> about {place:,.0f}<br>{value:.3g} per 1,000 ({low:.3g} to {high:.3g})"
        for place, value, low, high in zip(at, curve.value, curve.low, curve.high, strict=True)
    ]
