"""How strongly clusters follow a label: against a null that respects items, with an interval."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.codes import dense_codes
from reasonscape.stats.expected_information import CLOSE
from reasonscape.stats.item_jackknife import item_groups, jackknife_interval
from reasonscape.stats.label_tables import By, informative, label_table, null_information
from reasonscape.stats.mutual_information import information, informations
from reasonscape.stats.partition_agreement import Purity, purity

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LabelCodes:
    """A label of samples, and how it could have been otherwise.

    Attributes
    ----------
    codes
        Label of each sample, integers, -1 where it is missing, shape (n,).
    by
        "sample": samples of one item may differ in it (model, eval, stop, loop); the null deals
        labels within items. "item": all samples of an item share it (task, kind, level); the null
        deals labels over items.
    stratum
        Labels are dealt only within these, shape (n,).
    """

    codes: ArrayLike
    by: By
    stratum: ArrayLike | None = None


@dataclass(frozen=True, slots=True)
class Alignment:
    """How strongly clusters follow one label.

    Attributes
    ----------
    n, items, missing
        Samples and items with cluster and label, and samples without.
    informative
        Samples whose label can change under the null. Few: the null cannot tell.
    mi, expected, ami, nmi
        As `Information`, over samples.
    purity
        Of clusters in labels.
    null_mean, null_high
        Mean and 95% quantile of mi when labels are dealt again.
    p
        (b + 1) / (B + 1): how often a dealt label has at least this mi.
    excess
        (mi - null_mean) / (entropy of clusters - null_mean): share of what the clusters tell that
        the label explains beyond the null. The scale is the same for labels of any size.
    ami_low, ami_high, excess_low, excess_high
        95% intervals over items.
    ami_without, excess_without
        Both on half-samples of the items, shape (draws,); the same items for all labels of a run.
    """

    n: int
    items: int
    missing: int
    informative: int
    mi: float
    expected: float
    ami: float
    nmi: float
    purity: Purity
    null_mean: float
    null_high: float
    p: float
    excess: float
    ami_low: float
    ami_high: float
    excess_low: float
    excess_high: float
    ami_without: FloatArray = field(repr=False)
    excess_without: FloatArray = field(repr=False)


@dataclass(frozen=True, slots=True)
class Difference:
    """Difference of two labels' alignment with 95% interval over items."""

    value: float
    low: float
    high: float


def align(
    cluster: ArrayLike,
    label: ArrayLike,
    item: ArrayLike,
    *,
    by: By,
    stratum: ArrayLike | None = None,
    group: IntArray,
    rng: np.random.Generator,
    permutations: int = 1000,
) -> Alignment:
    """Alignment of clusters with one label.

    Parameters
    ----------
    cluster, label
        Codes, integers, -1 where missing, shape (n,).
    item
        Item of each sample, numbered from 0, shape (n,).
    by, stratum
        As `LabelCodes`.
    draws
        From `half_samples`, shape (draws, items).
    rng
        Source of the permutations.
    permutations
        How many; at least half as many as draws.
    """
    table = label_table(cluster, label, item, by, stratum)
    groups = int(group.max(initial=-1)) + 1
    found = information(table.counts())
    null = null_information(table, group, groups, rng, permutations)
    left = informations(table.without(group, groups), CLOSE)
    mi = found.mi
    beyond = int((null.mi >= mi - 1e-12).sum())
    null_mean = float(null.mi.mean()) if permutations else math.nan
    excess = float(_share(np.array([mi]), np.array([null_mean]), np.array([found.entropy_a]))[0])
    excess_without = _share(left.mi, null.without, left.entropy_a)
    ami_low, ami_high = jackknife_interval(found.ami, left.ami)
    excess_low, excess_high = jackknife_interval(excess, excess_without)
    return Alignment(
        n=len(table.cluster),
        items=len(np.unique(table.item)),
        missing=len(np.asarray(cluster)) - len(table.cluster),
        informative=null.informative,
        mi=mi,
        expected=found.expected,
        ami=found.ami,
        nmi=found.nmi,
        purity=purity(table.counts()),
        null_mean=null_mean,
        null_high=float(np.quantile(null.mi, 0.95)) if permutations else math.nan,
        p=(beyond + 1) / (permutations + 1),
        excess=excess,
        ami_low=ami_low,
        ami_high=ami_high,
        excess_low=excess_low,
        excess_high=excess_high,
        ami_without=left.ami,
        excess_without=excess_without,
    )


def align_all(
    cluster: ArrayLike,
    labels: Mapping[str, LabelCodes],
    item: ArrayLike,
    *,
    groups: int = 40,
    permutations: int = 1000,
    seed: int = 0,
) -> dict[str, Alignment]:
    """Alignment of clusters with each of several labels, over the same half-samples of items."""
    items, count = dense_codes(item)
    group = item_groups(count, groups, np.random.default_rng([seed, 0]))

    def one(name: str) -> Alignment:
        label = labels[name]
        return align(
            cluster,
            label.codes,
            items,
            by=label.by,
            stratum=label.stratum,
            group=group,
            rng=np.random.default_rng([seed, 1, zlib.crc32(name.encode())]),
            permutations=permutations,
        )

    return {name: one(name) for name in labels}


def shared_samples(labels: Mapping[str, LabelCodes], item: ArrayLike) -> BoolArray:
    """Samples on which labels can be compared: under its null, each of the labels can change.

    Parameters
    ----------
    labels, item
        As `align_all`.

    Returns
    -------
    ndarray of bool
        Shape (n,). Leaving some samples out can fix the label of others; it is repeated until
        nothing changes.

    How it misleads
    ---------------
    It can be a small and special part of the pool: items that several models failed are the harder
    ones.

    Examples
    --------
    Only the first item was failed by both models:

    >>> model = LabelCodes([0, 1, 0, 1], "sample")
    >>> shared_samples({"model": model}, [1, 1, 2, 3]).tolist()
    [True, True, False, False]
    """
    items = dense_codes(item)[0]
    keep = np.ones(len(items), dtype=bool)
    while True:
        before = int(keep.sum())
        for label in labels.values():
            codes = np.where(keep, np.asarray(label.codes, dtype=np.int64), -1)
            keep = informative(codes, items, label.by, label.stratum)
        if int(keep.sum()) == before:
            return keep


def alignment_difference(
    a: Alignment, b: Alignment, of: Literal["excess", "ami"] = "excess"
) -> Difference:
    """Difference of two alignments of the same clusters, paired over items."""
    value = float(getattr(a, of) - getattr(b, of))
    draws: FloatArray = getattr(a, of + "_without") - getattr(b, of + "_without")
    return Difference(value, *jackknife_interval(value, draws))


def _share(mi: FloatArray, chance: FloatArray, whole: FloatArray) -> FloatArray:
    """(mi - chance) / (whole - chance), NaN where the null leaves nothing to explain."""
    left = whole - chance
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(left > 1e-9, (mi - chance) / left, math.nan)
