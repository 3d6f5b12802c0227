"""Where a model is capable, where it fails, and where the data leave it open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.proportions import accuracy_of_excess, exact_upper_bound

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

OPEN: Final = 0
CAPABLE: Final = 1
FAILING: Final = -1

STATE_NAMES: Final = {CAPABLE: "capable", OPEN: "open", FAILING: "failing"}


@dataclass(frozen=True, slots=True)
class CapabilityZone:
    """State of every cell.

    Attributes
    ----------
    state
        `CAPABLE`, `OPEN` or `FAILING` of each cell, int8, shape (cells,).
    threshold
        Accuracy (not excess accuracy) that capable means in each cell, shape (cells,).
    failing_bound
        Upper bound of the raw accuracy that was held against it, shape (cells,).
    judged
        Cells with enough items to make a claim.
    capable_cells, failing_cells
        Shares of all cells that have samples.
    capable_items, failing_items
        Shares of all items.
    """

    state: NDArray[np.int8]
    threshold: FloatArray
    failing_bound: FloatArray
    judged: int
    capable_cells: float
    failing_cells: float
    capable_items: float
    failing_items: float

    def names(self) -> list[str]:
        """State of each cell as a word."""
        return [STATE_NAMES[int(state)] for state in self.state]


@dataclass(frozen=True, slots=True)
class Border:
    """How far the capability zone reaches along one axis.

    Attributes
    ----------
    others
        Levels of the other axes, one row a combination, shape (combinations, axes - 1).
    last
        Hardest level that is capable, -1 where none is, shape (combinations,).
    interrupted
        Whether an easier level of the same combination is known not to be capable (it fails), or
        is open though it has samples, shape (combinations,).
    reaches_end
        Whether ``last`` is the hardest level that was asked, so that the border lies outside.
    """

    others: IntArray
    last: IntArray
    interrupted: NDArray[np.bool_]
    reaches_end: NDArray[np.bool_]


def capability_zone(
    fitted_low: ArrayLike,
    k: ArrayLike,
    n: ArrayLike,
    items: ArrayLike,
    *,
    capable: float = 0.9,
    chance: ArrayLike = 0.0,
    alpha: float = 0.05,
    min_items: int = 10,
) -> CapabilityZone:
    """Call each cell capable, failing or open.

    Capable: the one-sided lower bound of the fitted accuracy reaches the threshold. Failing: the
    exact upper bound of the raw accuracy, at ``alpha`` divided by the number of judged cells, is
    below it; raw evidence overrules the fit. Open: neither, or fewer than ``min_items`` items.

    Parameters
    ----------
    fitted_low
        One-sided lower bound of the fitted accuracy, from
        `reasonscape.stats.additive.AdditiveFit.low`, shape (cells,).
    k, n
        Right and all samples, scaled to the effective sample size, shape (cells,).
    items
        Items of each cell, shape (cells,).
    capable
        Threshold, stated on excess accuracy; with guessing it means accuracy
        chance + (1 - chance) * capable.
    chance
        Success rate of guessing, one or one a cell.
    alpha
        Probability that any cell at all is wrongly called failing.
    min_items
        Items below which a cell makes no claim.

    Returns
    -------
    CapabilityZone

    Raises
    ------
    ValueError
        If shapes disagree.

    How it misleads
    ---------------
    Capable rests on the additive fit, so one bad cell among good neighbours may be called capable
    until it has enough samples to be called failing. Open is not half-way: it means unknown. The
    zone shrinks with fewer samples even if the model is the same, so zones of evals with unequal
    samples are not to be compared by size.

    Examples
    --------
    >>> zone = capability_zone([0.95, 0.7, 0.2], [40, 34, 3], [40, 40, 40], [40, 40, 40])
    >>> zone.names()
    ['capable', 'open', 'failing']
    """
    low = np.atleast_1d(np.asarray(fitted_low, dtype=np.float64))
    right = np.atleast_1d(np.asarray(k, dtype=np.float64))
    count = np.atleast_1d(np.asarray(n, dtype=np.float64))
    groups = np.atleast_1d(np.asarray(items, dtype=np.float64))
    if not low.shape == right.shape == count.shape == groups.shape:
        raise ValueError("fitted_low, k, n and items must be equally long")
    threshold = np.broadcast_to(accuracy_of_excess(capable, chance), low.shape)
    judged = (groups >= min_items) & (count > 0.0)
    tests = int(judged.sum())
    bound = np.ones_like(low)
    if tests:
        bound[judged] = exact_upper_bound(right[judged], count[judged], alpha / tests)
    state = np.where(judged & (low >= threshold), CAPABLE, OPEN)
    state = np.where(judged & (bound < threshold), FAILING, state).astype(np.int8)
    seen = count > 0.0
    return CapabilityZone(
        state=state,
        threshold=np.array(threshold),
        failing_bound=bound,
        judged=tests,
        capable_cells=_share(state == CAPABLE, seen.astype(np.float64)),
        failing_cells=_share(state == FAILING, seen.astype(np.float64)),
        capable_items=_share(state == CAPABLE, groups),
        failing_items=_share(state == FAILING, groups),
    )


def capability_border(
    state: ArrayLike,
    coords: ArrayLike,
    n_levels: Sequence[int],
    axis: int,
    *,
    harder: Literal["up", "down"] = "up",
) -> Border:
    """Find, for each combination of the other axes' levels, the hardest level that is capable.

    Parameters
    ----------
    state
        From `capability_zone`, shape (cells,).
    coords
        Level of each cell along each axis, shape (cells, axes).
    n_levels
        Number of levels of each axis.
    axis
        Axis along which to look.
    harder
        Whether higher or lower levels of it are harder.

    Returns
    -------
    Border

    Raises
    ------
    ValueError
        If the axis does not exist or shapes disagree.

    How it misleads
    ---------------
    The border inherits the zone's caution: it is the last level *shown* to be capable. Where
    ``interrupted`` holds there is no single border.

    Examples
    --------
    >>> edge = capability_border(
    ...     [1, 1, -1, 1, 0, -1], [[0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [2, 1]], [3, 2], axis=0
    ... )
    >>> edge.others.tolist(), edge.last.tolist()
    ([[0], [1]], [1, 0])
    """
    states = np.asarray(state)
    places = np.asarray(coords, dtype=np.int64)
    if places.shape != (len(states), len(n_levels)):
        raise ValueError(
            f"coords must have shape {(len(states), len(n_levels))}, found {places.shape}"
        )
    if not 0 <= axis < len(n_levels):
        raise ValueError(f"axis {axis} does not exist; there are {len(n_levels)}")
    levels = places[:, axis]
    depth = levels if harder == "up" else n_levels[axis] - 1 - levels
    others, group = np.unique(np.delete(places, axis, axis=1), axis=0, return_inverse=True)
    group = group.reshape(-1)
    reach = np.full(len(others), -1, dtype=np.int64)
    np.maximum.at(reach, group[states == CAPABLE], depth[states == CAPABLE])
    asked = np.full(len(others), -1, dtype=np.int64)
    np.maximum.at(asked, group, depth)
    broken = np.zeros(len(others), dtype=bool)
    broken[group[(states != CAPABLE) & (depth < reach[group])]] = True
    last = np.where((reach >= 0) & (harder == "down"), n_levels[axis] - 1 - reach, reach)
    return Border(others, last, broken, (reach >= 0) & (reach == asked))


def _share(chosen: NDArray[np.bool_], weight: FloatArray) -> float:
    total = float(weight.sum())
    return float(weight[chosen].sum()) / total if total > 0.0 else 0.0
