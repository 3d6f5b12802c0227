"""Sums of paired differences between two evals over the cells of one base task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reasonscape.store.selection.grid import AxisExpression, Grid
from reasonscape.store.selection.paired import read_pairs

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
    grid = Grid(base_task, tuple(AxisExpression(column) for column in columns), evals)
    found = read_pairs(store, where, grid)
    paired = found["pairs"] > 0
    axes = {c: found[name][paired] for c, name in zip(columns, grid.names, strict=True)}
    sums = {name: found[name][paired].astype("float64") for name in ("pairs", "sum_d", "sum_d2")}
    return PairedSums(axes, **sums)
