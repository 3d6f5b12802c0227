"""Words of many texts as numbers, with a mark wherever a sentence or a line ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.buffers import CONTINUATION
from reasonscape.text.embeddings.limits import shortened
from reasonscape.text.hashes import mix, span_hashes
from reasonscape.text.phrase_lookup import Lookup
from reasonscape.text.words import GAP, KINDS, RUN, SINGLE, byte_kinds, inner_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.text.hashes import Hashes

LONGEST_WORD: Final = 40
"""Characters; what is longer is no word but data, and ends a phrase."""

NUMBER: Final = "#"
"""Stands for every number, so that phrases do not name the numbers of a question."""

BREAK: Final = -1
_DIGIT, _END = SINGLE + 1, SINGLE + 2
_ENDS: Final = b"\n\r\v\f!?"
_TABLE: Final = bytes(
    _END if byte in _ENDS else _DIGIT if 48 <= byte <= 57 else kind
    for byte, kind in enumerate(KINDS)
)
_SEGMENT: Final = 1 << 21
_NUMBER_HASH: Final = np.uint64(1)
_CURLY: Final = {0x2019: "'", 0xA0: " "}


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words of texts, one after the other.

    Attributes
    ----------
    word
        Number of each word, ``BREAK`` between sentences, lines and texts, shape (m,).
    start
        Where each text begins and the last one ends, shape (n + 1,).
    hash
        Hash of each word that a number stands for: the same whatever the order of texts.
    blobs
        Spellings of the words, in their order, separated by line feeds.
    """

    word: NDArray[np.int32]
    start: NDArray[np.int64]
    hash: Hashes
    blobs: tuple[bytes, ...]

    def spellings(self, chosen: NDArray[np.int64]) -> list[str]:
        """Spellings of some words, whose numbers ascend."""
        found: list[str] = []
        first = 0
        for blob in self.blobs:
            words = blob.split(b"\n")
            here = chosen[
                np.searchsorted(chosen, first) : np.searchsorted(chosen, first + len(words))
            ]
            found += [words[i].decode("utf-8", "replace").lower() for i in (here - first).tolist()]
            first += len(words)
        return found


def spoken_words(batches: Iterable[Sequence[str]]) -> Spoken:
    """Read texts and number their words.

    A word is what :mod:`reasonscape.text.words` says, in lower case, with apostrophes inside it; a
    number, with the points and commas inside it, is the word ``#`` whatever its digits. A line
    feed, ``!``, ``?``, and a full stop before white space end a sentence. Of texts longer than
    64 KiB, the first and the last 32 KiB are read.

    Examples
    --------
    >>> spoken = spoken_words([["It's 12. It's 1,5!"]])
    >>> spoken.word.tolist(), spoken.spellings(np.arange(2))
    ([1, 0, -1, 1, 0, -1], ['#', "it's"])
    """
    lexicon = _Lexicon()
    words, sizes = [np.zeros(0, np.int32)], [np.zeros(1, np.int64)]
    held: list[bytes] = []
    size = 0
    for batch in batches:
        for text in batch:
            held.append(_bytes_of(text))
            size += len(held[-1])
            if size >= _SEGMENT:
                _read(held, lexicon, words, sizes)
                held, size = [], 0
    if held:
        _read(held, lexicon, words, sizes)
    start = np.cumsum(np.concatenate(sizes))
    return Spoken(np.concatenate(words), start, lexicon.in_order(), tuple(lexicon.blobs))


def _bytes_of(text: str) -> bytes:
    text = shortened(text)
    return (text if text.isascii() else text.lower().translate(_CURLY)).encode()


class _Lexicon:
    """Numbers of words, in the order in which they came up."""

    def __init__(self) -> None:
        self.hash = np.array([_NUMBER_HASH])
        self.number = np.zeros(1, np.int32)
        self.blobs = [NUMBER.encode()]
        self.lookup = Lookup(self.hash)

    def numbers(
        self, hashes: Hashes, raw: bytes, start: NDArray[np.int64], stop: NDArray[np.int64]
    ) -> NDArray[np.int32]:
        found = self.lookup.find(hashes)
        unknown = np.flatnonzero(found < 0)
        if len(unknown):
            fresh, first = np.unique(hashes[unknown], return_index=True)
            at = unknown[first]
            spans = zip(start[at].tolist(), stop[at].tolist(), strict=True)
            self.blobs.append(b"\n".join([raw[begin:end] for begin, end in spans]))
            known = np.arange(len(self.hash), len(self.hash) + len(fresh), dtype=np.int32)
            merged = np.concatenate([self.hash, fresh])
            order = np.argsort(merged, kind="stable")
            self.hash = merged[order]
            self.number = np.concatenate([self.number, known])[order]
            self.lookup = Lookup(self.hash)
            found = self.lookup.find(hashes)
        return self.number[found]

    def in_order(self) -> Hashes:
        ordered = np.empty_like(self.hash)
        ordered[self.number] = self.hash
        return ordered


def _read(
    held: list[bytes],
    lexicon: _Lexicon,
    words: list[NDArray[np.int32]],
    sizes: list[NDArray[np.int64]],
) -> None:
    # A line feed behind each text, so that no phrase reaches into the next.
    raw = b"\n".join([*held, b""])
    flat = np.frombuffer(raw, np.uint8)
    kind = _kinds(flat)
    wide = len(flat) > 0 and int(flat.max()) >= CONTINUATION
    fresh = np.empty(len(flat) + 1, np.bool_)
    fresh[0] = fresh[-1] = True
    np.not_equal(kind[1:], kind[:-1], out=fresh[1:-1])
    if wide:
        fresh[:-1] |= (kind == SINGLE) & ((flat & 0xC0) != CONTINUATION)
    start, stop = inner_spans(fresh, kind != GAP)
    length = stop - start
    if wide:
        letters = np.concatenate([[0], np.cumsum((flat & 0xC0) != CONTINUATION)])
        length = letters[stop] - letters[start]
    of = kind[start]
    number = np.full(len(start), BREAK, np.int32)
    number[of == _DIGIT] = 0
    spelt = np.flatnonzero(((of == RUN) | (of == SINGLE)) & (length <= LONGEST_WORD))
    begin, end = start[spelt], stop[spelt]
    # Mixed again: the hash of a word must not be the one that stands for numbers.
    number[spelt] = lexicon.numbers(mix(span_hashes(flat, begin, end)), raw, begin, end)
    begins = np.cumsum([0, *(len(each) + 1 for each in held)])
    words.append(number)
    sizes.append(np.diff(np.searchsorted(start, begins)))


def _kinds(flat: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Kind of each byte; what a point, a comma or an apostrophe is depends on its neighbours."""
    kind = byte_kinds(flat, _TABLE)
    for sign, inside in ((b".", _DIGIT), (b",", _DIGIT), (b"'", RUN)):
        at = np.flatnonzero(flat[1:-1] == sign[0]) + 1
        joined = at[(kind[at - 1] == inside) & (kind[at + 1] == inside)]
        if sign == b".":
            before_space = at[flat[at + 1] <= ord(" ")]
            kind[before_space] = _END
        kind[joined] = inside
    return kind
