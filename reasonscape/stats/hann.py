"""Hann windows of all lengths up to the segment size, zero-padded."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def hann(length: int) -> FloatArray:
    """Periodic Hann window, (1 - cos(2 pi t / N)) / 2, shape (N,).

    Its transform vanishes at all multiples of 1 / N but -1, 0 and 1, so that what is left of a
    mean spills into the lowest frequency only.

    How it misleads
    ---------------
    It gives the first token no weight and the tokens at both ends little.

    References
    ----------
    Harris, Proceedings of the IEEE 66 (1978).

    Examples
    --------
    >>> hann(4).round(12).tolist()
    [0.0, 0.5, 1.0, 0.5]
    """
    half = np.pi * np.arange(length) / max(length, 1)
    return np.asarray(np.sin(half) ** 2, dtype=np.float64)


@lru_cache(maxsize=8)
def hann_windows(size: int) -> FloatArray:
    """Windows of all lengths from 0 to ``size``, padded with zeros, shape (size + 1, size).

    The array is shared and not writeable.

    How it misleads
    ---------------
    As `hann`.

    Examples
    --------
    >>> hann_windows(16)[4, :6].round(12).tolist()
    [0.0, 0.5, 1.0, 0.5, 0.0, 0.0]
    """
    table = np.zeros((size + 1, size))
    for length in range(1, size + 1):
        table[length, :length] = hann(length)
    table.flags.writeable = False
    return table
