"""Scores that come in clusters: their sums, their degrees of freedom, and groups within strata."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_NO_LIMIT = 1e6
"""Standard errors from which an interval is called unbounded: a small part of one cluster."""


def informative(
    values: ArrayLike, second: ArrayLike, stratum: ArrayLike, cluster: ArrayLike
) -> tuple[FloatArray, BoolArray, IntArray, IntArray]:
    """Samples of the strata that have both groups, with strata and clusters numbered from 0.

    Raises
    ------
    ValueError
        If lengths differ or a value is not finite.

    How it misleads
    ---------------
    What is left out may be most of the data, and is not a random part of it.

    Examples
    --------
    >>> informative([1.0, 2.0, 3.0], [True, False, True], [7, 7, 8], [1, 2, 3])[2].tolist()
    [0, 0]
    """
    x = np.asarray(values, dtype=np.float64)
    late = np.asarray(second, dtype=bool)
    code, item = np.asarray(stratum), np.asarray(cluster)
    if not (x.ndim == 1 and x.shape == late.shape == code.shape == item.shape):
        raise ValueError("values, groups, strata and clusters must be vectors of one length")
    if not np.isfinite(x).all():
        raise ValueError("values must be finite: leave out what is unknown")
    if not len(x):
        return x, late, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    code = numbered(code)
    both = (np.bincount(code, weights=late) > 0) & (np.bincount(code, weights=~late) > 0)
    keep = both[code]
    x, late, code, item = x[keep], late[keep], code[keep], item[keep]
    return x, late, numbered(code), numbered(item)


def numbered(names: NDArray[Any]) -> IntArray:
    """Number what has equal names alike, from 0 on, in the order of the names.

    How it misleads
    ---------------
    Numbers of two calls are not the same names.

    Examples
    --------
    >>> numbered(np.array([7, 3, 7])).tolist()
    [1, 0, 1]
    """
    if not len(names):
        return np.zeros(0, dtype=np.int64)
    small = names.dtype.kind in "iu" and names.min() >= 0 and names.max() < 8 * len(names) + 1024
    if not small:
        return np.unique(names, return_inverse=True)[1].reshape(-1).astype(np.int64)
    # Counting is many times faster than sorting.
    present = np.bincount(names) > 0
    return np.asarray((np.cumsum(present) - 1)[names], dtype=np.int64)


def cluster_sums(cluster: IntArray, scores: FloatArray) -> FloatArray:
    """Sum of the scores of each cluster, numbered from 0.

    How it misleads
    ---------------
    Numbers that no sample has count as clusters with the sum 0.

    Examples
    --------
    >>> cluster_sums(np.array([0, 1, 0]), np.array([1.0, 2.0, 3.0])).tolist()
    [4.0, 2.0]
    """
    return np.asarray(np.bincount(cluster, weights=scores), dtype=np.float64)


def small_strata(stratum: IntArray, cluster: IntArray, strata: int) -> FloatArray:
    """Factor by which scores of each stratum are widened: sqrt(G / (G - 1)) for G clusters.

    Scores are centred within their stratum, which takes one degree of freedom of it. A stratum
    that is one cluster is not centred by others: its factor is 1.

    How it misleads
    ---------------
    It is exact where clusters are alike in size.

    Examples
    --------
    >>> small_strata(np.array([0, 0, 1, 1]), np.array([0, 1, 2, 2]), 2).round(3).tolist()
    [1.414, 1.0]
    """
    each = int(cluster.max()) + 1 if len(cluster) else 1
    keys = stratum * each + cluster
    if strata * each <= 16 * len(keys) + 1024:
        pairs = np.flatnonzero(np.bincount(keys))
    else:
        pairs = np.unique(keys)
    clusters = np.bincount(pairs // each, minlength=strata).astype(np.float64)
    return np.asarray(np.sqrt(clusters / np.maximum(clusters - 1.0, 1.0)))


def effective_df(scores: FloatArray) -> float:
    """Effective number of clusters less one, from each cluster's share of the variance.

    (sum s^2)^2 / sum s^4 - 1: one cluster that carries the variance counts as one, whatever
    the number of the others.

    How it misleads
    ---------------
    Heavy-tailed scores look like few clusters, so p is then on the careful side.

    Examples
    --------
    >>> effective_df(np.array([1.0, -1.0, 1.0, -1.0]))
    3.0
    """
    squares = scores**2
    fourth = float((squares**2).sum())
    return max(float(squares.sum()) ** 2 / fourth - 1.0, 0.0) if fourth > 0.0 else 0.0


def t_quantile(level: float, df: float) -> float:
    """How many standard errors a two-sided interval reaches; infinite without degrees of freedom.

    How it misleads
    ---------------
    As `two_sided_p`.

    Examples
    --------
    >>> round(t_quantile(0.95, 10.0), 3)
    2.228
    """
    if df <= 0.0:
        return math.inf
    from scipy.special import stdtrit

    reach = float(stdtrit(df, 0.5 + level / 2.0))
    return reach if reach < _NO_LIMIT else math.inf


def two_sided_p(z: float, df: float) -> float:
    """Two-sided p of a studentised statistic; 1 without degrees of freedom.

    How it misleads
    ---------------
    It is only as good as the degrees of freedom.

    Examples
    --------
    >>> round(two_sided_p(2.0, 10.0), 3)
    0.073
    """
    if df <= 0.0:
        return 1.0
    from scipy.special import stdtr

    return float(min(1.0, 2.0 * stdtr(df, -abs(z))))
