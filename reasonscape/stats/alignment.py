"""How strongly clusters follow a label: against a null that respects items, with an interval."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.codes import dense_codes, paired_codes
from reasonscape.stats.expected_information import CLOSE
from reasonscape.stats.half_samples import half_sample_interval, half_samples
from reasonscape.stats.label_permutation import shuffle_within
from reasonscape.stats.mutual_information import information, informations, table_information
from reasonscape.stats.partition_agreement import Purity, purity

By = Literal["sample", "item"]
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
    ami_draws, excess_draws
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
    ami_draws: FloatArray = field(repr=False)
    excess_draws: FloatArray = field(repr=False)


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
    draws: BoolArray,
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
    table = _samples(cluster, label, item, by, stratum)
    found = information(table.counts())
    null = _null(table, draws, rng, permutations)
    halves = informations(null.halves, CLOSE)
    mi = found.mi
    beyond = int((null.mi >= mi - 1e-12).sum())
    null_mean = float(null.mi.mean()) if permutations else math.nan
    excess = float(_share(np.array([mi]), np.array([null_mean]), np.array([found.entropy_a]))[0])
    excess_draws = _share(halves.mi, null.half_mean, halves.entropy_a)
    ami_low, ami_high = half_sample_interval(found.ami, halves.ami)
    excess_low, excess_high = half_sample_interval(excess, excess_draws)
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
        ami_draws=halves.ami,
        excess_draws=excess_draws,
    )


def align_all(
    cluster: ArrayLike,
    labels: Mapping[str, LabelCodes],
    item: ArrayLike,
    *,
    draws: int = 300,
    permutations: int = 1000,
    seed: int = 0,
) -> dict[str, Alignment]:
    """Alignment of clusters with each of several labels, over the same half-samples of items."""
    items, count = dense_codes(item)
    member = half_samples(count, draws, np.random.default_rng([seed, 0]))
    return {
        name: align(
            cluster,
            label.codes,
            items,
            by=label.by,
            stratum=label.stratum,
            draws=member,
            rng=np.random.default_rng([seed, 1, zlib.crc32(name.encode())]),
            permutations=permutations,
        )
        for name, label in labels.items()
    }


def alignment_difference(
    a: Alignment, b: Alignment, of: Literal["excess", "ami"] = "excess"
) -> Difference:
    """Difference of two alignments of the same clusters, paired over items."""
    value = float(getattr(a, of) - getattr(b, of))
    draws: FloatArray = getattr(a, of + "_draws") - getattr(b, of + "_draws")
    return Difference(value, *half_sample_interval(value, draws))


@dataclass(frozen=True, slots=True)
class _Samples:
    """Samples in an order of their own, with the units that labels are dealt among."""

    cluster: IntArray
    label: IntArray
    item: IntArray
    unit: IntArray
    group: IntArray
    unit_label: IntArray
    clusters: int
    labels: int

    def counts(self) -> IntArray:
        code = self.cluster * self.labels + self.label
        flat = np.bincount(code, minlength=self.clusters * self.labels)
        return flat.reshape(self.clusters, self.labels)


def _samples(
    cluster: ArrayLike, label: ArrayLike, item: ArrayLike, by: By, stratum: ArrayLike | None
) -> _Samples:
    clusters, labels, items = (np.asarray(x, dtype=np.int64) for x in (cluster, label, item))
    strata = np.zeros_like(items) if stratum is None else dense_codes(stratum)[0]
    if not clusters.shape == labels.shape == items.shape == strata.shape:
        raise ValueError("clusters, labels, items and strata must agree in length")
    keep = np.flatnonzero((clusters >= 0) & (labels >= 0))
    keep = keep[np.lexsort((strata[keep], labels[keep], clusters[keep], items[keep]))]
    (c, k), (b, m), i = dense_codes(clusters[keep]), dense_codes(labels[keep]), items[keep]
    s = strata[keep]
    if by == "sample":
        return _Samples(c, b, i, np.arange(len(c)), paired_codes(i, s)[0], b, k, m)
    unit, count = dense_codes(i)
    group, unit_label = (np.zeros(count, dtype=np.int64) for _ in range(2))
    group[unit], unit_label[unit] = s, b
    if np.any(group[unit] != s) or np.any(unit_label[unit] != b):
        raise ValueError("a label or stratum by item differs within an item")
    return _Samples(c, b, i, unit, group, unit_label, k, m)


@dataclass(frozen=True, slots=True)
class _Null:
    mi: FloatArray
    half_mean: FloatArray
    halves: IntArray
    informative: int


def _null(table: _Samples, member: BoolArray, rng: np.random.Generator, permutations: int) -> _Null:
    """Tables of dealt labels, on all items and on one pair of halves each."""
    draws, cells = len(member), table.clusters * table.labels
    if 2 * permutations < draws:
        raise ValueError("need at least one permutation for each pair of half-samples")
    shuffle = shuffle_within(table.unit_label, table.group)
    place = np.full(len(table.unit_label), -1, dtype=np.int64)
    place[shuffle.movable] = np.arange(len(shuffle.movable))
    moves = place[table.unit] >= 0
    source, base = place[table.unit[moves]], table.cluster[moves] * table.labels
    code = table.cluster * table.labels + table.label
    fixed = np.bincount(code[~moves], minlength=cells)
    pairs = draws // 2
    inside = [member[2 * j][table.item] for j in range(pairs)]
    halves: IntArray = np.zeros((draws, cells), dtype=np.int64)
    still: IntArray = np.zeros((pairs, cells), dtype=np.int64)
    for j, chosen in enumerate(inside):
        halves[2 * j] = np.bincount(code[chosen], minlength=cells)
        still[j] = np.bincount(code[chosen & ~moves], minlength=cells)
    halves[1::2] = np.bincount(code, minlength=cells) - halves[0::2]
    inside = [chosen[moves] for chosen in inside]
    dealt: IntArray = np.zeros((permutations, cells), dtype=np.int64)
    first: IntArray = np.zeros((permutations if pairs else 0, cells), dtype=np.int64)
    for index in range(permutations):
        new = base + shuffle.draw(rng)[source]
        dealt[index] = fixed + np.bincount(new, minlength=cells)
        if pairs:
            j = index % pairs
            first[index] = still[j] + np.bincount(new[inside[j]], minlength=cells)
    shape = (-1, table.clusters, table.labels)
    half_mean: FloatArray = np.zeros(draws)
    if pairs:
        each = np.arange(permutations) % pairs
        times = np.bincount(each, minlength=pairs)
        for side, tables in enumerate((first, dealt - first)):
            values = table_information(tables.reshape(shape))[0]
            half_mean[side::2] = np.bincount(each, values, minlength=pairs) / times
    mi = table_information(dealt.reshape(shape))[0]
    return _Null(mi, half_mean, halves.reshape(shape), int(moves.sum()))


def _share(mi: FloatArray, chance: FloatArray, whole: FloatArray) -> FloatArray:
    """(mi - chance) / (whole - chance), NaN where the null leaves nothing to explain."""
    left = whole - chance
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(left > 1e-9, (mi - chance) / left, math.nan)
