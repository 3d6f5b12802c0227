"""The bytes that the tokens of some prompts stand for, as arrays to look up by token id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    IntArray = NDArray[np.int64]

_DENSE: Final = 1 << 22
"""Ids below this are looked up in a table with a place for each, others by bisection."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The distinct tokens of some prompts.

    Attributes
    ----------
    ids
        Ids in ascending order, ``int64``, shape (v,).
    pieces
        The bytes that each stands for.
    sizes
        Bytes of each, shape (v,).
    """

    ids: IntArray
    pieces: tuple[bytes, ...]
    sizes: IntArray

    @classmethod
    def of(cls, pieces: Mapping[int, bytes]) -> Vocabulary:
        """Order the tokens of a mapping.

        Examples
        --------
        >>> Vocabulary.of({7: b"cat", 3: b" "}).sizes.tolist()
        [1, 3]
        """
        ids = np.array(sorted(pieces), dtype=np.int64)
        texts = tuple(pieces[i] for i in ids.tolist())
        return cls(ids, texts, np.array([len(text) for text in texts], dtype=np.int64))

    def __len__(self) -> int:
        """Number of distinct tokens."""
        return len(self.ids)

    def places(self, ids: NDArray[np.integer]) -> NDArray[np.int32]:
        """Place of each token in the vocabulary, shape of ``ids``.

        Raises
        ------
        KeyError
            A token is not in the vocabulary.

        Examples
        --------
        >>> Vocabulary.of({7: b"cat", 3: b" "}).places(np.array([7, 3, 7])).tolist()
        [1, 0, 1]
        """
        if not len(ids):
            return np.zeros(0, dtype=np.int32)
        if not len(self):
            raise KeyError(int(ids[0]))
        size = int(self.ids[-1]) + 1
        if self.ids[0] >= 0 and size <= _DENSE and int(ids.min()) >= 0 and int(ids.max()) < size:
            table = np.full(size, -1, dtype=np.int32)
            table[self.ids] = np.arange(len(self), dtype=np.int32)
            found: NDArray[np.int32] = table[ids]
            known = found >= 0
        else:
            found = np.searchsorted(self.ids, ids).astype(np.int32)
            np.minimum(found, len(self) - 1, out=found)
            known = self.ids[found] == ids
        if not known.all():
            raise KeyError(int(ids[~known][0]))
        return found

    def with_any(self, wanted: frozenset[int]) -> NDArray[np.bool_]:
        """Which tokens hold at least one of some bytes, shape (v,).

        Examples
        --------
        >>> Vocabulary.of({0: b"a1", 1: b"b"}).with_any(DIGITS).tolist()
        [True, False]
        """
        return np.array([not wanted.isdisjoint(piece) for piece in self.pieces], dtype=np.bool_)


DIGITS: Final = frozenset(b"0123456789")
SPACES: Final = frozenset(b" \t\n\r\v\f")
