"""Periodograms of a numeric series along the tokens of each segment."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.hann import hann_windows
from reasonscape.stats.segments import Segments, checked_size

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_ROWS = 1024
"""Segments worked on at once: few enough for the cache, many enough to hide the calls."""


def series_power(values: ArrayLike, segments: Segments, size: int) -> FloatArray:
    """Power of a numeric series in each segment.

    The mean of the segment is removed, the rest is windowed (Hann of the segment's own length),
    padded with zeros and transformed: |sum_t w_t (x_t - mean) exp(-2 pi i k t / size)|^2.

    Parameters
    ----------
    values
        Numbers of all tokens of all prompts, shape (tokens,).
    segments
        As `reasonscape.stats.segments.segments`.
    size
        Segment size; K = size / 2.

    Returns
    -------
    ndarray of float64
        Unit of the values squared, at k = 1 .. K, shape (segments, K).

    Raises
    ------
    ValueError
        If the size is not allowed.

    How it misleads
    ---------------
    A jump or a trend within a segment has power at all low frequencies and is no period. NaN in a
    segment makes all of it NaN.

    References
    ----------
    Welch, IEEE Transactions on Audio and Electroacoustics 15 (1967).

    Examples
    --------
    A period of four tokens:

    >>> cut = Segments(np.array([0]), np.array([16]), np.array([0]))
    >>> int(series_power([0, 1, 0, -1] * 4, cut, 16)[0].argmax()) + 1
    4
    """
    x = np.asarray(values, dtype=np.float64)
    windows = hann_windows(checked_size(size))
    power = np.empty((len(segments), size // 2))
    for first in range(0, len(segments), _ROWS):
        part = segments.between(first, first + _ROWS)
        full = bool((part.length == size).all())
        rows = segment_rows(x, part, size)
        if full:
            rows -= rows.mean(axis=1, keepdims=True)
            rows *= windows[size]
        else:
            # Padding is zero, and the window takes away what the mean puts there.
            rows -= (rows.sum(axis=1) / np.maximum(part.length, 1))[:, None]
            rows *= windows[part.length]
        transform = np.fft.rfft(rows, axis=1)[:, 1:]
        power[first : first + _ROWS] = transform.real**2 + transform.imag**2
    return power


def central_moments(
    values: FloatArray, segments: Segments, size: int
) -> tuple[FloatArray, FloatArray]:
    """Mean square and mean fourth power about each segment's mean, each of shape (segments,).

    Exactly 0 where all values of the segment are equal.

    How it misleads
    ---------------
    The mean square is over N values, not N - 1.

    Examples
    --------
    >>> cut = Segments(np.array([0]), np.array([4]), np.array([0]))
    >>> central_moments(np.array([1.0, 1.0, 3.0, 3.0]), cut, 16)
    (array([1.]), array([1.]))
    """
    second, fourth = np.empty(len(segments)), np.empty(len(segments))
    for first in range(0, len(segments), _ROWS):
        part = segments.between(first, first + _ROWS)
        n = np.maximum(part.length, 1).astype(np.float64)
        inside = np.arange(size) < part.length[:, None]
        rows = segment_rows(values, part, size)
        # A mean of equal numbers can differ from them by rounding, their differences cannot.
        rows = np.where(inside, rows - rows[:, :1], 0.0)
        rows = np.where(inside, rows - (rows.sum(axis=1) / n)[:, None], 0.0)
        square = rows * rows
        second[first : first + _ROWS] = square.sum(axis=1) / n
        fourth[first : first + _ROWS] = (square * square).sum(axis=1) / n
    return second, fourth


def segment_rows(values: FloatArray, segments: Segments, size: int) -> FloatArray:
    """Values of each segment as a row, zeros after its end, shape (segments, size).

    How it misleads
    ---------------
    Zeros after the end cannot be told from values of zero.

    Examples
    --------
    >>> cut = Segments(np.array([1]), np.array([2]), np.array([0]))
    >>> segment_rows(np.array([5.0, 6.0, 7.0]), cut, 4).tolist()
    [[6.0, 7.0, 0.0, 0.0]]
    """
    place = segments.start[:, None] + np.arange(size)
    if bool((segments.length == size).all()):
        return np.asarray(values[place])
    inside = np.arange(size) < segments.length[:, None]
    rows = values[np.where(inside, place, segments.start[:, None])]
    rows[~inside] = 0.0
    return np.asarray(rows)
