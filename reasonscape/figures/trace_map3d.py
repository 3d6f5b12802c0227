"""A map of samples in three dimensions, to turn about, coloured by what one chooses from a menu."""

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
from reasonscape.figures.theme import FONT_SIZE, GRID_INK
from reasonscape.figures.wording import scene_text

_SIZE = (680.0, 600.0)
#: An axis is at least this long, in lengths of the longest.
_SHORTEST = 0.45


def trace_map3d_figure(content: TraceMap) -> go.Figure:
    """Draw samples as points of a scene, with a menu of labels and numbers to colour them by.

    All are circles: scenes know few markers, and draw many kinds slowly.

    Parameters
    ----------
    content
        The places, in three dimensions.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If the places have two dimensions only.
    """
    if content.places.shape[1] != 3:
        raise ValueError(f"a scene needs places of 3 dimensions, got {content.places.shape[1]}")
    content = arranged(content)
    panels = place_map(*_SIZE, notes=len(map_notes(content)))
    colours = colourings(content, bar_place(panels), symbols=False)
    layout = map_layout(content, panels, colours, symbols=False)
    box = panels.boxes[0]
    layout["scene"] = _scene(content) | {"domain": {"x": list(box.x), "y": list(box.y)}}
    if not content.ids:
        layout["annotations"].append(empty_note(panels, 0, "no samples to show"))
    x, y, z = (rounded(content.places[:, place]) for place in range(3))
    points = go.Scatter3d(
        x=x, y=y, z=z, marker_size=point_size(len(content.ids), 2.2, 6.0), marker_opacity=0.8,
        marker_line_width=0, **point_keys(content, colours[0]),
    )  # fmt: skip
    nowhere: dict[str, Any] = {"x": [None], "y": [None], "z": [None]}
    keys = [
        go.Scatter3d(**nowhere, **key_keys(look, text, shown=mine == 0, symbol=False))
        for mine, each in enumerate(colours)
        for text, look in each.keys
    ]
    return go.Figure(data=[points, *keys], layout=layout)


def _scene(content: TraceMap) -> dict[str, Any]:
    walls = {
        f"{key}axis": {
            "title": {"text": scene_text(name), "font": {"size": FONT_SIZE - 1}},
            "showticklabels": False, "showbackground": True, "backgroundcolor": "#f7f7f7",
            "gridcolor": GRID_INK, "linecolor": "#9a9a9a", "zeroline": False,
            "showspikes": False, "ticks": "", "nticks": 6,
        }
        for key, name in zip("xyz", axis_names(content), strict=True)
    }  # fmt: skip
    return walls | {
        "aspectmode": "manual", "aspectratio": _ratios(content), "dragmode": "turntable",
        "camera": {
            "eye": {"x": 1.43, "y": 1.23, "z": 0.74}, "center": {"x": 0, "y": 0, "z": -0.08},
            "up": {"x": 0, "y": 0, "z": 1},
        },
    }  # fmt: skip


def _ratios(content: TraceMap) -> dict[str, float]:
    """Lengths of the axes as the data are, the longest 1, and none so short that it hides depth."""
    spans = np.ptp(content.places, axis=0) if len(content.places) else np.ones(3)
    share = spans / spans.max() if spans.max() > 0 else np.ones(3)
    return dict(zip("xyz", np.clip(share, _SHORTEST, 1).round(3).tolist(), strict=True))
