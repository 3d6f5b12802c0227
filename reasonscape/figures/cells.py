"""What flat maps share: size of cells, text in them, their axes, and cells that are not shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from reasonscape.figures.content import BoolArray, IntArray, LevelAxis
from reasonscape.figures.numerals import short_count
from reasonscape.figures.panels import Panels
from reasonscape.figures.theme import (
    CHARACTER_WIDTH,
    FONT_SIZE,
    INK,
    MASKED,
    SOFT_INK,
    plot_axis,
)
from reasonscape.figures.ticks import tick_layout
from reasonscape.figures.wording import axis_title, level_texts

_LINE_HEIGHT = 1.28
#: Below this size a cell says less rather than smaller.
_LEAST_SIZE = 8.0
_MOST_SIZE = 12.0
#: The first line of a cell is bold and this much larger.
_FIRST_EXTRA = 2.0


def cell_size(shape: tuple[int, ...], *, alone: bool, lines: int) -> tuple[float, float]:
    """Pixels of a map's drawing area: roomy cells alone, smaller ones in panels.

    Examples
    --------
    >>> cell_size((6, 6), alone=True, lines=3)
    (552.0, 384.0)
    """
    up, across = shape
    width = float(np.clip(across * (92 if alone else 68), 330, 1000 if alone else 560))
    each = (16 if alone else 13) + lines * (16 if alone else 13)
    height = float(np.clip(up * each, 110, 660 if alone else 440))
    return width, height


def flat_axes(x: LevelAxis, y: LevelAxis, panels: Panels, index: int, *, named: bool = True) -> Any:
    """Layout of the two axes of map `index`; without its names where `named` is False."""
    x_key, y_key = panels.axis_keys(index)
    box = panels.boxes[index]
    across = plot_axis(
        anchor=y_key,
        domain=box.x,
        showgrid=False,
        showline=False,
        range=[-0.5, len(x.levels) - 0.5],
        title={"text": axis_title(x), "standoff": 8, "font": {"size": FONT_SIZE}},
        **tick_layout(x, panels.plot_width),
    )
    up = plot_axis(
        anchor=x_key,
        domain=box.y,
        showgrid=False,
        showline=False,
        range=[-0.5, len(y.levels) - 0.5],
        tickmode="array",
        tickvals=list(range(len(y.levels))),
        ticktext=level_texts(y),
        # A single level without a name is no axis at all.
        showticklabels=named and not (len(y.levels) == 1 and not y.label),
        title={
            "text": axis_title(y) if named else "",
            "standoff": 8,
            "font": {"size": FONT_SIZE},
        },
    )
    return {x_key.replace("x", "xaxis"): across, y_key.replace("y", "yaxis"): up}


def fitting_size(texts: Sequence[Sequence[Sequence[str]]], panels: Panels) -> float:
    """Largest font size at which the lines of every cell stay inside it."""
    up, across = len(texts), max(len(row) for row in texts)
    cells = [cell for row in texts for cell in row if cell]
    widest = max((len(line) for cell in cells for line in cell), default=1)
    tallest = max((len(cell) for cell in cells), default=1)
    wide = 0.94 * panels.plot_width / across / (widest * CHARACTER_WIDTH)
    high = (0.96 * panels.plot_height / up - _FIRST_EXTRA) / (tallest * _LINE_HEIGHT)
    return min(_MOST_SIZE, wide, high)


def richest_texts(
    candidates: Sequence[Sequence[Sequence[Sequence[str]]]], panels: Panels
) -> Sequence[Sequence[Sequence[str]]]:
    """The first of several texts, richest first, that stays readable; else the last."""
    for texts in candidates:
        if fitting_size(texts, panels) >= _LEAST_SIZE:
            return texts
    return candidates[-1]


def cell_words(
    texts: Sequence[Sequence[Sequence[str]]], dark: BoolArray, panels: Panels, place: dict[str, str]
) -> tuple[go.Scatter, float]:
    """Texts of cells as one trace, white on dark cells, and their font size.

    Parameters
    ----------
    texts
        Lines of each cell, indexed ``[y][x]``; a cell without lines stays empty.
    dark
        Cells whose colour wants white text, indexed ``[y, x]``.
    panels
        For the size of a cell.
    place
        The axes to draw on.
    """
    size = max(fitting_size(texts, panels), 6.0)
    cells = [
        (row, column)
        for row, line in enumerate(texts)
        for column, lines in enumerate(line)
        if lines
    ]
    trace = go.Scatter(
        x=[column for _, column in cells],
        y=[row for row, _ in cells],
        mode="text",
        text=[_joined(texts[row][column], size) for row, column in cells],
        textfont={
            "size": size,
            "color": ["white" if dark[row, column] else INK for row, column in cells],
        },
        hoverinfo="skip",
        showlegend=False,
        name="cells",
        **place,
    )
    return trace, size


def masked_cells(
    masked: BoolArray,
    counts: IntArray,
    hover: Sequence[Sequence[str]],
    size: float,
    place: dict[str, str],
) -> list[Any]:
    """Grey squares for cells that are not shown, with how few there were; empty for none at all."""
    few = [(row, column) for row, column in np.argwhere(masked).tolist() if counts[row, column] > 0]
    return [
        go.Heatmap(
            z=np.where(masked, 1.0, np.nan),
            colorscale=[[0, MASKED], [1, MASKED]],
            showscale=False,
            hovertext=hover,
            hoverinfo="text",
            hoverongaps=False,
            xgap=1.5,
            ygap=1.5,
            name="masked",
            **place,
        ),
        go.Scatter(
            x=[column for _, column in few],
            y=[row for row, _ in few],
            mode="text",
            text=[f"n={short_count(int(counts[row, column]))}" for row, column in few],
            textfont={"size": size, "color": SOFT_INK},
            hoverinfo="skip",
            showlegend=False,
            name="masked n",
            **place,
        ),
    ]


def _joined(lines: Sequence[str], size: float) -> str:
    first = f'<b style="font-size:{size + _FIRST_EXTRA:.1f}px">{lines[0]}</b>'
    return "<br>".join([first, *lines[1:]])
