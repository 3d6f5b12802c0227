"""Where equal tokens stand in a segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from reasonscape.stats.segments import Segments

IntArray = NDArray[np.int64]

FREQUENT = 28
"""Occurrences from which on a transform is cheaper than all pairs."""


@dataclass(frozen=True, slots=True)
class TokenRuns:
    """Tokens of each segment sorted by code.

    Attributes
    ----------
    places
        Places of the tokens, segment times size plus place in it, those of equal tokens of a
        segment together and rising, shape (segments x size,).
    begin
        First index in ``places`` of each distinct token that is repeated but not frequent,
        by occurrences.
    edges
        Where in ``begin`` tokens of n occurrences begin, shape (FREQUENT + 1,).
    frequent, frequent_count
        First index and occurrences of the frequent ones, by segment and first place.
    second, third
        Sums over distinct tokens of the squares and cubes of their occurrences, shape
        (segments,); padding left out.
    """

    places: IntArray
    begin: IntArray
    edges: IntArray
    frequent: IntArray
    frequent_count: IntArray
    second: IntArray
    third: IntArray


def token_runs(codes: NDArray[np.int32], segments: Segments, size: int) -> TokenRuns:
    """Sort the tokens of each segment, all segments at once.

    Codes must be below 2^31 / size - size.

    How it misleads
    ---------------
    The order of distinct tokens is that of their codes and means nothing.

    Examples
    --------
    >>> cut = Segments(np.array([0]), np.array([4]), np.array([0]))
    >>> runs = token_runs(np.array([7, 3, 7, 9], dtype=np.int32), cut, 4)
    >>> runs.places[runs.begin[0] :][:2].tolist(), runs.second.tolist()
    ([0, 2], [6])
    """
    keys = _keys(codes, segments, size)
    keys.sort(axis=1)
    new = np.ones(keys.shape, dtype=bool)
    # Keys of equal codes differ in the bits of the place alone.
    np.greater_equal(keys[:, 1:] ^ keys[:, :-1], size, out=new[:, 1:])
    base = np.arange(0, keys.size, size, dtype=np.int64)[:, None]
    places = ((keys & np.int32(size - 1)) + base).reshape(-1)
    begin = np.flatnonzero(new)
    count = np.diff(begin, append=keys.size)
    again = np.flatnonzero(count > 1)
    begin, count = begin[again], count[again]
    row = begin // size
    weight = count * (count - 1)
    rows = len(segments)
    second = np.bincount(row, weight, rows).astype(np.int64) + segments.length
    third = np.bincount(row, weight * (count + 1), rows).astype(np.int64) + segments.length
    often = count >= FREQUENT
    frequent, frequent_count = begin[often], count[often]
    order = np.argsort(places[frequent])
    begin, count = begin[~often], count[~often]
    edges = np.concatenate([[0], np.cumsum(np.bincount(count, minlength=FREQUENT))])
    begin = begin[np.argsort(count.astype(np.uint8), kind="stable")]
    return TokenRuns(places, begin, edges, frequent[order], frequent_count[order], second, third)


def token_counts(runs: TokenRuns, rows: int, size: int) -> IntArray:
    """Occurrences of the token at each place, shape (rows, size); 1 for padding.

    How it misleads
    ---------------
    Padding looks like a token that occurs once.

    Examples
    --------
    >>> cut = Segments(np.array([0]), np.array([4]), np.array([0]))
    >>> runs = token_runs(np.array([7, 3, 7, 9], dtype=np.int32), cut, 4)
    >>> token_counts(runs, 1, 4).tolist()
    [[2, 1, 2, 1]]
    """
    rare = np.repeat(np.arange(len(runs.edges) - 1), np.diff(runs.edges))
    begin = np.concatenate([runs.begin, runs.frequent])
    count = np.concatenate([rare, runs.frequent_count])
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    counts = np.ones(rows * size, dtype=np.int64)
    counts[runs.places[np.repeat(begin, count) + step]] = np.repeat(count, count)
    return counts.reshape(rows, size)


def _keys(codes: NDArray[np.int32], segments: Segments, size: int) -> NDArray[np.int32]:
    """Code and place of each token in one number; padding is given codes that occur once."""
    place = np.arange(size, dtype=np.int32)
    if len(segments) and bool((segments.length == size).all()):
        # Whole rows are copied, not tokens one by one.
        keys: NDArray[np.int32] = sliding_window_view(codes, size)[segments.start]
        keys *= np.int32(size)
        keys += place
        return keys
    at = segments.start[:, None] + place
    inside = place < segments.length[:, None]
    keys = codes[np.where(inside, at, segments.start[:, None])] * np.int32(size) + place
    padding = (np.int32((1 << 31) // size - size) + place) * np.int32(size) + place
    return np.asarray(np.where(inside, keys, padding), dtype=np.int32)
