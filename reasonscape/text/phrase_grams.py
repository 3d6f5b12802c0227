"""Which runs of words are in enough texts, found from shorter ones, each run by its exact words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.hashes import mix
from reasonscape.text.phrase_chunks import WORD_BITS, Chunk, chunks_of, texts_with_keys
from reasonscape.text.phrase_lookup import Lookup
from reasonscape.text.phrase_words import Spoken

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.text.hashes import Hashes

MOST_GRAMS: Final = 1 << WORD_BITS
"""Runs of one size that are followed up; of more, those in the most texts."""

_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)


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
        Which text has which, each pair once, ascending, shape (pairs,); empty where not asked for.
    """

    first: NDArray[np.int32]
    last: NDArray[np.int32]
    rest: NDArray[np.int32]
    texts_with: NDArray[np.int64]
    hash: Hashes
    row: NDArray[np.int32]
    gram: NDArray[np.int32]


def frequent_grams(
    spoken: Spoken,
    word: NDArray[np.int64],
    texts_with: NDArray[np.int64],
    sizes: Collection[int],
    least: int,
) -> list[Grams]:
    """Find the runs of words that are in at least ``least`` texts.

    A run can be in so many texts only if the runs within it are, so longer ones are looked for
    where shorter ones were found. Two runs are never taken for one.

    Parameters
    ----------
    spoken
        The texts.
    word, texts_with
        Numbers of the words to use, and texts that each is in; other words end a run.
    sizes
        Words of the runs wanted.
    least
        Texts a run must be in.

    Returns
    -------
    list of Grams
        For each size from 1 to the longest wanted.
    """
    chunks = list(chunks_of(spoken, word))
    row, gram = _pairs(chunks if 1 in sizes else [])
    none = np.full(len(word), -1, np.int32)
    last = np.arange(len(word), dtype=np.int32)
    found = [Grams(none, last, none, texts_with, spoken.hash[word], row, gram)]
    keys: list[Lookup] = []
    for size in range(2, max(sizes) + 1):
        found.append(_longer(chunks, found, keys, size, least, size in sizes))
    return found


def texts_with_words(spoken: Spoken) -> NDArray[np.int64]:
    """Texts that each word is in, shape (words,)."""
    count = np.zeros(len(spoken.hash), np.int64)
    for chunk in chunks_of(spoken, np.arange(len(spoken.hash))):
        count += np.bincount(chunk.pairs()[1], minlength=len(count))
    return count


def most_frequent(texts_with: NDArray[np.int64], order: Hashes, most: int) -> NDArray[np.int64]:
    """Places of those in the most texts, ascending; ties by a hash of what they are."""
    if len(texts_with) <= most:
        return np.arange(len(texts_with))
    return np.sort(np.lexsort((order, -texts_with))[:most])


def _longer(
    chunks: list[Chunk],
    found: list[Grams],
    keys: list[Lookup],
    size: int,
    least: int,
    wanted: bool,
) -> Grams:
    """Runs of one word more, where the chunks stand at those of ``size - 1``."""
    key, texts_with = texts_with_keys(chunks, size)
    enough = texts_with >= least
    key, texts_with = key[enough], texts_with[enough]
    shorter = found[-1]
    first, last = (key >> WORD_BITS).astype(np.int32), key.astype(np.int32) & (MOST_GRAMS - 1)
    hashes = mix(shorter.hash[first] * _SPREAD + found[0].hash[last])
    kept = most_frequent(texts_with, hashes, MOST_GRAMS)
    first, last = first[kept], last[kept]
    lookup = Lookup(key[kept])
    for chunk in chunks:
        at, longer = chunk.keys(size)
        place = lookup.find(longer)
        alive = place >= 0
        chunk.at, chunk.gram = at[alive], place[alive]
    row, gram = _pairs(chunks if wanted else [])
    rest = _rest(shorter, first, last, keys)
    keys.append(lookup)
    return Grams(first, last, rest, texts_with[kept], hashes[kept], row, gram)


def _pairs(chunks: list[Chunk]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Which text has which run."""
    none = np.zeros(0, np.int32)
    parts = [(none, none), *(chunk.pairs() for chunk in chunks)]
    return np.concatenate([row for row, _ in parts]), np.concatenate([gram for _, gram in parts])


def _rest(
    shorter: Grams, first: NDArray[np.int32], last: NDArray[np.int32], keys: list[Lookup]
) -> NDArray[np.int32]:
    if not keys:
        return last
    inner = shorter.rest[first].astype(np.int64)
    # A key below 0 is none that was ever found.
    return keys[-1].find(np.where(inner >= 0, (inner << WORD_BITS) | last, -1))
