"""From a pool to what is embedded: samples whose trace is there, no more than asked, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reasonscape.findings.verdict import Subject
from reasonscape.pooling.progress import told

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.pooling.pool import Pool
    from reasonscape.store.selection.trace_texts import Part
    from reasonscape.text.markers import Between

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Samples that were asked for and are not in the pool, by reason.

    Attributes
    ----------
    no_trace
        The log does not show what the model wrote, or it wrote nothing.
    unmeasured
        Features of traces were not computed, so it is not known whether there is one.
    not_drawn
        There were more than asked for; a sample was drawn, by items.
    empty
        The trace has no word.
    """

    no_trace: int = 0
    unmeasured: int = 0
    not_drawn: int = 0
    empty: int = 0

    def counts(self) -> dict[str, int]:
        """Reasons that occur with their counts."""
        return {name: n for name, n in asdict(self).items() if n}


def drawn(pool: Pool, wanted: BoolArray, most: int, seed: int) -> tuple[Pool, LeftOut]:
    """Keep what is wanted and has a trace; of too many, whole items in an order of their own.

    Parameters
    ----------
    pool
        All samples.
    wanted
        Which are asked for, shape (n,).
    most
        Samples to keep.
    seed
        Of the order.
    """
    unmeasured = wanted & ~pool.measured
    shown = wanted & pool.measured & pool.visible
    keep = shown.copy()
    if int(shown.sum()) > most:
        keep[shown] = _some(pool.only(shown), most, seed)
    return pool.only(keep), LeftOut(
        no_trace=int((wanted & pool.measured & ~pool.visible).sum()),
        unmeasured=int(unmeasured.sum()),
        not_drawn=int(shown.sum()) - int(keep.sum()),
    )


def _some(pool: Pool, most: int, seed: int) -> BoolArray:
    """Whole items until there are enough; an item's turn depends on its ids and the seed alone."""
    first: dict[int, str] = {}
    for item, uid in zip(pool.item.tolist(), pool.uid.tolist(), strict=True):
        if item not in first or uid < first[item]:
            first[item] = uid
    turns = {
        item: hashlib.blake2b(f"{seed} {uid}".encode(), digest_size=8).digest()
        for item, uid in first.items()
    }
    items = np.array(sorted(turns, key=lambda one: turns[one]), dtype=np.int64)
    place = np.empty(int(items.max()) + 1, dtype=np.int64)
    place[items] = np.arange(len(items))
    turn = place[pool.item]
    sizes = np.bincount(turn, minlength=len(items))
    kept = int(np.searchsorted(np.cumsum(sizes), most, side="right"))
    return np.asarray(turn < max(kept, 1))


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors of a pool's samples, and what they are of.

    Attributes
    ----------
    matrix
        Shape (n, d), rows of unit length.
    described
        What the summary says: the embedder, its version, what text it read.
    cached
        How many were kept from an earlier run.
    """

    matrix: NDArray[np.float32]
    described: Mapping[str, Any]
    cached: int = 0


def embedded(
    dataset: Dataset,
    pool: Pool,
    *,
    embedding: str,
    part: Part,
    seed: int,
    between: Between | None = None,
) -> tuple[Pool, Vectors, int]:
    """Vectors of the samples that have words, and how many have none and are left out.

    Parameters
    ----------
    dataset, pool
        Whose samples they are.
    embedding
        ``tfidf``, ``wordllama``, ``minilm``, or the path of a ``.npy`` file.
    part, between
        What of each sample is embedded.
    seed
        Of the plane that TF-IDF is projected to.

    Raises
    ------
    UsageError
        If the embedder or the file cannot be used.
    """
    if embedding.endswith(".npy"):
        from reasonscape.text.embeddings.files import read_vectors

        given = _unit(read_vectors(Path(embedding), pool.uid.tolist()))
        return pool, Vectors(given, {"name": "file", "file": embedding}), 0
    from reasonscape.text.embeddings.chosen import embedder
    from reasonscape.text.embeddings.pool import pool_vectors
    from reasonscape.text.markers import EmbedderBetween

    maker = embedder(embedding, seed=seed)
    if between is not None and between.asked:
        maker = EmbedderBetween(maker, between)
    found = pool_vectors(
        dataset.store(), pool.uids_by_task(), maker, part=part, progress=told("texts embedded")
    )
    full = ~found.empty
    vectors = Vectors(found.matrix[full], found.described, found.cached)
    return pool.only(full), vectors, int(found.empty.sum())


NEAR: Final = 1e-5
"""How far from 1 a length may be that is left as it is, so that ours come back as they were."""


def _unit(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of unit length, as all embedders make them; a row of zeros stays one."""
    length = np.linalg.norm(matrix.astype(np.float64), axis=1, keepdims=True)
    keep = (length == 0.0) | (np.abs(length - 1.0) < NEAR)
    return np.asarray(matrix / np.where(keep, 1.0, length), dtype=np.float32)


def whole_subject(pool: Pool) -> Subject:
    """All that was selected; the eval or the task by name where there is one."""
    evals, tasks = pool.evals, pool.base_tasks
    return Subject(
        eval_id=evals[0] if len(evals) == 1 else "",
        model=pool.models[0] if len(evals) == 1 else f"{len(evals)} evals",
        base_task=tasks[0] if len(tasks) == 1 else "",
    )


def pool_notes(left: LeftOut, what: str) -> list[str]:
    """What was left out of the pool, in sentences; ``what`` is one of them, as in ``failure``."""

    def some(n: int) -> str:
        return f"{n:,} {what}{'' if n == 1 else 's'}"

    notes = []
    if left.unmeasured:
        notes.append(
            f"{some(left.unmeasured)} without features of traces; run: "
            "analyze.py store refresh DATASET"
        )
    if left.no_trace:
        notes.append(f"{some(left.no_trace)} left out: the log does not show what was written")
    if left.empty:
        notes.append(f"{some(left.empty)} left out: no word that tells in what was written")
    if left.not_drawn:
        notes.append(f"{some(left.not_drawn)} left out: a sample was drawn, by items (--most)")
    return notes
