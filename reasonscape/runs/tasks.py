"""Which tasks, axes, levels and surfaces a dataset has, and how full its cells are."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from reasonscape.runs.listing import Listing

if TYPE_CHECKING:
    from reasonscape.datasets.cells import Axis, ObservedLevel
    from reasonscape.datasets.config import Dataset
    from reasonscape.datasets.task_axes import TaskAxes
    from reasonscape.store.selection.raw_cells import RawCells

TASK_COLUMNS = (
    "base_task", "evals", "items", "samples", "axes", "surfaces", "cells",
    "samples_a_cell", "thin_cells",
)  # fmt: skip
LEVEL_COLUMNS = ("base_task", "axis", "kind", "harder", "level", "items", "samples", "accuracy")

THIN = 10
"""Items below which a cell makes no claims."""


def list_tasks(dataset: Dataset, filters: Any = None, *, detail: bool = False) -> Listing:
    """One row a base task; with ``detail`` one row a level of each of its axes.

    ``samples_a_cell`` is the median over the cells of the first surface and over evals, and
    ``thin_cells`` the share of those cells with fewer than ten items.

    Raises
    ------
    NoRowsError
        If nothing matches.
    """
    from reasonscape.datasets.task_axes import task_axes
    from reasonscape.runs.selection import compiled
    from reasonscape.store.selection.raw_cells import axis_columns, raw_cells

    selected = compiled(dataset, filters)
    store, where = dataset.store(), selected.where
    rows: list[tuple[Any, ...]] = []
    for base_task in store.base_tasks():
        if where.base_tasks is not None and base_task not in where.base_tasks:
            continue
        raw = raw_cells(store, where, base_task, axis_columns(store, base_task))
        if not len(raw.eval_id):
            continue
        axes = task_axes(raw, dataset.base_task(base_task))
        rows += _levels(base_task, raw, axes) if detail else [_task(base_task, raw, axes)]
    return Listing(
        LEVEL_COLUMNS if detail else TASK_COLUMNS,
        rows,
        selected.notes,
        "levels" if detail else "tasks",
    )


def _task(base_task: str, raw: RawCells, axes: TaskAxes) -> tuple[Any, ...]:
    import numpy as np

    cells, items, samples = _first_surface(raw, axes)
    _, who = np.unique(raw.eval_id.astype(str), return_inverse=True)
    return (
        base_task,
        int(who.max()) + 1,
        int(np.bincount(who, raw.sums["items"]).max()),
        int(raw.sums["n"].sum()),
        [f"{axis.name} ({len(axis.levels)})" for axis in axes.axes],
        [view.id for view in axes.views],
        cells,
        round(float(np.median(samples))) if len(samples) else None,
        float((items < THIN).mean()) if len(items) else None,
    )


def _first_surface(raw: RawCells, axes: TaskAxes) -> tuple[int, Any, Any]:
    """Cells of the first surface, and items and samples of each (eval, cell)."""
    import numpy as np

    from reasonscape.datasets.observed import coordinates

    view = axes.views[0] if axes.views else None
    chosen = [] if view is None else [axes.axes[i] for i in (view.x, view.y) if i is not None]
    coords, kept = coordinates(raw.axes, chosen, len(raw.eval_id))
    _, who = np.unique(raw.eval_id.astype(str), return_inverse=True)
    key = np.column_stack([who, coords])[kept]
    if not len(key):
        return 0, np.zeros(0), np.zeros(0)
    cells, group = np.unique(key, axis=0, return_inverse=True)
    group = group.reshape(-1)
    return (
        len(np.unique(coords[kept], axis=0)),
        np.bincount(group, raw.sums["items"][kept], len(cells)),
        np.bincount(group, raw.sums["n"][kept], len(cells)),
    )


def _place(axis: Axis, value: float | str) -> int | None:
    """The level of a value; None for a value that only ungraded rows have."""
    try:
        return axis.index(value)
    except KeyError:
        return None


def _levels(base_task: str, raw: RawCells, axes: TaskAxes) -> list[tuple[Any, ...]]:
    from reasonscape.datasets.observed import observed_levels

    rows: list[tuple[Any, ...]] = []
    for axis in axes.axes:
        placed: dict[int | None, list[ObservedLevel]] = defaultdict(list)
        for level in observed_levels(raw, axis.column):
            placed[_place(axis, level.value)].append(level)
        for place, name in enumerate(axis.levels):
            inside = placed[place]
            samples = sum(level.samples for level in inside)
            right = sum(level.correct for level in inside)
            rows.append(
                (
                    base_task,
                    axis.name,
                    axis.kind,
                    axis.harder or "",
                    name,
                    sum(level.items for level in inside),
                    samples,
                    right / samples if samples else None,
                )
            )
    return rows
