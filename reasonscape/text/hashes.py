"""Hashes of many stretches of bytes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

# Any fixed odd multipliers do.
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_LENGTH: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_WIDE: Final = 8
"""Bytes that are read at once."""
_LOWER: Final = bytes(range(256)).translate(
    bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz")
)
_MASKS: Final = np.array([(1 << 8 * size) - 1 for size in range(_WIDE + 1)], dtype=np.uint64)


def span_hashes(
    flat: NDArray[np.uint8],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    *,
    cased: bool = False,
) -> Hashes:
    """Hash each span of bytes, ASCII letters in lower case unless ``cased``.

    Examples
    --------
    >>> text = np.frombuffer(b"one two One", dtype=np.uint8)
    >>> one, two, again = span_hashes(text, np.array([0, 4, 8]), np.array([3, 7, 11])).tolist()
    >>> one == again, one == two
    (True, False)
    """
    if not len(start):
        return np.zeros(0, dtype=np.uint64)
    padded = flat.tobytes() + bytes(_WIDE)
    read = padded if cased else padded.translate(_LOWER)
    # Most words are of 8 bytes at most: one number each, read where it lies.
    words = np.ndarray((len(flat) + 1,), dtype="<u8", buffer=read, strides=(1,))
    sizes = end - start
    hashes = words.take(start)
    hashes &= _MASKS.take(sizes, mode="clip")
    long = (sizes > _WIDE).nonzero()[0]
    if len(long):
        hashes[long] = _long_sums(words, start[long], sizes[long])
    hashes += sizes.view(np.uint64) * _LENGTH
    return mix(hashes)


def _long_sums(words: Hashes, start: NDArray[np.int64], sizes: NDArray[np.int64]) -> Hashes:
    """A polynomial modulo 2^64 in the 8-byte pieces of each span."""
    pieces = (sizes + (_WIDE - 1)) // _WIDE
    first = np.concatenate(([0], np.cumsum(pieces)[:-1]))
    place = np.arange(int(pieces.sum())) - np.repeat(first, pieces)
    piece = words.take(np.repeat(start, pieces) + _WIDE * place)
    piece &= _MASKS.take(np.repeat(sizes, pieces) - _WIDE * place, mode="clip")
    powers = np.full(int(pieces.max()), _MULTIPLIER, dtype=np.uint64)
    powers[0] = 1
    mixed = mix(piece) * np.cumprod(powers).take(place)
    return np.asarray(np.add.reduceat(mixed, first), dtype=np.uint64)


def mix(values: Hashes) -> Hashes:
    """Spread each bit over all bits (the finaliser of SplitMix64)."""
    mixed = values >> np.uint64(30)
    mixed ^= values
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed
