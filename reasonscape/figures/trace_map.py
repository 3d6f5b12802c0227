"""A map of samples in two dimensions, coloured by what one chooses from a menu."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.map_colours import colourings
from reasonscape.figures.map_content import TraceMap
from reasonscape.figures.map_frame import (
    arranged,
    axis_names,
    bar_place,
    key_keys,
    map_layout,
    map_notes,
    place_map,
    point_keys,
    point_size,
    rounded,
)
from reasonscape.figures.notes import empty_note
from reasonscape.figures.panels import Panels
from reasonscape.figures.scales import axis_name
from reasonscape.figures.theme import plot_axis

#: Up to so many points groups differ in their markers, too. More points are too small for it; WebGL
#: would also draw them kind by kind, and the last kind over all others.
MOST_SYMBOLS = 2_000

_SIZE = (660.0, 580.0)


def trace_map_figure(content: TraceMap) -> go.Figure:
    """Draw samples as points, with a menu of labels and numbers to colour them by.

    All points are one WebGL trace, so that words of hover boxes are there once and no group hides
    another; a legend entry is a trace of its own without points. Both axes have one scale.

    Parameters
    ----------
    content
        The places, in two dimensions (of three the first two are drawn).

    Returns
    -------
    plotly.graph_objects.Figure
    """
    content = arranged(content)
    panels = place_map(*_SIZE, notes=len(map_notes(content)))
    symbols = len(content.ids) <= MOST_SYMBOLS
    colours = colourings(content, bar_place(panels), symbols=symbols)
    layout = map_layout(content, panels, colours, symbols=symbols)
    layout |= _axes(content, panels)
    if not content.ids:
        layout["annotations"].append(empty_note(panels, 0, "no samples to show"))
    points = go.Scattergl(
        x=rounded(content.places[:, 0]), y=rounded(content.places[:, 1]),
        marker_size=point_size(len(content.ids), 4.0, 9.0), marker_opacity=0.75,
        marker_symbol=colours[0].symbols if symbols else "circle",
        **point_keys(content, colours[0]),
    )  # fmt: skip
    keys = [
        go.Scatter(x=[None], y=[None], **key_keys(look, text, shown=mine == 0, symbol=symbols))
        for mine, each in enumerate(colours)
        for text, look in each.keys
    ]
    return go.Figure(data=[points, *keys], layout=layout)


def _axes(content: TraceMap, panels: Panels) -> dict[str, Any]:
    """Axes without numbers, which say nothing of a map; a unit is as long across as up."""
    box = panels.boxes[0]
    sizes = np.array([panels.plot_width, panels.plot_height])
    places = content.places[:, :2] if len(content.places) else np.zeros((1, 2))
    low, high = places.min(axis=0), places.max(axis=0)
    unit = float(((high - low) / sizes).max()) * 1.06 or 1 / float(sizes.max())
    ends = np.stack([(low + high - unit * sizes) / 2, (low + high + unit * sizes) / 2], axis=1)
    names = axis_names(content)
    bare = {"showticklabels": False, "ticks": "", "showgrid": False, "mirror": True}
    return {
        "xaxis": plot_axis(
            anchor="y", domain=box.x, range=ends[0].tolist(), title=axis_name(names[0]), **bare
        ),
        "yaxis": plot_axis(
            anchor="x", domain=box.y, range=ends[1].tolist(), title=axis_name(names[1]),
            scaleanchor="x", **bare,
        ),
    }  # fmt: skip
