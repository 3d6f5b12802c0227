"""Samples ordered by stratum and item, and the sums that all phrases share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.codes import dense_codes
from reasonscape.stats.odds_ratio import clusters_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Groups:
    """Wrong and right ends in clusters or in strata, shape (groups,) each."""

    wrong: FloatArray
    right: FloatArray


@dataclass(frozen=True, slots=True)
class Layout:
    """Samples in strata with both outcomes, in an order in which clusters and strata are runs.

    Attributes
    ----------
    order
        Their rows, shape (kept,).
    bad
        Whether each ended wrong, in that order.
    cluster
        Cluster of each, ascending.
    stratum
        Stratum of each cluster, ascending.
    clusters, strata
        Wrong and right ends in each.
    weight
        One over the samples of each stratum.
    reach
        Pairs of a wrong and a right end that each cluster is in, over the samples of its stratum.
    inner
        For each stratum, sums over its clusters: 1, wrong > 0, right > 0, wrong^2, right^2,
        wrong * right, wrong * reach, right * reach; shape (8, strata).
    """

    order: IntArray
    bad: FloatArray
    cluster: IntArray
    stratum: IntArray
    clusters: Groups
    strata: Groups
    weight: FloatArray
    reach: FloatArray
    inner: FloatArray


def layout_of(wrong: BoolArray, stratum: IntArray, item: IntArray) -> Layout:
    """Order samples for `phrase_odds`; those in strata with one outcome only are left out."""
    codes, count = dense_codes(stratum)
    both = (np.bincount(codes, wrong, count) > 0) & (np.bincount(codes, ~wrong, count) > 0)
    kept = np.flatnonzero(both[codes]) if count else np.zeros(0, np.int64)
    found = clusters_of(item[kept], codes[kept])
    order = np.argsort(found.place, kind="stable")
    bad = wrong[kept][order].astype(np.float64)
    cluster, of = found.place[order], found.stratum
    mine = _ends(cluster, bad, len(of))
    whole = _ends(of[cluster], bad, int(of[-1]) + 1 if len(of) else 0)
    weight = 1.0 / (whole.wrong + whole.right)
    w, r = mine.wrong, mine.right
    reach = (w * whole.right[of] + whole.wrong[of] * r - w * r) * weight[of]
    ones = np.ones_like(w)
    columns = (ones, w > 0, r > 0, w * w, r * r, w * r, w * reach, r * reach)
    sums = [np.bincount(of, column, len(weight)) for column in columns]
    inner = np.stack(sums).astype(np.float64)
    return Layout(kept[order], bad, cluster, of, mine, whole, weight, reach, inner)


def _ends(group: IntArray, bad: FloatArray, count: int) -> Groups:
    wrong = np.bincount(group, bad, count).astype(np.float64)
    return Groups(wrong, np.bincount(group, minlength=count) - wrong)
