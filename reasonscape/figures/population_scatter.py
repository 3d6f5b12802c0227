"""Length against entropy of traces by outcome, with the spread of each along both margins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.areas import Area, level, upright
from reasonscape.figures.content import FloatArray
from reasonscape.figures.frames import frame
from reasonscape.figures.margins import TOP, strip, strip_edges
from reasonscape.figures.notes import NOTE_LINE, empty_note, note_below
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.populations import counted
from reasonscape.figures.scales import axis_name, finite_values, log_axis, log_bounds, top_of
from reasonscape.figures.scatter_points import point_keys, points, shown_points
from reasonscape.figures.theme import check_panels, plot_axis
from reasonscape.figures.trace_content import PopulationScatter
from reasonscape.figures.wording import escape_text

#: From this many points on they are drawn by WebGL.
MANY_POINTS = 5_000
#: With more panels than this there is no strip beside them, only the one above.
_SIDE_STRIPS = 3
_GAP = 6.0
#: Reference lines farther beyond the longest trace than this factor are not drawn.
_BEYOND = 3.0


@dataclass(frozen=True)
class _Scales:
    """What all panels share: bounds, the bins of the strips and the strips' size."""

    x: tuple[float, float]
    y: tuple[float, float]
    x_edges: FloatArray
    y_edges: FloatArray
    strip: float
    side: bool


def population_scatter_figure(panels: Sequence[PopulationScatter]) -> go.Figure:
    """Draw traces as points by outcome, one panel an eval or level, on one pair of scales.

    Lengths are on a logarithmic axis; lengths that are not above 0 are not drawn. A trace that
    ends in a loop is a hollow marker. Strips show how each outcome's points spread along either
    axis, each scaled to its own peak, for outcomes of at least
    `reasonscape.figures.margins.LEAST_POINTS` points, and the median as a dotted line; above three
    panels the strip along the vertical axis is left out.

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
    places = _place(len(panels), sampled=any(_sampled(each) for each in panels))
    scales = _scales(panels)
    words = "a point is a trace; margins show how each outcome spreads"
    layout = frame(panels, places, words, otherwise="Traces by outcome")
    layout["legend"]["itemwidth"] = 30
    traces: list[Any] = []
    for index, each in enumerate(panels):
        traces += _panel(each, places, index, scales, layout)
    return go.Figure(data=traces + point_keys(panels), layout=layout)


def _sampled(each: PopulationScatter) -> bool:
    return each.shown_of is not None and each.shown_of[0] < each.shown_of[1]


def _place(count: int, *, sampled: bool) -> Panels:
    side = _strip_size(count) + _GAP if count <= _SIDE_STRIPS else 0.0
    width, height = (520.0, 340.0) if count == 1 else (290.0, 230.0)
    rooms = Rooms(left=66.0, bottom=52 + (2 if sampled else 1) * NOTE_LINE, gap=26, right=24)
    return place_panels(
        count, width + side, height + _strip_size(count) + _GAP, rooms, least_width=680
    )


def _strip_size(count: int) -> float:
    return 74.0 if count == 1 else 50.0


def _scales(panels: Sequence[PopulationScatter]) -> _Scales:
    populations = [population for each in panels for population in each.populations]
    lengths = [population.x for population in populations]
    most = _BEYOND * top_of(lengths, otherwise=np.inf)
    # A cap far beyond all traces would squeeze them.
    lines = [[line.at for line in each.x_lines if line.at <= most] for each in panels]
    x = log_bounds([*lengths, *lines])
    values = finite_values(
        [*(population.y for population in populations),
         *([line.at for line in each.y_lines] for each in panels)]
    )  # fmt: skip
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    margin = 0.05 * (high - low) or 0.5
    # Entropy has a true zero; an axis that nearly reaches it begins there.
    y = (0.0 if 0 <= low < 0.4 * high else low - margin, high + margin)
    edges = strip_edges(*x, log=True), strip_edges(*y)
    return _Scales(
        x, y, *edges,
        _strip_size(len(panels)), len(panels) <= _SIDE_STRIPS,
    )  # fmt: skip


def _panel(
    each: PopulationScatter, places: Panels, index: int, scales: _Scales, layout: dict[str, Any]
) -> list[Any]:
    x_key, y_key = places.axis_keys(index)
    # Numbers beyond those of the panels.
    over, beside = f"y{index + 11}", f"x{index + 11}"
    layout |= _axes(each, places, index, scales, (over, beside))
    area = Area(x_key, y_key, scales.x, scales.y, log_x=True)
    traces: list[Any] = []
    for row, line in enumerate(each.x_lines):
        traces += upright(layout, area, line.at, escape_text(line.label, 32), row=row)
    for line in each.y_lines:
        traces += level(layout, area, line.at, escape_text(line.label, 32))
    drawn = [population for population in each.populations if len(shown_points(population))]
    # The largest lies lowest, so that it hides no other.
    for population in sorted(drawn, key=lambda population: -len(population.x)):
        many = sum(len(other.x) for other in drawn) > MANY_POINTS
        traces += points(
            population, each, area.place, many=many, size=5 if places.plot_width > 400 else 4
        )
        traces += strip(population, "x", scales.x_edges, {"xaxis": x_key, "yaxis": over})
        if scales.side:
            traces += strip(population, "y", scales.y_edges, {"xaxis": beside, "yaxis": y_key})
    totals = {
        population.name: len(population.x) if population.total is None else population.total
        for population in each.populations
    }
    layout["annotations"].append(note_below(places, index, counted(totals)))
    if each.shown_of is not None and _sampled(each):
        shown, total = each.shown_of
        words = f"a random {shown:,} of {total:,} traces are drawn"
        layout["annotations"].append(note_below(places, index, words, line=1))
    if not drawn:
        layout["annotations"].append(empty_note(places, index, "no traces to show"))
    return traces


def _axes(
    each: PopulationScatter, places: Panels, index: int, scales: _Scales, strips: tuple[str, str]
) -> dict[str, Any]:
    x_key, y_key = places.axis_keys(index)
    box = places.boxes[index]
    over, beside = strips
    size = scales.strip + _GAP
    right = box.x[1] - (size / places.width if scales.side else 0.0)
    top = box.y[1] - size / places.height
    bare = {"visible": False, "fixedrange": True}
    axes = {
        x_key.replace("x", "xaxis"): log_axis(
            *scales.x, most=6 if places.plot_width > 400 else 4, anchor=y_key,
            domain=(box.x[0], right), title=axis_name(escape_text(each.x_label, 40)),
        ),
        y_key.replace("y", "yaxis"): plot_axis(
            anchor=x_key, domain=(box.y[0], top), range=list(scales.y), nticks=7,
            showticklabels=box.column == 0,
            title=axis_name(escape_text(each.y_label, 40), shown=box.column == 0),
        ),
        over.replace("y", "yaxis"): bare | {
            "anchor": x_key, "range": [0, TOP],
            "domain": (top + _GAP / places.height, box.y[1]),
        },
    }  # fmt: skip
    if scales.side:
        axes[beside.replace("x", "xaxis")] = bare | {
            "anchor": y_key, "range": [0, TOP],
            "domain": (right + _GAP / places.width, box.x[1]),
        }  # fmt: skip
    return axes
