"""Curves of several groups as if all had the same mix of difficulty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.aalen_johansen import aalen_johansen
from reasonscape.stats.event_table import EventTable
from reasonscape.stats.kaplan_meier import kaplan_meier
from reasonscape.stats.log_rank import n_groups
from reasonscape.stats.step_function import log_log_bounds
from reasonscape.stats.stratum_shares import stratum_shares
from reasonscape.stats.unseen import none_of

FloatArray = NDArray[np.float64]

_THIN = 5.0


@dataclass(frozen=True, slots=True)
class StandardisedCurves:
    """Weighted means over strata, for each of G groups at T times and K causes.

    Attributes
    ----------
    time
        Where the curves are read, shape (T,).
    survival, survival_variance, survival_low, survival_high
        Share still going, shape (G, T).
    incidence, variance, low, high
        Share that each cause ended, shape (G, T, K).
    used
        Strata in which every group has samples, shape (strata,).
    left_out
        Share of the weight in the other strata.
    thin
        Share of the used weight in strata where a group has fewer than five samples.
    level
        Coverage of the pointwise intervals.
    """

    time: FloatArray
    survival: FloatArray
    survival_variance: FloatArray
    survival_low: FloatArray
    survival_high: FloatArray
    incidence: FloatArray
    variance: FloatArray
    low: FloatArray
    high: FloatArray
    used: NDArray[np.bool_]
    left_out: float
    thin: float
    level: float


def standardised_curves(
    strata: Sequence[Sequence[EventTable]],
    weight: ArrayLike,
    time: ArrayLike,
    level: float = 0.95,
) -> StandardisedCurves:
    """Directly standardised survival and cumulative incidence.

    Parameters
    ----------
    strata
        For each stratum the tables of all groups, in one order.
    weight
        Weight of each stratum, such as its number of items, shape (strata,), 0 or more.
    time
        Where to read the curves, shape (T,).
    level
        Coverage.

    Returns
    -------
    StandardisedCurves
        NaN at times that some used stratum did not observe, and everywhere if none is used.

    Raises
    ------
    ValueError
        If strata differ in their groups, or weights do not fit.

    How it misleads
    ---------------
    Strata left out are those that some group never saw; if they are the hard ones, the curves
    are too good. A stratum with one sample counts as known exactly, so that the variance is too
    small where `thin` is large: use the item-cluster bootstrap there.

    References
    ----------
    Breslow and Day, Statistical Methods in Cancer Research II (1987); Greenland and Robins,
    Biometrics 41 (1985), for strata with little in them.

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> easy, hard = event_table([1, 2], [1, 1]), event_table([4, 8], [1, 2])
    >>> standardised_curves([[easy], [hard]], [3, 1], [1, 4]).survival.tolist()
    [[0.625, 0.125]]
    """
    shares, used, left_out = stratum_shares(strata, weight)
    points = np.atleast_1d(np.asarray(time, dtype=np.float64))
    groups = n_groups(strata)
    causes = strata[0][0].n_causes
    start = np.nan if not used.any() else 0.0
    survival, survival_variance = (np.full((groups, points.size), start) for _ in range(2))
    incidence, variance = (np.full((groups, points.size, causes), start) for _ in range(2))
    spread, thin = np.zeros(groups), 0.0
    for stratum in np.flatnonzero(used).tolist():
        share = float(shares[stratum])
        thin += share * (min(table.total for table in strata[stratum]) < _THIN)
        for group, table in enumerate(strata[stratum]):
            still = kaplan_meier(table, level).at(points)
            ended = aalen_johansen(table, level).at(points)
            survival[group] += share * still.survival
            survival_variance[group] += share**2 * still.variance
            incidence[group] += share * ended.incidence
            variance[group] += share**2 * ended.variance
            spread[group] += share**2 / table.total
    effective = np.divide(1.0, spread, out=np.zeros(groups), where=spread > 0.0)
    survival, incidence = np.minimum(survival, 1.0), np.minimum(incidence, 1.0)
    low, high = _bounds(incidence, variance, effective, level)
    survival_low, survival_high = _bounds(survival, survival_variance, effective, level)
    return StandardisedCurves(
        time=points,
        survival=survival,
        survival_variance=survival_variance,
        survival_low=survival_low,
        survival_high=survival_high,
        incidence=incidence,
        variance=variance,
        low=low,
        high=high,
        used=used,
        left_out=left_out,
        thin=thin,
        level=level,
    )


def _bounds(
    value: FloatArray, variance: FloatArray, effective: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    low, high = log_log_bounds(value, variance, level)
    shape = (-1,) + (1,) * (value.ndim - 1)
    reach = np.broadcast_to(none_of(effective, level).reshape(shape), value.shape)
    nothing, everything = value <= 0.0, value >= 1.0
    low, high = np.where(nothing, 0.0, low), np.where(nothing, reach, high)
    return np.where(everything, 1.0 - reach, low), np.where(everything, 1.0, high)
