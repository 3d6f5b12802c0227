"""How much new a trace still says along its course, by outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.areas import Area, level
from reasonscape.figures.bands import band
from reasonscape.figures.frames import frame
from reasonscape.figures.notes import NOTE_LINE, empty_note, note_below
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.populations import LOOKS, counted, in_order, line_key
from reasonscape.figures.scales import axis_name, top_of
from reasonscape.figures.theme import check_panels, plot_axis
from reasonscape.figures.trace_content import NoveltyCurve, NoveltyCurves
from reasonscape.figures.wording import escape_text


def novelty_curves_figure(panels: Sequence[NoveltyCurves]) -> go.Figure:
    """Draw mean novelty along the trace by outcome with bands, one panel an eval or level.

    The dashed line is the novelty under which a trace counts as looping. All panels have one
    vertical scale, from 0.

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
    width, height = (540.0, 320.0) if len(panels) == 1 else (300.0, 230.0)
    rooms = Rooms(left=66.0, bottom=52 + NOTE_LINE, gap=38, right=24)
    places = place_panels(len(panels), width, height, rooms, least_width=640)
    words = "mean novelty of a trace along its course, with 95% bands"
    layout = frame(panels, places, words, otherwise="Novelty along the trace")
    top = top_of(
        [np.fmax(curve.mean, curve.high) for each in panels for curve in each.curves]
        + [[each.threshold] for each in panels]
    )
    traces: list[Any] = []
    for index, each in enumerate(panels):
        area = Area(*places.axis_keys(index), x=(0.0, 1.0), y=(0.0, top))
        layout |= _axes(each, places, index, area)
        traces += level(layout, area, each.threshold, "loop below this")
        shown = [curve for curve in each.curves if np.isfinite(curve.mean).any()]
        for curve in shown:
            look = LOOKS[curve.population]
            traces += band(
                each.position, curve.low, curve.high, look.colour, area.place, name="band",
                legendgroup=curve.population,
            )  # fmt: skip
        traces += [_line(each, curve, area) for curve in shown]
        counts = {curve.population: curve.n for curve in each.curves}
        layout["annotations"].append(note_below(places, index, counted(counts)))
        if not shown:
            layout["annotations"].append(empty_note(places, index, "no traces to show"))
    present = in_order(
        curve.population for each in panels for curve in each.curves if len(curve.mean)
    )
    keys = [line_key(LOOKS[name], name) for name in present]
    return go.Figure(data=traces + keys, layout=layout)


def _axes(each: NoveltyCurves, places: Panels, index: int, area: Area) -> dict[str, Any]:
    box = places.boxes[index]
    return {
        area.x_key.replace("x", "xaxis"): plot_axis(
            anchor=area.y_key, domain=box.x, range=[0, 1], tickvals=[0, 0.25, 0.5, 0.75, 1],
            tickformat=".0%", title=axis_name("share of the trace"),
        ),
        area.y_key.replace("y", "yaxis"): plot_axis(
            anchor=area.x_key, domain=box.y, range=list(area.y), nticks=7,
            showticklabels=box.column == 0,
            title=axis_name(escape_text(each.y_label, 40), shown=box.column == 0),
        ),
    }  # fmt: skip


def _line(each: NoveltyCurves, curve: NoveltyCurve, area: Area) -> Any:
    look = LOOKS[curve.population]
    hover = [
        f"<b>{curve.population}</b> (n = {curve.n:,})<br>{position:.0%} of the trace<br>"
        f"{value:.2f} ({low:.2f} to {high:.2f})"
        for position, value, low, high in zip(
            each.position, curve.mean, curve.low, curve.high, strict=True
        )
    ]
    return go.Scatter(
        x=each.position, y=curve.mean, mode="lines", name=curve.population,
        line={"color": look.colour, "width": 2.2, "dash": look.dash}, hovertext=hover,
        hoverinfo="text", legendgroup=curve.population, showlegend=False, **area.place,
    )  # fmt: skip
