"""Hashes of many stretches of bytes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

# Any fixed odd multiplier and any fixed table do; drawn once, so that hashes never change.
_MULTIPLIER: Final = 0x9E3779B97F4A7C15
SHORTEST: Final = 1 << 17
"""Powers that are made at once."""


def span_hashes(
    flat: NDArray[np.uint8], start: NDArray[np.int64], end: NDArray[np.int64]
) -> Hashes:
    """Hash each span of bytes, letters in lower case: a polynomial modulo 2^64, then mixed.

    Examples
    --------
    >>> text = np.frombuffer(b"one two One", dtype=np.uint8)
    >>> one, two, again = span_hashes(text, np.array([0, 4, 8]), np.array([3, 7, 11])).tolist()
    >>> one == again, one == two
    (True, False)
    """
    n = len(flat)
    total = np.zeros(n + 1, dtype=np.uint64)
    np.multiply(_VALUES[flat], _POWERS.up_to(n), out=total[1:])
    np.cumsum(total, out=total)
    return mix((total[end] - total[start]) * _POWERS.inverse_up_to(n + 1)[start])


def mix(values: Hashes) -> Hashes:
    """Spread each bit over all bits (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(values ^ (values >> np.uint64(31)), dtype=np.uint64)


class _Powers:
    """Powers of the multiplier and of its inverse modulo 2^64, made once and kept."""

    def __init__(self) -> None:
        self._powers = np.zeros(0, dtype=np.uint64)
        self._inverses = np.zeros(0, dtype=np.uint64)

    # Threads may make a table at the same time; each uses the one that it saw or made.
    def up_to(self, n: int) -> Hashes:
        table = self._powers
        if len(table) < n:
            table = self._powers = _power_table(_MULTIPLIER, max(n, SHORTEST))
        return table[:n]

    def inverse_up_to(self, n: int) -> Hashes:
        table = self._inverses
        if len(table) < n:
            inverse = pow(_MULTIPLIER, -1, 1 << 64)
            table = self._inverses = _power_table(inverse, max(n, SHORTEST + 1))
        return table[:n]


def _power_table(base: int, n: int) -> Hashes:
    table = np.full(n, base, dtype=np.uint64)
    table[0] = 1
    return np.asarray(np.cumprod(table), dtype=np.uint64)


def _value_table() -> Hashes:
    values = mix(np.arange(1, 257, dtype=np.uint64) * np.uint64(_MULTIPLIER))
    values[65:91] = values[97:123]
    return values


_VALUES: Final = _value_table()
_POWERS: Final = _Powers()
