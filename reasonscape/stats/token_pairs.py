"""Where equal tokens stand in a segment, and the power of their pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.hann import hann_windows
from reasonscape.stats.segments import Segments

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_FREQUENT = 16
"""Occurrences from which on a transform is cheaper than all pairs."""

_UNIT = 2.0**22
"""Window products are rounded to 1 / unit squared, 6e-14: their sums are then exact in 64 bits,
in whatever order tokens come."""


@dataclass(frozen=True, slots=True)
class TokenRuns:
    """Tokens of each segment sorted by code.

    Attributes
    ----------
    places
        Places of the tokens in their segment, those of equal tokens together and rising, flat
        (segments x size,); padding stands as tokens that occur once.
    begin, count
        First index in ``places`` of each distinct token of each segment, and its occurrences.
    counts
        Occurrences of the token at each place, shape (segments, size); 1 for padding.
    """

    places: NDArray[np.int32]
    begin: IntArray
    count: IntArray
    counts: NDArray[np.int32]


def token_runs(codes: NDArray[np.int32], segments: Segments, size: int) -> TokenRuns:
    """Sort the tokens of each segment, all segments at once.

    Codes must be below 2^31 / size - size.

    How it misleads
    ---------------
    The order of distinct tokens is that of their codes and means nothing.

    Examples
    --------
    >>> cut = Segments(np.array([0]), np.array([4]), np.array([0]))
    >>> token_runs(np.array([7, 3, 7, 9], dtype=np.int32), cut, 4).counts.tolist()
    [[2, 1, 2, 1]]
    """
    place = np.arange(size, dtype=np.int32)
    at = segments.start[:, None] + place
    if bool((segments.length == size).all()):
        keys = codes[at] * np.int32(size) + place
    else:
        inside = place < segments.length[:, None]
        keys = codes[np.where(inside, at, segments.start[:, None])] * np.int32(size) + place
        padding = (np.int32((1 << 31) // size - size) + place) * np.int32(size) + place
        keys = np.where(inside, keys, padding)
    keys.sort(axis=1)
    places = (keys & np.int32(size - 1)).reshape(-1)
    new = np.ones(keys.shape, dtype=bool)
    # Keys of equal codes differ in the bits of the place alone.
    np.greater_equal(keys[:, 1:] ^ keys[:, :-1], size, out=new[:, 1:])
    begin = np.flatnonzero(new)
    count = np.diff(begin, append=keys.size)
    counts = np.empty(keys.size, dtype=np.int32)
    row = np.arange(0, keys.size, size, dtype=np.int64)[:, None]
    counts[(places.reshape(keys.shape) + row).reshape(-1)] = np.repeat(count, count)
    return TokenRuns(places, begin, count, counts.reshape(keys.shape))


def rare_power(runs: TokenRuns, length: IntArray, size: int) -> FloatArray:
    """Sum over distinct tokens of |FFT(w 1[x = a])|^2 at k = 1 .. size / 2, shape (segments, K).

    How it misleads
    ---------------
    Means are not taken away here: short segments have the window's own power at low frequencies.

    Examples
    --------
    >>> cut = Segments(np.array([0]), np.array([16]), np.array([0]))
    >>> runs = token_runs(np.arange(16, dtype=np.int32), cut, 16)
    >>> rare_power(runs, cut.length, 16)[0, :2].round(9).tolist()
    [6.0, 6.0]
    """
    rows = len(length)
    table = hann_windows(size) * _UNIT
    again = runs.count > 1
    begin, count = runs.begin[again], runs.count[again]
    order = np.argsort(count.astype(np.uint16), kind="stable")
    begin = begin[order]
    edges = np.concatenate([[0], np.cumsum(np.bincount(count, minlength=_FREQUENT + 1))])
    index, weight = [], []
    for n in range(2, _FREQUENT):
        first = begin[edges[n] : edges[n + 1]]
        if not len(first):
            continue
        at = runs.places[first + np.arange(n)[:, None]]
        row = first // size
        window = table[length[row], at]
        one, two = np.triu_indices(n, 1)
        index.append(((at[two] - at[one]) + row * size).reshape(-1))
        weight.append(np.rint(window[one] * window[two]).reshape(-1))
    products = np.zeros((rows, size))
    if index:
        flat = np.bincount(np.concatenate(index), np.concatenate(weight), rows * size)
        products += flat.reshape(rows, size)
    products[:, 0] = 0.5 * np.rint(table**2).sum(axis=1)[length]
    power = np.zeros((rows, size // 2))
    frequent = begin[edges[_FREQUENT] :]
    if len(frequent):
        _add_frequent(runs, frequent, table, length, products, power)
    power += (2.0 / _UNIT**2) * np.fft.rfft(products, axis=1).real[:, 1:]
    return power


def _add_frequent(
    runs: TokenRuns,
    begin: IntArray,
    table: FloatArray,
    length: IntArray,
    products: FloatArray,
    power: FloatArray,
) -> None:
    """Add the power of tokens that occur often, and take their squares from lag 0."""
    size = products.shape[1]
    # By row and first place, so that sums do not depend on codes.
    begin = begin[np.argsort(begin // size * size + runs.places[begin])]
    row = begin // size
    count = runs.counts.reshape(-1)[row * size + runs.places[begin]].astype(np.int64)
    number = np.repeat(np.arange(len(begin)), count)
    step = np.arange(len(number)) - np.repeat(np.cumsum(count) - count, count)
    at = runs.places[begin[number] + step]
    window = table[length[row[number]], at]
    products[:, 0] -= 0.5 * np.bincount(row[number], np.rint(window * window), len(products))
    series = np.zeros((len(begin), size))
    series[number, at] = window / _UNIT
    transform = np.fft.rfft(series, axis=1)[:, 1:]
    own = transform.real**2 + transform.imag**2
    edges = np.flatnonzero(np.diff(row, prepend=-1))
    power[row[edges]] += np.add.reduceat(own, edges, axis=0)
