"""Which words each of many texts has, and how often, without a Python object for each word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.buffers import CONTINUATION
from reasonscape.text.embeddings.limits import shortened
from reasonscape.text.hashes import span_hashes
from reasonscape.text.words import GAP, KINDS, SINGLE, byte_kinds, inner_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DIGITS: Final = SINGLE + 1
_TABLE: Final = bytes(_DIGITS if 48 <= byte <= 57 else kind for byte, kind in enumerate(KINDS))
_SEGMENT: Final = 1 << 20
_MOST_ROWS: Final = 1 << 12
_TERM_BITS: Final = np.uint64(52)
_TERM: Final = np.uint64((1 << 52) - 1)
_NUMBER: Final = np.uint64(0)


@dataclass(frozen=True, slots=True)
class TermCounts:
    """Words of texts, each word of a text once.

    Attributes
    ----------
    row
        Which text, ascending, shape (m,).
    term
        52 bits of the word's hash, ascending within a text, shape (m,); all numbers are one word.
    count
        How often, shape (m,).
    texts
        How many texts there are.
    """

    row: NDArray[np.int32]
    term: NDArray[np.uint64]
    count: NDArray[np.int32]
    texts: int

    @classmethod
    def joined(cls, parts: Sequence[TermCounts]) -> TermCounts:
        """Counts of some texts after those of others."""
        before = np.cumsum([0, *(part.texts for part in parts)])
        rows = [part.row + int(start) for part, start in zip(parts, before[:-1], strict=True)]
        none = (np.zeros(0, np.int32), np.zeros(0, np.uint64), np.zeros(0, np.int32))
        return cls(
            np.concatenate([none[0], *rows]).astype(np.int32, copy=False),
            np.concatenate([none[1], *(part.term for part in parts)]),
            np.concatenate([none[2], *(part.count for part in parts)]),
            int(before[-1]),
        )


def term_counts(texts: Sequence[str]) -> TermCounts:
    """Count the words of texts.

    A word is what :mod:`reasonscape.text.words` says, in lower case, but that digits end it: a run
    of digits is a word of its own, and the same one whatever the number, so that texts are not
    alike because their questions have the same numbers in them.

    Examples
    --------
    >>> counts = term_counts(["12 and 7 AND x2", "", "and"])
    >>> counts.row.tolist(), sorted(counts.count.tolist())
    ([0, 0, 0, 2], [1, 1, 2, 3])
    """
    raw = [_bytes_of(text) for text in texts]
    ends = np.cumsum([len(each) + 1 for each in raw])
    parts: list[TermCounts] = []
    first = 0
    while first < len(raw):
        before = int(ends[first - 1]) if first else 0
        last = int(np.searchsorted(ends, before + _SEGMENT, side="right"))
        last = min(max(last, first + 1), first + _MOST_ROWS)
        parts.append(_segment(raw[first:last]))
        first = last
    return TermCounts.joined(parts)


def _bytes_of(text: str) -> bytes:
    text = shortened(text)
    return (text if text.isascii() else text.lower()).encode()


def _segment(raw: list[bytes]) -> TermCounts:
    # A line feed is in no word, so words end where texts do.
    flat = np.frombuffer(b"\n".join(raw), np.uint8)
    kind = byte_kinds(flat, _TABLE)
    fresh = np.empty(len(flat) + 1, np.bool_)
    fresh[0] = fresh[-1] = True
    np.not_equal(kind[1:], kind[:-1], out=fresh[1:-1])
    if len(flat) and int(flat.max()) >= CONTINUATION:
        fresh[:-1] |= (kind == SINGLE) & ((flat & 0xC0) != CONTINUATION)
    start, stop = inner_spans(fresh, kind != GAP)
    hashes = span_hashes(flat, start, stop) >> (np.uint64(64) - _TERM_BITS)
    hashes[kind[start] == _DIGITS] = _NUMBER
    begins = np.cumsum([0, *(len(each) + 1 for each in raw[:-1])])
    cuts = np.searchsorted(start, begins)
    row = np.repeat(np.arange(len(raw), dtype=np.uint64), np.diff(np.append(cuts, len(start))))
    # One sort of numbers that hold text and word counts both.
    both = (row << _TERM_BITS) | hashes
    both.sort()
    first = np.flatnonzero(np.append(True, both[1:] != both[:-1])) if len(both) else start[:0]
    count = np.diff(np.append(first, len(both)))
    both = both[first]
    return TermCounts(
        (both >> _TERM_BITS).astype(np.int32), both & _TERM, count.astype(np.int32), len(raw)
    )
