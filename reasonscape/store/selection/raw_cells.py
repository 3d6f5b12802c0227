"""Sums over cells of one base task, every axis at its stored values: one two-level query.

Levels, bins and coarser cells are all made from these sums, so a lens reads the rows once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reasonscape.store.engine import quote_name
from reasonscape.store.outcome import OUTCOME_COLUMNS, OUTCOME_SQL
from reasonscape.store.schema import LABEL, PARAM

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reasonscape.store.filters import Where
    from reasonscape.store.tables import Store

_ITEM_KEY: Final = ("eval_id", "task", "item_id", "item_hash")
_USED: Final = "('correct', 'incorrect', 'truncated', 'unanswered')"


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
    named = [quote_name(column) for column in columns]
    aliases = [f"axis{i}" for i in range(len(columns))]
    wanted = {*_ITEM_KEY, "chance", "stop_source", *OUTCOME_COLUMNS, *columns, *where.columns}
    source = store.scan(sorted(wanted | {"base_task"}), {base_task})
    picked = "".join(f", {name} AS {alias}" for name, alias in zip(named, aliases, strict=True))
    grouped = "".join(f", {alias}" for alias in aliases)
    sql = f"""
        WITH one AS (
            SELECT eval_id, hash(task, item_id, item_hash) AS item{picked},
                   {OUTCOME_SQL} AS outcome, stop <> 'unknown' AS known,
                   coalesce(chance, ?) AS guess
            FROM {source} WHERE ({where.sql})
        ), item AS (
            SELECT eval_id{grouped}, item,
                   count_if(outcome IN {_USED}) AS m,
                   count_if(outcome = 'correct') AS k,
                   count_if(outcome = 'truncated') AS t,
                   count_if(outcome = 'unanswered') AS u,
                   count_if(outcome = 'ungraded') AS g,
                   count_if(outcome = 'failed') AS f,
                   count_if(known AND outcome IN {_USED}) AS s,
                   sum(guess) FILTER (outcome IN {_USED}) AS c
            FROM one GROUP BY eval_id{grouped}, item
        )
        SELECT eval_id{grouped},
               count_if(m > 0)::DOUBLE AS items, sum(m)::DOUBLE AS n, sum(k)::DOUBLE AS k,
               sum(t)::DOUBLE AS truncated, sum(u)::DOUBLE AS unanswered,
               sum(m - k - t - u)::DOUBLE AS incorrect, sum(g)::DOUBLE AS ungraded,
               sum(f)::DOUBLE AS failed, sum(s)::DOUBLE AS stop_known,
               sum(m * m)::DOUBLE AS sum_m2,
               coalesce(sum(k * k / m) FILTER (m > 0), 0)::DOUBLE AS k2_over_m,
               coalesce(sum(k / m) FILTER (m > 0), 0)::DOUBLE AS sum_p,
               coalesce(sum((k / m) * (k / m)) FILTER (m > 0), 0)::DOUBLE AS sum_p2,
               coalesce(sum(c), 0)::DOUBLE AS chance
        FROM item GROUP BY eval_id{grouped} ORDER BY ALL
    """
    found = store.arrays(sql, [default_chance, *where.params])
    eval_id = found.pop("eval_id")
    axes = {column: found.pop(alias) for column, alias in zip(columns, aliases, strict=True)}
    return RawCells(eval_id, axes, found)


def axis_columns(store: Store, base_task: str) -> list[str]:
    """``param.*`` and ``label.*`` columns that some file of a base task has, in table order."""
    files = store.samples.of_tasks(frozenset({base_task}))
    return [
        column
        for column in store.columns()
        if column.startswith((PARAM, LABEL))
        and any(file.columns is None or column in file.columns for file in files)
    ]
