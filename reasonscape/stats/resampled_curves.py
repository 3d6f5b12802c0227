"""Curves of many sets of item weights at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.event_table import event_table

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Rows times replicates that are held at once.
_HELD = 2_000_000


@dataclass(frozen=True, slots=True)
class CurveReplicates:
    """Curves of drawn data.

    Attributes
    ----------
    survival
        Share still going, shape (R, G).
    incidence
        Share that each cause ended, shape (R, G, K).
    """

    survival: FloatArray
    incidence: FloatArray


def resampled_curves(
    item: ArrayLike,
    time: ArrayLike,
    cause: ArrayLike,
    grid: ArrayLike,
    draws: FloatArray,
    weight: ArrayLike | None = None,
    n_causes: int = 2,
) -> CurveReplicates:
    """Aalen-Johansen curves for each set of item weights, exact with ties.

    Parameters
    ----------
    item
        Row of `draws` that each sample belongs to, shape (n,).
    time, cause, weight, n_causes
        As `event_table`, shape (n,).
    grid
        Where to read the curves, shape (G,).
    draws
        Weight of each item in each replicate, shape (items, R), as from `item_draws`.

    Returns
    -------
    CurveReplicates
        After the last time of a replicate its last values go on. Independent of the order of
        rows.

    Raises
    ------
    ValueError
        As `event_table`, or if an item is not among the draws.

    How it misleads
    ---------------
    As `cluster_bands`.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap (1993).

    Examples
    --------
    >>> draws = np.array([[1.0, 2.0], [1.0, 0.0]])
    >>> resampled_curves([0, 1], [5, 9], [1, 2], [5, 9], draws).incidence[:, :, 0].tolist()
    [[0.5, 0.5], [1.0, 1.0]]
    """
    event_table(time, cause, weight, n_causes)  # refuses what no row can be
    who = np.asarray(item, dtype=np.int64)
    when, how = np.asarray(time, dtype=np.float64), np.asarray(cause, dtype=np.int64)
    mass = np.ones(when.size) if weight is None else np.asarray(weight, dtype=np.float64)
    if who.shape != when.shape or not np.all((who >= 0) & (who < draws.shape[0])):
        raise ValueError(f"each sample needs an item from 0 to {draws.shape[0] - 1}")
    points = np.atleast_1d(np.asarray(grid, dtype=np.float64))
    replicates = draws.shape[1]
    survival = np.ones((points.size, replicates))
    incidence = np.zeros((points.size, n_causes, replicates))
    if when.size:
        # The order of sums is fixed by what is summed, so that rows may come in any order.
        order = np.lexsort((mass, who, how, when))
        rows = (who[order], when[order], how[order], mass[order])
        held = max(_HELD // when.size, 1)
        for start in range(0, replicates, held):
            part = slice(start, start + held)
            read = _curves(*rows, points, np.ascontiguousarray(draws[:, part]), n_causes)
            survival[:, part], incidence[:, :, part] = read
    return CurveReplicates(
        np.ascontiguousarray(survival.T), np.ascontiguousarray(incidence.transpose(2, 0, 1))
    )


def _curves(
    who: IntArray,
    when: FloatArray,
    how: IntArray,
    mass: FloatArray,
    points: FloatArray,
    draws: FloatArray,
    n_causes: int,
) -> tuple[FloatArray, FloatArray]:
    """Survival (G, R) and incidence (G, K, R) for rows sorted by time and cause."""
    counted = draws[who] * mass[:, None]
    new_time = np.append(True, when[1:] != when[:-1])
    pairs = np.flatnonzero(new_time | np.append(True, how[1:] != how[:-1]))
    counted = np.add.reduceat(counted, pairs, axis=0)
    cause = how[pairs]
    row_of_pair = np.cumsum(new_time)[pairs] - 1
    ends = np.add.reduceat(counted, np.flatnonzero(new_time[pairs]), axis=0)
    at_risk = np.cumsum(ends[::-1], axis=0)[::-1]
    share = np.divide(1.0, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0.0)
    stay = np.ones_like(at_risk)
    jumps = []
    for number in range(1, n_causes + 1):
        own = cause == number
        rows = row_of_pair[own]
        jump = counted[own] * share[rows]
        stay[rows] -= jump
        jumps.append((rows, jump))
    survival = np.ones((stay.shape[0] + 1, stay.shape[1]))
    np.cumprod(np.maximum(stay, 0.0, out=stay), axis=0, out=survival[1:])
    times = when[new_time]
    incidence = np.zeros((points.size, n_causes, draws.shape[1]))
    for number, (rows, jump) in enumerate(jumps):
        total = np.zeros((rows.size + 1, draws.shape[1]))
        np.cumsum(survival[rows] * jump, axis=0, out=total[1:])
        incidence[:, number] = total[np.searchsorted(times[rows], points, side="right")]
    return survival[np.searchsorted(times, points, side="right")], incidence
