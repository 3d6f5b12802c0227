"""Words of one trace with every number the same, for templates whose numbers change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.buffers import CONTINUATION
from reasonscape.text.hashes import span_hashes
from reasonscape.text.words import GAP, SINGLE, byte_kinds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Ints = NDArray[np.int64]
    Hashes = NDArray[np.uint64]

NUMBER: Final = 0x5851F42D4C957F2D
"""What stands for the hash of any number."""
_NUMBER_KIND: Final = 3


@dataclass(frozen=True, slots=True)
class Tokens:
    """Words of a trace, every run of numbers one word.

    Attributes
    ----------
    start, end
        Bytes of each.
    hash
        Of its lower-case letters; one value for all numbers.
    """

    start: Ints
    end: Ints
    hash: Hashes


def split_tokens(data: Bytes, *, literal: bool = False) -> Tokens:
    """Cut bytes into words; a number is one word with all numbers that follow it.

    With ``literal`` each number is a word, and numbers differ.

    Examples
    --------
    >>> tokens = split_tokens(np.frombuffer(b"x3 = 12.5, then 7", dtype=np.uint8))
    >>> tokens.start.tolist(), len(set(tokens.hash.tolist()))
    ([0, 1, 11, 16], 3)
    """
    kind = byte_kinds(data)
    kind[(data >= ord("0")) & (data <= ord("9"))] = _NUMBER_KIND
    fresh = np.ones(len(data) + 1, dtype=np.bool_)
    np.not_equal(kind[1:], kind[:-1], out=fresh[1:-1])
    fresh[:-1] |= (kind == SINGLE) & ((data & 0xC0) != CONTINUATION)
    edges = np.flatnonzero(fresh)
    start, end = edges[:-1], edges[1:]
    word = kind[start] != GAP
    start, end = start[word], end[word]
    hashes = span_hashes(data, start, end)
    if literal:
        return Tokens(start, end, hashes)
    number = kind[start] == _NUMBER_KIND
    hashes = np.where(number, np.uint64(NUMBER), hashes)
    keep = np.ones(len(start), dtype=np.bool_)
    keep[1:] = ~(number[1:] & number[:-1])
    return Tokens(start[keep], end[keep], hashes[keep])
