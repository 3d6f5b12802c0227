"""Two evals compared on the items that both answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reasonscape.store.schema import OUTCOMES
from reasonscape.store.selection.grid import AxisExpression, Grid, item_sql
from reasonscape.store.selection.packing import parts, unpackable
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
    grid = Grid(base_task, tuple(axes), (eval_a, eval_b))
    arrays = read_pairs(store, where, grid)
    whole = arrays["whole"].astype(bool)
    kept = {name: values[whole] for name, values in arrays.items()}
    return PairedCells(
        coordinates=tuple(kept[name] for name in grid.names),
        **{name: kept[name].astype("int64") for name in ("pairs", "only_a", "only_b")},
        **{name: kept[name] for name in ("sum_d", "sum_d2", "sum_a", "sum_b")},
        without_coordinates=int(arrays["pairs"][~whole].sum()),
    )


def read_pairs(store: Store, where: Where, grid: Grid) -> dict[str, NDArray[Any]]:
    """Columns of the query behind :func:`paired_cells` for the two evals of ``grid``.

    ``whole`` says which entries have a value on every axis.
    """
    params = (*(grid.evals or ()), *grid.params(where))

    def read(packed: bool) -> dict[str, NDArray[Any]]:
        return store.arrays(_pair_sql(store, where, grid, packed=packed), params)

    return unpackable(read, ["n_counted"], "n_all")


def _pair_sql(store: Store, where: Where, grid: Grid, *, packed: bool) -> str:
    """Items of each eval first, then pairs of them, then cells."""
    items = (
        f"SELECT item, eval_id{grid.keys}, n_all, {parts(packed=packed)} "
        f"FROM ({item_sql(store, where, grid, packed=packed)})"
    )
    shares = (
        f"SELECT *, {' + '.join(OUTCOMES)} AS n_counted, "
        f"correct / nullif(correct + incorrect + truncated + unanswered, 0) AS p FROM ({items})"
    )
    pairs = (
        f"SELECT item{grid.keys}, max(p) FILTER (WHERE eval_id = ?) AS a, "
        "max(p) FILTER (WHERE eval_id = ?) AS b, sum(n_all) AS n_all, "
        f"sum(n_counted) AS n_counted FROM ({shares}) GROUP BY item{grid.keys}"
    )
    by = ", ".join(grid.names)
    return (
        f"SELECT {grid.whole} AS whole{grid.shown}, count(d) AS pairs, "
        "sum(n_all)::BIGINT AS n_all, sum(n_counted)::BIGINT AS n_counted, "
        "count(a) - count(d) AS only_a, count(b) - count(d) AS only_b, "
        f"{exact_sum('d')} AS sum_d, {exact_sum('d * d')} AS sum_d2, "
        f"{exact_sum('a + 0 * d')} AS sum_a, {exact_sum('b + 0 * d')} AS sum_b "
        f"FROM (SELECT *, a - b AS d FROM ({pairs}))"
    ) + (f" GROUP BY {by} ORDER BY {by}" if by else " HAVING count(*) > 0")
