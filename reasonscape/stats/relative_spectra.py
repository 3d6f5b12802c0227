"""Spectra of prompts relative to what their tokens would give in random order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.segment_overlap import prompt_sums, with_overlap
from reasonscape.stats.segments import Segments, segments
from reasonscape.stats.series_power import central_moments, series_power
from reasonscape.stats.shuffled_power import shuffled_series, shuffled_symbolic
from reasonscape.stats.symbolic_power import symbolic_power

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Powers = tuple[FloatArray, FloatArray, FloatArray]

_ROWS = 1024
"""Segments of the prompts that are worked on together; one longer prompt is taken whole."""


@dataclass(frozen=True, slots=True)
class RelativeSpectra:
    """Power of each prompt over the power expected of its shuffled segments.

    Attributes
    ----------
    relative
        At k / size cycles per token, k = 1 .. K, shape (n, K): 1 is as if shuffled,
        10 log10 of it is dB. NaN in a prompt that is too short or has no variance.
    variance
        Of ``relative`` if the prompt's tokens were shuffled, shape (n, K); NaN likewise.
    segments
        Segments of each prompt, shape (n,); 0 for one that is too short.
    size
        Tokens of a segment, 2 K.
    """

    relative: FloatArray
    variance: FloatArray
    segments: IntArray
    size: int

    @property
    def too_short(self) -> int:
        """Prompts of fewer than 16 tokens."""
        return int((self.segments == 0).sum())

    @property
    def without_variance(self) -> int:
        """Prompts that are long enough and the same token or number throughout."""
        return int((np.isnan(self.relative).any(axis=1) & (self.segments > 0)).sum())


def symbolic_spectra(
    codes: ArrayLike, offsets: ArrayLike, size: int, threads: int = 2
) -> RelativeSpectra:
    """Relative spectra of which tokens are equal, whatever they are called.

    Parameters
    ----------
    codes
        Token ids of all prompts, whole numbers from 0, shape (tokens,).
    offsets
        Where each prompt begins and where the last ends, shape (n + 1,).
    size
        Segment size from `reasonscape.stats.segments.segment_length`, the same for all prompts
        that are compared.
    threads
        Threads at work; results do not depend on them.

    Returns
    -------
    RelativeSpectra

    Raises
    ------
    ValueError
        If offsets fall or end elsewhere than the codes, the size is not allowed or a code is
        negative.

    How it misleads
    ---------------
    A ratio of sums over segments: the segment with most repetition weighs most. The variance
    takes the power of overlapping segments to be correlated as that of noise, which is right to a
    few per cent; of a series with few huge values it is up to an eighth too large. Whatever makes
    text text (spaces every other token, sentences of one pattern) is a peak too.

    References
    ----------
    Welch, IEEE Transactions on Audio and Electroacoustics 15 (1967); Percival and Walden,
    Spectral Analysis for Physical Applications (1993), 6.17, for the overlap.

    Examples
    --------
    A period of four tokens, of which any order would have shown less:

    >>> found = symbolic_spectra([1, 2, 3, 4] * 8, [0, 32], 16)
    >>> int(found.relative[0].argmax()) + 1, found.segments.tolist()
    (4, [3])
    """
    given = np.asarray(codes)

    def powers(cut: Segments, tokens: slice) -> Powers:
        found = symbolic_power(given[tokens], cut, size)
        expected = shuffled_symbolic(found.squares, found.cubes, cut.length, size)
        return found.power, *expected

    return _pooled(powers, len(given), offsets, size, threads)


def series_spectra(
    values: ArrayLike, offsets: ArrayLike, size: int, threads: int = 2
) -> RelativeSpectra:
    """Relative spectra of numbers along the tokens, such as their lengths in bytes.

    Parameters
    ----------
    values
        Numbers of all tokens of all prompts, finite, shape (tokens,).
    offsets, size, threads
        As `symbolic_spectra`.

    Returns
    -------
    RelativeSpectra

    Raises
    ------
    ValueError
        If a value is not finite; otherwise as `symbolic_spectra`.

    How it misleads
    ---------------
    As `symbolic_spectra`. One huge number is a spike whose power is the same everywhere.

    References
    ----------
    As `symbolic_spectra`.

    Examples
    --------
    >>> found = series_spectra([0.0, 1.0] * 16, [0, 32], 16)
    >>> int(found.relative[0].argmax()) + 1
    8
    """
    given = np.asarray(values, dtype=np.float64)
    if not np.isfinite(given).all():
        raise ValueError("values must be finite: leave out prompts with unknown ones")

    def powers(cut: Segments, tokens: slice) -> Powers:
        second, fourth = central_moments(given[tokens], cut, size)
        expected = shuffled_series(second, fourth, cut.length, size)
        power = series_power(given[tokens], cut, size)
        power[second == 0.0] = 0.0
        return power, *expected

    return _pooled(powers, len(given), offsets, size, threads)


def _pooled(
    powers: Callable[[Segments, slice], Powers],
    tokens: int,
    offsets: ArrayLike,
    size: int,
    threads: int,
) -> RelativeSpectra:
    edges = np.asarray(offsets, dtype=np.int64)
    if not len(edges) or edges[0] < 0 or edges[-1] > tokens:
        raise ValueError(f"offsets must lie within the {tokens} tokens and hold one number or more")
    cut = segments(edges, size)
    n = len(edges) - 1
    relative, variance = np.full((n, size // 2), np.nan), np.full((n, size // 2), np.nan)

    def work(bounds: tuple[int, int]) -> None:
        part = cut.between(*bounds)
        low = int(part.start[0])
        own = Segments(part.start - low, part.length, part.prompt)
        found = powers(own, slice(low, int(edges[part.prompt[-1] + 1])))
        first = np.flatnonzero(np.diff(part.prompt, prepend=-1))
        spread = with_overlap(found[2], part, size)
        power, expected, spread = (prompt_sums(x, part) for x in (*found[:2], spread))
        # The trace is a whole-number sum: exactly zero in a prompt without variance.
        some = expected > 0.0
        expected = np.where(some, expected, np.nan)
        rows = part.prompt[first]
        relative[rows] = power / expected
        variance[rows] = spread / expected**2

    blocks = list(_blocks(cut))
    if threads > 1 and len(blocks) > 1:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, blocks))
    else:
        for block in blocks:
            work(block)
    return RelativeSpectra(relative, variance, np.bincount(cut.prompt, minlength=n), size)


def _blocks(cut: Segments) -> Iterator[tuple[int, int]]:
    """Runs of whole prompts, so that no sum depends on which prompts stand next to it."""
    first = np.flatnonzero(np.diff(cut.prompt, prepend=-1))
    edges = np.append(first, len(cut))
    begin = 0
    while begin < len(first):
        end = int(np.searchsorted(edges, edges[begin] + _ROWS, side="right")) - 1
        end = max(end, begin + 1)
        yield int(edges[begin]), int(edges[end])
        begin = end
