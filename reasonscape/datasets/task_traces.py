"""The samples of one base task on shared axes: what lenses that rank or resample start from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.cells import Axis
from reasonscape.datasets.labels import eval_labels
from reasonscape.datasets.observed import coordinates
from reasonscape.datasets.task_axes import View, task_axes
from reasonscape.findings.verdict import Subject
from reasonscape.store.selection.names import eval_names
from reasonscape.store.selection.raw_cells import axis_columns, raw_cells
from reasonscape.store.selection.trace_rows import TraceRows, trace_rows

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.store.filters import Where


@dataclass(frozen=True, slots=True)
class EvalTraces:
    """The samples of one eval, all of them.

    Attributes
    ----------
    subject, label
        Who this is.
    rows
        Its samples; items are numbered alike in all evals of the task.
    coords
        Level of each sample along each axis, shape (n, axes); the number after the last level
        where it has no value: these samples are compared with each other.
    chance
        Mean success rate of guessing.
    """

    subject: Subject
    label: str
    rows: TraceRows
    coords: NDArray[np.int64]
    chance: float


@dataclass(frozen=True, slots=True)
class TaskTraces:
    """One base task: shared axes, and the samples of each eval."""

    base_task: str
    label: str
    axes: tuple[Axis, ...]
    views: tuple[View, ...]
    evals: tuple[EvalTraces, ...]
    notes: tuple[str, ...]

    @property
    def n_levels(self) -> tuple[int, ...]:
        """Number of levels of each axis, the one of samples without a value included."""
        return numbers_of_levels(self.axes, [one.coords for one in self.evals])


def each_task(
    dataset: Dataset,
    where: Where,
    *,
    asked: Sequence[str] = (),
    bins: int | None = None,
    columns: Sequence[str] = (),
) -> Iterator[TaskTraces]:
    """Read every selected base task that has samples, as `task_traces`.

    Raises
    ------
    UsageError
        If an axis that was asked for does not exist.
    """
    for base_task in dataset.store().base_tasks():
        if where.base_tasks is None or base_task in where.base_tasks:
            found = task_traces(dataset, where, base_task, asked=asked, bins=bins, columns=columns)
            if found is not None and found.evals:
                yield found


def task_traces(
    dataset: Dataset,
    where: Where,
    base_task: str,
    *,
    asked: Sequence[str] = (),
    bins: int | None = None,
    columns: Sequence[str] = (),
) -> TaskTraces | None:
    """Read one base task sample by sample; never its texts.

    Parameters
    ----------
    dataset, where, base_task
        What to read.
    asked
        Axes that the user wants; they come first.
    bins
        Bins of an axis that has too many levels to keep each.
    columns
        Further columns of ``samples``.

    Returns
    -------
    TaskTraces or None
        None where nothing is selected.

    Raises
    ------
    UsageError
        If an axis that was asked for does not exist here.
    """
    store = dataset.store()
    task = dataset.base_task(base_task)
    known = axis_columns(store, base_task)
    raw = raw_cells(store, where, base_task, known, default_chance=task.chance or 0.0)
    if not len(raw.eval_id):
        return None
    found = task_axes(raw, task, asked=asked, bins=bins)
    rows = trace_rows(store, where, base_task, [axis.column for axis in found.axes], columns)
    coords, kept = coordinates(rows.axes, found.axes, len(rows))
    labels = eval_labels(dataset, names := eval_names(store), rows.evals)
    lost = int((~kept).sum())
    notes = found.about_strata
    if lost:
        some = f"{lost:,} samples lack a value on an axis and are compared with each other"
        notes = (*notes, f"{base_task}: {some}")
    evals = []
    # Samples lie in the order of their evals; a mask would look at all of them for each eval.
    ends = np.searchsorted(rows.eval, np.arange(len(rows.evals) + 1))
    for place, eval_id in enumerate(rows.evals):
        mine = slice(int(ends[place]), int(ends[place + 1]))
        of_eval = raw.eval_id == eval_id
        n = float(raw.sums["n"][of_eval].sum())
        chance = float(raw.sums["chance"][of_eval].sum()) / n if n else task.chance or 0.0
        subject = Subject(eval_id, names[eval_id][0], base_task)
        part = EvalTraces(subject, labels[eval_id], chosen(rows, mine), coords[mine], chance)
        evals.append(part)
    label = dataset.base_task_label(base_task)
    return TaskTraces(base_task, label, found.axes, found.views, tuple(evals), notes)


def numbers_of_levels(axes: Sequence[Axis], coords: Sequence[NDArray[np.int64]]) -> tuple[int, ...]:
    """Levels of each axis, one more where some samples have no value there."""
    return tuple(
        max([len(axis.levels), *(int(c[:, i].max(initial=-1)) + 1 for c in coords)])
        for i, axis in enumerate(axes)
    )


def chosen(rows: TraceRows, keep: slice) -> TraceRows:
    """Some of the samples that follow one another; arrays are views."""
    return replace(
        rows,
        eval=rows.eval[keep],
        item=rows.item[keep],
        repeat=rows.repeat[keep],
        outcome=rows.outcome[keep],
        axes={name: values[keep] for name, values in rows.axes.items()},
        numbers={name: values[keep] for name, values in rows.numbers.items()},
        words={name: values[keep] for name, values in rows.words.items()},
        curves={name: values[keep] for name, values in rows.curves.items()},
    )
