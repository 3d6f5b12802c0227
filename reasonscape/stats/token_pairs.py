"""Pairs of equal tokens in segments, and the power that they have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.hann import hann_windows
from reasonscape.stats.token_runs import FREQUENT, TokenRuns

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

Choice = slice | NDArray[np.intp]

_VIEWED = 12
"""Occurrences up to which pairs are taken one distance at a time."""

_UNIT = 2.0**22
"""Window products are rounded to 1 / unit squared, 6e-14: their sums are then exact in 64 bits,
in whatever order tokens come."""


_WAVE_UNIT = 2.0**36
"""The same for w cos(2 pi t / N) times occurrences, of which there may be N."""


@dataclass(frozen=True, slots=True)
class EqualTokens:
    """What the equal tokens of segments give.

    Attributes
    ----------
    power
        Sum over distinct tokens of |FFT(w 1[x = a])|^2 at k = 1 .. K, shape (segments, K).
    wave
        Sum over places of w_t cos(2 pi t / N) times the occurrences of the token there, shape
        (segments,); right for full segments only.
    """

    power: FloatArray
    wave: FloatArray


def equal_tokens(runs: TokenRuns, length: IntArray, size: int) -> EqualTokens:
    """Power of equal tokens: from pairs of rare ones and transforms of frequent ones.

    How it misleads
    ---------------
    Means are not taken away here: short segments have the window's own power at low frequencies.

    Examples
    --------
    >>> from reasonscape.stats.segments import Segments
    >>> from reasonscape.stats.token_runs import token_runs
    >>> cut = Segments(np.array([0]), np.array([16]), np.array([0]))
    >>> runs = token_runs(np.arange(16, dtype=np.int32), cut, 16)
    >>> equal_tokens(runs, cut.length, 16).power[0, :2].round(9).tolist()
    [6.0, 6.0]
    """
    rows, table, waves_at = len(length), _scaled_windows(size), _waves(size)
    many = np.diff(runs.edges)[:FREQUENT]
    pairs = int((many * np.arange(FREQUENT) * (np.arange(FREQUENT) - 1) // 2).sum())
    index, weight = np.empty(pairs, dtype=np.int64), np.empty(pairs)
    wave = np.zeros(len(runs.begin))
    done = 0
    for n in np.flatnonzero(many).tolist():
        each = slice(runs.edges[n], runs.edges[n + 1])
        first = runs.begin[each]
        flat = runs.places[first + np.arange(n)[:, None]]
        at = flat & (size - 1)
        window = _windows(table, length, first // size, at)
        wave[each] = waves_at[at].sum(axis=0) * (n - 1)
        # Few rows of many columns are combined by views, many rows of few at once.
        if n <= _VIEWED:
            chosen: list[tuple[Choice, Choice]] = [
                (slice(apart, n), slice(n - apart)) for apart in range(1, n)
            ]
        else:
            chosen = [_pairs(n)]
        for two, one in chosen:
            later = flat[two]
            stop = done + later.size
            np.subtract(later, at[one], out=index[done:stop].reshape(later.shape))
            into = weight[done:stop].reshape(later.shape)
            np.multiply(window[two], window[one], out=into)
            done = stop
    np.rint(weight, out=weight)
    # Without any pair NumPy counts in whole numbers.
    sums = np.bincount(index, weight, rows * size).astype(np.float64, copy=False)
    products: FloatArray = sums.reshape((rows, size))
    products[:, 0] = _own_products(size)[length]
    waves = waves_at.sum() + np.bincount(runs.begin // size, wave, rows)
    power = np.zeros((rows, size // 2))
    if len(runs.frequent):
        waves += _add_frequent(runs, length, products, power)
    of_pairs = np.fft.rfft(products, axis=1).real[:, 1:]
    of_pairs *= 2.0 / _UNIT**2
    power += of_pairs
    return EqualTokens(power, waves / _WAVE_UNIT)


@lru_cache(maxsize=8)
def _scaled_windows(size: int) -> FloatArray:
    return np.asarray(hann_windows(size) * _UNIT)


@lru_cache(maxsize=8)
def _own_products(size: int) -> FloatArray:
    """Half the sum of squares of windows of each length: lag 0 is counted once, others twice."""
    return np.asarray(0.5 * np.rint(_scaled_windows(size) ** 2).sum(axis=1))


def _windows(
    table: FloatArray, length: IntArray, row: IntArray, at: NDArray[np.integer]
) -> FloatArray:
    if bool((length == table.shape[1]).all()):
        return np.asarray(table[-1][at])
    return np.asarray(table[length[row], at])


@lru_cache(maxsize=8)
def _waves(size: int) -> FloatArray:
    """Whole numbers for w cos(2 pi t / N) of a full segment."""
    turn = 2.0 * np.pi * np.arange(size) / size
    return np.asarray(np.rint(hann_windows(size)[size] * np.cos(turn) * _WAVE_UNIT))


@lru_cache(maxsize=FREQUENT)
def _pairs(n: int) -> tuple[Choice, Choice]:
    """Indices of the later and of the earlier of each pair."""
    one, two = np.triu_indices(n, 1)
    return two, one


def _add_frequent(
    runs: TokenRuns, length: IntArray, products: FloatArray, power: FloatArray
) -> FloatArray:
    """Set the power of tokens that occur often, take their squares from lag 0; give their waves."""
    rows, size = products.shape
    begin, count = runs.frequent, runs.frequent_count
    row = begin // size
    number = np.repeat(np.arange(len(begin)), count)
    first = np.cumsum(count) - count
    flat = runs.places[np.arange(len(number)) + np.repeat(begin - first, count)]
    at = flat & (size - 1)
    window = _windows(_scaled_windows(size), length, row[number], at)
    own = np.add.reduceat(np.rint(window * window), first)
    products[:, 0] -= 0.5 * np.bincount(row, own, rows)
    waves = np.add.reduceat(_waves(size)[at], first) * (count - 1)
    series = np.zeros((len(begin), size))
    series.reshape(-1)[number * size + at] = window * (1.0 / _UNIT)
    transform = np.fft.rfft(series, axis=1)[:, 1:]
    squares = transform.real**2
    squares += transform.imag**2
    # One token of each segment at a time: sums in the order of first places.
    new = np.flatnonzero(np.diff(row, prepend=-1))
    rank = np.arange(len(row)) - np.repeat(new, np.diff(new, append=len(row)))
    for turn in range(int(rank.max()) + 1):
        chosen = np.flatnonzero(rank == turn)
        if turn:
            power[row[chosen]] += squares[chosen]
        else:
            power[row[chosen]] = squares[chosen]
    return np.asarray(np.bincount(row, waves, rows))
