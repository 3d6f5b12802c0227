"""What the surface lens reads: one query a base task, all evals on the same cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.labels import eval_labels
from reasonscape.datasets.observed import coordinates
from reasonscape.datasets.task_axes import TaskAxes, View, task_axes
from reasonscape.findings.verdict import Subject
from reasonscape.lenses.surface.cells import Cells
from reasonscape.lenses.surface.options import SurfaceOptions
from reasonscape.store.selection.names import eval_names
from reasonscape.store.selection.paired_items import paired_items
from reasonscape.store.selection.raw_cells import RawCells, axis_columns, raw_cells

if TYPE_CHECKING:
    from reasonscape.datasets.cells import Axis
    from reasonscape.datasets.config import Dataset
    from reasonscape.store.filters import Where

MAX_EVALS_PAIRED = 4
"""Evals up to which every pair gets a difference map."""

COLUMNS: Final[tuple[str, ...]] = ()
"""What the lens reads of single samples: nothing, as the store sums over cells."""


@dataclass(frozen=True, slots=True)
class EvalRows:
    """The cells of one eval."""

    subject: Subject
    label: str
    cells: Cells


@dataclass(frozen=True, slots=True)
class Pair:
    """Sums of paired differences a - b over the cells of the first surface."""

    eval_a: str
    eval_b: str
    coords: NDArray[np.int64]
    pairs: NDArray[np.float64]
    sum_d: NDArray[np.float64]
    sum_d2: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TaskRows:
    """One base task: shared axes and surfaces, the cells of each eval, and pairs of evals."""

    base_task: str
    label: str
    axes: tuple[Axis, ...]
    views: tuple[View, ...]
    evals: tuple[EvalRows, ...]
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]
    confirmatory: bool = True


def select(dataset: Dataset, where: Where, options: SurfaceOptions) -> Iterator[TaskRows]:
    """Read every selected base task; surfaces with a ``where`` of their own come separately.

    Claims are made on the first unit of a base task only: one test a pattern.

    Raises
    ------
    UsageError
        If an axis or surface that was asked for does not exist.
    """
    store = dataset.store()
    names = eval_names(store)
    for base_task in store.base_tasks():
        if where.base_tasks is not None and base_task not in where.base_tasks:
            continue
        first = True
        for narrowed, surfaces in _narrowed(dataset, base_task, where, options):
            raw = _read(dataset, narrowed, base_task)
            if not len(raw.eval_id):
                continue
            axes = task_axes(
                raw,
                dataset.base_task(base_task),
                asked=options.axes,
                surfaces=surfaces,
                surface=options.surface,
                bins=options.bins,
            )
            yield _unit(dataset, narrowed, base_task, raw, axes, names, confirmatory=first)
            first = False


def _narrowed(
    dataset: Dataset, base_task: str, where: Where, options: SurfaceOptions
) -> Iterator[tuple[Where, tuple[str, ...] | None]]:
    """The rows of each group of surfaces: those without a condition first, then each other."""
    declared = dataset.base_task(base_task).surfaces
    if options.axes or not declared:
        yield where, None
        return
    wanted = [s for s in declared if options.surface in (None, s.id)]
    plain = tuple(s.id for s in wanted if not s.where_written)
    if plain or not wanted:
        yield where, plain
    for surface in wanted:
        if surface.where_written:
            yield where & dataset.where(surface.where), (surface.id,)


def _read(dataset: Dataset, where: Where, base_task: str) -> RawCells:
    store = dataset.store()
    chance = dataset.base_task(base_task).chance or 0.0
    columns = axis_columns(store, base_task)
    return raw_cells(store, where, base_task, columns, default_chance=chance)


def _unit(
    dataset: Dataset,
    where: Where,
    base_task: str,
    raw: RawCells,
    axes: TaskAxes,
    names: Mapping[str, tuple[str, str, str]],
    *,
    confirmatory: bool,
) -> TaskRows:
    coords, kept = coordinates(raw.axes, axes.axes, len(raw.eval_id))
    evals = []
    for eval_id in sorted(set(raw.eval_id.tolist())):
        mine = (raw.eval_id == eval_id) & kept
        cells = _cells(raw, coords, mine)
        if cells.n.sum() > 0:
            evals.append((Subject(eval_id, names[eval_id][0], base_task), cells))
    labels = eval_labels(dataset, names, [subject.eval_id for subject, _ in evals])
    lost = float(raw.sums["n"][~kept].sum())
    notes = axes.notes
    if lost:
        notes = (
            *notes,
            f"{base_task}: {lost:,.0f} samples lack a value on an axis and are left out",
        )
    return TaskRows(
        base_task=base_task,
        label=dataset.base_task_label(base_task),
        axes=axes.axes,
        views=axes.views,
        evals=tuple(EvalRows(who, labels[who.eval_id], cells) for who, cells in evals),
        pairs=tuple(_pairs(dataset, where, base_task, axes, [who.eval_id for who, _ in evals])),
        notes=notes,
        confirmatory=confirmatory,
    )


def _cells(raw: RawCells, coords: NDArray[np.int64], mine: NDArray[np.bool_]) -> Cells:
    sums: dict[str, Any] = {name: values[mine] for name, values in raw.sums.items()}
    used = np.maximum(sums["n"], 1e-300)
    sums["chance"] = np.where(sums["n"] > 0, sums["chance"] / used, 0.0)
    return Cells(coords=coords[mine], **sums).collapsed(range(coords.shape[1]))


def _pairs(
    dataset: Dataset, where: Where, base_task: str, axes: TaskAxes, evals: Sequence[str]
) -> Iterator[Pair]:
    if not axes.views or not 2 <= len(evals) <= MAX_EVALS_PAIRED:
        return
    view = axes.views[0]
    chosen = [axes.axes[i] for i in (view.x, view.y) if i is not None]
    columns = [axis.column for axis in chosen]
    for a, b in combinations(evals, 2):
        raw = paired_items(dataset.store(), where, base_task, columns, (a, b))
        coords, kept = coordinates(raw.axes, chosen, len(raw.pairs))
        yield _merged(a, b, coords[kept], raw.pairs[kept], raw.sum_d[kept], raw.sum_d2[kept])


def _merged(a: str, b: str, coords: NDArray[np.int64], *sums: NDArray[np.float64]) -> Pair:
    cells, group = np.unique(coords, axis=0, return_inverse=True)
    group = group.reshape(-1)
    pairs, sum_d, sum_d2 = (
        np.bincount(group, weights=s, minlength=len(cells)).astype(np.float64) for s in sums
    )
    return Pair(a, b, cells, pairs, sum_d, sum_d2)
