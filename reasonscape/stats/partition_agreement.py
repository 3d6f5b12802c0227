"""How alike two partitions of the same samples are, and how pure one is in another."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reasonscape.stats.codes import dense_codes, paired_codes


@dataclass(frozen=True, slots=True)
class Purity:
    """Share of samples that carry the most frequent label of their cluster.

    Attributes
    ----------
    micro
        Over samples: large clusters count more.
    macro
        Mean over clusters of the largest label's share: each cluster counts alike.
    """

    micro: float
    macro: float


def adjusted_rand(a: ArrayLike, b: ArrayLike) -> float:
    """Share of pairs of samples on which two partitions agree, beyond chance.

    Parameters
    ----------
    a, b
        Group of each sample in both partitions, shape (n,), any values that can be sorted.

    Returns
    -------
    float
        1 for equal partitions, 0 by chance on average, at least -0.5. Fewer than two samples, or
        partitions that are both one group or both all apart: 1.

    Raises
    ------
    ValueError
        If the lengths differ.

    How it misleads
    ---------------
    Pairs grow with the square of a group's size, so agreement on large groups decides. Chance is
    random pairing of samples, blind to items: partitions that both keep items together agree more
    than by chance without any other reason.

    References
    ----------
    Hubert and Arabie, Journal of Classification 2 (1985).

    Examples
    --------
    >>> round(adjusted_rand([0, 0, 1, 1], [0, 0, 1, 2]), 4)
    0.5714
    """
    first, second = np.asarray(a), np.asarray(b)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError("partitions are of the same samples, and so of one length")
    n = len(first)
    both, one, other = (
        sum(size * (size - 1) for size in np.bincount(codes).tolist())
        for codes in (paired_codes(a, b)[0], dense_codes(a)[0], dense_codes(b)[0])
    )
    if both == one == other:
        return 1.0
    pairs = n * (n - 1)
    return float((2 * (both * pairs - one * other)) / ((one + other) * pairs - 2 * one * other))


def purity(table: ArrayLike) -> Purity:
    """Share of samples that carry the most frequent label of their cluster.

    Parameters
    ----------
    table
        Samples by cluster and label, shape (k, m). Empty clusters do not count.

    Returns
    -------
    Purity
        NaN without samples.

    Raises
    ------
    ValueError
        If the table is not two-dimensional.

    How it misleads
    ---------------
    It is high without any agreement where one label is frequent, and rises to 1 with the number of
    clusters. Compare it with the largest label's share of all samples.

    References
    ----------
    Manning, Raghavan and Schuetze, Introduction to Information Retrieval (2008), 16.3.

    Examples
    --------
    >>> purity([[8, 2], [1, 1]])
    Purity(micro=0.75, macro=0.65)
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2:
        raise ValueError(f"a table has two dimensions, found {counts.ndim}")
    size = counts.sum(axis=1)
    used = size > 0
    if not used.any():
        return Purity(math.nan, math.nan)
    top = counts[used].max(axis=1)
    return Purity(float(top.sum() / size.sum()), float((top / size[used]).mean()))
