"""Who still thinks, and who has ended right or wrong, at each time; numbers at risk below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.areas import Area, upright
from reasonscape.figures.bands import band
from reasonscape.figures.caps import near_cap, time_end, time_name
from reasonscape.figures.frames import frame
from reasonscape.figures.notes import NOTE_LINE, empty_note, note_below, short_unit
from reasonscape.figures.numerals import percent, short_count
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.populations import CUT, RIGHT, THINKING, WRONG, Look, line_key
from reasonscape.figures.scales import axis_name
from reasonscape.figures.theme import check_panels, plot_axis
from reasonscape.figures.time_content import Estimates, TimeCurves

#: Numbers at risk closer than this, in pixels, would touch.
_APART = 40.0
#: Shares reach a little beyond 0 and 1, so that no line lies on the frame.
_SHARES = (-0.02, 1.04)


def time_curves_figure(panels: Sequence[TimeCurves]) -> go.Figure:
    """Draw the share still thinking and the shares ended right and wrong, one panel an eval.

    Steps with 95% bands on one pair of scales; at every time the shares add up to 1. Below each
    panel stand the numbers at risk, under their times; the dotted line is the cap.

    Parameters
    ----------
    panels
        One to six panels.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If there are no panels, or more than six.
    """
    check_panels(len(panels))
    width, height = (560.0, 330.0) if len(panels) == 1 else (300.0, 220.0)
    rooms = Rooms(left=74.0, bottom=52 + 2 * NOTE_LINE, gap=30, right=24)
    places = place_panels(len(panels), width, height, rooms, least_width=640)
    words = "shares of samples at each time, with 95% bands"
    layout = frame(panels, places, words, otherwise="Time course")
    end = time_end([each.time for each in panels], [each.cap for each in panels], room=1.02)
    traces: list[Any] = []
    for index, each in enumerate(panels):
        area = Area(*places.axis_keys(index), x=(0.0, end), y=_SHARES)
        layout |= _axes(each, places, index, area)
        if (cap := near_cap(each.cap, end)) is not None:
            traces += upright(layout, area, cap, f"cap {cap:,.0f}", dash="dot")
        drawn = [entry for entry in _curves(each) if np.isfinite(entry[2].value).any()]
        for name, look, curve in drawn:
            traces += band(
                each.time, curve.low, curve.high, look.colour, area.place, step=True,
                name="band", legendgroup=name,
            )  # fmt: skip
        traces += [_line(each, *entry, area) for entry in drawn]
        layout["annotations"] += _risk_row(each, places, index, area)
        if not drawn:
            layout["annotations"].append(empty_note(places, index, "nothing to show"))
    looks = {name: look for each in panels for name, look, _ in _curves(each)}
    keys = [line_key(look, name) for name, look in looks.items()]
    return go.Figure(data=traces + keys, layout=layout)


def _curves(each: TimeCurves) -> list[tuple[str, Look, Estimates]]:
    curves = [
        ("still thinking", THINKING, each.still_thinking),
        ("ended right", RIGHT, each.right),
        ("ended wrong", WRONG, each.wrong),
    ]
    if each.truncated is not None:
        curves.append(("truncated", CUT, each.truncated))
    return curves


def _axes(each: TimeCurves, places: Panels, index: int, area: Area) -> dict[str, Any]:
    box = places.boxes[index]
    return {
        area.x_key.replace("x", "xaxis"): plot_axis(
            anchor=area.y_key, domain=box.x, range=list(area.x), tickformat=",~r",
            nticks=6 if places.plot_width > 400 else 5,
            title=axis_name(time_name(short_unit(each.time_unit), each.cap, area.x[1])),
        ),
        area.y_key.replace("y", "yaxis"): plot_axis(
            anchor=area.x_key, domain=box.y, range=list(area.y),
            tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat=".0%",
            showticklabels=box.column == 0,
            title=axis_name("share of samples", shown=box.column == 0),
        ),
    }  # fmt: skip


def _line(each: TimeCurves, name: str, look: Look, curve: Estimates, area: Area) -> Any:
    hover = [
        f"<b>{name}</b> at {time:,.0f}<br>{percent(value, 1)} "
        f"({percent(low, 1)} to {percent(high, 1)})"
        for time, value, low, high in zip(
            each.time.tolist(), curve.value.tolist(), curve.low.tolist(), curve.high.tolist(),
            strict=True,
        )
    ]  # fmt: skip
    return go.Scatter(
        x=each.time, y=curve.value, mode="lines", name=name, hovertext=hover, hoverinfo="text",
        line={"color": look.colour, "width": 2.2, "dash": look.dash, "shape": "hv"},
        legendgroup=name, showlegend=False, **area.place,
    )  # fmt: skip


def _count(value: int) -> str:
    return f"{value:,}" if value < 10_000 else short_count(value)


def _risk_row(each: TimeCurves, places: Panels, index: int, area: Area) -> list[dict[str, Any]]:
    """Numbers at risk under their times, as many as there is room for, and what they are."""
    row: list[dict[str, Any]] = []
    taken = -np.inf
    for time, count in zip(each.risk_times.tolist(), each.at_risk.tolist(), strict=True):
        if not area.x[0] <= time <= area.x[1]:
            continue
        pixels = time / area.x[1] * places.plot_width
        if pixels - taken < _APART:
            continue
        taken = pixels
        row.append(
            note_below(places, index, _count(count), line=1)
            | {"xref": area.x_key, "x": time, "xanchor": "center"}
        )
    if row:
        row.append(note_below(places, index, "samples at risk:"))
    return row
