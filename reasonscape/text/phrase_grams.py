"""Which runs of words are in enough texts, found from shorter ones, each run by its exact words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.hashes import mix
from reasonscape.text.phrase_lookup import Lookup
from reasonscape.text.phrase_words import Spoken

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.text.hashes import Hashes

MOST_GRAMS: Final = 1 << 17
"""Runs of one size that are followed up; of more, those in the most texts."""

_WORD_BITS: Final = 17
_KEY_BITS: Final = 2 * _WORD_BITS
_CHUNK_WORDS: Final = 1 << 21
_CHUNK_TEXTS: Final = 1 << 16
_MERGE: Final = 1 << 23
_TEXT_BITS: Final = 64 - 1 - _KEY_BITS


@dataclass(frozen=True, slots=True)
class Grams:
    """Runs of one size.

    Attributes
    ----------
    first, last
        Place of the run without its last word among those one word shorter, and the last word's
        among the words, shape (k,).
    rest
        Place of the run without its first word among those one word shorter, -1 where unknown.
    texts_with
        Texts that have it, shape (k,).
    hash
        Of its words: the same whatever the order of texts.
    row, gram
        Which text has which, each pair once, ascending, shape (pairs,).
    """

    first: NDArray[np.int32]
    last: NDArray[np.int32]
    rest: NDArray[np.int32]
    texts_with: NDArray[np.int64]
    hash: Hashes
    row: NDArray[np.int32]
    gram: NDArray[np.int32]


@dataclass(slots=True)
class _Chunk:
    """Texts that are worked on together: their words, and where runs begin."""

    first_text: int
    word: NDArray[np.int32]
    text: NDArray[np.int32]
    at: NDArray[np.int64]
    gram: NDArray[np.int32]


def frequent_grams(
    spoken: Spoken, word: NDArray[np.int64], longest: int, least: int
) -> list[Grams]:
    """Find the runs of up to ``longest`` words that are in at least ``least`` texts.

    A run can be in so many texts only if the runs within it are, so longer ones are looked for
    where shorter ones were found. Two runs are never taken for one.

    Parameters
    ----------
    spoken
        The texts.
    word
        Numbers of the words to use; others end a run.
    longest, least
        Words of the longest runs, and texts a run must be in.

    Returns
    -------
    list of Grams
        For each size from 1 on.
    """
    known = np.full(len(spoken.hash) + 1, -1, np.int32)
    known[word] = np.arange(len(word), dtype=np.int32)
    chunks = list(_chunks(spoken, known))
    found = [_words(chunks, spoken.hash[word])]
    keys: list[Lookup] = []
    for size in range(2, longest + 1):
        found.append(_longer(chunks, found, keys, size, least))
    return found


def texts_with_words(spoken: Spoken) -> NDArray[np.int64]:
    """Texts that each word is in, shape (words,)."""
    count = np.zeros(len(spoken.hash), np.int64)
    every = np.arange(len(spoken.hash) + 1, dtype=np.int32)
    every[-1] = -1
    for chunk in _chunks(spoken, every):
        pairs = _distinct((chunk.text[chunk.at].astype(np.int64) << 32) | chunk.gram)
        count += np.bincount(pairs & ((1 << 32) - 1), minlength=len(count))
    return count


def most_frequent(texts_with: NDArray[np.int64], order: Hashes, most: int) -> NDArray[np.int64]:
    """Places of those in the most texts, ascending; ties by a hash of what they are."""
    if len(texts_with) <= most:
        return np.arange(len(texts_with))
    best = np.lexsort((order, -texts_with))[:most]
    return np.sort(best)


def _chunks(spoken: Spoken, known: NDArray[np.int32]) -> Iterator[_Chunk]:
    first, texts = 0, len(spoken.start) - 1
    while first < texts:
        begin = int(spoken.start[first])
        last = int(np.searchsorted(spoken.start, begin + _CHUNK_WORDS, side="right")) - 1
        last = min(max(last, first + 1), first + _CHUNK_TEXTS, texts)
        sizes = np.diff(spoken.start[first : last + 1])
        # -1 stands last in `known`, where a break finds it.
        word = known[spoken.word[begin : int(spoken.start[last])]]
        text = np.repeat(np.arange(last - first, dtype=np.int32), sizes)
        at = np.flatnonzero(word >= 0)
        yield _Chunk(first, word, text, at, word[at])
        first = last


def _distinct(values: NDArray[np.int64]) -> NDArray[np.int64]:
    values = np.sort(values)
    return values[np.append(True, values[1:] != values[:-1])] if len(values) else values


def _pairs(chunks: list[_Chunk]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Which text has which run."""
    rows, grams = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    for chunk in chunks:
        pairs = _distinct((chunk.text[chunk.at].astype(np.int64) << 32) | chunk.gram)
        rows.append((pairs >> 32).astype(np.int32) + np.int32(chunk.first_text))
        grams.append(pairs.astype(np.int32))
    return np.concatenate(rows), np.concatenate(grams)


