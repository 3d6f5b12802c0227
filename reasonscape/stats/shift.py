"""By how much one group is shifted against another within strata: Hodges and Lehmann's estimate."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from numpy.typing import ArrayLike

from reasonscape.stats.cluster_scores import t_quantile, two_sided_p
from reasonscape.stats.ranks import RankedGroups

_STEPS = 60
_MANY = 1_000_000
"""Pairs from which on stretches of zero are too short to matter."""

_CLOSE = 2e-6
"""Distance at which the search for a crossing ends, in the unit of the values."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Second group minus first, in the unit of the values.

    Attributes
    ----------
    value, low, high
        Estimate and interval; NaN where no stratum has both groups, infinite bounds where so few
        clusters cannot exclude any shift.
    z, p
        Van Elteren's statistic and two-sided p of no shift.
    n_first, n_second, strata, clusters
        Samples, strata and clusters that carry information.
    level
        Coverage of the interval.
    """

    value: float
    low: float
    high: float
    z: float
    p: float
    n_first: int
    n_second: int
    strata: int
    clusters: int
    level: float = 0.95


def stratified_shift(
    values: ArrayLike,
    second: ArrayLike,
    stratum: ArrayLike,
    cluster: ArrayLike,
    level: float = 0.95,
) -> Shift:
    """Hodges-Lehmann shift within strata, with the interval that van Elteren's test inverts to.

    The estimate is the shift after which the stratified rank statistic is zero; with one stratum
    that is the median of all differences. The interval holds the shifts that the test, with
    item-cluster variance, does not reject.

    Parameters
    ----------
    values, second, stratum, cluster
        As `reasonscape.stats.ranks.van_elteren`. With logarithms, exp(shift) is a ratio.
    level
        Coverage of the interval.

    Returns
    -------
    Shift

    Raises
    ------
    ValueError
        If lengths differ, or a value is not finite.

    How it misleads
    ---------------
    It is one number for all strata and all quantiles: if the second group is only more spread,
    or longer in easy strata and shorter in hard ones, the shift is near zero and hides it. Look
    at the picture and at the table by level.

    References
    ----------
    Hodges and Lehmann, Annals of Mathematical Statistics 34 (1963); van Elteren (1960); Lehmann,
    Nonparametrics (1975), section 2.5.

    Examples
    --------
    >>> found = stratified_shift([1, 2, 3, 11, 12, 13], [0, 0, 0, 1, 1, 1], [0] * 6, range(6))
    >>> round(found.value, 3)
    10.0
    """
    groups = RankedGroups.prepared(values, second, stratum, cluster)
    if groups.strata == 0:
        nothing = (math.nan, -math.inf, math.inf, 0.0, 1.0, 0, 0, 0, 0, level)
        return Shift(*nothing)
    # Searches come to one place more than once.
    statistic = cache(groups.statistic)
    total, variance, df = statistic(0.0)
    z = total / math.sqrt(variance) if variance > 0.0 else 0.0

    def rank_sum(delta: float) -> float:
        return statistic(delta)[0]

    # Where the statistic is zero over a stretch, its middle is the estimate.
    reach = groups.span + 1.0
    tiny = 1e-9 * groups.largest
    first = groups.span / 16.0 + _CLOSE
    low, high = _bracket(rank_sum, tiny, 0.0, first, reach)
    left = _crossing(rank_sum, tiny, low, high)
    right = left
    if len(groups.first) * len(groups.second) < _MANY:
        _, high = _bracket(rank_sum, -tiny, left, _CLOSE, reach)
        right = _crossing(rank_sum, -tiny, left - _CLOSE, high)
    value = (left + right) / 2.0

    def beyond(delta: float) -> float:
        """Statistic in units of its critical value."""
        moved, spread, freedom = statistic(delta)
        limit = t_quantile(level, freedom) * math.sqrt(spread)
        return moved / limit if 0.0 < limit < math.inf else 0.0

    low, high = -math.inf, math.inf
    if beyond(-reach) > 1.0:
        low = _crossing(beyond, 1.0, *_bracket(beyond, 1.0, value, first, reach))
    if beyond(reach) < -1.0:
        high = _crossing(beyond, -1.0, *_bracket(beyond, -1.0, value, first, reach))
    return Shift(
        value=value,
        low=low,
        high=high,
        z=z,
        p=two_sided_p(z, df),
        n_first=len(groups.first),
        n_second=len(groups.second),
        strata=groups.strata,
        clusters=groups.clusters,
        level=level,
    )


def _bracket(
    falling: Callable[[float], float], target: float, start: float, step: float, reach: float
) -> tuple[float, float]:
    """Two places between which the function passes below the target, near the start."""
    if falling(start) > target:
        low, high = start, start + step
        while high < reach and falling(high) > target:
            low, step = high, 2.0 * step
            high += step
        return low, min(high, reach)
    low, high = start - step, start
    while low > -reach and falling(low) <= target:
        high, step = low, 2.0 * step
        low -= step
    return max(low, -reach), high


def _crossing(falling: Callable[[float], float], target: float, low: float, high: float) -> float:
    """Where a falling step function passes below the target: false position with bisection."""
    f_low, f_high = falling(low) - target, falling(high) - target
    if f_low <= 0.0:
        return low
    if f_high > 0.0:
        return high
    for step in range(_STEPS):
        width = high - low
        if width < _CLOSE:
            break
        # A step function stalls false position at one end; every third step halves.
        part = 0.5 if step % 3 == 2 else min(max(f_low / (f_low - f_high), 0.02), 0.98)
        middle = low + part * width
        f_middle = falling(middle) - target
        if f_middle > 0.0:
            low, f_low = middle, f_middle
        else:
            high, f_high = middle, f_middle
    return (low + high) / 2.0
