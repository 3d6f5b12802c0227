"""Difference of two shares that come from different items."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reasonscape.stats.proportions import wilson_bounds


@dataclass(frozen=True, slots=True)
class UnpairedDifference:
    """Share of A minus share of B, with its interval and the p-value of no difference.

    Attributes
    ----------
    difference, low, high
        In [-1, 1]; NaN, -1 and 1 where a side has no trials.
    p
        NaN where a side has no trials.
    variance
        Of the difference, if both shares are equal.
    level
        Coverage of the interval.
    """

    difference: float
    low: float
    high: float
    p: float
    variance: float
    level: float = 0.95


def unpaired_difference(
    share_a: float, trials_a: float, share_b: float, trials_b: float, level: float = 0.95
) -> UnpairedDifference:
    """Difference of two independent shares: Newcombe's interval and the score test.

    Parameters
    ----------
    share_a, share_b
        Shares in [0, 1].
    trials_a, trials_b
        Independent trials behind each; with repeats the effective number
        (`reasonscape.stats.clusters.effective_count`).
    level
        Coverage of the interval.

    Returns
    -------
    UnpairedDifference

    Raises
    ------
    ValueError
        If a share is outside [0, 1].

    How it misleads
    ---------------
    It takes the items of A and of B for two draws from one pool. Where B was asked easier items,
    it measures the items, not the models, and its interval knows nothing of that.

    References
    ----------
    Newcombe, Statistics in Medicine 17 (1998), p. 873, method 10; Pearson's chi-square without
    correction.

    Examples
    --------
    >>> d = unpaired_difference(56 / 70, 70, 48 / 80, 80)
    >>> f"{d.difference:.2f} {d.low:.4f} {d.high:.4f} {d.p:.4f}"
    '0.20 0.0524 0.3339 0.0080'
    """
    if not trials_a > 0.0 or not trials_b > 0.0:
        return UnpairedDifference(math.nan, -1.0, 1.0, math.nan, math.nan, level)
    if not (0.0 <= share_a <= 1.0 and 0.0 <= share_b <= 1.0):
        raise ValueError("shares must lie in [0, 1]")
    low_a, high_a = wilson_bounds(share_a * trials_a, trials_a, level)
    low_b, high_b = wilson_bounds(share_b * trials_b, trials_b, level)
    difference = share_a - share_b
    low = difference - math.hypot(share_a - low_a, high_b - share_b)
    high = difference + math.hypot(high_a - share_a, share_b - low_b)
    pooled = (share_a * trials_a + share_b * trials_b) / (trials_a + trials_b)
    variance = pooled * (1.0 - pooled) * (1.0 / trials_a + 1.0 / trials_b)
    p = 1.0
    if variance > 0.0:
        p = math.erfc(abs(difference) / math.sqrt(2.0 * variance))
    return UnpairedDifference(difference, max(low, -1.0), min(high, 1.0), p, variance, level)
