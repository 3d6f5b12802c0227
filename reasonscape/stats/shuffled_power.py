"""Mean and variance of a segment's power over all orders of its tokens, in closed form."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.hann import hann
from reasonscape.stats.segments import checked_size

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_TESTABLE = 4
"""Tokens from which on the variance over all orders is defined by the formula used."""


def shuffled_symbolic(
    squares: ArrayLike, cubes: ArrayLike, length: ArrayLike, size: int
) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of symbolic power if the tokens of each segment were shuffled.

    Parameters
    ----------
    squares, cubes
        As in `reasonscape.stats.symbolic_power.SymbolicPower`, shape (segments,).
    length
        Tokens of each segment, at least 4, shape (segments,).
    size
        Segment size; K = size / 2.

    Returns
    -------
    ndarray, ndarray
        Mean and variance at k = 1 .. K, each of shape (segments, K). Exact: over all orders, each
        as likely.

    Raises
    ------
    ValueError
        If the size is not allowed or a segment has fewer than 4 tokens.

    How it misleads
    ---------------
    Text is no shuffled text: nearly every prompt differs from it at low frequencies.

    References
    ----------
    Daniels, Biometrika 33 (1944); Mantel, Cancer Research 27 (1967).

    Examples
    --------
    Sixteen distinct tokens have the same power in every order:

    >>> mean, variance = shuffled_symbolic([1 / 16], [1 / 256], [16], 16)
    >>> mean[0, 1:3].round(9).tolist(), variance[0, 1:3].round(9).tolist()
    ([6.0, 6.0], [0.0, 0.0])
    """
    n = np.asarray(length, dtype=np.float64)
    p2 = np.asarray(squares, dtype=np.float64)
    p3 = np.asarray(cubes, dtype=np.float64)
    whole = n**2 * (p2 - 2.0 * p3 + p2**2)
    diagonal = n * ((1.0 + p2) ** 2 - 4.0 * p2 * (1.0 + p2) + 4.0 * p3)
    return _moments(n * (1.0 - p2), whole, diagonal, np.asarray(length, dtype=np.int64), size)


def shuffled_series(
    second: ArrayLike, fourth: ArrayLike, length: ArrayLike, size: int
) -> tuple[FloatArray, FloatArray]:
    """Mean and variance of a numeric series' power if each segment were shuffled.

    Parameters
    ----------
    second, fourth
        Mean square and mean fourth power of the segment's values less their mean, shape
        (segments,).
    length, size
        As `shuffled_symbolic`.

    Returns
    -------
    ndarray, ndarray
        As `shuffled_symbolic`.

    Raises
    ------
    ValueError
        As `shuffled_symbolic`.

    How it misleads
    ---------------
    As `shuffled_symbolic`.

    References
    ----------
    As `shuffled_symbolic`.

    Examples
    --------
    >>> mean, variance = shuffled_series([1.0], [1.0], [16], 16)
    >>> mean[0, 1:3].round(9).tolist()
    [6.4, 6.4]
    """
    n = np.asarray(length, dtype=np.float64)
    total = n * np.asarray(second, dtype=np.float64)
    diagonal = n * np.asarray(fourth, dtype=np.float64)
    return _moments(total, total**2, diagonal, np.asarray(length, dtype=np.int64), size)


def _moments(
    trace: FloatArray, whole: FloatArray, diagonal: FloatArray, length: IntArray, size: int
) -> tuple[FloatArray, FloatArray]:
    """Moments from trace, sum of squares and sum of squared diagonal of the centred kernel."""
    checked_size(size)
    if np.any(length < _TESTABLE):
        raise ValueError("shuffling needs segments of at least 4 tokens")
    different, which = np.unique(length, return_inverse=True)
    mean = np.empty((len(length), size // 2))
    variance = np.empty_like(mean)
    for number, n in enumerate(different.tolist()):
        # Most segments are full: those of a block are then taken without a copy.
        rows = slice(None) if len(different) == 1 else np.flatnonzero(which == number)
        factors = _window_factors(n, size)
        sums = trace[rows, None]
        first = sums * factors[0]
        # sums^2 (E - F^2) rather than a difference of products, in one pass less.
        second = sums**2 * (factors[1] - factors[0] ** 2)
        second += whole[rows, None] * factors[2]
        second += diagonal[rows, None] * factors[3]
        mean[rows] = first
        variance[rows] = np.maximum(second, 0.0, out=second)
    return mean, variance


@lru_cache(maxsize=2048)
def _window_factors(n: int, size: int) -> FloatArray:
    """Factors of the trace in the mean and of the three sums in the mean square, shape (4, K)."""
    turn = np.exp(-2j * np.pi / size * np.outer(np.arange(n), np.arange(1, size // 2 + 1)))
    waves = hann(n)[:, None] * turn
    # The tokens' kernel adds to zero in each row, so the mean of the waves has no effect.
    waves -= waves.mean(axis=0)
    square = waves.real**2 + waves.imag**2
    trace = square.sum(axis=0)
    whole = 0.5 * (trace**2 + np.abs((waves**2).sum(axis=0)) ** 2)
    diagonal = (square**2).sum(axis=0)
    # Sums over indices that are all different, by which of the four coincide.
    n2 = float(n * (n - 1))
    n3 = n2 * (n - 2)
    n4 = n3 * (n - 3)
    all_four = (trace**2 + 2.0 * whole - 6.0 * diagonal) / n4
    own_pair = 2.0 * (2.0 * diagonal - trace**2) / n3
    cross_pair = 4.0 * (2.0 * diagonal - whole) / n3
    two_own = (trace**2 - diagonal) / n2
    two_cross = 2.0 * (whole - diagonal) / n2
    return np.stack(
        [
            trace / (n - 1),
            all_four - own_pair + two_own,
            2.0 * all_four - cross_pair + two_cross,
            -6.0 * all_four
            + 2.0 * (own_pair + cross_pair)
            - two_own
            - two_cross
            + 4.0 * diagonal / n2
            + diagonal / n,
        ]
    )
