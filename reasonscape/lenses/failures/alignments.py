"""How far clusters of failures follow each label: kind, model, level, and how they ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reasonscape.lenses.failures.result import Aligned
from reasonscape.pooling.labels import Label
from reasonscape.pooling.pool import Pool
from reasonscape.stats.alignment import (
    Difference,
    LabelCodes,
    align_all,
    alignment_difference,
    shared_samples,
)
from reasonscape.stats.codes import dense_codes, paired_codes, row_codes

FEW_ITEMS: Final = 20
"""Items below which nothing is said about what clusters follow."""

MOST_LABELS: Final = 12

KIND, MODEL = "kind", "model"
WHO: Final = (MODEL, "eval")
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Following:
    """What the clusters follow.

    Attributes
    ----------
    aligned
        Every label, ``kind`` and ``model`` first.
    differences
        Pair of labels -> difference of the shares they explain. Of kind and model it is on the
        failures that both could have changed on: where most items were failed by one model only, a
        model cannot explain much, and would lose for that alone.
    shared
        Those failures, and the items among them.
    """

    aligned: tuple[Aligned, ...]
    differences: Mapping[tuple[str, str], Difference]
    shared: tuple[int, int]


def following(pool: Pool, cluster: IntArray, k: int, *, permutations: int, seed: int) -> Following:
    """Every label of the pool against the clusters; what cannot be asked says why.

    Parameters
    ----------
    pool
        The failures.
    cluster
        Place of each in its cluster, -1 in none, shape (n,).
    k
        Number of clusters.
    permutations, seed
        Of the null.
    """
    answered_by = _answered_by(pool)
    refused: dict[str, str] = {}
    codes: dict[str, LabelCodes] = {}
    for name in _names(pool):
        label = pool.labels[name]
        reason = _refusal(name, label, pool, k)
        if reason:
            refused[name] = reason
        else:
            codes[name] = _codes(name, label, pool.item, answered_by)
    found = align_all(cluster, codes, pool.item, permutations=permutations, seed=seed)
    differences = {
        (a, b): alignment_difference(found[a], found[b]) for a, b in combinations(found, 2)
    }
    shared = (0, 0)
    if differences.pop((KIND, MODEL), None) is not None:
        both = {name: codes[name] for name in (KIND, MODEL)}
        keep = shared_samples(both, pool.item)
        shared = (int(keep.sum()), len(np.unique(pool.item[keep])))
        if shared[1] >= FEW_ITEMS:
            some = np.where(keep, cluster, -1)
            pair = align_all(some, both, pool.item, permutations=permutations, seed=seed)
            one = alignment_difference(pair[KIND], pair[MODEL])
            differences = {(KIND, MODEL): one, **differences}
    names = (*codes, *refused)
    return Following(
        tuple(
            Aligned(one, pool.labels[one].levels(), found.get(one), refused.get(one, ""))
            for one in names
        ),
        differences,
        shared,
    )


def _names(pool: Pool) -> list[str]:
    """Kind and model first; a label that is the kind's by another name is not asked twice."""
    others = [name for name in pool.labels if name not in (KIND, MODEL)]
    return [KIND, MODEL, *others][:MOST_LABELS]


def _refusal(name: str, label: Label, pool: Pool, k: int) -> str:
    if len(np.unique(pool.item[label.code >= 0])) < FEW_ITEMS:
        return "few_items"
    if label.levels() < 2:
        return {KIND: "one_kind", MODEL: "one_eval"}.get(name, "one_level")
    return "no_clusters" if k < 2 else ""


def _codes(name: str, label: Label, item: IntArray, answered_by: IntArray) -> LabelCodes:
    """The label with its null: who answered is dealt within items, what was asked over them.

    Items are dealt among those that the same evals failed, so that a kind gets no credit for the
    model that failed it, as a model gets none for the kind that it failed.
    """
    if not label.of_item or _differs(label.code, item):
        return LabelCodes(label.code, by="answers" if name in WHO else "sample")
    stratum = paired_codes(label.stratum, answered_by)[0]
    return LabelCodes(label.code, by="item", stratum=stratum)


def _differs(code: IntArray, item: IntArray) -> bool:
    """Whether some item has two labels: then the log contradicts itself, and samples are dealt."""
    known = code >= 0
    pairs = paired_codes(item[known], code[known])[1]
    return pairs != dense_codes(item[known])[1]


def _answered_by(pool: Pool) -> IntArray:
    """Which evals failed the item of each sample, and how often, as a number, shape (n,)."""
    item, count = dense_codes(pool.item)
    failed = np.zeros((count, len(pool.evals)), dtype=np.int64)
    np.add.at(failed, (item, pool.eval), 1)
    return row_codes(failed)[0][item]
