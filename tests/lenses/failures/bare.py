"""What the lens measures of clusters that are given, without a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from reasonscape.lenses.failures.measurement import measure
from reasonscape.lenses.failures.options import FailureOptions
from reasonscape.lenses.failures.result import FailuresResult
from reasonscape.lenses.failures.selection import FailureRows
from reasonscape.pooling.labels import Label
from reasonscape.pooling.pool import Pool
from reasonscape.pooling.selection import LeftOut, Vectors


def bare(pool: Pool, labels: Mapping[str, Label], cluster: np.ndarray) -> FailuresResult:
    """Measure vectors that are nothing but the cluster of each failure."""
    k = int(cluster.max()) + 1
    counts = np.bincount(pool.eval, minlength=len(pool.evals))[None]
    rows = FailureRows(
        pool=replace(pool, labels=labels),
        vectors=Vectors(np.eye(k, dtype=np.float32)[cluster], {}),
        texts=lambda: iter(()),
        left_out=LeftOut(),
        samples=2 * counts,
        failures=counts,
    )
    return measure(rows, FailureOptions(k=k, permutations=199))
