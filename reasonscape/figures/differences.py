"""Where one eval is better than another: paired differences of accuracy over two axes."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.captions import sample_size
from reasonscape.figures.cells import cell_size, cell_words, flat_axes, masked_cells
from reasonscape.figures.content import DifferenceGrid
from reasonscape.figures.marks import cell_frames
from reasonscape.figures.numerals import points, short_count
from reasonscape.figures.panels import Rooms, place_panels
from reasonscape.figures.theme import (
    DIFFERENCE_SCALE,
    INK,
    MASKED,
    colour_scale,
    head,
    legend,
    white_layout,
)
from reasonscape.figures.ticks import side_room, slant_room, tick_room
from reasonscape.figures.wording import axis_title, escape_text, plain_text

#: The scale never stretches noise: it reaches at least this far to each side.
_LEAST_REACH = 0.1


def difference_figure(grid: DifferenceGrid) -> go.Figure:
    """Draw the accuracy of eval A minus that of eval B, paired by item, as a flat map.

    Orange cells are where A is better, blue where B is; the scale is symmetric about white. A
    cell shows the difference in percentage points, its 95% interval and the number of pairs; a
    frame and a star mark differences that hold after correction over all cells.

    Parameters
    ----------
    grid
        What to draw.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    shape = grid.difference.shape
    masked = np.isnan(grid.difference)
    width, height = cell_size(shape, alone=True, lines=3)
    left = max(side_room(grid.y), slant_room(grid.x, width))
    rooms = Rooms(left=left, bottom=tick_room(grid.x, width), right=104.0)
    panels = place_panels(1, width, height, rooms, least_width=640)
    hover = [[_hover(grid, row, column) for column in range(shape[1])] for row in range(shape[0])]
    place = {"xaxis": "x", "yaxis": "y"}
    dark = np.abs(np.nan_to_num(grid.difference)) > 0.62 * _reach(grid)
    texts = [
        [[] if masked[row, column] else _lines(grid, row, column) for column in range(shape[1])]
        for row in range(shape[0])
    ]
    words, size = cell_words(texts, dark, panels, place)
    traces: list[Any] = [
        go.Heatmap(
            z=grid.difference, coloraxis="coloraxis", hovertext=hover, hoverinfo="text",
            hoverongaps=False, xgap=1.5, ygap=1.5, name="difference", **place,
        ),
        words,
    ]  # fmt: skip
    if masked.any():
        traces += masked_cells(masked, grid.pairs, hover, size, place)
    if (grid.significant & ~masked).any():
        xs, ys = cell_frames(grid.significant & ~masked, inset=0.035)
        traces.append(
            go.Scatter(
                x=xs, y=ys, mode="lines", line={"color": INK, "width": 2}, hoverinfo="skip",
                showlegend=False, legendgroup="significant", name="significant", **place,
            )
        )  # fmt: skip
    layout = white_layout(panels.width, panels.height)
    layout |= flat_axes(grid.x, grid.y, panels, 0)
    layout["title"] = head(grid.title, _subtitle(grid))
    layout["legend"] = legend(panels.height) | {"x": panels.boxes[0].x[0]}
    layout["coloraxis"] = _colours(grid, panels.colour_bar("A − B (points)"))
    return go.Figure(data=traces + _keys(grid, masked), layout=layout)


def _reach(grid: DifferenceGrid) -> float:
    """Half the width of the scale: the largest difference, rounded up to a tenth."""
    shown = np.abs(grid.difference[~np.isnan(grid.difference)])
    largest = float(shown.max()) if shown.size else 0.0
    return max(_LEAST_REACH, float(np.ceil(largest * 10 - 1e-9)) / 10)


def _colours(grid: DifferenceGrid, bar: dict[str, Any]) -> dict[str, Any]:
    reach = _reach(grid)
    ticks = [-reach, -reach / 2, 0.0, reach / 2, reach]
    bar |= {"tickvals": ticks, "ticktext": [points(tick) for tick in ticks]}
    return {
        "colorscale": colour_scale(DIFFERENCE_SCALE), "cmin": -reach, "cmax": reach,
        "colorbar": bar,
    }  # fmt: skip


def _subtitle(grid: DifferenceGrid) -> str:
    a, b = plain_text(grid.eval_a, 48), plain_text(grid.eval_b, 48)
    return f"A = {a}, B = {b} · A − B in points, 95% interval, n: pairs"


def _lines(grid: DifferenceGrid, row: int, column: int) -> list[str]:
    star = "*" if grid.significant[row, column] else ""
    low, high = float(grid.low[row, column]), float(grid.high[row, column])
    return [
        points(float(grid.difference[row, column])) + star,
        f"{points(low)} to {points(high)}",
        f"n={short_count(int(grid.pairs[row, column]))}",
    ]


def _hover(grid: DifferenceGrid, row: int, column: int) -> str:
    pairs = int(grid.pairs[row, column])
    lines = [
        f"{axis_title(grid.x)}: {escape_text(grid.x.levels[column])}",
        f"{axis_title(grid.y)}: {escape_text(grid.y.levels[row])}",
    ]
    if not np.isnan(grid.difference[row, column]):
        first, bounds, _ = _lines(grid, row, column)
        lines.append(f"A − B {first} points ({bounds})")
    lines.append(sample_size(pairs, pairs).replace("samples", "pairs"))
    return "<br>".join(lines)


def _keys(grid: DifferenceGrid, masked: Any) -> list[Any]:
    """Legend entries; the ends of the scale are named, because colours alone say nothing."""
    nothing = {"x": [None], "y": [None], "hoverinfo": "skip", "showlegend": True}
    named = [("A better", DIFFERENCE_SCALE[-2]), ("B better", DIFFERENCE_SCALE[1])]
    if masked.any():
        named.append(("too few pairs", MASKED))
    keys = [
        go.Scatter(
            mode="markers", name=name, marker={"symbol": "square", "size": 12, "color": colour},
            **nothing,
        )
        for name, colour in named
    ]  # fmt: skip
    if (grid.significant & ~masked).any():
        marker = {"symbol": "square-open", "size": 11, "color": INK, "line": {"width": 2}}
        keys.append(
            go.Scatter(
                mode="markers", marker=marker, legendgroup="significant",
                name="* significant after correction", **nothing,
            )
        )  # fmt: skip
    return keys
