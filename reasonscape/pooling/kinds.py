"""The kind of an item: what failures are expected to follow if the reasoning is what fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reasonscape.errors import UsageError
from reasonscape.store.schema import LABEL, PARAM

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.datasets.task_traces import TaskTraces

MOST_KINDS: Final = 200
"""Different values above which a label names items rather than kinds of them."""

BY_NAME: Final = ("task", "tier", "variant")


@dataclass(frozen=True, slots=True)
class Kind:
    """Where the kind of an item is read.

    Attributes
    ----------
    name
        ``task``, ``tier`` (of the config), ``variant`` (the full name of the task), or the bare
        name of a label or param.
    column
        The column of ``samples`` that holds it; empty for ``task`` and ``tier``.
    """

    name: str
    column: str = ""


def choose_kind(dataset: Dataset, base_tasks: Sequence[str], asked: str | None) -> Kind:
    """What to read as the kind: what was asked for, else the first that tells items apart.

    Tiers come before tasks, because a task is one wording of a kind of reasoning. Within a single
    base task it is its first label.

    Raises
    ------
    UsageError
        If there is nothing of the name that was asked for.
    """
    columns = dataset.store().columns()
    own = [name for name in columns if name.startswith((LABEL, PARAM))]
    if asked is None:
        if len({tier_of(dataset, task) for task in base_tasks} - {None}) > 1:
            return Kind("tier")
        return Kind("task")
    if asked == "variant":
        return Kind("variant", "task")
    if asked in BY_NAME:
        return Kind(asked)
    for column in (asked, LABEL + asked, PARAM + asked):
        if column in own:
            return Kind(column.removeprefix(LABEL).removeprefix(PARAM), column)
    names = sorted({name.removeprefix(LABEL).removeprefix(PARAM) for name in own})
    listed = ", ".join((*BY_NAME, *names[:12]))
    raise UsageError(
        f"there is no kind {asked!r:.60} of items in {dataset.name}",
        remedy=f"one of: {listed}{' …' if len(names) > 12 else ''}",
    )


def tier_of(dataset: Dataset, base_task: str) -> str | None:
    """The first tier that the config puts a base task in."""
    tiers = dataset.base_task(base_task).tiers
    return tiers[0] if tiers else None


def label_columns(dataset: Dataset) -> list[str]:
    """Labels that some base task has."""
    return [name for name in dataset.store().columns() if name.startswith(LABEL)]


def label_of_task(task: TaskTraces) -> Kind | None:
    """The first label of a task that has a few values."""
    for column in sorted(task.evals[0].rows.words):
        values = {v for one in task.evals for v in one.rows.words[column] if v is not None}
        if column.startswith(LABEL) and 1 < len(values) <= MOST_KINDS:
            return Kind(column.removeprefix(LABEL), column)
    return None


def kinds_of(
    dataset: Dataset, kind: Kind, task: TaskTraces, place: int, used: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """Kind of each used sample of one eval as text; None where it is not known."""
    rows = task.evals[place].rows
    if not kind.column:
        name = task.base_task if kind.name == "task" else tier_of(dataset, task.base_task)
        return np.full(int(used.sum()), name, dtype=object)
    values: NDArray[Any]
    if kind.column in rows.words:
        values = rows.words[kind.column][used]
        return np.array([None if v is None else str(v) for v in values], dtype=object)
    values = rows.numbers[kind.column][used]
    return np.array([None if np.isnan(v) else f"{v:g}" for v in values], dtype=object)
