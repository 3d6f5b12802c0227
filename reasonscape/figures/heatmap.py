"""Accuracy over two axes as a flat map: colour, interval and n in each cell, zone and marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.captions import (
    capable_from,
    cell_hover,
    heading,
    interval,
    panel_names,
)
from reasonscape.figures.cells import (
    cell_size,
    cell_words,
    flat_axes,
    masked_cells,
    richest_texts,
)
from reasonscape.figures.content import TRUNCATION_MARK, SurfaceGrid
from reasonscape.figures.marks import corner_triangles, zone_border
from reasonscape.figures.numerals import percent, short_count
from reasonscape.figures.panels import Panels, Rooms, place_panels
from reasonscape.figures.theme import (
    ACCURACY_SCALE,
    INK,
    MASKED,
    check_panels,
    colour_scale,
    head,
    legend,
    white_layout,
)
from reasonscape.figures.ticks import side_room, slant_room, tick_room

#: Legs of the corner mark of truncation, in pixels.
_CORNER = 13.0
_WHITE_BELOW = 0.33


def heatmap_figure(grids: Sequence[SurfaceGrid]) -> go.Figure:
    """Draw one flat map of accuracy a grid, on one colour scale.

    A cell shows accuracy, its 95% interval, n, and the truncated share ("cut") where its lower
    bound passes `TRUNCATION_MARK` (also a dark corner). A heavy line borders the capability zone;
    cells with too few samples are grey and say only how few. Where cells are small they say less.

    Parameters
    ----------
    grids
        One to six grids.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    ValueError
        If there are no grids, or more than six.
    """
    check_panels(len(grids))
    panels = _place(grids)
    layout = white_layout(panels.width, panels.height)
    traces: list[Any] = []
    same_y = len({grid.y for grid in grids}) == 1
    for index, grid in enumerate(grids):
        x_key, y_key = panels.axis_keys(index)
        traces += _panel_traces(grid, panels, {"xaxis": x_key, "yaxis": y_key})
        named = panels.boxes[index].column == 0 or not same_y
        layout |= flat_axes(grid.x, grid.y, panels, index, named=named)
    names = panel_names(grids)
    layout["title"] = head(heading(grids), _subtitle(grids))
    layout["legend"] = legend(panels.height) | {"x": panels.boxes[0].x[0]}
    layout["annotations"] = (
        [panels.title(index, name) for index, name in enumerate(names)] if panels.titled else []
    )
    layout["coloraxis"] = {
        "colorscale": colour_scale(ACCURACY_SCALE),
        "cmin": 0,
        "cmax": 1,
        "colorbar": panels.colour_bar("accuracy", tickformat=".0%"),
    }
    return go.Figure(data=traces + _keys(grids), layout=layout)


def _place(grids: Sequence[SurfaceGrid]) -> Panels:
    across = max(len(grid.x.levels) for grid in grids)
    up = max(len(grid.y.levels) for grid in grids)
    lines = 4 if any(grid.truncated.any() for grid in grids) else 3
    width, height = cell_size((up, across), alone=len(grids) == 1, lines=lines)
    rooms = Rooms(
        left=max(max(side_room(grid.y), slant_room(grid.x, width)) for grid in grids),
        bottom=max(tick_room(grid.x, width) for grid in grids),
        right=96.0,
        repeat_left=len({grid.y for grid in grids}) > 1,
    )
    return place_panels(len(grids), width, height, rooms, least_width=640)


def _subtitle(grids: Sequence[SurfaceGrid]) -> str:
    repeated = any((grid.samples != grid.items).any() for grid in grids)
    words = f"accuracy, 95% interval, n: {'samples/items' if repeated else 'items'}"
    return f"{grids[0].eval_label} · {words}" if len(grids) == 1 else words


def _panel_traces(grid: SurfaceGrid, panels: Panels, place: dict[str, str]) -> list[Any]:
    masked = grid.masked
    up, across = masked.shape
    texts = richest_texts([_texts(grid, detail) for detail in (3, 2, 1)], panels)
    dark = np.nan_to_num(grid.accuracy, nan=1.0) < _WHITE_BELOW
    words, size = cell_words(texts, dark, panels, place)
    hover = [[cell_hover(grid, row, column) for column in range(across)] for row in range(up)]
    traces: list[Any] = [
        go.Heatmap(
            z=np.where(masked, np.nan, grid.accuracy), coloraxis="coloraxis", hovertext=hover,
            hoverinfo="text", hoverongaps=False, xgap=1.5, ygap=1.5, name="accuracy", **place,
        ),
        words,
    ]  # fmt: skip
    if masked.any():
        traces += masked_cells(masked, grid.samples, hover, size, place)
    if grid.truncated.any():
        legs = _CORNER * across / panels.plot_width, _CORNER * up / panels.plot_height
        xs, ys = corner_triangles(grid.truncated, *legs)
        traces.append(
            go.Scatter(
                x=xs, y=ys, mode="lines", fill="toself", fillcolor=INK, line={"width": 0},
                hoverinfo="skip", legendgroup="truncated", showlegend=False, name="truncated",
                **place,
            )
        )  # fmt: skip
    if grid.capable_cells.any():
        xs, ys = zone_border(grid.capable_cells)
        traces.append(
            go.Scatter(
                x=xs, y=ys, mode="lines", line={"color": INK, "width": 3.5}, hoverinfo="skip",
                legendgroup="zone", showlegend=False, name="zone", cliponaxis=False, **place,
            )
        )  # fmt: skip
    return traces


def _texts(grid: SurfaceGrid, detail: int) -> list[list[list[str]]]:
    up, across = grid.accuracy.shape
    masked, truncated = grid.masked, grid.truncated
    return [
        [
            []
            if masked[row, column]
            else _lines(grid, row, column, detail, cut=bool(truncated[row, column]))
            for column in range(across)
        ]
        for row in range(up)
    ]


def _lines(grid: SurfaceGrid, row: int, column: int, detail: int, *, cut: bool) -> list[str]:
    lines = [percent(float(grid.accuracy[row, column]))]
    if detail > 1:
        lines.append(interval(float(grid.low[row, column]), float(grid.high[row, column])))
    if detail > 2:
        items, samples = int(grid.items[row, column]), int(grid.samples[row, column])
        each = "" if items == samples else f"/{short_count(items)}"
        lines.append(f"n={short_count(samples)}{each}")
    if cut and detail > 1:
        lines.append(f"cut {percent(float(grid.truncated_share[row, column]))}")
    return lines


def _keys(grids: Sequence[SurfaceGrid]) -> list[Any]:
    """Legend entries of the marks that occur in any panel."""
    nothing = {"x": [None], "y": [None], "hoverinfo": "skip", "showlegend": True}
    keys: list[Any] = []
    if any(grid.capable_cells.any() for grid in grids):
        name = f"capable: fitted lower bound ≥ {capable_from(grids)}"
        line = {"color": INK, "width": 3.5}
        keys.append(go.Scatter(mode="lines", line=line, legendgroup="zone", name=name, **nothing))
    if any(grid.truncated.any() for grid in grids):
        name = f"truncated (cut): lower bound > {percent(TRUNCATION_MARK)}"
        marker = {"symbol": "triangle-ne", "size": 11, "color": INK}
        keys.append(
            go.Scatter(mode="markers", marker=marker, legendgroup="truncated", name=name, **nothing)
        )
    if any(grid.masked.any() for grid in grids):
        marker = {"symbol": "square", "size": 12, "color": MASKED}
        keys.append(go.Scatter(mode="markers", marker=marker, name="too few samples", **nothing))
    return keys
