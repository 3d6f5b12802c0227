"""Power of the places at which equal tokens stand, whatever the tokens are called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.codes import dense_codes
from reasonscape.stats.hann import hann_windows
from reasonscape.stats.segments import Segments, checked_size
from reasonscape.stats.token_pairs import equal_tokens
from reasonscape.stats.token_runs import token_runs

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_ROWS = 1024
"""Segments worked on at once: few enough for the cache, many enough to hide the calls."""


@dataclass(frozen=True, slots=True)
class SymbolicPower:
    """Power of each segment and what its shuffled expectation needs.

    Attributes
    ----------
    power
        At k = 1 .. K, shape (segments, K); 0 in a segment with one distinct token.
    squares, cubes
        Sums over distinct tokens of their share squared and cubed, shape (segments,).
    """

    power: FloatArray
    squares: FloatArray
    cubes: FloatArray


def symbolic_power(codes: ArrayLike, segments: Segments, size: int) -> SymbolicPower:
    """Sum over distinct tokens of the power of their indicator series.

    For token a with share p_a of the segment the series is w_t (1[x_t = a] - p_a). Its power,
    summed over tokens, is the transform of the windowed autocorrelation of token equality; pairs
    of rare tokens are counted, indicators of frequent ones transformed, which is the same.

    Parameters
    ----------
    codes
        Token ids of all prompts, whole numbers from 0, shape (tokens,). They are names: any
        relabelling gives the same bits.
    segments
        As `reasonscape.stats.segments.segments`.
    size
        Segment size; K = size / 2.

    Returns
    -------
    SymbolicPower

    Raises
    ------
    ValueError
        If the size is not allowed or a code is negative.

    How it misleads
    ---------------
    Frequent tokens carry most of it: with pairs, a token counts by its number squared. A period
    that one rare token has can drown.

    References
    ----------
    Voss, Physical Review Letters 68 (1992), for the equal-symbol spectrum; Stoffer, Tyler and
    McDougall, Biometrika 80 (1993).

    Examples
    --------
    >>> cut = Segments(np.array([0]), np.array([16]), np.array([0]))
    >>> found = symbolic_power([7, 3, 3, 9] * 4, cut, 16)
    >>> found.power[0].round(6)[2:5].tolist()
    [4.0, 16.0, 4.0]
    """
    names = _small(np.asarray(codes), checked_size(size))
    power = np.empty((len(segments), size // 2))
    squares, cubes = np.empty(len(segments)), np.empty(len(segments))
    for first in range(0, len(segments), _ROWS):
        rows = slice(first, first + _ROWS)
        part = segments.between(first, first + _ROWS)
        runs = token_runs(names, part, size)
        n = np.maximum(part.length, 1).astype(np.float64)
        squares[rows], cubes[rows] = runs.second / n**2, runs.third / n**3
        equal = equal_tokens(runs, part.length, size)
        found = equal.power
        _take_means(found, equal.counts, part.length, squares[rows], size)
        np.maximum(found, 0.0, out=found)
        # Rounding must not make a spectrum of a segment that has none.
        found[squares[rows] == 1.0] = 0.0
        power[rows] = found
    return SymbolicPower(power, squares, cubes)


def _small(codes: NDArray[np.integer], size: int) -> NDArray[np.int32]:
    """Codes that leave room for a place and for padding in 32 bits."""
    if len(codes) and codes.min() < 0:
        raise ValueError("token codes must be 0 or more")
    if len(codes) and int(codes.max()) >= (1 << 31) // size - size:
        codes = dense_codes(codes)[0]
    return codes.astype(np.int32, copy=False)


def _take_means(
    power: FloatArray, counts: FloatArray, length: IntArray, squares: FloatArray, size: int
) -> None:
    """Change power to that of indicators less their means."""
    windows = hann_windows(size)
    full = length == size
    # A full window's transform is nothing but at 0 and 1 / size.
    wave = windows[size] * np.cos(2.0 * np.pi * np.arange(size) / size)
    weight = wave.sum()
    shared = (counts * (wave / size)).sum(axis=1)
    power[full, 0] += weight * (weight * squares - 2.0 * shared)[full]
    short = ~full
    if short.any():
        n = length[short]
        of_window = np.fft.rfft(windows[n], axis=1)[:, 1:]
        shares = counts[short] / np.maximum(n, 1)[:, None]
        of_shares = np.fft.rfft(windows[n] * shares, axis=1)[:, 1:]
        own = of_window.real**2 + of_window.imag**2
        both = of_window.real * of_shares.real + of_window.imag * of_shares.imag
        power[short] += squares[short, None] * own - 2.0 * both
