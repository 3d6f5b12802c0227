"""Where a value stood before, and where a last stretch of likely ones begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_PART: Final = 8192
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)


def previous_places(values: NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """Places of values that stood before, and where each stood last (by 40 bits and more).

    Examples
    --------
    >>> later, earlier = previous_places(np.array([7, 8, 7, 7], dtype=np.uint64))
    >>> sorted(zip(later.tolist(), earlier.tolist()))
    [(2, 0), (3, 2)]
    """
    # One sort of (hash, place) is several times faster than a stable argsort.
    low = np.uint64(max(len(values), 1).bit_length())
    key = values * _MULTIPLIER
    key >>= low
    key <<= low
    key |= np.arange(len(values), dtype=np.uint64)
    key.sort()
    differs = key[1:] ^ key[:-1]
    differs >>= low
    same = (differs == 0).nonzero()[0]
    key &= (np.uint64(1) << low) - np.uint64(1)
    place = key.view(np.int64)
    return place.take(same + 1), place.take(same)


def previous_distance(values: NDArray[np.uint64]) -> Ints:
    """How far back the same value stood last; 0 where it is new.

    Examples
    --------
    >>> previous_distance(np.array([7, 8, 7, 7], dtype=np.uint64)).tolist()
    [0, 0, 2, 1]
    """
    later, earlier = previous_places(values)
    distance = np.zeros(len(values), dtype=np.int64)
    distance[later] = later - earlier
    return distance


def change_point(likely: NDArray[np.bool_], gain: float, loss: float) -> tuple[int, float]:
    """Where a last stretch of greatest total gain begins, and that gain.

    Parameters
    ----------
    likely
        Flags, read from the end.
    gain, loss
        What a true flag adds (above 0), and what a false one does (below).

    Examples
    --------
    >>> change_point(np.array([True, False, True, False, True]), 1.0, -0.5)
    (0, 2.0)
    >>> change_point(np.array([True, False, False, False, True]), 1.0, -0.5)
    (4, 1.0)
    >>> change_point(np.array([True, False]), 1.0, -5.0)
    (2, 0.0)
    """
    steps = np.array([loss, gain])
    end = begin = len(likely)
    left = int(np.count_nonzero(likely))
    most = total = 0.0
    # In parts that stay in the cache, and no farther than more can be gained.
    while end > 0 and total + left * gain >= most:
        part = likely[max(end - _PART, 0) : end]
        totals = np.cumsum(steps.take(part[::-1].view(np.uint8)))
        totals += total
        # Of equal gains the longest stretch.
        best = len(part) - 1 - int(totals[::-1].argmax())
        if totals[best] > 0 and totals[best] >= most:
            begin, most = end - 1 - best, float(totals[best])
        total = float(totals[-1])
        end -= len(part)
        left -= int(np.count_nonzero(part))
    return begin, most
