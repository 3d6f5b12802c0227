"""Vectors of stored texts: from the cache where it has them, else computed and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reasonscape.store.selection.trace_texts import Part, text_keys, trace_texts
from reasonscape.store.vector_cache import VectorCache

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.store.tables import Store
    from reasonscape.text.embeddings.embedder import Embedder

_AT_ONCE: Final = 2**20
"""Bytes of text between two reports of progress."""

_KEPT_AT_ONCE: Final = 1024
"""Vectors of one file of the cache, at least."""

Progress = Callable[[int, int], None]
"""Texts embedded so far, and all that are to be."""


@dataclass(frozen=True, slots=True)
class PoolVectors:
    """Vectors of n samples.

    Attributes
    ----------
    uids
        The samples, task by task in the order given.
    matrix
        Their vectors, shape (n, d), rows of unit length; zero where ``empty``.
    empty
        Which have no text, or none that the embedder sees, shape (n,).
    described
        What the embedder is, and under ``part`` what was embedded.
    cached
        How many vectors came from the cache.
    """

    uids: tuple[str, ...]
    matrix: NDArray[np.float32]
    empty: NDArray[np.bool_]
    described: Mapping[str, Any]
    cached: int


def pool_vectors(
    store: Store,
    uids: Mapping[str, Sequence[str]],
    embedder: Embedder,
    *,
    part: Part = "trace",
    progress: Progress | None = None,
) -> PoolVectors:
    """Embed one text of each sample.

    Texts are read only of samples whose vectors the cache beside the store lacks; where vectors
    depend on all texts, of all samples or of none.

    Parameters
    ----------
    store
        The store.
    uids
        Base task -> keys of its samples.
    embedder
        What makes vectors.
    part
        Which text: see :func:`~reasonscape.store.selection.trace_texts.trace_texts`.
    progress
        Called with the number of texts embedded, and of all that are to be.

    Raises
    ------
    StoreError
        The store cannot be read.
    """
    work = _Work(store, uids, embedder, part, progress)
    found, matrix = work.cache.read(work.keys)
    if embedder.corpus_bound and not found.all():
        found[:] = False
    cached = int(found.sum())
    if not found.all() or not len(found):
        matrix = work.whole() if embedder.corpus_bound else work.rest(found, matrix)
    described = {**embedder.described, "part": part}
    empty = np.asarray(~matrix.any(axis=1))
    return PoolVectors(work.uids, matrix, empty, described, cached)


class _Work:
    """One pool on its way into vectors."""

    def __init__(
        self,
        store: Store,
        uids: Mapping[str, Sequence[str]],
        embedder: Embedder,
        part: Part,
        progress: Progress | None,
    ) -> None:
        self._store, self._embedder, self._part = store, embedder, part
        self._tasks = {task: list(each) for task, each in uids.items()}
        self._progress = progress
        self.uids = tuple(uid for each in self._tasks.values() for uid in each)
        self.keys = text_keys(store, self._tasks)
        mark = f"{embedder.fingerprint()}-{part.replace('+', '_')}"
        self.cache = VectorCache(store, mark, self.keys if embedder.corpus_bound else None)

    def whole(self) -> NDArray[np.float32]:
        """All vectors, computed together and kept together."""
        order: list[str] = []
        made = self._embedder.vectors(self._batches(self._tasks, order))
        places = {uid: place for place, uid in enumerate(order)}
        matrix = made[[places[uid] for uid in self.uids]] if order else made
        if (self.keys != 0).all():
            self.cache.add(self.keys, matrix, self._embedder.described)
        return matrix

    def rest(self, found: NDArray[np.bool_], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
        """All vectors, of which some are known; the others are computed and kept bit by bit."""
        # Samples with one key have one text: it is embedded once.
        _, first, same = np.unique(self.keys, return_index=True, return_inverse=True)
        place_of = {self.uids[place]: place for place in np.sort(first).tolist()}
        lacking = {
            task: [uid for uid in each if uid in place_of and not found[place_of[uid]]]
            for task, each in self._tasks.items()
        }
        order: list[str] = []
        kept: list[tuple[NDArray[np.intp], NDArray[np.float32]]] = []
        try:
            for texts in self._batches(lacking, order):
                made = self._embedded(texts)
                places = np.array([place_of[uid] for uid in order[-len(texts) :]], dtype=np.intp)
                if matrix.shape[1] != made.shape[1]:
                    matrix = np.zeros((len(self.uids), made.shape[1]), np.float32)
                matrix[places] = made
                kept.append((places, made))
                if sum(len(each) for each, _ in kept) >= _KEPT_AT_ONCE:
                    self._keep(kept)
                    kept = []
        finally:
            # Also where somebody lost patience: the next run goes on from here.
            self._keep(kept)
        return matrix[first][same]

    def _embedded(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts; the same answer of a word is embedded once."""
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        made = self._embedder.vectors([list(places)])
        return made[[places[text] for text in texts]]

    def _keep(self, parts: Sequence[tuple[NDArray[np.intp], NDArray[np.float32]]]) -> None:
        if parts:
            places = np.concatenate([each for each, _ in parts])
            made = np.concatenate([each for _, each in parts])
            self.cache.add(self.keys[places], made, self._embedder.described)

    def _read(self, task: str, uids: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
        return trace_texts(self._store, task, uids, part=self._part, at_once=_AT_ONCE)

    def _batches(
        self, tasks: Mapping[str, Sequence[str]], order: list[str]
    ) -> Iterator[Sequence[str]]:
        """Texts of samples; which, is appended to ``order``."""
        total = sum(map(len, tasks.values()))
        for task, uids in tasks.items():
            for names, texts in self._read(task, uids):
                order += names
                yield texts
                if self._progress is not None:
                    self._progress(len(order), total)
