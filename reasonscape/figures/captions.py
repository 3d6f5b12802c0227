"""Words in and around cells: hover boxes, panel names, subtitles. All foreign text is escaped."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reasonscape.figures.content import SurfaceGrid
from reasonscape.figures.numerals import percent
from reasonscape.figures.wording import axis_title, escape_text


def interval(low: float, high: float) -> str:
    """An interval of shares in whole percent.

    Examples
    --------
    >>> interval(0.8, 0.925)
    '80–92%'
    """
    if math.isnan(low) or math.isnan(high):
        return "unknown"
    return f"{round(100 * low)}–{round(100 * high)}%"


def sample_size(items: int, samples: int) -> str:
    """Samples, and items where an item was sampled more than once.

    Examples
    --------
    >>> sample_size(30, 30), sample_size(30, 120)
    ('30 samples', '120 samples of 30 items')
    """
    if samples == items:
        return f"{samples} samples"
    return f"{samples} samples of {items} items"


def cell_hover(grid: SurfaceGrid, row: int, column: int) -> str:
    """Everything known about one cell, one fact a line."""
    lines = [f"<b>{escape_text(grid.eval_label)}</b>"]
    lines.append(f"{axis_title(grid.x)}: {escape_text(grid.x.levels[column])}")
    if len(grid.y.levels) > 1:
        lines.append(f"{axis_title(grid.y)}: {escape_text(grid.y.levels[row])}")
    accuracy = float(grid.accuracy[row, column])
    state = str(grid.state[row, column])
    if accuracy == accuracy:
        bounds = interval(float(grid.low[row, column]), float(grid.high[row, column]))
        lines.append(f"accuracy {percent(accuracy, 1)} ({bounds})")
        lines.append(f"truncated {percent(float(grid.truncated_share[row, column]), 1)}")
    lines.append(sample_size(int(grid.items[row, column]), int(grid.samples[row, column])))
    lines.append(state if state != "masked" else "too few samples to show")
    return "<br>".join(lines)


def panel_names(grids: Sequence[SurfaceGrid]) -> list[str]:
    """Name of each panel: the eval, and the title too where the titles differ."""
    if len({grid.title for grid in grids}) == 1:
        return [grid.eval_label for grid in grids]
    return [f"{grid.eval_label} · {grid.title}" for grid in grids]


def heading(grids: Sequence[SurfaceGrid]) -> str:
    """Title over all panels."""
    titles = list(dict.fromkeys(grid.title for grid in grids))
    return titles[0] if len(titles) == 1 else "Accuracy"


def capable_from(grids: Sequence[SurfaceGrid]) -> str:
    """The accuracy from which cells count as capable, or where it stands if panels differ."""
    levels = {grid.capable for grid in grids}
    return percent(levels.pop()) if len(levels) == 1 else "its task's mark"
