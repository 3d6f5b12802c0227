"""What each task holds: rows, items, evals, and the coordinates that its samples have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.schema import LABEL, PARAM
from reasonscape.store.selection.source import ITEM_COLUMNS, ITEM_KEY, selected

if TYPE_CHECKING:
    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One ``param.*`` or ``label.*`` column of a task.

    Attributes
    ----------
    samples
        Samples that have a value.
    levels
        Distinct values.
    """

    column: str
    samples: int
    levels: int


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task, as selected; ``coordinates`` are those that any of its samples has."""

    base_task: str
    task: str
    samples: int
    items: int
    evals: int
    coordinates: tuple[Coordinate, ...]


def task_rows(store: Store, where: Where) -> list[TaskRow]:
    """Rows, items, evals and coordinates of each (base task, task).

    Parameters
    ----------
    store, where
        What to read.

    Returns
    -------
    list of TaskRow
        Sorted by base task and task.
    """
    tasks = store.base_tasks()
    if where.base_tasks is not None:
        tasks = tuple(task for task in tasks if task in where.base_tasks)
    return [row for task in tasks for row in _of_base_task(store, where, task)]


def coordinate_columns(store: Store, base_task: str | None = None) -> tuple[str, ...]:
    """``param.*`` and ``label.*`` columns that files of a base task have, sorted."""
    names = store.samples.present(None if base_task is None else frozenset({base_task}))
    return tuple(sorted(name for name in names if name.startswith((PARAM, LABEL))))


def _of_base_task(store: Store, where: Where, base_task: str) -> list[TaskRow]:
    coordinates = coordinate_columns(store, base_task)
    source = selected(store, where, ("eval_id", *ITEM_COLUMNS, *coordinates), [base_task])
    counted = "".join(
        f", count({name}), count(DISTINCT {name})" for name in map(quote_identifier, coordinates)
    )
    sql = (
        f"SELECT task, count(*), count(DISTINCT {ITEM_KEY}), count(DISTINCT eval_id){counted} "
        f"FROM {source} GROUP BY task ORDER BY task"
    )
    found = []
    for task, samples, items, evals, *rest in store.rows(sql, where.params):
        pairs = zip(coordinates, rest[::2], rest[1::2], strict=True)
        present = tuple(Coordinate(*pair) for pair in pairs if pair[1])
        found.append(TaskRow(base_task, task, samples, items, evals, present))
    return found
