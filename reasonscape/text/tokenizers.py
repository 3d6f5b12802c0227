"""Tokenizers by name: counts of tokens where a log has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from reasonscape.errors import UsageError
from reasonscape.text.buffers import batches, flat_texts
from reasonscape.text.words import words_of

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from reasonscape.text.buffers import Texts

    Counts = NDArray[np.int64]


class Tokenizer(Protocol):
    """What counts tokens."""

    @property
    def name(self) -> str:
        """The name it is asked for by, and that ``tokens_source`` gets."""

    def count(self, texts: pa.Array) -> Counts:
        """Tokens of each text, ``int64``; 0 where the text is NULL."""


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A tokenizer without a vocabulary."""

    name: str
    measure: Callable[[Texts], Counts]

    def count(self, texts: pa.Array) -> Counts:
        """Tokens of each text, ``int64``; 0 where the text is NULL."""
        parts = [self.measure(part) for part in batches(flat_texts(texts))]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _bytes(texts: Texts) -> Counts:
    return texts.sizes


def _words(texts: Texts) -> Counts:
    # Bytes behind a missing text are nobody's words.
    counts = np.bincount(words_of(texts).row, minlength=len(texts))
    return np.where(texts.valid, counts, 0)


TOKENIZERS: Final[dict[str, Tokenizer]] = {
    made.name: made for made in (BuiltIn("bytes", _bytes), BuiltIn("words", _words))
}


def tokenizer(name: str) -> Tokenizer:
    """Return a tokenizer by its name.

    Parameters
    ----------
    name
        ``bytes`` (UTF-8) or ``words`` (as `reasonscape.text.words` has them).

    Raises
    ------
    UsageError
        No tokenizer has that name.

    Examples
    --------
    >>> import pyarrow as pa
    >>> tokenizer("words").count(pa.array(["two and two", None, "猫"])).tolist()
    [3, 0, 1]
    >>> tokenizer("bytes").count(pa.array(["two and two", None, "猫"])).tolist()
    [11, 0, 3]
    """
    try:
        return TOKENIZERS[name]
    except KeyError:
        raise UsageError(
            f"there is no tokenizer {name!r}",
            remedy=f"use one of {', '.join(TOKENIZERS)}",
            did_you_mean=get_close_matches(name, TOKENIZERS),
        ) from None
