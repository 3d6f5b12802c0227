"""Differences between two evals on the same items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.multiplicity import benjamini_hochberg
from reasonscape.stats.proportions import normal_quantile

FloatArray = NDArray[np.float64]

_HALVINGS = 48


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """Mean difference a - b of each cell.

    Attributes
    ----------
    difference, low, high
        Estimate and interval in [-1, 1], shape (cells,); NaN, -1 and 1 without pairs.
    p
        p-value of no difference; 1 where no pair differs, NaN without pairs.
    q
        Benjamini-Hochberg over the cells that have pairs; 1 for those without.
    pairs
        Items in each cell.
    level
        Coverage of the interval.
    """

    difference: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray
    q: FloatArray
    pairs: FloatArray
    level: float = 0.95


def paired_difference(
    pairs: ArrayLike, sum_d: ArrayLike, sum_d2: ArrayLike, level: float = 0.95
) -> PairedDifference:
    """Paired differences per cell with Tango's score interval.

    Items with one completion each give d in {-1, 0, 1}, and this is Tango's interval, with the
    uncorrected McNemar test as its p. With repeats d is a difference of two means; the interval
    is then that of single completions with the same sum and sum of squares.

    Parameters
    ----------
    pairs
        Items that both evals answered, of each cell, shape (cells,).
    sum_d, sum_d2
        Sum over those items of the item's mean under a minus its mean under b, and of its square.
    level
        Coverage of the interval.

    Returns
    -------
    PairedDifference

    Raises
    ------
    ValueError
        If sums are impossible: they must satisfy |sum_d| <= sum_d2^(1/2) pairs^(1/2) and
        sum_d2 <= pairs.

    How it misleads
    ---------------
    Cells in which no item differs are not proof of equality: the interval of 10 such items
    still reaches 0.28 either way. With repeats and fewer than about 10 items it is wider than
    it need be. p is asymptotic; below six differing items it can be half of the exact one.

    References
    ----------
    Tango, Statistics in Medicine 17 (1998); Fagerland, Lydersen and Laake, Statistics in Medicine
    33 (2014); McNemar, Psychometrika 12 (1947).

    Examples
    --------
    21 items, one right under a alone and seven right under b alone:

    >>> d = paired_difference([21], [1 - 7], [1 + 7])
    >>> f"{d.difference[0]:.3f} {d.low[0]:.3f} {d.high[0]:.3f} {d.p[0]:.3f}"
    '-0.286 -0.517 -0.026 0.034'
    """
    n = np.atleast_1d(np.asarray(pairs, dtype=np.float64))
    total = np.atleast_1d(np.asarray(sum_d, dtype=np.float64))
    squares = np.atleast_1d(np.asarray(sum_d2, dtype=np.float64))
    slack = 1e-9 * (1.0 + n)
    if np.any(squares > n + slack) or np.any(total**2 > squares * n + slack * (1.0 + n)):
        raise ValueError("impossible sums: need sum_d2 <= pairs and sum_d^2 <= sum_d2 pairs")
    some = n > 0.0
    size = np.where(some, n, 1.0)
    plus, minus = _discordant(total, squares)
    z = normal_quantile(level, 2)
    low = np.where(some, _bound(plus, minus, size, z), -1.0)
    high = np.where(some, -_bound(minus, plus, size, z), 1.0)
    p = np.where(some, _mcnemar(total, squares), np.nan)
    q = np.ones_like(p)
    q[some] = benjamini_hochberg(p[some])
    difference = np.where(some, total / size, np.nan)
    return PairedDifference(difference, low, high, p, q, n, level)


def _discordant(total: FloatArray, squares: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Counts of single pairs for either side that have this sum and at least these squares."""
    squares = np.maximum(squares, np.abs(total))
    return (squares + total) / 2.0, (squares - total) / 2.0


def _mcnemar(total: FloatArray, squares: FloatArray) -> FloatArray:
    from scipy.special import erfc

    statistic = np.abs(total) / np.sqrt(np.where(squares > 0.0, squares, 1.0))
    return np.asarray(erfc(statistic / np.sqrt(2.0)), dtype=np.float64)


def _bound(plus: FloatArray, minus: FloatArray, n: FloatArray, z: float) -> FloatArray:
    """Lower bound: the difference at which the score statistic equals z, by bisection."""
    low = np.full_like(n, -1.0)
    high = np.clip((plus - minus) / n, -1.0, 1.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        beyond = _score_statistic(plus, minus, n, middle) > z
        low = np.where(beyond, middle, low)
        high = np.where(beyond, high, middle)
    return low


def _score_statistic(
    plus: FloatArray, minus: FloatArray, n: FloatArray, delta: FloatArray
) -> FloatArray:
    # Tango's restricted estimate of the share that only b gets right, given the difference.
    linear = (2.0 * n - plus + minus) * delta - plus - minus
    product = -minus * delta * (1.0 - delta)
    root = np.sqrt(np.maximum(linear**2 - 8.0 * n * product, 0.0))
    share = np.maximum((root - linear) / (4.0 * n), 0.0)
    variance = np.maximum(n * (2.0 * share + delta * (1.0 - delta)), 1e-300)
    return np.asarray((plus - minus - n * delta) / np.sqrt(variance), dtype=np.float64)
