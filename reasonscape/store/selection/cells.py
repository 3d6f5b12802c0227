"""Sums over the items of each (eval, cell): all that estimates, intervals and tests need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reasonscape.store.schema import OUTCOMES
from reasonscape.store.selection.grid import AxisExpression, Grid, item_sql
from reasonscape.store.selection.packing import COUNTED, parts, unpackable
from reasonscape.store.selection.source import exact_sum

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store

    IntArray = NDArray[np.int64]
    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CellSums:
    """One entry for each (eval, cell) that has samples, ordered by eval and coordinates.

    With m_i the used samples of item i in the cell, k_i the right and t_i the truncated ones.

    Attributes
    ----------
    eval_id
        Shape (entries,).
    coordinates
        For each axis an array of shape (entries,): numbers of bins, or levels.
    items
        Items with used samples.
    n, correct, incorrect, truncated, unanswered
        Used samples (the sum of the four), and each.
    ungraded, failed
        Dropped samples.
    stop_known
        Used samples of which the log says why they stopped.
    sum_m2, sum_k2_over_m, sum_p, sum_p2
        Sums over items of m_i^2, k_i^2 / m_i, k_i / m_i and (k_i / m_i)^2.
    sum_t2_over_m, sum_pt, sum_pt2
        Sums over items of t_i^2 / m_i, t_i / m_i and (t_i / m_i)^2.
    chance
        Mean success rate of guessing over the used samples; 0 where unknown.
    without_coordinates
        Samples that lack a value on some axis and are in no cell.
    """

    eval_id: NDArray[np.object_]
    coordinates: tuple[NDArray[Any], ...]
    items: IntArray
    n: IntArray
    correct: IntArray
    incorrect: IntArray
    truncated: IntArray
    unanswered: IntArray
    ungraded: IntArray
    failed: IntArray
    stop_known: IntArray
    sum_m2: FloatArray
    sum_k2_over_m: FloatArray
    sum_p: FloatArray
    sum_p2: FloatArray
    sum_t2_over_m: FloatArray
    sum_pt: FloatArray
    sum_pt2: FloatArray
    chance: FloatArray
    without_coordinates: int


_SUMS = {
    "sum_m2": "m * m",
    "sum_k2_over_m": "k * k / m",
    "sum_p": "k / m",
    "sum_p2": "(k / m) * (k / m)",
    "sum_t2_over_m": "t * t / m",
    "sum_pt": "t / m",
    "sum_pt2": "(t / m) * (t / m)",
}


def cell_sums(
    store: Store,
    where: Where,
    base_task: str,
    axes: Sequence[AxisExpression],
    evals: Sequence[str] | None = None,
    *,
    default_chance: float = 0.0,
) -> CellSums:
    """Sums over the items of each (eval, cell) of one base task, in one pass.

    Parameters
    ----------
    store, where
        What to read.
    base_task
        The base task.
    axes
        The axes of the grid; none makes one cell of each eval.
    evals
        Ids of the evals to read, all with ``None``.
    default_chance
        Success rate of guessing where a row states none.

    Returns
    -------
    CellSums
        Empty arrays where nothing is selected.
    """
    grid = Grid(base_task, tuple(axes), None if evals is None else tuple(evals), default_chance)
    arrays = read_cells(store, where, grid)
    whole = arrays.pop("whole").astype(bool)
    missing = int(arrays.pop("n_all")[~whole].sum())
    kept = {name: values[whole] for name, values in arrays.items()}
    n = kept["n"].astype("int64")
    chance = kept["chance_sum"] / n.clip(1)
    chance[chance != chance] = default_chance  # no row states one
    return CellSums(
        eval_id=kept["eval_id"],
        coordinates=tuple(kept[name] for name in grid.names),
        n=n,
        **{name: kept[name].astype("int64") for name in ("items", *COUNTED)},
        **{name: kept[name] for name in _SUMS},
        chance=chance,
        without_coordinates=missing,
    )


def read_cells(store: Store, where: Where, grid: Grid) -> dict[str, NDArray[Any]]:
    """Columns of the query behind :func:`cell_sums`, samples without coordinates included.

    ``whole`` says which entries have a value on every axis, ``n_all`` counts all samples, and
    ``chance_sum`` is NaN where no row states its chance.
    """
    params = grid.params(where)

    def read(packed: bool) -> dict[str, NDArray[Any]]:
        return store.arrays(_cell_sql(store, where, grid, packed=packed), params)

    return unpackable(read, OUTCOMES, "n_all")


def _cell_sql(store: Store, where: Where, grid: Grid, *, packed: bool) -> str:
    """Items first, then items of a cell with equal counts, then cells.

    The step in the middle leaves few rows, whatever the number of items, for the many sums.
    """
    items = item_sql(store, where, grid, packed=packed)
    alike = (
        f"SELECT eval_id{grid.keys}, counts, count(*) AS items, sum(n_all) AS n_all, "
        f"{exact_sum('chance_sum')} AS guessed, count(chance_sum) AS stated "
        f"FROM ({items}) GROUP BY eval_id{grid.keys}, counts"
    )
    counted = (
        f"SELECT eval_id{grid.keys}, items, n_all, {parts(packed=packed)}, "
        f"CASE WHEN stated > 0 THEN guessed END AS guessed FROM ({alike})"
    )
    used = (
        "SELECT *, nullif(correct + incorrect + truncated + unanswered, 0) AS m, "
        f"correct AS k, truncated AS t FROM ({counted})"
    )
    totals = "".join(f", sum(items * {name})::BIGINT AS {name}" for name in COUNTED)
    sums = "".join(
        f", {exact_sum(f'items * ({term})', wide=True)} AS {name}" for name, term in _SUMS.items()
    )
    return (
        f"SELECT eval_id, {grid.whole} AS whole{grid.shown}, sum(n_all)::BIGINT AS n_all, "
        "coalesce(sum(items) FILTER (WHERE m IS NOT NULL), 0)::BIGINT AS items, "
        f"coalesce(sum(items * m), 0)::BIGINT AS n{totals}{sums}, "
        f"sum(guessed) AS chance_sum FROM ({used}) "
        f"GROUP BY eval_id{grid.keys} ORDER BY eval_id{grid.keys}"
    )
