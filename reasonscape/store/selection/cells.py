"""Sums over the items of each (eval, cell): all that estimates, intervals and tests need."""

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
    sum_m2: FloatArray
    sum_k2_over_m: FloatArray
    sum_p: FloatArray
    sum_p2: FloatArray
    sum_t2_over_m: FloatArray
    sum_pt: FloatArray
    sum_pt2: FloatArray
    chance: FloatArray
    without_coordinates: int


_COUNTED = ("correct", "incorrect", "truncated", "unanswered", "ungraded", "failed")
_SUMS = {
    "sum_k2_over_m": "k * k / m_or_null",
    "sum_p": "k / m_or_null",
    "sum_p2": "(k / m_or_null) * (k / m_or_null)",
    "sum_t2_over_m": "t * t / m_or_null",
    "sum_pt": "t / m_or_null",
    "sum_pt2": "(t / m_or_null) * (t / m_or_null)",
}


def cell_sums(
    store: Store,
    where: Where,
    base_task: str,
    axes: Sequence[AxisExpression],
    evals: Sequence[str] | None = None,
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

    Returns
    -------
    CellSums
        Empty arrays where nothing is selected.
    """
    arrays = store.arrays(
        _cell_sql(store, where, base_task, axes, evals), (*where.params, *(evals or ()))
    )
    whole = arrays.pop("whole").astype(bool)
    missing = int(arrays.pop("n_all")[~whole].sum())
    kept = {name: values[whole] for name, values in arrays.items()}
    counts = {name: kept[name].astype("int64") for name in ("items", "n", *_COUNTED)}
    return CellSums(
        eval_id=kept["eval_id"],
        coordinates=tuple(kept[f"axis{place}"] for place in range(len(axes))),
        **counts,
        sum_m2=kept["sum_m2"],
        **{name: kept[name] for name in _SUMS},
        chance=kept["chance_sum"] / counts["n"].clip(1),
        without_coordinates=missing,
    )


def _cell_sql(
    store: Store,
    where: Where,
    base_task: str,
    axes: Sequence[AxisExpression],
    evals: Sequence[str] | None,
) -> str:
    """Items first (one row for each item and cell), then cells."""
    names = axis_names(axes)
    keys = "".join(f", {name}" for name in names)
    whole = " AND ".join(f"{name} IS NOT NULL" for name in names) or "true"
    shown = "".join(
        f", coalesce({name}, -1) AS {name}" if axis.edges is not None else f", {name}"
        for axis, name in zip(axes, names, strict=True)
    )
    totals = ", ".join(f"sum({name})::BIGINT AS {name}" for name in _COUNTED)
    sums = ", ".join(f"{exact_sum(term)} AS {name}" for name, term in _SUMS.items())
    items = item_sql(store, where, base_task, axes, evals, _COUNTED)
    return (
        f"SELECT eval_id, {whole} AS whole{shown}, sum(n_all)::BIGINT AS n_all, "
        f"count(*) FILTER (WHERE m > 0) AS items, sum(m)::BIGINT AS n, {totals}, "
        f"sum(m * m)::DOUBLE AS sum_m2, {sums}, {exact_sum('chance_sum')} AS chance_sum "
        "FROM (SELECT *, correct::DOUBLE AS k, truncated::DOUBLE AS t, "
        f"nullif(m, 0) AS m_or_null FROM ({items})) GROUP BY eval_id{keys} ORDER BY eval_id{keys}"
    )
