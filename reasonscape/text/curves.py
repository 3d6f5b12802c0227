"""Novelty curves of many traces, and what is kept of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEAD: Final = 32
SHAPE: Final = 32


@dataclass(frozen=True, slots=True)
class Curves:
    """Novelty of the blocks of many traces, one trace after the other.

    Attributes
    ----------
    first
        Where each trace's blocks begin in the arrays below, ``int64``, one more than traces.
    bits
        Bits that the compressor needed for each block, its headers not counted.
    chars
        Characters that begin in each block.
    """

    first: NDArray[np.int64]
    bits: NDArray[np.float64]
    chars: NDArray[np.float64]

    def of(self, row: int) -> NDArray[np.float64]:
        """Bits per character of one trace's blocks."""
        part = slice(int(self.first[row]), int(self.first[row + 1]))
        return np.asarray(self.bits[part] / self.chars[part], dtype=np.float64)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Blocks of each trace."""
        return np.diff(self.first)

    def between(self, begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        """Bits per character over ranges of blocks; NaN over an empty one."""
        empty = begin >= end
        bits, chars = _range_sums(self.bits, begin, end), _range_sums(self.chars, begin, end)
        return np.where(empty, np.nan, bits / np.where(empty, 1.0, chars))


def _range_sums(
    values: NDArray[np.float64], begin: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.float64]:
    # Whole numbers, so that differences of running sums are exact, whatever stands before.
    running = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray(running[end] - running[begin], dtype=np.float64)


def head(curves: Curves) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Bits per character of each trace's first 32 blocks: where each list begins, and all values.

    Returns
    -------
    ndarray of int64, ndarray of float
        One more offsets than traces, as Arrow lists have them; the values.
    """
    return _lists(curves, HEAD, spread=False)


def shape(curves: Curves) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Bits per character in 32 stretches of equally many blocks, as nearly as whole blocks allow.

    A trace of fewer than 32 blocks has one value a block, so its list is shorter. Returned as by
    `head`.
    """
    return _lists(curves, SHAPE, spread=True)


def tail(curves: Curves) -> NDArray[np.float64]:
    """Bits per character over the last quarter of each trace's blocks (rounded up)."""
    end = curves.first[1:]
    return curves.between(end - -(-curves.counts // 4), end)


def _lists(
    curves: Curves, most: int, *, spread: bool
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    sizes = np.minimum(curves.counts, most)
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    row = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(row)) - offsets[row]
    blocks = curves.counts[row] if spread else sizes[row]
    begin = curves.first[row] + blocks * place // sizes[row]
    end = curves.first[row] + blocks * (place + 1) // sizes[row]
    return offsets, curves.between(begin, end)
