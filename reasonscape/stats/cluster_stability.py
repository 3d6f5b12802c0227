"""How many groups are found again: k-means on halves of the items, against data without groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.codes import dense_codes
from reasonscape.stats.item_draws import one_of_each
from reasonscape.stats.kmeans import checked_table, distinct_rows, kmeans, nearest
from reasonscape.stats.partition_agreement import adjusted_rand

FloatArray = NDArray[np.float64]
Rng = np.random.Generator

AGREEMENT: Final = 0.8
"""Mean adjusted Rand index of two halves, below which a number of groups is not stable."""

DISAGREEMENT: Final = 0.25
"""Part of the disagreement of data without groups that may be left, at most."""

BEYOND: Final = 0.1
"""Agreement beyond that of data without groups, below which no number stands out."""

LEAST: Final = 8
"""Items for each group, on average."""

NEAR: Final = 0.03
"""Agreement within which the larger number of groups is taken: groups inside of groups."""

ROWS: Final = 1_500
"""Vectors that are looked at; of more a draw, by items."""

PAIRS: Final = 4
REFERENCES: Final = 2
REFERENCE_PAIRS: Final = 1
STARTS: Final = 2
ROUNDS: Final = 50


@dataclass(frozen=True, slots=True)
class Stability:
    """How well partitions of halves agree, by the number of groups.

    Attributes
    ----------
    ks
        Numbers of groups, rising.
    mean, low, high
        Adjusted Rand index of two halves of the items: mean, and 10% and 90% quantile over the
        pairs; shape (len(ks),).
    reference, reference_low, reference_high
        The same mean for vectors without groups, of the same mean and covariance, and the smallest
        and largest of their few pairs.
    chosen
        The number that is stable; None where none is.
    best
        The number that stands out most from vectors without groups, stable or not; None where no
        number does.
    rows
        Vectors that were looked at.
    """

    ks: tuple[int, ...]
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    reference: FloatArray
    reference_low: FloatArray
    reference_high: FloatArray
    chosen: int | None
    best: int | None
    rows: int


def stability(
    x: ArrayLike,
    item: ArrayLike,
    ks: tuple[int, ...],
    seed: int,
    *,
    rows: int = ROWS,
    pairs: int = PAIRS,
) -> Stability:
    """Choose the number of groups that two halves of the items agree on.

    One sample of each item is taken, since repeats of an item make groups of their own. For each
    number of groups they are halved again and again. Each half makes its own groups, puts all
    vectors into them, and the adjusted Rand index of the two results is taken. Vectors drawn
    from a normal distribution of the same mean and covariance, put back on the sphere, say how
    much a cloud without groups would agree: an elongated one is cut in two in the same place each
    time. A number is stable if halves agree to at least ``AGREEMENT`` and leave at most
    ``DISAGREEMENT`` of what the cloud leaves; of these the one that agrees best, and of those
    within ``NEAR`` of it the largest.

    Parameters
    ----------
    x
        Vectors of unit length, shape (n, d).
    item
        Item of each, shape (n,).
    ks
        Numbers to try, rising, each at least 2. Tried are those for which there are ``LEAST`` items
        for each group, and as many vectors that differ.
    seed
        Of draws and starts.
    rows, pairs
        Vectors to look at, and pairs of halves.

    Raises
    ------
    ValueError
        If x is no table of finite numbers, or lengths differ.

    How it misleads
    ---------------
    Stable is not true: halves can agree on a cut through a cloud that is not normal, as of a
    gradient with two dense ends. Groups of a few per cent of the vectors are not seen. k-means
    looks for round groups only.

    References
    ----------
    Ben-Hur, Elisseeff and Guyon, Pacific Symposium on Biocomputing (2002); Tibshirani and Walther,
    Journal of Computational and Graphical Statistics 14 (2005); Hubert and Arabie, Journal of
    Classification 2 (1985).
    """
    table = checked_table(x)
    items = dense_codes(item)[0]
    if len(items) != len(table):
        raise ValueError(f"{len(table)} vectors and {len(items)} items")
    rng = np.random.default_rng([seed, 2])
    table = table[one_of_each(items, rows, rng)]
    most = min(len(table) // LEAST, distinct_rows(table, max(ks, default=1)))
    tried = tuple(k for k in ks if k <= most)
    clouds = [_cloud(table, rng) for _ in range(REFERENCES if tried else 0)]
    single = table.astype(np.float32)
    found = [_agreements(single, k, pairs, rng) for k in tried]
    empty = [
        np.concatenate(
            [_agreements(one.astype(np.float32), k, REFERENCE_PAIRS, rng) for one in clouds]
        )
        for k in tried
    ]
    mean = np.array([one.mean() for one in found])
    reference = np.array([one.mean() for one in empty])
    return Stability(
        ks=tried,
        mean=mean,
        low=np.array([np.quantile(one, 0.1) for one in found]),
        high=np.array([np.quantile(one, 0.9) for one in found]),
        reference=reference,
        reference_low=np.array([one.min() for one in empty]),
        reference_high=np.array([one.max() for one in empty]),
        chosen=_chosen(tried, mean, reference),
        best=_best(tried, mean, reference),
        rows=len(table),
    )


def _chosen(ks: tuple[int, ...], mean: FloatArray, reference: FloatArray) -> int | None:
    stable = (mean >= AGREEMENT) & (1.0 - mean <= DISAGREEMENT * (1.0 - reference))
    if not stable.any():
        return None
    near = stable & (mean >= mean[stable].max() - NEAR)
    return ks[int(np.flatnonzero(near)[-1])]


def _best(ks: tuple[int, ...], mean: FloatArray, reference: FloatArray) -> int | None:
    beyond = mean - reference
    if not len(ks) or beyond.max() < BEYOND:
        return None
    return ks[int(np.flatnonzero(beyond >= beyond.max() - NEAR)[-1])]


def _cloud(table: FloatArray, rng: Rng) -> FloatArray:
    """As many vectors of unit length without groups, of the same mean and covariance."""
    mean = table.mean(axis=0)
    _, scale, axes = np.linalg.svd(table - mean, full_matrices=False)
    drawn = rng.standard_normal((len(table), len(scale))) * (scale / np.sqrt(len(table)))
    cloud = mean + drawn @ axes
    return np.asarray(cloud / np.maximum(np.linalg.norm(cloud, axis=1, keepdims=True), 1e-12))


def _agreements(table: NDArray[np.float32], k: int, pairs: int, rng: Rng) -> FloatArray:
    """Adjusted Rand index of the groups that two halves make, for each pair."""
    found = []
    for _ in range(pairs):
        half = rng.permutation(len(table)) < len(table) // 2
        seeds = rng.integers(2**31, size=2)
        first, second = (
            nearest(table, kmeans(table[side], k, int(s), starts=STARTS, rounds=ROUNDS).centres)
            for side, s in zip((half, ~half), seeds, strict=True)
        )
        found.append(adjusted_rand(first, second))
    return np.array(found)
