"""Two evals compared on the items that both answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reasonscape.store.selection.grid import AxisExpression, axis_names, item_sql
from reasonscape.store.selection.source import exact_sum

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store

    IntArray = NDArray[np.int64]
    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairedCells:
    """One entry for each cell that has items of either eval, ordered by coordinates.

    A pair is an item with used samples of both evals: the same ``task``, ``item_id`` and
    ``item_hash``; its difference d is the accuracy of A minus that of B on it.

    Attributes
    ----------
    coordinates
        For each axis an array of shape (cells,): numbers of bins, or levels.
    pairs
        Items that both have.
    only_a, only_b
        Items that one alone has; they are in no sum.
    sum_d, sum_d2
        Sums of d and d^2 over the pairs.
    sum_a, sum_b
        Sums over the pairs of the accuracy of A and of B.
    without_coordinates
        Pairs that lack a value on some axis and are in no cell.
    """

    coordinates: tuple[NDArray[Any], ...]
    pairs: IntArray
    only_a: IntArray
    only_b: IntArray
    sum_d: FloatArray
    sum_d2: FloatArray
    sum_a: FloatArray
    sum_b: FloatArray
    without_coordinates: int


def paired_cells(
    store: Store,
    where: Where,
    base_task: str,
    axes: Sequence[AxisExpression],
    eval_a: str,
    eval_b: str,
) -> PairedCells:
    """Differences of two evals by cell, paired by item.

    Parameters
    ----------
    store, where
        What to read.
    base_task
        The base task.
    axes
        The axes of the grid; none makes one cell.
    eval_a, eval_b
        Ids of the two evals.

    Returns
    -------
    PairedCells
        Empty arrays where nothing is selected.
    """
    names = axis_names(axes)
    keys = "".join(f", {name}" for name in names)
    items = item_sql(store, where, base_task, axes, (eval_a, eval_b), ("correct",))
    pairs = (
        f"SELECT item{keys}, max(p) FILTER (WHERE eval_id = ?) AS a, "
        "max(p) FILTER (WHERE eval_id = ?) AS b FROM "
        f"(SELECT item, eval_id{keys}, correct / m AS p FROM ({items}) WHERE m > 0) "
        f"GROUP BY item{keys}"
    )
    whole = " AND ".join(f"{name} IS NOT NULL" for name in names) or "true"
    shown = "".join(
        f", coalesce({name}, -1) AS {name}" if axis.edges is not None else f", {name}"
        for axis, name in zip(axes, names, strict=True)
    )
    by = ", ".join(names)
    sql = (
        f"SELECT {whole} AS whole{shown}, count(d) AS pairs, "
        "count(a) - count(d) AS only_a, count(b) - count(d) AS only_b, "
        f"{exact_sum('d')} AS sum_d, {exact_sum('d * d')} AS sum_d2, "
        f"{exact_sum('CASE WHEN d IS NOT NULL THEN a END')} AS sum_a, "
        f"{exact_sum('CASE WHEN d IS NOT NULL THEN b END')} AS sum_b "
        f"FROM (SELECT *, a - b AS d FROM ({pairs}))"
    )
    sql += f" GROUP BY {by} ORDER BY {by}" if by else " HAVING count(*) > 0"
    arrays = store.arrays(sql, (eval_a, eval_b, *where.params, eval_a, eval_b))
    whole_cells = arrays.pop("whole").astype(bool)
    missing = int(arrays["pairs"][~whole_cells].sum())
    kept = {name: values[whole_cells] for name, values in arrays.items()}
    return PairedCells(
        coordinates=tuple(kept.pop(name) for name in names),
        pairs=kept["pairs"].astype("int64"),
        only_a=kept["only_a"].astype("int64"),
        only_b=kept["only_b"].astype("int64"),
        sum_d=kept["sum_d"],
        sum_d2=kept["sum_d2"],
        sum_a=kept["sum_a"],
        sum_b=kept["sum_b"],
        without_coordinates=missing,
    )
