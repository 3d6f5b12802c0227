"""What stands in a 3-D scene: sheets of accuracy and bound, marks on cells, towers."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.captions import cell_hover
from reasonscape.figures.content import BoolArray, FloatArray, SurfaceGrid
from reasonscape.figures.mesh import grid_lines, grid_mesh
from reasonscape.figures.theme import CAPABLE, INK, OPEN, TRUNCATED

#: Half the depth of the band that stands for a surface with a single row or column.
_RIBBON = 0.3
#: Marks float this much above the surface, which would hide half of each.
_LIFT = 0.022
#: Colour of the lower bound.
BOUND = "#3d5a80"


def sheets(grid: SurfaceGrid, scene: str) -> list[Any]:
    """Accuracy with its grid lines, and the translucent bound under it."""
    xs, ys, accuracy = _band(np.where(grid.masked, np.nan, grid.accuracy))
    low = _band(np.where(grid.masked, np.nan, grid.low))[2]
    top, bottom = grid_mesh(xs, ys, accuracy), grid_mesh(xs, ys, low)
    line_x, line_y, line_z = grid_lines(xs, ys, accuracy, lift=0.003)
    shared = {"scene": scene, "hoverinfo": "skip"}
    # Light is almost flat: a shaded colour could not be read off the scale.
    light = {"ambient": 0.94, "diffuse": 0.12, "specular": 0.0, "fresnel": 0.0}
    return [
        go.Mesh3d(
            x=top.x, y=top.y, z=top.z, i=top.i, j=top.j, k=top.k,
            intensity=top.z, coloraxis="coloraxis", lighting=light, name="accuracy", **shared,
        ),
        go.Scatter3d(
            x=line_x, y=line_y, z=line_z, mode="lines", line={"color": "#3a3a3a", "width": 1.5},
            showlegend=False, name="grid", **shared,
        ),
        go.Mesh3d(
            x=bottom.x, y=bottom.y, z=bottom.z, i=bottom.i, j=bottom.j, k=bottom.k,
            color=BOUND, opacity=0.35, lighting=light, name="lower bound",
            **shared,
        ),
    ]  # fmt: skip


def _band(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Positions and heights of a sheet; a lone row or column is widened to a band."""
    up, across = values.shape
    xs, ys = np.arange(across, dtype=float), np.arange(up, dtype=float)
    if up == 1:
        ys, values = np.array([-_RIBBON, _RIBBON]), np.repeat(values, 2, axis=0)
    if across == 1:
        xs, values = np.array([-_RIBBON, _RIBBON]), np.repeat(values, 2, axis=1)
    return xs, ys, values


def mark_style(state: str, size: float) -> dict[str, Any]:
    """Plotly's keys of the marker of a cell's state."""
    return {
        "capable": {"size": size, "color": CAPABLE, "line": {"color": "white", "width": 1}},
        "open": {"size": size, "color": OPEN, "symbol": "circle-open"},
        "failing": {"size": size * 0.5, "color": INK, "symbol": "diamond"},
        "truncated": {"size": size, "color": TRUNCATED, "line": {"color": "white", "width": 1}},
    }[state]


def marks(grid: SurfaceGrid, scene: str, size: float) -> list[Any]:
    """One mark a shown cell, by its state."""
    traces: list[Any] = []
    for state in ("capable", "open", "failing"):
        cells = _cells((np.asarray(grid.state) == state) & ~grid.masked)
        if not cells:
            continue
        traces.append(
            go.Scatter3d(
                x=[column for _, column in cells],
                y=[row for row, _ in cells],
                z=[float(grid.accuracy[row, column]) + _LIFT for row, column in cells],
                mode="markers",
                marker=mark_style(state, size),
                hovertext=[cell_hover(grid, row, column) for row, column in cells],
                hoverinfo="text",
                scene=scene,
                legendgroup=state,
                showlegend=False,
                name=state,
            )
        )
    return traces


def towers(grid: SurfaceGrid, scene: str, size: float) -> list[Any]:
    """From accuracy up to accuracy plus truncated share, with a sphere on top."""
    cells = _cells(grid.truncated)
    if not cells:
        return []
    feet = [float(grid.accuracy[row, column]) for row, column in cells]
    heights = [float(grid.truncated_share[row, column]) for row, column in cells]
    tops = [min(foot + height, 1.0) for foot, height in zip(feet, heights, strict=True)]
    xs: list[float | None] = []
    ys: list[float | None] = []
    zs: list[float | None] = []
    for (row, column), foot, top in zip(cells, feet, tops, strict=True):
        xs += [column, column, None]
        ys += [row, row, None]
        zs += [foot, top, None]
    shared = {"scene": scene, "legendgroup": "truncated", "showlegend": False}
    return [
        go.Scatter3d(
            x=xs, y=ys, z=zs, mode="lines", line={"color": TRUNCATED, "width": size},
            hoverinfo="skip", name="tower", **shared,
        ),
        go.Scatter3d(
            x=[column for _, column in cells], y=[row for row, _ in cells], z=tops,
            mode="markers", marker=mark_style("truncated", size),
            hovertext=[cell_hover(grid, row, column) for row, column in cells],
            hoverinfo="text", name="truncated", **shared,
        ),
    ]  # fmt: skip


def _cells(flags: BoolArray) -> list[tuple[int, int]]:
    return [(int(row), int(column)) for row, column in np.argwhere(flags)]
