"""How much longer one group's lengths are than another's, within strata, from sums alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import effective_df, informative
from reasonscape.stats.tails import normal_above, normal_of_t, t_reach

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LengthRatio:
    """Geometric mean of the second group over that of the first.

    Attributes
    ----------
    ratio, low, high
        Estimate and interval; NaN, 0 and inf where no stratum has both groups.
    p_above, p_below
        One-sided p of a ratio above 1, and below it.
    first, second
        Items of each group that stand in strata with both.
    level
        Coverage.
    """

    ratio: float
    low: float
    high: float
    p_above: float
    p_below: float
    first: int
    second: int
    level: float = 0.95


def length_ratio(
    length: ArrayLike,
    second: ArrayLike,
    stratum: ArrayLike,
    cluster: ArrayLike,
    *,
    level: float = 0.95,
) -> LengthRatio:
    """Ratio of geometric means with stratum effects taken out, items as clusters.

    Parameters
    ----------
    length
        Positive lengths, shape (n,).
    second
        Which belong to the second group, shape (n,).
    stratum, cluster
        Stratum and item of each, shape (n,).
    level
        Coverage of the interval.

    Returns
    -------
    LengthRatio
        Least squares of the logarithm on the group with an effect for each stratum; the variance
        is that of the items' scores, its degrees of freedom those of the items that carry it.

    Raises
    ------
    ValueError
        If lengths differ, or a length is not positive.

    How it misleads
    ---------------
    A few lengths near 0 move a geometric mean as far as many long ones. What strata leave of
    difficulty goes with length and with failure alike.

    References
    ----------
    Liang and Zeger, Biometrika 73 (1986).

    Examples
    --------
    >>> found = length_ratio([2, 4, 2, 4, 2, 4], [0, 1, 0, 1, 0, 1], [0] * 6, range(6))
    >>> round(found.ratio, 3), found.first, found.second
    (2.0, 3, 3)
    """
    size = np.asarray(length, dtype=np.float64)
    if size.size and not (size > 0.0).all():
        raise ValueError("lengths must be positive")
    y, late, code, item = informative(np.log(size), second, stratum, cluster)
    if not len(y):
        return LengthRatio(math.nan, 0.0, math.inf, 1.0, 1.0, 0, 0, level)
    n = np.bincount(code).astype(np.float64)
    x = late - (np.bincount(code, late) / n)[code]
    # Deviations first, so that sums of squares do not cancel.
    deviation = y - (np.bincount(code, y) / n)[code]
    weight = float((x * x).sum())
    slope = float((x * deviation).sum()) / weight
    scores: FloatArray = np.bincount(item, x * (deviation - slope * x)).astype(np.float64)
    clusters = len(scores)
    counts = [int(np.count_nonzero(np.bincount(item[side]))) for side in (~late, late)]
    spread = float((scores**2).sum()) * clusters / max(clusters - 1, 1)
    ratio, df = math.exp(slope), effective_df(scores)
    if spread <= 0.0 or df <= 0.0:
        return LengthRatio(ratio, 0.0, math.inf, 1.0, 1.0, counts[0], counts[1], level)
    error = math.sqrt(spread) / weight
    z = normal_of_t(slope / error, df)
    half = min(t_reach(level, df) * error, 700.0)
    return LengthRatio(
        ratio=ratio,
        low=math.exp(slope - half),
        high=math.exp(min(slope + half, 700.0)),
        p_above=normal_above(z),
        p_below=normal_above(-z),
        first=counts[0],
        second=counts[1],
        level=level,
    )
