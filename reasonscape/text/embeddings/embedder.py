"""What turns texts into vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Embedder(Protocol):
    """What turns texts into vectors of unit length.

    Texts that are equal have equal vectors, and the order of the texts changes only the order of
    the rows.
    """

    @property
    def name(self) -> str:
        """What the user calls it."""
        ...

    @property
    def described(self) -> Mapping[str, Any]:
        """What a summary says: name, package and version, dimensions, how much text is read."""
        ...

    @property
    def corpus_bound(self) -> bool:
        """Whether the vector of a text depends on the other texts given with it."""
        ...

    def fingerprint(self) -> str:
        """Letters, digits, ``_`` and ``-``, at most 64: other vectors, other fingerprint."""
        ...

    def vectors(self, batches: Iterable[Sequence[str]]) -> NDArray[np.float32]:
        """Compute the vectors of texts, shape (n, d).

        Rows have unit length; one is zero where the text has nothing that the embedder sees.
        """
        ...
