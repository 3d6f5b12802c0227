"""Pieces of equal length into which prompts are cut before their spectra are averaged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SHORTEST = 16
"""Tokens below which a prompt has no spectrum."""

LONGEST = 256
"""Tokens of the longest segment: sums of window products up to it are exact."""

_QUANTILE = 0.1


@dataclass(frozen=True, slots=True)
class Segments:
    """Segments of all prompts, those of one prompt next to each other and in order.

    Attributes
    ----------
    start, length
        Place of the first token in the flat array, and number of tokens, shape (segments,).
    prompt
        Prompt of each segment, shape (segments,), never falling.
    """

    start: IntArray
    length: IntArray
    prompt: IntArray

    def __len__(self) -> int:
        """Number of segments."""
        return len(self.start)

    def between(self, first: int, last: int) -> Segments:
        """Segments from one place to before another, as views."""
        part = slice(first, last)
        return Segments(self.start[part], self.length[part], self.prompt[part])


def segment_length(lengths: ArrayLike, low: int = SHORTEST, high: int = LONGEST) -> int:
    """Largest power of two that nine prompts in ten fill, from ``low`` to ``high``.

    Parameters
    ----------
    lengths
        Tokens of each prompt, shape (n,); those below ``low`` are left out.
    low, high
        Powers of two.

    Returns
    -------
    int
        ``low`` where no prompt is long enough.

    Raises
    ------
    ValueError
        If a bound is not a power of two, or ``low`` is above ``high``.

    How it misleads
    ---------------
    Spectra of two sets of prompts are on one grid only if the length was chosen once for both.

    References
    ----------
    Welch, IEEE Transactions on Audio and Electroacoustics 15 (1967).

    Examples
    --------
    >>> segment_length([5, 90, 100, 300])
    64
    """
    if low > high or low & (low - 1) or high & (high - 1) or low < 2:
        raise ValueError(f"need powers of two in rising order, found {low} and {high}")
    tokens = np.asarray(lengths, dtype=np.int64)
    tokens = tokens[tokens >= low]
    if not len(tokens):
        return low
    typical = int(np.quantile(tokens, _QUANTILE, method="lower"))
    return min(1 << (typical.bit_length() - 1), high)


def frequencies(size: int) -> FloatArray:
    """Frequencies k / size in cycles per token, k = 1 .. size / 2, shape (size / 2,).

    How it misleads
    ---------------
    A prompt shorter than the segment has fewer independent frequencies than the grid shows.

    Examples
    --------
    >>> frequencies(16)[[0, -1]].tolist()
    [0.0625, 0.5]
    """
    return np.arange(1, checked_size(size) // 2 + 1) / size


def segments(offsets: ArrayLike, size: int) -> Segments:
    """Cut each prompt into segments that cover it and overlap by at least one half.

    Parameters
    ----------
    offsets
        Where each prompt begins in the flat array and where the last ends, shape (n + 1,).
    size
        Tokens of a segment, a power of two from 16 to 256.

    Returns
    -------
    Segments
        One shorter segment for a prompt of 16 to ``size`` tokens, none for a shorter prompt.

    Raises
    ------
    ValueError
        If the size is none of the allowed ones, or offsets fall.

    How it misleads
    ---------------
    Segments that overlap are not independent: a prompt a little longer than one segment has two
    that are nearly the same.

    References
    ----------
    Welch, IEEE Transactions on Audio and Electroacoustics 15 (1967).

    Examples
    --------
    >>> cut = segments([0, 20, 60, 65], 16)
    >>> cut.start.tolist(), cut.prompt.tolist()
    ([0, 4, 20, 28, 36, 44], [0, 0, 1, 1, 1, 1])
    """
    checked_size(size)
    edges = np.asarray(offsets, dtype=np.int64)
    lengths = np.diff(edges)
    if np.any(lengths < 0):
        raise ValueError("offsets must not fall")
    steps = np.maximum(-(-(lengths - size) // (size // 2)), 0)
    count = np.where(lengths >= SHORTEST, steps + 1, 0)
    prompt = np.repeat(np.arange(len(lengths)), count)
    place = np.arange(len(prompt)) - np.repeat(np.cumsum(count) - count, count)
    # Whole-number division of even spacing: no step is above half a segment.
    shift = place * np.maximum(lengths - size, 0)[prompt] // np.maximum(steps[prompt], 1)
    return Segments(edges[prompt] + shift, np.minimum(lengths, size)[prompt], prompt)


def checked_size(size: int) -> int:
    """Return the segment size if it is allowed.

    Raises
    ------
    ValueError
        If it is no power of two from 16 to 256.

    How it misleads
    ---------------
    It does not know whether prompts are long enough for it.

    Examples
    --------
    >>> checked_size(64)
    64
    """
    if not SHORTEST <= size <= LONGEST or size & (size - 1):
        raise ValueError(f"segment size must be a power of two from 16 to 256, found {size}")
    return size
