"""Pictures of a comparison: the forest of its tasks, and a map of cells for each task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reasonscape.figures.comparison import (
    ROWS,
    DifferenceRow,
    DifferenceWords,
    comparison_figure,
)
from reasonscape.figures.content import DifferenceGrid, LevelAxis
from reasonscape.figures.differences import difference_figure
from reasonscape.findings.naming import file_name
from reasonscape.findings.thresholds import MIN_SAMPLES_SHOWN, Q_PRESENT
from reasonscape.lenses.lens import Drawing
from reasonscape.lenses.surface.pictures import NO_AXIS, level_axis
from reasonscape.runs.comparison_result import Comparison, Measurement, TaskCells
from reasonscape.runs.comparison_words import p_words

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from reasonscape.runs.comparison import ComparisonRun


def drawings(run: ComparisonRun) -> tuple[Drawing, ...]:
    """The forest first, then a map of each task that has cells, most different first."""
    forest = Drawing("differences", "differences by task", 2.0, {}, lambda: forest_figure(run))
    maps = [_map(run, one) for one in run.cells]
    return (forest, *sorted(maps, key=lambda drawing: (-drawing.suspicion, drawing.name)))


def forest_figure(run: ComparisonRun) -> Figure:
    """All tasks together at the top, then tasks by their difference."""
    pairs = list(zip(run.comparisons, run.measured, strict=True))
    whole = [(c, m) for c, m in pairs if c.base_task is None]
    tasks = [(c, m) for c, m in pairs if c.base_task is not None]
    room = ROWS - len(whole)
    shown = sorted(tasks[:room], key=lambda pair: (-pair[0].effect.value, pair[1].subject))
    left = len(tasks) - len(shown)
    notes = [f"the {len(shown)} clearest of {len(tasks)} tasks"] if left else []
    if any(measured.design != "paired" for _, measured in (*whole, *shown)):
        notes.append("* not all paired")
    rows = [_row(*pair) for pair in (*whole, *shown)]
    a, b = run.sides
    words = DifferenceWords(
        f"{run.dataset.name}: is A better than B?", a.shown, b.shown, " · ".join(notes)
    )
    return comparison_figure(rows, run.options.margin, words)


def _row(one: Comparison, measured: Measurement) -> DifferenceRow:
    table = measured.table
    label = {"task": "tasks weighted equally", "item": "shared items weighted equally"}
    pairs = f"{measured.pairs:,}"
    if measured.design != "paired":
        pairs = f"{measured.pairs + min(measured.only_a, measured.only_b):,}*"
    return DifferenceRow(
        label=label[one.weighting] if one.weighting else measured.label,
        value=one.effect.value,
        low=one.effect.low,
        high=one.effect.high,
        verdict=one.verdict,
        pairs=pairs,
        q="–" if one.q is None else p_words(one.q),
        more_a=None if table is None else table.a_more,
        more_b=None if table is None else table.b_more,
        whole=one.weighting is not None,
    )


def _map(run: ComparisonRun, one: TaskCells) -> Drawing:
    least = float(np.nanmin(one.q)) if np.isfinite(one.q).any() else 1.0
    return Drawing(
        name=file_name(one.base_task, "cells"),
        title=f"differences by cell: {one.label}",
        suspicion=1.0 - least,
        scope={"base_task": one.base_task},
        make=lambda: difference_figure(_grid(run, one)),
    )


def _grid(run: ComparisonRun, one: TaskCells) -> DifferenceGrid:
    x = level_axis(one.axes[one.view.x])
    y: LevelAxis = NO_AXIS if one.view.y is None else level_axis(one.axes[one.view.y])
    shape = (len(y.levels), len(x.levels))
    at: tuple[Any, Any] = (
        np.zeros_like(one.coords[:, 0]) if one.view.y is None else one.coords[:, 1],
        one.coords[:, 0],
    )
    shown = one.pairs >= MIN_SAMPLES_SHOWN

    def place(values: NDArray[np.float64]) -> NDArray[np.float64]:
        out = np.full(shape, np.nan)
        out[at] = np.where(shown, values, np.nan)
        return out

    pairs = np.zeros(shape, dtype=np.int64)
    pairs[at] = one.pairs
    significant = np.zeros(shape, dtype=bool)
    significant[at] = shown & (np.nan_to_num(one.q, nan=1.0) < Q_PRESENT)
    a, b = run.sides
    return DifferenceGrid(
        title=one.label,
        eval_a=a.shown,
        eval_b=b.shown,
        x=x,
        y=y,
        difference=place(one.difference),
        low=place(one.low),
        high=place(one.high),
        pairs=pairs,
        significant=significant,
    )
