"""Means of several groups as if each had the same mix of strata."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import cluster_sums, numbered, t_quantile

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class AdjustedMeans:
    """Means of groups as if each had the same mix of strata; NaN for an empty group.

    Attributes
    ----------
    mean, low, high
        Estimates and intervals in the unit of the values, shape (groups,).
    n
        Samples of each group, shape (groups,).
    """

    mean: FloatArray
    low: FloatArray
    high: FloatArray
    n: IntArray
    level: float = 0.95


def adjusted_means(
    values: ArrayLike,
    group: ArrayLike,
    groups: int,
    stratum: ArrayLike,
    cluster: ArrayLike,
    level: float = 0.95,
) -> AdjustedMeans:
    """Means of several groups by least squares with an intercept for each stratum.

    Parameters
    ----------
    values
        Numbers, or 0 and 1, shape (n,).
    group
        Group of each sample, from 0 to ``groups`` - 1, shape (n,).
    stratum, cluster
        As `reasonscape.stats.ranks.van_elteren`.
    level
        Coverage of each interval (item-cluster variance).

    Returns
    -------
    AdjustedMeans
        They average, weighted by samples, to the plain mean.

    How it misleads
    ---------------
    It takes the difference between groups to be the same in all strata. Means of shares may
    leave [0, 1]. The interval is that of the group's distance from the plain mean and takes the
    plain mean as known.

    References
    ----------
    Liang and Zeger, Biometrika 73 (1986), for the variance.

    Examples
    --------
    >>> found = adjusted_means([0, 1, 0, 1], [0, 1, 0, 1], 2, [0, 0, 1, 1], range(4))
    >>> found.mean.round(6).tolist(), found.n.tolist()
    ([0.0, 1.0], [2, 2])
    """
    y, which = np.asarray(values, dtype=np.float64), np.asarray(group, dtype=np.int64)
    n = np.bincount(which, minlength=groups)
    if not len(y):
        nothing = np.full(groups, np.nan)
        return AdjustedMeans(nothing, nothing, nothing, n, level)
    code, item = numbered(np.asarray(stratum)), numbered(np.asarray(cluster))
    size = np.bincount(code).astype(np.float64)
    share = n / len(y)
    seen = np.flatnonzero(n)
    x = (which[:, None] == seen[None, :]).astype(np.float64)
    for j in range(len(seen)):
        x[:, j] -= (np.bincount(code, weights=x[:, j]) / size)[code]
    residual = y - (np.bincount(code, weights=y) / size)[code]
    inverse = np.linalg.pinv(x.T @ x, rcond=1e-9)
    slope = inverse @ (x.T @ residual)
    # Only differences between groups are known: their weighted mean is put at the plain mean.
    centre = np.eye(len(seen)) - share[seen][None, :]
    slope = centre @ slope
    left = residual - x @ slope
    sums = np.stack([cluster_sums(item, x[:, j] * left) for j in range(len(seen))])
    clusters = sums.shape[1]
    meat = sums @ sums.T * (clusters / max(clusters - 1, 1))
    variance = np.diag(centre @ inverse @ meat @ inverse @ centre.T)
    error = np.sqrt(np.maximum(variance, 0.0))
    # Residuals that vanish leave no interval, as do too few clusters.
    reach = t_quantile(level, clusters - len(seen))
    half = np.where(error > 0.0, min(reach, 1e300) * error, np.inf)
    mean, low, high = (np.full(groups, np.nan) for _ in range(3))
    mean[seen] = y.mean() + slope
    low[seen], high[seen] = mean[seen] - half, mean[seen] + half
    return AdjustedMeans(mean, low, high, n, level)
