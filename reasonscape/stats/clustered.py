"""Means and medians of samples that come in clusters."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import cluster_sums, effective_df, numbered, t_quantile

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval; infinite bounds where clusters are too few to give any."""

    value: float
    low: float
    high: float
    n: int
    clusters: int
    level: float = 0.95


def clustered_median(values: ArrayLike, cluster: ArrayLike, level: float = 0.95) -> Estimate:
    """Median with Woodruff's interval: that of the share below it, turned back into values.

    Parameters
    ----------
    values, cluster
        Numbers and the item of each, shape (n,); NaN is left out.
    level
        Coverage of the interval.

    Returns
    -------
    Estimate
        NaN without values.

    How it misleads
    ---------------
    With few clusters the ends are the extremes of the data, or infinite.

    References
    ----------
    Woodruff, JASA 47 (1952).

    Examples
    --------
    >>> found = clustered_median(range(1, 102), range(101))
    >>> found.value, round(found.low), round(found.high)
    (51.0, 41, 61)
    """
    x, item = np.asarray(values, dtype=np.float64), np.asarray(cluster)
    known = ~np.isnan(x)
    x, item = x[known], item[known]
    if not len(x):
        return Estimate(math.nan, -math.inf, math.inf, 0, 0, level)
    median = float(np.median(x))
    code = numbered(item)
    below = (x < median) + 0.5 * (x == median) - 0.5
    scores = cluster_sums(code, below)
    clusters = len(scores)
    # Ties with the median count half, so a variance below that of a fair coin is not trusted.
    per_cluster = float((np.bincount(code).astype(np.float64) ** 2).sum())
    spread = max(float((scores**2).sum()), 0.25 * float(len(x) ** 2) / max(per_cluster, 1.0))
    spread *= clusters / max(clusters - 1, 1)
    half = t_quantile(level, clusters - 1.0) * math.sqrt(spread) / len(x)
    low, high = 0.5 - half, 0.5 + half
    return Estimate(
        value=median,
        low=float(np.quantile(x, low)) if low >= 0.0 else -math.inf,
        high=float(np.quantile(x, high)) if high <= 1.0 else math.inf,
        n=len(x),
        clusters=clusters,
        level=level,
    )


@dataclass(frozen=True, slots=True)
class MeanCurve:
    """Means at several points with pointwise intervals, each of shape (points,)."""

    mean: FloatArray
    low: FloatArray
    high: FloatArray
    n: int
    level: float = 0.95


def clustered_means(curves: ArrayLike, cluster: ArrayLike, level: float = 0.95) -> MeanCurve:
    """Mean of curves at each point, with item-cluster variance.

    Parameters
    ----------
    curves
        One row a sample, shape (n, points); NaN where a curve has no value.
    cluster
        The item of each sample, shape (n,).
    level
        Coverage at each point.

    Returns
    -------
    MeanCurve
        NaN at points where no curve has a value; NaN bounds where fewer than two clusters do.

    How it misleads
    ---------------
    The band is point by point: over all points together it covers less. A mean over traces of
    different lengths compares places that are far apart in tokens.

    References
    ----------
    Liang and Zeger, Biometrika 73 (1986).

    Examples
    --------
    >>> clustered_means([[1.0, 2.0], [3.0, np.nan]], [0, 1]).mean.tolist()
    [2.0, 2.0]
    """
    y = np.atleast_2d(np.asarray(curves, dtype=np.float64))
    code = numbered(np.asarray(cluster))
    points = y.shape[1]
    if not len(y):
        nothing = np.full(points, np.nan)
        return MeanCurve(nothing, nothing, nothing, 0, level)
    order = np.argsort(code, kind="stable")
    begins = np.flatnonzero(np.diff(code[order], prepend=-1))
    known = ~np.isnan(y[order])
    total = np.add.reduceat(np.where(known, y[order], 0.0), begins, axis=0)
    count = np.add.reduceat(known, begins, axis=0, dtype=np.float64)
    n = np.where(count.sum(axis=0) > 0, count.sum(axis=0), np.nan)
    mean = total.sum(axis=0) / n
    sums = np.where(count > 0, total - count * np.where(np.isnan(mean), 0.0, mean), 0.0)
    clusters = (count > 0).sum(axis=0).astype(np.float64)
    inflated = clusters / np.where(clusters > 1, clusters - 1.0, np.nan)
    error = np.sqrt((sums**2).sum(axis=0) * inflated) / n
    reach = [t_quantile(level, max(effective_df(column), 1.0)) for column in sums.T]
    half = np.array(reach) * error
    return MeanCurve(mean, mean - half, mean + half, len(y), level)
