"""Intervals over items, by leaving out one group of items at a time."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def item_groups(items: int, groups: int, rng: np.random.Generator) -> IntArray:
    """Deal items into groups of equal size, one of which at a time is left out.

    Parameters
    ----------
    items
        How many there are.
    groups
        How many are wanted; at most one for each item.
    rng
        Source of randomness.

    Returns
    -------
    ndarray of int64
        Group of each item, from 0 on, shape (items,).

    Raises
    ------
    ValueError
        If fewer than two groups are wanted.

    How it misleads
    ---------------
    Items that depend on each other and lie in different groups make intervals too short.

    Examples
    --------
    >>> np.bincount(item_groups(7, 3, np.random.default_rng(1))).tolist()
    [3, 2, 2]
    """
    if groups < 2:
        raise ValueError(f"leaving out needs two groups, found {groups}")
    return rng.permutation(items) % min(groups, max(items, 1))


def jackknife_interval(
    value: float, replicates: FloatArray, level: float = 0.95, *, corrected: bool = False
) -> tuple[float, float]:
    """Interval of a statistic from its values without each group of items.

    Parameters
    ----------
    value
        The statistic on all items.
    replicates
        Without group j, shape (groups,).
    level
        Wanted coverage.
    corrected
        Centre the interval on g value - (g - 1) mean(replicates), which takes off a bias that falls
        as 1 / items, and stretch it to hold the value.

    Returns
    -------
    tuple of float
        value -/+ t s, with s^2 = (g - 1) / g times the sum of squared deviations of the replicates
        from their mean and t of g - 1 degrees of freedom. NaN with fewer than two groups, or where
        a replicate is not defined.

    How it misleads
    ---------------
    It is symmetric; not corrected, it is silent about bias. It needs a smooth statistic (not a
    median), and about equally large groups.

    References
    ----------
    Shao and Tu, The Jackknife and Bootstrap (1995), 2.3; Kott, Journal of Official Statistics 17
    (2001).

    Examples
    --------
    Leaving out one number of five, the interval of a mean is Student's:

    >>> x = np.array([1.0, 2.0, 4.0, 4.0, 9.0])
    >>> low, high = jackknife_interval(4.0, (x.sum() - x) / 4)
    >>> round(low, 4), round(high, 4)
    (0.1729, 7.8271)
    """
    groups = len(replicates)
    if groups < 2:
        return math.nan, math.nan
    mean = float(replicates.mean())
    squares = float(((replicates - mean) ** 2).sum()) * (groups - 1) / groups
    reach = float(stdtrit(groups - 1, (1.0 + level) / 2)) * math.sqrt(squares)
    if not corrected or math.isnan(reach):
        return value - reach, value + reach
    centre = value + (groups - 1) * (value - mean)
    return min(centre - reach, value), max(centre + reach, value)
