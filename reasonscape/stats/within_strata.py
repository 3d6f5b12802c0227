"""Differences of means between two groups within strata."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import (
    cluster_sums,
    effective_df,
    informative,
    small_strata,
    t_quantile,
    two_sided_p,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """Second group's mean minus the first's within strata.

    Attributes
    ----------
    value, low, high
        Estimate and interval in the unit of the values, for shares from -1 to 1; NaN and infinite
        where no stratum has both groups or nothing varies.
    z, p
        Score statistic and two-sided p of no difference; 0 and 1 where nothing can be tested.
    n_first, n_second, strata, clusters
        Samples, strata and clusters that carry information.
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


def mean_difference(
    values: ArrayLike,
    second: ArrayLike,
    stratum: ArrayLike,
    cluster: ArrayLike,
    level: float = 0.95,
) -> MeanDifference:
    """Mantel and Haenszel's difference with item-cluster variance.

    Each stratum's difference of means is weighted by n1 n2 / n. For 0 and 1 that is the
    Mantel-Haenszel risk difference and its test.

    Parameters
    ----------
    values
        Numbers, or 0 and 1, shape (n,).
    second, stratum, cluster
        As `reasonscape.stats.ranks.van_elteren`.
    level
        Coverage of the interval, which holds the differences that the score test does not reject.

    Returns
    -------
    MeanDifference

    Raises
    ------
    ValueError
        If lengths differ or a value is not finite.

    How it misleads
    ---------------
    Where nobody has the outcome the difference is 0 and no interval can be read from the data:
    it is given as unbounded, not as nothing.

    References
    ----------
    Mantel and Haenszel, JNCI 22 (1959); Greenland and Robins, Biometrics 41 (1985); Fieller, JRSS
    B 16 (1954).

    Examples
    --------
    >>> found = mean_difference([0, 0, 1, 1, 1, 0], [0, 0, 0, 1, 1, 1], [0] * 6, range(6))
    >>> round(found.value, 3), found.strata
    (0.333, 1)
    """
    x, late, code, item = informative(values, second, stratum, cluster)
    if not len(x):
        return MeanDifference(math.nan, -math.inf, math.inf, 0.0, 1.0, 0, 0, 0, 0, level)
    strata = int(code.max()) + 1
    size = np.bincount(code).astype(np.float64)
    lead = late - (np.bincount(code, weights=late) / size)[code]
    centred = x - (np.bincount(code, weights=x) / size)[code]
    wide = small_strata(code, item, strata)[code]
    total, room = float((lead * x).sum()), float((lead * late).sum())
    # Clusters' sums of the score at a difference d are a - d b.
    a = cluster_sums(item, lead * centred * wide)
    b = cluster_sums(item, lead * lead * wide)
    df = effective_df(a)
    spread = float((a**2).sum())
    z = total / math.sqrt(spread) if spread > 0.0 else 0.0
    value = total / room
    df_at = effective_df(a - value * b)
    low, high = _fieller(total, room, a, b, t_quantile(level, df_at))
    if spread == 0.0:
        low, high = -math.inf, math.inf
    return MeanDifference(
        value=value,
        low=low,
        high=high,
        z=z,
        p=two_sided_p(z, df),
        n_first=int((~late).sum()),
        n_second=int(late.sum()),
        strata=strata,
        clusters=int(item.max()) + 1,
        level=level,
    )


def adjusted_difference(
    values: ArrayLike,
    second: ArrayLike,
    covariate: ArrayLike,
    stratum: ArrayLike,
    cluster: ArrayLike,
    level: float = 0.95,
) -> MeanDifference:
    """Difference of means within strata at equal values of a covariate.

    Least squares with an intercept for each stratum, one slope for the covariate and one step for
    the second group; the step is returned.

    Parameters
    ----------
    values, second, stratum, cluster
        As `mean_difference`.
    covariate
        What else moves the values, finite, shape (n,).
    level
        Coverage of the interval (item-cluster variance).

    Returns
    -------
    MeanDifference

    Raises
    ------
    ValueError
        If lengths differ or a number is not finite.

    How it misleads
    ---------------
    The covariate's influence is taken to be a straight line, the same in both groups. Where the
    groups hardly overlap along it, the step is an extrapolation.

    References
    ----------
    Frisch and Waugh, Econometrica 1 (1933), for taking the covariate out first; Liang and Zeger,
    Biometrika 73 (1986).

    Examples
    --------
    The second group lies higher only because its covariate does:

    >>> x = [0.0, 1.0, 2.0, 1.0, 2.0, 3.0]
    >>> found = adjusted_difference(x, [0, 0, 0, 1, 1, 1], x, [0] * 6, range(6))
    >>> abs(found.value) < 1e-12
    True
    """
    other = np.asarray(covariate, dtype=np.float64)
    y, late, code, item = informative(values, second, stratum, cluster)
    z, *_ = informative(other, second, stratum, cluster)
    if not len(y):
        return MeanDifference(math.nan, -math.inf, math.inf, 0.0, 1.0, 0, 0, 0, 0, level)
    size = np.bincount(code).astype(np.float64)

    def centred(x: FloatArray) -> FloatArray:
        return np.asarray(x - (np.bincount(code, weights=x) / size)[code])

    y, z, lead = centred(y), centred(z), centred(late.astype(np.float64))
    spread = float(z @ z)
    if spread > 0.0:
        y, lead = y - z * float(z @ y) / spread, lead - z * float(z @ lead) / spread
    room = float(lead @ lead)
    strata, clusters = len(size), int(item.max()) + 1
    counts = (int((~late).sum()), int(late.sum()), strata, clusters, level)
    if room <= 1e-9 * len(y):
        return MeanDifference(math.nan, -math.inf, math.inf, 0.0, 1.0, *counts)
    value = float(lead @ y) / room
    wide = small_strata(code, item, strata)[code]
    sums = cluster_sums(item, lead * (y - value * lead) * wide)
    df = effective_df(sums)
    error = math.sqrt(float((sums**2).sum())) / room
    half = t_quantile(level, df) * error if error > 0.0 else math.inf
    z_score = value / error if error > 0.0 else 0.0
    p = two_sided_p(z_score, df)
    return MeanDifference(value, value - half, value + half, z_score, p, *counts)


def _fieller(
    total: float, room: float, a: FloatArray, b: FloatArray, reach: float
) -> tuple[float, float]:
    """Differences d at which (total - d room)^2 <= reach^2 sum (a - d b)^2."""
    if not math.isfinite(reach):
        return -math.inf, math.inf
    square = reach * reach
    top = room**2 - square * float((b**2).sum())
    middle = total * room - square * float((a * b).sum())
    bottom = total**2 - square * float((a**2).sum())
    root = math.sqrt(max(middle**2 - top * bottom, 0.0))
    if top <= 0.0:
        return -math.inf, math.inf
    return (middle - root) / top, (middle + root) / top
