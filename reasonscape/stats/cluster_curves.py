"""Bands of curves by drawing whole items again, because repeats of an item are alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.aalen_johansen import aalen_johansen
from reasonscape.stats.event_table import event_table

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FEW_ITEMS = 20
"""Below this many items the bootstrap is not to be trusted."""

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


@dataclass(frozen=True, slots=True)
class CurveBands:
    """Curves with pointwise bands from an item-cluster bootstrap.

    Attributes
    ----------
    time
        Where they are read, shape (G,).
    survival, survival_error, survival_low, survival_high
        Share still going, its standard error and percentile band, shape (G,).
    incidence, error, low, high
        Share that each cause ended, shape (G, K).
    items
        Items that were drawn from.
    few_samples
        Whether these are too few (below 20) for the bands to be claimed.
    level
        Coverage of the bands.
    """

    time: FloatArray
    survival: FloatArray
    survival_error: FloatArray
    survival_low: FloatArray
    survival_high: FloatArray
    incidence: FloatArray
    error: FloatArray
    low: FloatArray
    high: FloatArray
    items: int
    few_samples: bool
    level: float


def item_draws(items: int, replicates: int, generator: np.random.Generator) -> FloatArray:
    """How often each item is drawn when as many are drawn as there are, with replacement.

    Parameters
    ----------
    items, replicates
        Sizes, at least 1.
    generator
        Source of randomness.

    Returns
    -------
    ndarray of float64
        Shape (items, R); each column adds up to `items`. One array for two evals on the same
        items keeps them paired.

    Raises
    ------
    ValueError
        If a size is below 1.

    How it misleads
    ---------------
    Items are drawn alike, not within strata: the mix of difficulty varies between draws, as it
    would between samples of items.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap (1993).

    Examples
    --------
    >>> item_draws(5, 3, np.random.default_rng(1)).sum(axis=0).tolist()
    [5.0, 5.0, 5.0]
    """
    if items < 1 or replicates < 1:
        raise ValueError(f"need items and replicates, found {items} and {replicates}")
    drawn = generator.integers(0, items, size=(replicates, items))
    drawn += items * np.arange(replicates)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=items * replicates)
    return np.ascontiguousarray(counts.reshape(replicates, items).T, dtype=np.float64)


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


def cluster_bands(
    item: ArrayLike,
    time: ArrayLike,
    cause: ArrayLike,
    grid: ArrayLike,
    generator: np.random.Generator,
    replicates: int = 400,
    level: float = 0.95,
    weight: ArrayLike | None = None,
    n_causes: int = 2,
) -> CurveBands:
    """Pointwise percentile bands of survival and cumulative incidence, items drawn as wholes.

    Parameters
    ----------
    item
        Item of each sample, any values that can be sorted, shape (n,).
    time, cause, weight, n_causes
        As `event_table`, shape (n,).
    grid
        Where to read the curves, shape (G,).
    generator
        Source of randomness.
    replicates
        Draws.
    level
        Coverage.

    Returns
    -------
    CurveBands
        NaN after the last time, unless nobody was left there.

    Raises
    ------
    ValueError
        As `event_table`, or if there is no sample.

    How it misleads
    ---------------
    Where no item had an event, no draw has one, and the band has no width: use the exact bounds
    of `aalen_johansen` there. Bands are a little too narrow with few items, and pointwise.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap (1993); Field and Welsh, JRSS B 69
    (2007), on clusters.

    Examples
    --------
    >>> generator = np.random.default_rng(7)
    >>> item, time = np.repeat(np.arange(50), 4), np.repeat(np.arange(50), 4) + 1
    >>> bands = cluster_bands(item, time, np.ones(200, dtype=int), [25], generator)
    >>> f"{bands.incidence[0, 0]:.2f} {bands.low[0, 0]:.2f} {bands.high[0, 0]:.2f}"
    '0.50 0.38 0.64'
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie strictly between 0 and 1, found {level!r}")
    names, who = np.unique(np.asarray(item), return_inverse=True)
    draws = item_draws(names.size, replicates, generator)
    found = resampled_curves(who, time, cause, grid, draws, weight, n_causes)
    plain = aalen_johansen(event_table(time, cause, weight, n_causes), level).at(grid)
    unknown = np.isnan(plain.survival)
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    measured = []
    for curves in (found.survival, found.incidence):
        low, high = np.quantile(curves, tails, axis=0)
        error = curves.std(axis=0, ddof=1) if replicates > 1 else np.full_like(low, np.nan)
        for values in (error, low, high):
            values[unknown] = np.nan
        measured.append((error, low, high))
    (survival_error, survival_low, survival_high), (error, low, high) = measured
    return CurveBands(
        time=plain.time,
        survival=plain.survival,
        survival_error=survival_error,
        survival_low=survival_low,
        survival_high=survival_high,
        incidence=plain.incidence,
        error=error,
        low=low,
        high=high,
        items=int(names.size),
        few_samples=names.size < FEW_ITEMS,
        level=level,
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
