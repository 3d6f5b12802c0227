"""What the lens of failures reads: the pool of failures, their vectors, and their texts later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reasonscape.lenses.failures.options import FailureOptions
from reasonscape.pooling.pool import USED, Pool, trace_pool
from reasonscape.pooling.selection import (
    LeftOut,
    Vectors,
    drawn,
    embedded,
)
from reasonscape.pooling.texts import Texts, texts_of_pool

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.store.filters import Where


@dataclass(frozen=True, slots=True)
class FailureRows:
    """The failures of a selection.

    Attributes
    ----------
    pool
        Those that are clustered.
    vectors
        A vector each.
    texts
        Streams what they say.
    left_out
        Failures that are not clustered, by reason.
    samples
        Samples of each (task, eval) that have an outcome, failed or not, shape (tasks, evals).
    failures
        Failures among them, of the outcomes that were asked for; same shape.
    """

    pool: Pool
    vectors: Vectors
    texts: Texts
    left_out: LeftOut
    samples: NDArray[np.int64]
    failures: NDArray[np.int64]
    base_task: str = "failures"


def select(dataset: Dataset, where: Where, options: FailureOptions) -> Iterator[FailureRows]:
    """Read the failures of the whole selection as one unit.

    Raises
    ------
    UsageError
        If there is no such kind, or the vectors cannot be used.
    """
    whole = trace_pool(dataset, where, options.kind)
    if whole is None:
        return
    wanted = np.isin(whole.outcome, [USED.index(name) for name in options.outcomes])
    pool, left = drawn(whole, wanted, options.most, options.seed)
    pool, vectors, empty = embedded(
        dataset,
        pool,
        embedding=options.embedding,
        part=options.part,
        seed=options.seed,
    )
    if options.export is not None:
        from reasonscape.text.embeddings.files import write_vectors

        write_vectors(Path(options.export), pool.uid.tolist(), vectors.matrix)
    yield FailureRows(
        pool=pool,
        vectors=vectors,
        texts=texts_of_pool(dataset, pool, options.part),
        left_out=replace(left, empty=empty),
        samples=_table(whole, np.ones(len(whole), dtype=bool)),
        failures=_table(whole, wanted),
    )


def _table(pool: Pool, which: NDArray[np.bool_]) -> NDArray[np.int64]:
    shape = (len(pool.base_tasks), len(pool.evals))
    code = pool.task[which] * shape[1] + pool.eval[which]
    return np.bincount(code, minlength=shape[0] * shape[1]).reshape(shape)
