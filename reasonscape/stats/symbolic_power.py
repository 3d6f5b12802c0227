"""Power of the places at which equal tokens stand, whatever the tokens are called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.codes import dense_codes
from reasonscape.stats.hann import hann_windows
from reasonscape.stats.segments import Segments, checked_size
from reasonscape.stats.token_pairs import equal_tokens
from reasonscape.stats.token_runs import TokenRuns, token_counts, token_runs

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_ROWS = 1024
"""Segments worked on at once: few enough for the cache, many enough to hide the calls."""

_RESERVE = 31 << 20
"""Bytes; glibc learns from freed blocks of up to 32 MB."""


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
    # Freed arrays are given back to the system, and cost a page fault each time they are made
    # again, unless a larger one was freed before.
    np.empty(_RESERVE, dtype=np.uint8)
    full = segments.length == size
    for group in (np.flatnonzero(full), np.flatnonzero(~full)):
        for first in range(0, len(group), _ROWS):
            rows = group[first : first + _ROWS]
            part = Segments(segments.start[rows], segments.length[rows], segments.prompt[rows])
            runs = token_runs(names, part, size)
            n = np.maximum(part.length, 1).astype(np.float64)
            squares[rows], cubes[rows] = runs.second / n**2, runs.third / n**3
            power[rows] = _centred(runs, squares[rows], part.length, size)
    return SymbolicPower(power, squares, cubes)


def _centred(runs: TokenRuns, squares: FloatArray, length: IntArray, size: int) -> FloatArray:
    """Power of indicators less their means, of segments that are all full or all short."""
    equal = equal_tokens(runs, length, size)
    power = equal.power
    if length[0] == size:
        # A full window's transform is nothing but at 0 and 1 / size, where it is -size / 4.
        power[:, 0] += squares * (size / 4) ** 2 + 0.5 * equal.wave
    else:
        window = hann_windows(size)[length]
        of_window = np.fft.rfft(window, axis=1)[:, 1:]
        shares = token_counts(runs, len(squares), size) / np.maximum(length, 1)[:, None]
        of_shares = np.fft.rfft(window * shares, axis=1)[:, 1:]
        own = of_window.real**2 + of_window.imag**2
        both = of_window.real * of_shares.real + of_window.imag * of_shares.imag
        power += squares[:, None] * own - 2.0 * both
    np.maximum(power, 0.0, out=power)
    # Rounding must not make a spectrum of a segment that has none.
    power[squares == 1.0] = 0.0
    return power


def _small(codes: NDArray[np.integer], size: int) -> NDArray[np.int32]:
    """Codes that leave room for a place and for padding in 32 bits."""
    if len(codes) and codes.min() < 0:
        raise ValueError("token codes must be 0 or more")
    if len(codes) and int(codes.max()) >= (1 << 31) // size - size:
        codes = dense_codes(codes)[0]
    return codes.astype(np.int32, copy=False)
