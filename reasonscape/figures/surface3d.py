"""Accuracy over two axes as a landscape: surface, lower bound, capability and truncation marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.captions import capable_from, heading, panel_names
from reasonscape.figures.content import (
    TRUNCATION_MARK,
    FloatArray,
    LevelAxis,
    SurfaceGrid,
)
from reasonscape.figures.numerals import percent
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.relief import BOUND, mark_style, marks, sheets, towers
from reasonscape.figures.theme import (
    ACCURACY_SCALE,
    FONT_SIZE,
    GRID_INK,
    TRUNCATED,
    colour_scale,
    head,
    legend,
    white_layout,
)
from reasonscape.figures.wording import (
    axis_title,
    level_texts,
    plain_text,
    scene_text,
)

#: Pixels of a panel: alone, and one of several.
_ALONE, _ONE_OF_MANY = (770.0, 560.0), (470.0, 370.0)


def surface_figure(grids: Sequence[SurfaceGrid]) -> go.Figure:
    """Draw one landscape a grid, on shared scales and from one point of view.

    The opaque surface is accuracy, red to green; the translucent grey one under it the lower
    bound of the 95% interval. Marks stand on the surface: green spheres on capable cells, hollow
    grey circles on open ones, and where the lower bound of the truncated share passes
    `TRUNCATION_MARK` a red tower as high as that share with a red sphere on top: its top is the
    accuracy had every truncated answer been right.

    Parameters
    ----------
    grids
        One to six grids. A grid with one row or one column is drawn as a band.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If there are no grids, or more than six.
    """
    alone = len(grids) == 1
    width, height = _ALONE if alone else _ONE_OF_MANY
    rooms = Rooms(left=8.0, bottom=8.0, gap=4.0, right=92.0)
    panels = place_panels(len(grids), width, height, rooms)
    camera = _camera(grids)
    layout = white_layout(panels.width, panels.height)
    traces: list[Any] = []
    for index, grid in enumerate(grids):
        scene = "scene" if index == 0 else f"scene{index + 1}"
        traces += _scene_traces(grid, scene, alone)
        layout[scene] = _scene(grid, panels, index, camera, alone)
    traces += _keys(grids)
    names = panel_names(grids)
    subtitle = f"{grids[0].eval_label}" if alone else ""
    layout["title"] = head(heading(grids), subtitle)
    layout["legend"] = legend(panels.height) | {"x": 16 / panels.width}
    layout["annotations"] = (
        [panels.title(index, name) for index, name in enumerate(names)] if panels.titled else []
    )
    layout["coloraxis"] = {
        "colorscale": colour_scale(ACCURACY_SCALE),
        "cmin": 0,
        "cmax": 1,
        "colorbar": panels.colour_bar("accuracy", tickformat=".0%"),
    }
    return go.Figure(data=traces, layout=layout)


def _camera(grids: Sequence[SurfaceGrid]) -> dict[str, Any]:
    """Look from the lower corner towards the higher, so that the landscape hides nothing."""
    rise_x = sum(_rise(grid.accuracy) for grid in grids)
    rise_y = sum(_rise(grid.accuracy.T) for grid in grids)
    toward_x = 1.0 if rise_x <= 0 else -1.0
    toward_y = 1.0 if rise_y <= 0 else -1.0
    # From the side when there is but one row, so that the band is seen along its length.
    if all(len(grid.y.levels) == 1 for grid in grids):
        eye = {"x": 0.3 * toward_x, "y": -1.65, "z": 0.5}
    elif all(len(grid.x.levels) == 1 for grid in grids):
        eye = {"x": 1.65, "y": 0.3 * toward_y, "z": 0.5}
    else:
        eye = {"x": 1.5 * toward_x, "y": 1.15 * toward_y, "z": 0.9}
    return {"eye": eye, "center": {"x": 0, "y": 0, "z": -0.14}, "up": {"x": 0, "y": 0, "z": 1}}


def _rise(accuracy: FloatArray) -> float:
    """Last half of the columns minus the first half, in sums of centred accuracies."""
    shown = np.nan_to_num(accuracy - np.nanmean(accuracy)) if not np.isnan(accuracy).all() else None
    if shown is None or shown.shape[1] < 2:
        return 0.0
    half = shown.shape[1] // 2
    return float(shown[:, -half:].sum() - shown[:, :half].sum())


def _scene(
    grid: SurfaceGrid, panels: Panels, index: int, camera: dict[str, Any], alone: bool
) -> dict[str, Any]:
    box = panels.boxes[index]
    across, up = len(grid.x.levels), len(grid.y.levels)
    return {
        "domain": {"x": list(box.x), "y": list(box.y)},
        "camera": camera,
        "aspectmode": "manual",
        "aspectratio": {
            "x": 1.3 if up == 1 else 1.05,
            "y": 0.4 if up == 1 else (1.3 if across == 1 else 1.05),
            "z": 0.72,
        }
        | ({"x": 0.4} if across == 1 else {}),
        "xaxis": _level_axis(grid.x, alone),
        "yaxis": _level_axis(grid.y, alone),
        "zaxis": _wall(
            title={"text": "accuracy", "font": {"size": FONT_SIZE}},
            range=[0, 1.06],
            tickvals=[0, 0.25, 0.5, 0.75, 1],
            ticktext=["0%", "25%", "50%", "75%", "100%"],
            tickfont={"size": 11},
        ),
    }


def _level_axis(axis: LevelAxis, alone: bool) -> dict[str, Any]:
    """Ticks thin out where an ordered axis has many or long levels; hover names every one."""
    count = len(axis.levels)
    limit = 12 if alone else 9
    texts = [scene_text(text) for text in level_texts(axis, limit)]
    widest = max((len(plain_text(level, limit)) for level in axis.levels), default=0)
    room = (46 if alone else 26) // max(widest, 2)
    step = 1 if count <= max(room, 3) or axis.kind == "factor" else -(-count // max(room, 3))
    named = list(range(0, count, step))
    crowded = len(named) * widest > (46 if alone else 26)
    hidden = count == 1 and not axis.label
    return _wall(
        title={
            "text": "" if hidden else scene_text(axis_title(axis, 28)),
            "font": {"size": FONT_SIZE},
        },
        range=[-0.6, count - 0.4],
        tickvals=[] if hidden else named,
        ticktext=[] if hidden else [texts[index] for index in named],
        tickfont={"size": 10 if crowded or not alone else 12},
    )


def _wall(**more: Any) -> dict[str, Any]:
    return {
        "tickmode": "array",
        "showbackground": True,
        "backgroundcolor": "#fafafa",
        "gridcolor": GRID_INK,
        "linecolor": "#9a9a9a",
        "zeroline": False,
        "showspikes": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": "#9a9a9a",
    } | more


def _scene_traces(grid: SurfaceGrid, scene: str, alone: bool) -> list[Any]:
    if grid.masked.all():
        return [go.Scatter3d(x=[None], y=[None], z=[None], scene=scene, showlegend=False)]
    size = 7.0 if alone else 4.5
    return [*sheets(grid, scene), *marks(grid, scene, size), *towers(grid, scene, size)]


def _keys(grids: Sequence[SurfaceGrid]) -> list[Any]:
    """Legend entries of the marks that occur in any panel."""
    nothing = {"x": [None], "y": [None], "hoverinfo": "skip", "showlegend": True}
    words = {
        "capable": f"capable (lower bound ≥ {capable_from(grids)})",
        "open": "open",
        "failing": f"failing (upper bound < {capable_from(grids)})",
    }
    keys: list[Any] = []
    for state, name in words.items():
        if any(((np.asarray(grid.state) == state) & ~grid.masked).any() for grid in grids):
            marker = mark_style(state, 10)
            keys.append(("markers", {"marker": marker, "legendgroup": state, "name": name}))
    if any(grid.truncated.any() for grid in grids):
        name = f"truncated share (lower bound > {percent(TRUNCATION_MARK)})"
        marker, line = mark_style("truncated", 10), {"color": TRUNCATED, "width": 5}
        keys.append(
            (
                "lines+markers",
                {"marker": marker, "line": line, "legendgroup": "truncated", "name": name},
            )
        )
    bound = {"symbol": "square", "size": 12, "color": BOUND, "opacity": 0.35}
    keys.append(("markers", {"marker": bound, "name": "lower 95% bound"}))
    return [go.Scatter3d(mode=mode, z=[None], **key, **nothing) for mode, key in keys]
