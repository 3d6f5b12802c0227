"""What the lens of traces reads: all samples with a trace, their vectors, and their texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reasonscape.lenses.traces.options import TraceOptions
from reasonscape.pooling.pool import Pool, trace_pool
from reasonscape.pooling.selection import LeftOut, Vectors, drawn, embedded
from reasonscape.pooling.texts import Texts, texts_of_pool
from reasonscape.text.markers import Between

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.store.filters import Where


@dataclass(frozen=True, slots=True)
class TraceRows:
    """The traces of a selection, right and wrong.

    Attributes
    ----------
    pool
        Those that are looked at.
    vectors
        A vector each; None where no part of the analysis needs them.
    texts
        Streams what they say.
    left_out
        Samples that are not looked at, by reason.
    samples
        Samples that have an outcome.
    """

    pool: Pool
    vectors: Vectors | None
    texts: Texts
    left_out: LeftOut
    samples: int
    base_task: str = "traces"


VECTORS = ("tsne", "clusters", "interactive")
"""Parts of the analysis that need vectors."""


def select(dataset: Dataset, where: Where, options: TraceOptions) -> Iterator[TraceRows]:
    """Read the traces of the whole selection as one unit.

    Raises
    ------
    UsageError
        If there is no such kind, or the vectors cannot be used.
    """
    whole = trace_pool(dataset, where, options.kind)
    if whole is None:
        return
    pool, left = drawn(whole, np.ones(len(whole), dtype=bool), options.most, options.seed)
    between = Between(options.start, options.end)
    vectors = None
    if any(options.asks(name) for name in VECTORS) or options.export is not None:
        pool, vectors, empty = embedded(
            dataset,
            pool,
            embedding=options.embedding,
            part=options.part,
            seed=options.seed,
            between=between,
        )
        left = replace(left, empty=empty)
    if options.export is not None and vectors is not None:
        from reasonscape.text.embeddings.files import write_vectors

        write_vectors(Path(options.export), pool.uid.tolist(), vectors.matrix)
    yield TraceRows(
        pool=pool,
        vectors=vectors,
        texts=texts_of_pool(dataset, pool, options.part, between),
        left_out=left,
        samples=len(whole),
    )
