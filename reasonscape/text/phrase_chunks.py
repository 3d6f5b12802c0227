"""Runs of words in some texts at a time, as numbers that sort fast."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.phrase_words import Spoken

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORD_BITS: Final = 17
"""A run is the number of the run before it and that of its last word, of so many bits each."""

_KEY_BITS: Final = 2 * WORD_BITS
_COUNT_BITS: Final = 63 - _KEY_BITS
_GRAM_BITS: Final = 32
_WORDS_AT_ONCE: Final = 1 << 21
_TEXTS_AT_ONCE: Final = 1 << 16
_MERGE: Final = 1 << 23


@dataclass(slots=True)
class Chunk:
    """Texts that are worked on together.

    Attributes
    ----------
    first
        Number of their first text.
    spoken, known
        All texts, and the number that each of their words has here, -1 for one that has none;
        -1 last, where a break finds it.
    start
        Where each of the texts begins and the last one ends.
    at, gram
        Where runs begin, counted from the first word of the chunk, and which each is; None as
        long as runs are single words.
    """

    first: int
    spoken: Spoken
    known: NDArray[np.int32]
    start: NDArray[np.int64]
    at: NDArray[np.int32] | None = None
    gram: NDArray[np.int32] | None = None

    def words(self) -> NDArray[np.int32]:
        """Number of each word, -1 for a break."""
        return self.known.take(self.spoken.word[self.start[0] : self.start[-1]], mode="wrap")

    def runs(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Where runs begin, and which each is."""
        if self.at is None or self.gram is None:
            word = self.words()
            at = np.flatnonzero(word >= 0)
            return at.astype(np.int32), word[at]
        return self.at, self.gram

    def keys(self, size: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Where runs of ``size`` words begin whose first ``size - 1`` are known, and their keys."""
        at, gram = self.runs()
        word = np.append(self.words(), np.int32(-1))
        following = word.take(at + np.int32(size - 1), mode="clip")
        alive = following >= 0
        key = gram[alive].astype(np.int64) << WORD_BITS
        key |= following[alive]
        return at[alive], key

    def texts(self, at: NDArray[np.int32]) -> NDArray[np.int64]:
        """Which text of the chunk each run is in."""
        sizes = np.diff(self.start)
        return np.repeat(np.arange(len(sizes)), sizes)[at]

    def pairs(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Which text has which run, each pair once, ascending."""
        at, gram = self.runs()
        both = _distinct((self.texts(at) << _GRAM_BITS) | gram)
        return (both >> _GRAM_BITS).astype(np.int32) + np.int32(self.first), both.astype(np.int32)


def chunks_of(spoken: Spoken, word: NDArray[np.int64]) -> Iterator[Chunk]:
    """Cut the texts into chunks; the words given are numbered in their order."""
    known = np.full(len(spoken.hash) + 1, -1, np.int32)
    known[word] = np.arange(len(word), dtype=np.int32)
    first, texts = 0, len(spoken.start) - 1
    while first < texts:
        begin = int(spoken.start[first])
        last = int(np.searchsorted(spoken.start, begin + _WORDS_AT_ONCE, side="right")) - 1
        last = min(max(last, first + 1), first + _TEXTS_AT_ONCE, texts)
        yield Chunk(first, spoken, known, spoken.start[first : last + 1])
        first = last


def texts_with_keys(
    chunks: Iterable[Chunk], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keys of the runs of ``size`` words that occur, ascending, and how many texts have each."""
    parts: list[NDArray[np.int64]] = []
    held = 0
    for chunk in chunks:
        at, key = chunk.keys(size)
        pairs = _distinct((chunk.texts(at) << _KEY_BITS) | key)
        ordered = np.sort(pairs & ((1 << _KEY_BITS) - 1))
        parts.append(_tally(ordered, np.ones(len(ordered), np.int64)))
        held += len(parts[-1])
        if held > _MERGE:
            parts = [_merged(parts)]
            held = len(parts[0])
    total = _merged(parts)
    return total >> _COUNT_BITS, total & ((1 << _COUNT_BITS) - 1)


def _distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    values = np.sort(values)
    return values[np.append(True, values[1:] != values[:-1])] if len(values) else values


def _tally(key: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for each distinct key and the sum of its counts."""
    if not len(key):
        return key
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    return (key[first] << _COUNT_BITS) | np.add.reduceat(count, first)


def _merged(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    both = np.sort(np.concatenate([np.zeros(0, np.int64), *parts]))
    return _tally(both >> _COUNT_BITS, both & ((1 << _COUNT_BITS) - 1))
