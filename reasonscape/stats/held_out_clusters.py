"""Are groups found again on the other half of the items?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.codes import dense_codes
from reasonscape.stats.item_draws import one_of_each
from reasonscape.stats.kmeans import checked_table, kmeans, nearest
from reasonscape.stats.partition_agreement import adjusted_rand

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

OVERLAP: Final = 0.75
"""Jaccard overlap from which a group counts as found again."""

SPLITS: Final = 5

ROWS: Final = 4_000
"""Vectors that are looked at; of more a draw, by items."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether groups are found again.

    Attributes
    ----------
    agreement
        Adjusted Rand index of groups made on one half and on the other, mean over the splits.
    overlap
        For each group its best Jaccard overlap with a group of the other half, among that half's
        vectors, mean over splits and sides; shape (k,).
    confirmed
        Whether that is at least ``OVERLAP``.
    """

    agreement: float
    overlap: FloatArray
    confirmed: NDArray[np.bool_]


def confirm(
    x: ArrayLike, item: ArrayLike, label: ArrayLike, seed: int, *, splits: int = SPLITS
) -> Confirmation:
    """Make groups on halves of the items and look for each group of the whole among them.

    Parameters
    ----------
    x
        Vectors, shape (n, d).
    item
        Item of each, shape (n,): one sample of each is looked at.
    label
        Group of each vector, from 0, shape (n,): those that are looked for.
    seed
        Of halves and starts.
    splits
        How often items are halved.

    Returns
    -------
    Confirmation

    Raises
    ------
    ValueError
        If x is no table of finite numbers, or lengths differ.

    How it misleads
    ---------------
    That a group is found again shows that it is no accident of the items, not that it means
    anything: halves also agree on the length of a text, or on its language.

    References
    ----------
    Hennig, Computational Statistics and Data Analysis 52 (2007), for the overlap and its threshold.
    """
    table, groups = checked_table(x), np.asarray(label, dtype=np.int64)
    items = dense_codes(item)[0]
    if not len(table) == len(groups) == len(items):
        raise ValueError(f"{len(table)} vectors, {len(groups)} labels and {len(items)} items")
    k = int(groups.max(initial=-1)) + 1
    rng = np.random.default_rng([seed, 3])
    drawn = one_of_each(items, ROWS, rng)
    table, groups = table[drawn], groups[drawn]
    if len(table) < 2 * k or k < 2:
        return Confirmation(math.nan, np.full(k, math.nan), np.zeros(k, dtype=bool))
    agreements, overlaps = [], []
    for _ in range(splits):
        half = rng.permutation(len(table)) < len(table) // 2
        seeds = rng.integers(2**31, size=2)
        put = [
            nearest(table, kmeans(table[side], k, int(s)).centres)
            for side, s in zip((half, ~half), seeds, strict=True)
        ]
        agreements.append(adjusted_rand(put[0], put[1]))
        # Groups of one half, looked for among the vectors of the other, which did not make them.
        overlaps += [
            _overlaps(groups[~half], put[0][~half], k),
            _overlaps(groups[half], put[1][half], k),
        ]
    overlap = np.mean(overlaps, axis=0)
    return Confirmation(float(np.mean(agreements)), overlap, overlap >= OVERLAP)


def _overlaps(groups: IntArray, other: IntArray, k: int) -> FloatArray:
    """Best Jaccard overlap of each group with one of the others; 0 for an empty one."""
    table = np.bincount(groups * k + other, minlength=k * k).reshape(k, k)
    union = table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table
    return np.asarray((table / np.maximum(union, 1)).max(axis=1))
