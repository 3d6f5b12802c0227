"""Words of one trace with every number the same, for templates whose numbers change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.buffers import CONTINUATION
from reasonscape.text.hashes import span_hashes
from reasonscape.text.words import GAP, KINDS, SINGLE, byte_kinds, inner_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Ints = NDArray[np.int64]
    Hashes = NDArray[np.uint64]

MOST_BYTES: Final = 1 << 20
"""Bytes at the end of a trace that are read; a longer loop is said to begin there."""
REACH: Final = 1500
"""Words of an ending."""
_ENDING_BYTES: Final = 12 << 10
"""Bytes that mostly hold so many words."""
NUMBER: Final = 0x5851F42D4C957F2D
"""What stands for the hash of any number."""
_NUMBER_KIND: Final = 3
_KINDS: Final = KINDS[: ord("0")] + bytes([_NUMBER_KIND] * 10) + KINDS[ord("9") + 1 :]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Words of a trace.

    Attributes
    ----------
    start, end
        Bytes of each.
    hash
        Of its lower-case letters.
    number
        Whether it is a number.
    """

    start: Ints
    end: Ints
    hash: Hashes
    number: NDArray[np.bool_]


class TraceTokens:
    """Words of one trace, split only as far as they are asked for.

    Attributes
    ----------
    data
        The bytes that are read: the last of the trace.
    cut
        Bytes before them.
    """

    __slots__ = ("_ending", "_whole", "cut", "data")

    def __init__(self, data: Bytes) -> None:
        self.cut = max(len(data) - MOST_BYTES, 0)
        self.data = data[self.cut :]
        self._whole: Tokens | None = None
        self._ending: tuple[Bytes, Tokens] | None = None

    def whole(self, *, numbers: bool) -> Tokens:
        """All words; without ``numbers``, these are all alike, and a run of them one word."""
        if self._whole is None:
            self._whole = split_tokens(self.data)
        return self._whole if numbers else without_numbers(self._whole)

    def ending(self, *, numbers: bool) -> tuple[Bytes, Tokens]:
        """The last 1,500 words and more, or all there are; and the bytes that they lie in."""
        if self._ending is None and len(self.data) > _ENDING_BYTES:
            data = self.data[-_ENDING_BYTES:]
            self._ending = data, split_tokens(data)
        if self._ending is not None:
            data, tokens = self._ending
            tokens = tokens if numbers else without_numbers(tokens)
            # The first may be cut.
            if len(tokens.hash) > REACH:
                return data, tokens
        return self.data, self.whole(numbers=numbers)


def split_tokens(data: Bytes) -> Tokens:
    """Cut bytes into words; each number is a word, and numbers differ."""
    kind = byte_kinds(data, _KINDS)
    fresh = np.empty(len(data) + 1, dtype=np.bool_)
    fresh[0] = fresh[-1] = True
    np.not_equal(kind[1:], kind[:-1], out=fresh[1:-1])
    if int(data.max(initial=0)) >= CONTINUATION:
        fresh[:-1] |= (kind == SINGLE) & ((data & 0xC0) != CONTINUATION)
    start, end = inner_spans(fresh, kind != GAP)
    return Tokens(start, end, span_hashes(data, start, end), kind.take(start) == _NUMBER_KIND)


def without_numbers(tokens: Tokens) -> Tokens:
    """The same with all numbers alike, and a run of them one word.

    Examples
    --------
    >>> tokens = split_tokens(np.frombuffer(b"x3 = 12.5, then 7", dtype=np.uint8))
    >>> tokens.start.tolist(), len(set(tokens.hash.tolist()))
    ([0, 1, 5, 8, 11, 16], 6)
    >>> tokens = without_numbers(tokens)
    >>> tokens.start.tolist(), len(set(tokens.hash.tolist()))
    ([0, 1, 11, 16], 3)
    """
    number = tokens.number
    keep = np.ones(len(number), dtype=np.bool_)
    np.logical_and(number[1:], number[:-1], out=keep[1:])
    np.logical_not(keep[1:], out=keep[1:])
    at = keep.nonzero()[0]
    number = number.take(at)
    hashes = tokens.hash.take(at)
    hashes[number] = NUMBER
    return Tokens(tokens.start.take(at), tokens.end.take(at), hashes, number)
