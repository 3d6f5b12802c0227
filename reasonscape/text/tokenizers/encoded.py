"""What a tokenizer is, and what it makes of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

import numpy as np

from reasonscape.store.tokens import Tokens

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts as tokens.

    Attributes
    ----------
    tokens
        Token ids of each text, in order.
    pieces
        The bytes of the text that each distinct token among them stands for; tokens that control
        a model have their name. Where a tokenizer changes no text, the pieces of a text's tokens,
        one after the other, are the text.
    """

    tokens: Tokens
    pieces: dict[int, bytes] = field(default_factory=dict)

    def __len__(self) -> int:
        """Number of texts."""
        return len(self.tokens)


class Tokenizer(Protocol):
    """What cuts texts into tokens."""

    @property
    def name(self) -> str:
        """The name it is asked for by, and that ``tokens_source`` gets."""

    @property
    def fingerprint(self) -> str:
        """16 hex digits that differ where vocabulary or rules differ: what a cache goes by."""

    def count(self, texts: pa.Array) -> Counts:
        """Tokens of each text, ``int64``; 0 where the text is NULL."""

    def encode(self, texts: pa.Array) -> Encoded:
        """Tokens of each text, and what they stand for; none where the text is NULL."""


def joined(parts: Sequence[Encoded]) -> Encoded:
    """Texts of several parts, one part after the other.

    Examples
    --------
    >>> one = Encoded(Tokens(np.array([7], dtype=np.int32), np.array([0, 1])), {7: b"seven"})
    >>> joined([one, one]).tokens.offsets.tolist()
    [0, 1, 2]
    """
    pieces: dict[int, bytes] = {}
    for part in parts:
        pieces.update(part.pieces)
    if not parts:
        return Encoded(Tokens(np.zeros(0, dtype=np.int32), np.zeros(1, dtype=np.int64)))
    lengths = np.concatenate([part.tokens.lengths for part in parts])
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Encoded(Tokens(np.concatenate([part.tokens.ids for part in parts]), offsets), pieces)


def fingerprint(*parts: bytes) -> str:
    """16 hex digits over some bytes, and over where one part ends and the next begins.

    Examples
    --------
    >>> fingerprint(b"ab", b"c") == fingerprint(b"a", b"bc")
    False
    """
    whole = sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "little"))
        whole.update(part)
    return whole.hexdigest()[:16]
