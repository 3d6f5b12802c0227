"""Segments of one prompt put together: their sums, and how much those that overlap tell twice."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.hann import hann
from reasonscape.stats.segments import Segments

FloatArray = NDArray[np.float64]

_FEW = 8
"""Segments up to which those of all prompts are added together, turn by turn."""


def prompt_sums(values: FloatArray, part: Segments) -> FloatArray:
    """Sum of the rows of each prompt that has segments, in order, shape (prompts, K).

    How it misleads
    ---------------
    Prompts without segments have no row.

    Examples
    --------
    >>> cut = Segments(np.arange(3), np.full(3, 16), np.array([0, 0, 4]))
    >>> prompt_sums(np.array([[1.0], [2.0], [5.0]]), cut).tolist()
    [[3.0], [5.0]]
    """
    first = np.flatnonzero(np.diff(part.prompt, prepend=-1))
    count = np.diff(first, append=len(part))
    total = values[first]
    few = np.where(count <= _FEW, count, 1)
    for turn in range(1, int(few.max(initial=1))):
        rows = np.flatnonzero(few > turn)
        total[rows] += values[first[rows] + turn]
    for row in np.flatnonzero(count > _FEW).tolist():
        total[row] = values[first[row] : first[row] + count[row]].sum(axis=0)
    return total


@lru_cache(maxsize=8)
def _overlaps(size: int) -> FloatArray:
    """Correlation of the power of two segments by the distance of their starts and by k."""
    turn = np.exp(-2j * np.pi / size * np.outer(np.arange(size), np.arange(1, size // 2 + 1)))
    waves = hann(size)[:, None] * turn
    waves -= waves.mean(axis=0)
    forward = np.fft.fft(waves, 2 * size, axis=0)
    mirrored = np.fft.fft(waves.conj(), 2 * size, axis=0)
    # The second term is that of a frequency with its mirror image; it is small but at both ends.
    same = np.abs(np.fft.ifft(forward * forward.conj(), axis=0)[:size]) ** 2
    mirror = np.abs(np.fft.ifft(forward * mirrored.conj(), axis=0)[:size]) ** 2
    return np.asarray((same + mirror) / (same[0] + mirror[0]))


def with_overlap(variance: FloatArray, part: Segments, size: int) -> FloatArray:
    """Variances of segments plus twice their covariances with the later ones of their prompt.

    Parameters
    ----------
    variance
        Of the power of each segment, shape (segments, K).
    part
        The segments.
    size
        Segment size, 2 K.

    Returns
    -------
    ndarray
        Shape (segments, K); a prompt's sum is the variance of its summed power.

    How it misleads
    ---------------
    Covariances are those of white noise.

    References
    ----------
    Percival and Walden, Spectral Analysis for Physical Applications (1993), 6.17.

    Examples
    --------
    Half overlap correlates the power of two segments by 1 / 36:

    >>> cut = Segments(np.array([0, 32]), np.array([64, 64]), np.array([0, 0]))
    >>> with_overlap(np.ones((2, 32)), cut, 64).sum(axis=0)[15].round(3).item()
    2.056
    """
    overlap = _overlaps(size)
    total = variance.copy()
    root = np.sqrt(variance)
    for apart in range(1, len(part)):
        first = np.flatnonzero(part.prompt[apart:] == part.prompt[:-apart])
        distance = part.start[first + apart] - part.start[first]
        near = distance < len(overlap)
        first, distance = first[near], distance[near]
        if not len(first):
            break
        total[first] += 2.0 * overlap[distance] * root[first] * root[first + apart]
    return total
