"""A weighted mean of independent differences, from their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class CombinedDifference:
    """Weighted mean of differences with its interval and the p-value of no difference."""

    difference: float
    low: float
    high: float
    p: float


def combined_difference(
    difference: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    null_variance: ArrayLike,
    weight: ArrayLike | None = None,
) -> CombinedDifference:
    """Mean of the differences of several groups, each with the same weight unless given.

    The interval recovers a variance from each group's own bounds on the side it is needed for
    (MOVER), so that groups in which nothing differs still add their doubt.

    Parameters
    ----------
    difference, low, high
        Estimate and bounds of each group, shape (groups,).
    null_variance
        Variance of each estimate if there is no difference, shape (groups,): for pairs the sum of
        squared differences over the squared number of pairs.
    weight
        Weight of each group, shape (groups,); they are scaled to sum to 1.

    Returns
    -------
    CombinedDifference
        NaN, -1, 1 and NaN without groups. p is normal: the sum against its null variance.

    Raises
    ------
    ValueError
        If shapes differ.

    How it misleads
    ---------------
    The mean hides groups in which the difference goes the other way. With few groups of a handful
    of items p is approximate.

    References
    ----------
    Zou and Donner, Statistics in Medicine 27 (2008), for the interval.

    Examples
    --------
    >>> both = combined_difference([0.1, 0.3], [0.0, 0.2], [0.2, 0.4], [0.0026, 0.0026])
    >>> f"{both.difference:.2f} {both.low:.3f} {both.high:.3f} {both.p:.1e}"
    '0.20 0.129 0.271 2.9e-08'
    """
    d, lows, highs, variance = (
        np.atleast_1d(np.asarray(values, dtype=np.float64))
        for values in (difference, low, high, null_variance)
    )
    w = np.ones_like(d) if weight is None else np.atleast_1d(np.asarray(weight, dtype=np.float64))
    if not d.shape == lows.shape == highs.shape == variance.shape == w.shape:
        raise ValueError("every group needs a difference, two bounds, a variance and a weight")
    if not len(d) or not w.sum() > 0.0:
        return CombinedDifference(float("nan"), -1.0, 1.0, float("nan"))
    from scipy.special import erfc

    w = w / w.sum()
    mean = float((w * d).sum())
    below = float(np.sqrt((w**2 * (d - lows) ** 2).sum()))
    above = float(np.sqrt((w**2 * (highs - d) ** 2).sum()))
    spread = float(np.sqrt((w**2 * variance).sum()))
    p = float(erfc(abs(mean) / spread / np.sqrt(2.0))) if spread > 0.0 else 1.0
    return CombinedDifference(mean, max(mean - below, -1.0), min(mean + above, 1.0), p)
