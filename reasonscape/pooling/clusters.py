"""Vectors into clusters: how many, and whether they are found again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reasonscape.errors import UsageError
from reasonscape.stats.cluster_stability import Stability, stability
from reasonscape.stats.codes import dense_codes
from reasonscape.stats.held_out_clusters import confirm
from reasonscape.stats.kmeans import kmeans

FEW: Final = 20
"""Samples below which no number of clusters is looked for."""

KS: Final = (*range(2, 9), 10, 12, 16, 24, 40, 64)
SMALLEST: Final = 0.01
"""Share of the samples that HDBSCAN takes for a cluster, at least."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Clusters of samples.

    Attributes
    ----------
    label
        Place of each sample's cluster, the largest first; -1 in none. Shape (n,).
    k
        Number of clusters.
    fixed
        Whether the user's options gave the number.
    stable
        Whether halves of the items agree on it; what agrees less is taken where nothing does, as
        it is still asked what its groups follow.
    stability
        What it was chosen from.
    centres
        Mean vector of each cluster, shape (k, d).
    confirmed, overlap
        Whether each is found on the other half of the items, and its Jaccard overlap there;
        None and NaN where not asked.
    agreement
        Adjusted Rand index of partitions made on halves; NaN where not asked.
    """

    label: NDArray[np.int64]
    k: int
    fixed: bool
    stable: bool
    stability: Stability | None
    centres: NDArray[np.float64]
    confirmed: tuple[bool | None, ...]
    overlap: tuple[float, ...]
    agreement: float


def clusters_of(
    matrix: NDArray[np.float32],
    item: NDArray[np.int64],
    *,
    k: int | None,
    seed: int,
    method: str = "kmeans",
) -> Clusters:
    """Put vectors into clusters.

    Parameters
    ----------
    matrix
        Shape (n, d), rows of unit length.
    item
        Item of each, shape (n,).
    k
        Number of clusters; None for the one that is stable.
    seed
        Of partitions and halves.
    method
        ``kmeans`` or ``hdbscan``.

    Raises
    ------
    UsageError
        If more clusters are asked for than there are samples.
    """
    n = len(matrix)
    fixed = k is not None
    if k is not None and k > max(n, 1):
        raise UsageError(
            f"{k} clusters were asked for and there are {n} samples to put into them",
            remedy="give a smaller --k, or wider --filters",
        )
    if method == "hdbscan":
        return _by_density(matrix, seed)
    found: Stability | None = None
    if k is None:
        if n < FEW:
            return _single(n, matrix, None)
        found = stability(matrix, item, KS, seed)
        k = found.chosen or found.best
    if k is None or k < 2 or n < 2:
        return _single(n, matrix, found, fixed=fixed)
    codes = dense_codes(item)[0]
    partition = kmeans(matrix, k, seed, weight=1.0 / np.bincount(codes)[codes])
    k = len(partition.centres)
    if k < 2:
        return _single(n, matrix, found, fixed=fixed)
    again = confirm(matrix, item, partition.label, seed)
    return Clusters(
        label=partition.label.astype(np.int64),
        k=k,
        fixed=fixed,
        stable=found is not None and found.chosen is not None,
        stability=found,
        centres=np.asarray(partition.centres, dtype=np.float64),
        confirmed=tuple(bool(one) for one in again.confirmed),
        overlap=tuple(float(one) for one in again.overlap),
        agreement=again.agreement,
    )


def _by_density(matrix: NDArray[np.float32], seed: int) -> Clusters:
    from reasonscape.stats.density_clusters import hdbscan

    n = len(matrix)
    least = max(5, math.ceil(SMALLEST * n))
    if n < 2 * least:
        return _single(n, matrix, None, fixed=True)
    partition = hdbscan(matrix, least, seed)
    return _unconfirmed(partition.label, partition.centres, fixed=True)


def _single(
    n: int, matrix: NDArray[np.float32], found: Stability | None, *, fixed: bool = False
) -> Clusters:
    """All samples in one cluster."""
    centre = np.asarray(matrix, dtype=np.float64).mean(axis=0, keepdims=True) if n else matrix[:0]
    return _unconfirmed(np.zeros(n, dtype=np.int64), centre, fixed=fixed, found=found)


def _unconfirmed(
    label: NDArray[np.int64],
    centres: NDArray[np.floating[Any]],
    *,
    fixed: bool,
    found: Stability | None = None,
) -> Clusters:
    """Clusters that nobody looked for on the other half of the items."""
    k = len(centres)
    return Clusters(
        label=label.astype(np.int64),
        k=k,
        fixed=fixed,
        stable=False,
        stability=found,
        centres=np.asarray(centres, dtype=np.float64),
        confirmed=(None,) * k,
        overlap=(math.nan,) * k,
        agreement=math.nan,
    )
