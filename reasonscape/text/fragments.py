"""Into how many tokens a tokenizer breaks the numbers and words of prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.store.tokens import Tokens
    from reasonscape.text.vocabulary import Vocabulary

    IntArray = NDArray[np.int32]

NUMBER, WORD = 1, 2
_AT_ONCE: Final = 1 << 20
"""Tokens that are spelt out at once, so that memory stays bounded."""
_MOST_INT32: Final = 1 << 31


@dataclass(frozen=True, slots=True)
class Fragments:
    """Every number and word of n prompts.

    Attributes
    ----------
    prompt
        Whose it is, shape (occurrences,).
    kind
        ``NUMBER``: a run of ASCII digits; ``WORD``: a run of ASCII letters and of bytes beyond
        ASCII, not beside a digit.
    size
        Its bytes.
    tokens
        Tokens that share at least a byte with it.
    """

    prompt: IntArray
    kind: NDArray[np.uint8]
    size: IntArray
    tokens: IntArray

    def of_kind(self, kind: int) -> Fragments:
        """The numbers alone, or the words."""
        keep = self.kind == kind
        return Fragments(self.prompt[keep], self.kind[keep], self.size[keep], self.tokens[keep])


def fragments(tokens: Tokens, vocabulary: Vocabulary) -> Fragments:
    """Find the numbers and words of prompts, and count the tokens of each.

    Parameters
    ----------
    tokens
        Tokens of n prompts. Read one after another, the bytes they stand for are the prompt.
    vocabulary
        What they stand for.

    Examples
    --------
    >>> from reasonscape.store.tokens import Tokens
    >>> from reasonscape.text.vocabulary import Vocabulary
    >>> tokens = Tokens(np.array([0, 1, 2], dtype=np.int32), np.array([0, 3]))
    >>> found = fragments(tokens, Vocabulary.of({0: b"add 1", 1: b"23", 2: b"4 to"}))
    >>> list(zip(found.kind.tolist(), found.size.tolist(), found.tokens.tolist()))
    [(2, 3, 1), (1, 4, 3), (2, 2, 1)]
    """
    blob = np.frombuffer(b"".join(vocabulary.pieces), dtype=np.uint8)
    kinds = _KINDS[blob]
    sizes = vocabulary.sizes.astype(np.int32)
    begins = (np.cumsum(vocabulary.sizes) - vocabulary.sizes).astype(np.int32)
    parts = []
    for first, last in _batches(tokens):
        place = vocabulary.places(tokens.ids[tokens.offsets[first] : tokens.offsets[last]])
        found = _spelt(kinds, begins[place], sizes[place], tokens.lengths[first:last])
        parts.append((found[0] + np.int32(first), *found[1:]))
    if not parts:
        return NO_FRAGMENTS
    prompt, kind, size, count = zip(*parts, strict=True)
    return Fragments(
        np.concatenate(prompt), np.concatenate(kind), np.concatenate(size), np.concatenate(count)
    )


def _batches(tokens: Tokens) -> list[tuple[int, int]]:
    """Ranges of prompts of about ``_AT_ONCE`` tokens."""
    ranges = []
    first = 0
    while first < len(tokens):
        until = int(tokens.offsets[first]) + _AT_ONCE
        last = max(int(np.searchsorted(tokens.offsets, until, side="right")) - 1, first + 1)
        ranges.append((first, last))
        first = last
    return ranges


def _spelt(
    kinds: NDArray[np.uint8], begin: IntArray, size: IntArray, lengths: NDArray[np.int64]
) -> tuple[IntArray, NDArray[np.uint8], IntArray, IntArray]:
    """Numbers and words of some prompts, spelt out byte by byte."""
    stop = np.concatenate([[0], np.cumsum(size, dtype=np.int64)])
    total = int(stop[-1])
    # 32 bits hold every place among the bytes of one batch, and are half the memory to move.
    width = np.int32 if total < _MOST_INT32 else np.int64
    # Looking up is faster than repeating a second time.
    token = np.repeat(np.arange(len(size), dtype=np.int32), size)
    at = (begin - stop[:-1]).astype(width).take(token)
    at += np.arange(total, dtype=width)
    kind = kinds.take(at)
    fresh = np.ones(total + 1, dtype=np.bool_)
    np.not_equal(kind[1:], kind[:-1], out=fresh[1:-1])
    # A prompt's last word ends with it, whatever the next prompt begins with.
    fresh[stop[np.cumsum(lengths)]] = True
    inside = kind != 0
    start = np.flatnonzero(fresh[:-1] & inside)
    end = np.flatnonzero(fresh[1:] & inside) + 1
    prompt = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    opening = token[start]
    spread = token[end - 1] - opening + np.int32(1)
    owner, kinds_found = prompt[opening], kind[start]
    # Letters beside digits are part of a name, a hexadecimal number or a formula, and no word.
    touches = (start[1:] == end[:-1]) & (owner[1:] == owner[:-1])
    alone = np.ones(len(start), dtype=np.bool_)
    alone[1:] &= ~touches
    alone[:-1] &= ~touches
    keep = alone | (kinds_found == NUMBER)
    size_found = (end - start).astype(np.int32)
    return owner[keep], kinds_found[keep], size_found[keep], spread[keep]


_NONE: Final = np.zeros(0, dtype=np.int32)
NO_FRAGMENTS: Final = Fragments(_NONE, _NONE.astype(np.uint8), _NONE, _NONE)


def _kind_table() -> NDArray[np.uint8]:
    table = np.zeros(256, dtype=np.uint8)
    table[ord("0") : ord("9") + 1] = NUMBER
    table[ord("A") : ord("Z") + 1] = WORD
    table[ord("a") : ord("z") + 1] = WORD
    table[0x80:] = WORD
    return table


_KINDS: Final = _kind_table()
