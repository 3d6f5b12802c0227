"""Where A and B differ: paired differences over the cells of a task's first surface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.datasets.observed import coordinates
from reasonscape.datasets.task_axes import task_axes
from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED
from reasonscape.runs.comparison_result import TaskCells
from reasonscape.stats.multiplicity import benjamini_hochberg
from reasonscape.stats.repeated_difference import repeated_difference
from reasonscape.stats.sign_flip import sign_flip_test
from reasonscape.store.selection.paired_sides import side_items
from reasonscape.store.selection.raw_cells import axis_columns, raw_cells

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.store.filters import Where

CELL_TASKS: Final = 12
"""Tasks up to which cells are compared too: more would be a list of thousands of tests."""


def task_cells(
    dataset: Dataset,
    where: Where,
    sides: tuple[Where, Where],
    base_task: str,
    *,
    axes: Sequence[str],
    bins: int | None,
    by_id: bool,
) -> TaskCells | None:
    """Compare the cells of one base task; ``None`` where it has no surface or no pairs."""
    store, config = dataset.store(), dataset.base_task(base_task)
    raw = raw_cells(store, where, base_task, axis_columns(store, base_task))
    if not len(raw.eval_id):
        return None
    surfaces = None if axes else [s.id for s in config.surfaces if not s.where_written] or None
    cut = task_axes(raw, config, asked=axes, surfaces=surfaces, bins=bins)
    if not cut.views:
        return None
    view = cut.views[0]
    chosen = [cut.axes[i] for i in (view.x, view.y) if i is not None]
    columns = [axis.column for axis in chosen]
    found = side_items(store, where, sides, [base_task], columns, by_id=by_id)
    coords, kept = coordinates(found.axes, chosen, len(found.item))
    kept &= (found.m_a > 0) & (found.m_b > 0)
    if not by_id:
        kept &= found.known
    if not kept.any():
        return None
    cells, group = np.unique(coords[kept], axis=0, return_inverse=True)
    group = group.reshape(-1)
    d = found.k_a[kept] / found.m_a[kept] - found.k_b[kept] / found.m_b[kept]
    pairs = np.bincount(group, minlength=len(cells))
    differing, total, squares = (
        np.bincount(group, weights=w, minlength=len(cells)) for w in (d != 0.0, d, d * d)
    )
    one = repeated_difference(pairs, differing, total, squares)
    p = np.array([sign_flip_test(d[group == i]) for i in range(len(cells))])
    return TaskCells(
        base_task=base_task,
        label=dataset.base_task_label(base_task),
        axes=cut.axes,
        view=view,
        coords=cells,
        pairs=pairs.astype(np.int64),
        difference=one.difference,
        low=one.low,
        high=one.high,
        p=p,
        q=np.ones(len(cells)),
    )


def corrected(cells: Sequence[TaskCells]) -> tuple[tuple[TaskCells, ...], int]:
    """Put q-values over the cells of all tasks with at least ten pairs; and their number."""
    if not cells:
        return (), 0
    tested = [one.pairs >= MIN_ITEMS_CLAIMED for one in cells]
    q = benjamini_hochberg(np.concatenate([c.p[t] for c, t in zip(cells, tested, strict=True)]))
    done, start = [], 0
    for one, which in zip(cells, tested, strict=True):
        mine = np.full(len(one.p), np.nan)
        mine[which] = q[start : start + int(which.sum())]
        start += int(which.sum())
        done.append(replace(one, q=mine))
    return tuple(done), len(q)
