"""Tokenizers that a library runs: opened when the first text is to be cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reasonscape.errors import ReasonScapeError, UsageError
from reasonscape.store.tokens import Tokens
from reasonscape.text.tokenizers.encoded import Encoded, joined

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]

_ROWS: Final = 1000
"""Texts that are handed to a library at once: lists of ids are ten times the size of arrays."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What a library offers.

    Attributes
    ----------
    ids
        Token ids of each text.
    pieces
        The bytes that each token stands for.
    """

    ids: Callable[[list[str]], Iterable[Sequence[int]]]
    pieces: Callable[[list[int]], list[bytes]]


@dataclass(frozen=True, slots=True)
class Library:
    """A tokenizer of a library.

    Attributes
    ----------
    name
        The name or path it was asked for by.
    fingerprint
        16 hex digits; known without opening it, so that a cache may be all that is needed.
    engine
        Opens it; see `opened`.
    """

    name: str
    fingerprint: str
    engine: Callable[[], Engine]

    def count(self, texts: pa.Array) -> Counts:
        """Tokens of each text, ``int64``; 0 where the text is NULL."""
        return self.encode(texts).tokens.lengths

    def encode(self, texts: pa.Array) -> Encoded:
        """Tokens of each text, and what they stand for; none where the text is NULL.

        Raises
        ------
        UsageError
            The library is not installed, or cannot read the vocabulary or a text.
        """
        engine = self.engine()
        firsts = range(0, len(texts), _ROWS)
        try:
            found = joined([self._part(engine, texts.slice(first, _ROWS)) for first in firsts])
        except ReasonScapeError:
            raise
        except Exception as error:
            said = f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
            raise UsageError(
                f"the tokenizer {self.name} cannot cut these texts ({said})",
                remedy="try another vocabulary, or the tokenizer bytes",
            ) from None
        distinct = np.flatnonzero(np.bincount(found.tokens.ids)).tolist()
        pieces = dict(zip(distinct, engine.pieces(distinct), strict=True))
        return Encoded(found.tokens, pieces)

    @staticmethod
    def _part(engine: Engine, texts: pa.Array) -> Encoded:
        rows = list(engine.ids([text or "" for text in texts.to_pylist()]))
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        total = int(lengths.sum())
        ids = np.fromiter(chain.from_iterable(rows), dtype=np.int32, count=total)
        return Encoded(Tokens(ids, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)))


@lru_cache(maxsize=8)
def opened(key: str, opener: Callable[..., Engine], *args: Any) -> Engine:
    """Open a tokenizer once a process, however often it is asked for.

    Parameters
    ----------
    key
        Its fingerprint: another file at the same path is another tokenizer.
    opener, args
        What opens it.
    """
    return opener(*args)


def library(module: str, asked: str, package: str = "") -> Any:
    """Import a package that only some tokenizers need.

    Parameters
    ----------
    module
        What is imported.
    asked
        The tokenizer that needs it.
    package
        What is to be installed, where it is not part of the extra ``tokenizers``.

    Raises
    ------
    UsageError
        It is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise UsageError(
            f"{asked} needs the Python package {package or module.partition('.')[0]}, which cannot "
            f"be imported ({error})",
            remedy="pip install " + (package or "'reasonscape[tokenizers]'"),
        ) from None
