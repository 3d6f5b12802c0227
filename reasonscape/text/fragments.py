"""Into how many tokens a tokenizer breaks the numbers and words of prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.store.tokens import Tokens
    from reasonscape.text.vocabulary import Vocabulary

    IntArray = NDArray[np.int64]

NUMBER, WORD = 1, 2
_AT_ONCE: Final = 1 << 20
"""Tokens that are spelt out at once, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Fragments:
    """Every number and word of n prompts.

    Attributes
    ----------
    prompt
        Whose it is, shape (occurrences,).
    kind
        ``NUMBER``: a run of ASCII digits; ``WORD``: a run of ASCII letters and of bytes beyond
        ASCII.
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
    begins = np.cumsum(vocabulary.sizes) - vocabulary.sizes
    parts = []
    for first, last in _batches(tokens):
        place = vocabulary.places(tokens.ids[tokens.offsets[first] : tokens.offsets[last]])
        ends = (tokens.offsets[first + 1 : last + 1] - tokens.offsets[first]).astype(np.int64)
        found = _spelt(kinds, begins[place], vocabulary.sizes[place], ends)
        parts.append((found[0] + first, *found[1:]))
    if not parts:
        return NO_FRAGMENTS
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Fragments(joined[0], joined[1].astype(np.uint8), joined[2], joined[3])


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
    kinds: NDArray[np.uint8], begin: IntArray, size: IntArray, ends: IntArray
) -> tuple[IntArray, NDArray[np.uint8], IntArray, IntArray]:
    """Numbers and words of some prompts, spelt out byte by byte."""
    stop = np.cumsum(size)
    total = int(stop[-1]) if len(stop) else 0
    kind = kinds[np.repeat(begin - (stop - size), size) + np.arange(total)]
    fresh = np.ones(total + 1, dtype=np.bool_)
    np.not_equal(kind[1:], kind[:-1], out=fresh[1:-1])
    # A prompt's last word ends with it, whatever the next prompt begins with.
    borders = np.concatenate([[0], stop])[ends]
    fresh[borders] = True
    inside = kind != 0
    start = np.flatnonzero(fresh[:-1] & inside)
    end = np.flatnonzero(fresh[1:] & inside) + 1
    token = np.repeat(np.arange(len(size)), size)
    prompt = np.searchsorted(borders, start, side="right")
    return prompt, kind[start], end - start, token[end - 1] - token[start] + 1


_NONE: Final = np.zeros(0, dtype=np.int64)
NO_FRAGMENTS: Final = Fragments(_NONE, _NONE.astype(np.uint8), _NONE, _NONE)


def _kind_table() -> NDArray[np.uint8]:
    table = np.zeros(256, dtype=np.uint8)
    table[ord("0") : ord("9") + 1] = NUMBER
    table[ord("A") : ord("Z") + 1] = WORD
    table[ord("a") : ord("z") + 1] = WORD
    table[0x80:] = WORD
    return table


_KINDS: Final = _kind_table()