def _words(chunks: list[_Chunk], hashes: Hashes) -> Grams:
    row, gram = _pairs(chunks)
    none = np.full(len(hashes), -1, np.int32)
    texts_with = np.bincount(gram, minlength=len(hashes))
    last = np.arange(len(hashes), dtype=np.int32)
    return Grams(none, last, none, texts_with, hashes, row, gram)


def _longer(
    chunks: list[_Chunk], found: list[Grams], keys: list[Lookup], size: int, least: int
) -> Grams:
    """Runs of one word more, where the chunks stand at those of ``size - 1``."""
    key, texts_with = _counted(chunks, size)
    enough = texts_with >= least
    key, texts_with = key[enough], texts_with[enough]
    first, last = (
        (key >> _WORD_BITS).astype(np.int32),
        (key & ((1 << _WORD_BITS) - 1)).astype(np.int32),
    )
    shorter = found[-1]
    hashes = mix(shorter.hash[first] * np.uint64(0x9E3779B97F4A7C15) + found[0].hash[last])
    kept = most_frequent(texts_with, hashes, MOST_GRAMS)
    key, first, last = key[kept], first[kept], last[kept]
    lookup = Lookup(key)
    for chunk in chunks:
        place = lookup.find(_keys(chunk, size))
        alive = place >= 0
        chunk.at, chunk.gram = chunk.at[alive], place[alive]
    row, gram = _pairs(chunks)
    rest = _rest(shorter, first, last, keys)
    keys.append(lookup)
    return Grams(first, last, rest, texts_with[kept], hashes[kept], row, gram)


def _rest(
    shorter: Grams, first: NDArray[np.int32], last: NDArray[np.int32], keys: list[Lookup]
) -> NDArray[np.int32]:
    if not keys:
        return last
    inner = shorter.rest[first].astype(np.int64)
    # A key below 0 is none that was ever found.
    return keys[-1].find(np.where(inner >= 0, (inner << _WORD_BITS) | last, -1))


def _keys(chunk: _Chunk, size: int) -> NDArray[np.int64]:
    """Number of each run made one word longer; drops those that have no further word."""
    after = chunk.at + (size - 1)
    inside = after < len(chunk.word)
    following = np.full(len(after), -1, np.int64)
    following[inside] = chunk.word[after[inside]]
    alive = following >= 0
    chunk.at, chunk.gram = chunk.at[alive], chunk.gram[alive]
    return (chunk.gram.astype(np.int64) << _WORD_BITS) | following[alive]


def _counted(chunks: list[_Chunk], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers of the longer runs that occur, ascending, and the texts that have them."""
    parts: list[NDArray[np.int64]] = []
    held = 0
    for chunk in chunks:
        key = _keys(chunk, size)
        pairs = _distinct((chunk.text[chunk.at].astype(np.int64) << _KEY_BITS) | key)
        ordered = np.sort(pairs & ((1 << _KEY_BITS) - 1))
        parts.append(_tally(ordered, np.ones(len(ordered), np.int64)))
        held += len(parts[-1])
        if held > _MERGE:
            parts = [_merged(parts)]
            held = len(parts[0])
    total = _merged(parts)
    return total >> _TEXT_BITS, total & ((1 << _TEXT_BITS) - 1)


def _tally(key: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for each distinct key and the sum of its counts."""
    if not len(key):
        return key
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    return (key[first] << _TEXT_BITS) | np.add.reduceat(count, first)


def _merged(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    both = np.sort(np.concatenate([np.zeros(0, np.int64), *parts]))
    return _tally(both >> _TEXT_BITS, both & ((1 << _TEXT_BITS) - 1))
