"""The part of a text between two markers: the reasoning inside of a response, for example."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reasonscape.text.embeddings.embedder import Embedder


@dataclass(frozen=True, slots=True)
class Between:
    """Two markers; None for no marker.

    Examples
    --------
    >>> Between("<think>", "</think>").cut("a <think>so it is 4</think> 4")
    'so it is 4'
    """

    start: str | None = None
    end: str | None = None

    @property
    def asked(self) -> bool:
        """Whether there is a marker."""
        return self.start is not None or self.end is not None

    def cut(self, text: str) -> str:
        """What stands after the first start and before the last end.

        A text without the start is read from its beginning, as the start may be part of the
        template; one without the end to its end, as it may have been cut off.

        Examples
        --------
        >>> Between("<think>", "</think>").cut("so it is</think> 4")
        'so it is'
        """
        begin = text.find(self.start) if self.start is not None else -1
        first = begin + len(self.start) if self.start is not None and begin >= 0 else 0
        last = text.rfind(self.end, first) if self.end is not None else -1
        return text[first : last if last >= 0 else len(text)]


class EmbedderBetween:
    """An embedder that reads only what stands between two markers.

    Parameters
    ----------
    inner
        What makes the vectors.
    between
        The markers.
    """

    def __init__(self, inner: Embedder, between: Between) -> None:
        self._inner = inner
        self._between = between

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self._inner.name

    @property
    def described(self) -> Mapping[str, Any]:
        """What the inner one says, and the markers."""
        return {**self._inner.described, "start": self._between.start, "end": self._between.end}

    @property
    def corpus_bound(self) -> bool:
        """As the inner one."""
        return self._inner.corpus_bound

    def fingerprint(self) -> str:
        """Other markers, other vectors."""
        key = repr((self._inner.fingerprint(), self._between.start, self._between.end))
        return f"between-{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:24]}"

    def vectors(self, batches: Iterable[Sequence[str]]) -> NDArray[np.float32]:
        """Vectors of what stands between the markers."""
        return self._inner.vectors([self._between.cut(t) for t in batch] for batch in batches)
