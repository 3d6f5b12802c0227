"""Sums over cells of one base task, every axis at its stored values: one two-level query.

Levels, bins and coarser cells are all made from these sums, so a lens reads the rows once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reasonscape.store.schema import LABEL, PARAM
from reasonscape.store.selection.cells import read_cells
from reasonscape.store.selection.grid import AxisExpression, Grid
from reasonscape.store.selection.reading import read_once

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reasonscape.store.filters import Where
    from reasonscape.store.tables import Store

_NAMES: Final = {
    "items": "items",
    "n": "n",
    "k": "correct",
    "truncated": "truncated",
    "unanswered": "unanswered",
    "incorrect": "incorrect",
    "ungraded": "ungraded",
    "failed": "failed",
    "stop_known": "stop_known",
    "sum_m2": "sum_m2",
    "k2_over_m": "sum_k2_over_m",
    "sum_p": "sum_p",
    "sum_p2": "sum_p2",
    "chance": "chance_sum",
}


@dataclass(frozen=True, slots=True)
class RawCells:
    """Sums of one base task, one entry an (eval, combination of axis values).

    Attributes
    ----------
    eval_id
        Eval of each entry, shape (entries,).
    axes
        Column -> value of each entry; NaN or ``None`` where the rows have none.
    sums
        Name -> shape (entries,): ``items``, ``n`` (used samples), ``k`` (right), ``truncated``,
        ``unanswered``, ``incorrect``, ``ungraded``, ``failed``, ``stop_known``, ``sum_m2``,
        ``k2_over_m``, ``sum_p``, ``sum_p2`` and ``chance`` (summed over used samples).
    """

    eval_id: NDArray[np.object_]
    axes: dict[str, NDArray[Any]]
    sums: dict[str, NDArray[np.float64]]


def raw_cells(
    store: Store,
    where: Where,
    base_task: str,
    columns: Sequence[str],
    *,
    default_chance: float = 0.0,
) -> RawCells:
    """Read one base task at the grain of its axis values.

    Parameters
    ----------
    store
        The store.
    where
        A compiled filter.
    base_task
        The partition to read.
    columns
        ``param.*`` and ``label.*`` columns that make the cells.
    default_chance
        Success rate of guessing where a row states none.
    """
    axes = tuple(AxisExpression(column) for column in columns)
    grid = Grid(base_task, axes, default_chance=default_chance)
    asked = (base_task, tuple(columns), default_chance)
    return read_once("cells", store, where, asked, lambda: _read(store, where, grid, columns))


def _read(store: Store, where: Where, grid: Grid, columns: Sequence[str]) -> RawCells:
    found = read_cells(store, where, grid)
    sums = {ours: found[name].astype("float64") for ours, name in _NAMES.items()}
    unstated = sums["chance"] != sums["chance"]  # NaN: no row of the entry states its chance
    sums["chance"][unstated] = grid.default_chance * sums["n"][unstated]
    values = {column: found[name] for column, name in zip(columns, grid.names, strict=True)}
    return RawCells(found["eval_id"], values, sums)


def axis_columns(store: Store, base_task: str) -> list[str]:
    """``param.*`` and ``label.*`` columns that some file of a base task has, in table order."""
    files = store.samples.of_tasks(frozenset({base_task}))
    return [
        column
        for column in store.columns()
        if column.startswith((PARAM, LABEL))
        and any(file.columns is None or column in file.columns for file in files)
    ]
