"""Sums of paired differences between two evals over the cells of one base task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reasonscape.store.engine import quote_name
from reasonscape.store.outcome import OUTCOME_COLUMNS, OUTCOME_SQL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reasonscape.store.filters import Where
    from reasonscape.store.tables import Store


@dataclass(frozen=True, slots=True)
class PairedSums:
    """Per combination of axis values: ``pairs``, ``sum_d`` and ``sum_d2`` of d = a - b."""

    axes: dict[str, NDArray[Any]]
    pairs: NDArray[np.float64]
    sum_d: NDArray[np.float64]
    sum_d2: NDArray[np.float64]


def paired_items(
    store: Store, where: Where, base_task: str, columns: Sequence[str], evals: tuple[str, str]
) -> PairedSums:
    """Pair two evals by item: the same task, item id *and* prompt hash (item sets drift).

    Items without a prompt hash are paired by their id alone. d is the item's share right under
    the first eval minus that under the second, truncated and unanswered counted as wrong.
    """
    aliases = [f"axis{i}" for i in range(len(columns))]
    picked = "".join(
        f", {quote_name(c)} AS {alias}" for c, alias in zip(columns, aliases, strict=True)
    )
    grouped = "".join(f", {alias}" for alias in aliases)
    wanted = {
        "eval_id", "task", "item_id", "item_hash", "base_task",
        *OUTCOME_COLUMNS, *columns, *where.columns,
    }  # fmt: skip
    sql = f"""
        WITH one AS (
            SELECT eval_id, hash(task, item_id, item_hash) AS item{picked},
                   {OUTCOME_SQL} AS outcome
            FROM {store.scan(sorted(wanted), {base_task})}
            WHERE ({where.sql}) AND eval_id IN (?, ?)
        ), item AS (
            SELECT item{grouped}, avg((outcome = 'correct')::INT) FILTER (eval_id = ?) AS a,
                   avg((outcome = 'correct')::INT) FILTER (eval_id = ?) AS b
            FROM one WHERE outcome NOT IN ('ungraded', 'failed') GROUP BY item{grouped}
        )
        SELECT count(*)::DOUBLE AS pairs, sum(a - b)::DOUBLE AS sum_d,
               sum((a - b) * (a - b))::DOUBLE AS sum_d2{grouped}
        FROM item WHERE a IS NOT NULL AND b IS NOT NULL GROUP BY ALL ORDER BY ALL
    """
    found = store.arrays(sql, [*where.params, *evals, *evals])
    axes = {column: found.pop(alias) for column, alias in zip(columns, aliases, strict=True)}
    return PairedSums(axes, found["pairs"], found["sum_d"], found["sum_d2"])
