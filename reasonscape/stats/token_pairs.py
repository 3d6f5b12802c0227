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

_UNIT = 2.0**22
"""Window products are rounded to 1 / unit squared, 6e-14: their sums are then exact in 64 bits,
in whatever order tokens come."""


@dataclass(frozen=True, slots=True)
class EqualTokens:
    """What the equal tokens of segments give.

    Attributes
    ----------
    power
        Sum over distinct tokens of |FFT(w 1[x = a])|^2 at k = 1 .. K, shape (segments, K).
    counts
        Occurrences of the token at each place, shape (segments, size); 1 for padding.
    """

    power: FloatArray
    counts: FloatArray


def equal_tokens(runs: TokenRuns, length: IntArray, size: int) -> EqualTokens:
    """Power and counts of equal tokens: pairs of rare ones, transforms of frequent ones.

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
    rows = len(length)
    table = _scaled_windows(size)
    counts = np.ones(rows * size)
    many = np.diff(runs.edges)[:FREQUENT]
    pairs = int((many * np.arange(FREQUENT) * (np.arange(FREQUENT) - 1) // 2).sum())
    index, weight = np.empty(pairs, dtype=np.int64), np.empty(pairs)
    done = 0
    for n in np.flatnonzero(many).tolist():
        first = runs.begin[runs.edges[n] : runs.edges[n + 1]]
        row = first // size
        at = runs.places[first + np.arange(n)[:, None]].astype(np.int64)
        window = _windows(table, length, row, at)
        flat = at + row * size
        counts[flat] = n
        one, two = _pairs(n)
        stop = done + len(one) * len(first)
        shape = (len(one), len(first))
        np.subtract(flat[two], at[one], out=index[done:stop].reshape(shape))
        np.multiply(window[two], window[one], out=weight[done:stop].reshape(shape))
        done = stop
    np.rint(weight, out=weight)
    # Without any pair NumPy counts in whole numbers.
    sums = np.bincount(index, weight, rows * size).astype(np.float64, copy=False)
    products: FloatArray = sums.reshape((rows, size))
    products[:, 0] = _own_products(size)[length]
    power = np.zeros((rows, size // 2))
    _add_frequent(runs, length, table, counts, products, power)
    power += (2.0 / _UNIT**2) * np.fft.rfft(products, axis=1).real[:, 1:]
    return EqualTokens(power, counts.reshape(rows, size))


@lru_cache(maxsize=8)
def _scaled_windows(size: int) -> FloatArray:
    return np.asarray(hann_windows(size) * _UNIT)


@lru_cache(maxsize=8)
def _own_products(size: int) -> FloatArray:
    """Half the sum of squares of windows of each length: lag 0 is counted once, others twice."""
    return np.asarray(0.5 * np.rint(_scaled_windows(size) ** 2).sum(axis=1))


@lru_cache(maxsize=FREQUENT)
def _pairs(n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.triu_indices(n, 1)


def _windows(
    table: FloatArray, length: IntArray, row: IntArray, at: NDArray[np.integer]
) -> FloatArray:
    if bool((length == table.shape[1]).all()):
        return np.asarray(table[-1][at])
    return np.asarray(table[length[row], at])


def _add_frequent(
    runs: TokenRuns,
    length: IntArray,
    table: FloatArray,
    counts: FloatArray,
    products: FloatArray,
    power: FloatArray,
) -> None:
    """Add the power of tokens that occur often, and take their squares from lag 0."""
    size = products.shape[1]
    begin, count = runs.frequent, runs.frequent_count
    if not len(begin):
        return
    row = begin // size
    number = np.repeat(np.arange(len(begin)), count)
    at = runs.places[np.arange(len(number)) + np.repeat(begin - np.cumsum(count) + count, count)]
    window = _windows(table, length, row[number], at)
    where = row[number]
    counts[where * size + at] = np.repeat(count, count)
    products[:, 0] -= 0.5 * np.bincount(where, np.rint(window * window), len(products))
    series = np.zeros((len(begin), size))
    series.reshape(-1)[number * size + at] = window * (1.0 / _UNIT)
    transform = np.fft.rfft(series, axis=1)[:, 1:]
    own = transform.real**2
    own += transform.imag**2
    # One token of each segment at a time: sums in the order of first places.
    new = np.flatnonzero(np.diff(row, prepend=-1))
    rank = np.arange(len(row)) - np.repeat(new, np.diff(new, append=len(row)))
    for turn in range(int(rank.max()) + 1):
        chosen = np.flatnonzero(rank == turn)
        power[row[chosen]] += own[chosen]
