"""Tables of clusters and one label: as observed, without some items, with labels dealt again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.codes import dense_codes, paired_codes
from reasonscape.stats.label_permutation import shuffle_within
from reasonscape.stats.mutual_information import table_information

By = Literal["sample", "item"]
BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

GROUPED = 100
"""Dealings that are also evaluated without each group of items. Their mean adds 1 / 100 of the
null's variance to the variance of an excess."""

_CELLS = 1 << 20


@dataclass(frozen=True, slots=True)
class LabelTable:
    """Samples with cluster and label, in an order of their own, so that that of rows is forgotten.

    Attributes
    ----------
    cluster, label, item
        Of each sample, shape (n,); clusters and labels without gaps, from 0 on.
    unit
        What has a label of its own (a sample or an item), of each sample, shape (n,).
    unit_label, unit_set
        Label of each unit, and the set within which labels are dealt, shape (units,).
    clusters, labels
        How many there are.
    """

    cluster: IntArray
    label: IntArray
    item: IntArray
    unit: IntArray
    unit_label: IntArray
    unit_set: IntArray
    clusters: int
    labels: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of many tables."""
        return -1, self.clusters, self.labels

    def counts(self) -> IntArray:
        """Samples by cluster and label, shape (clusters, labels)."""
        code = self.cluster * self.labels + self.label
        return np.bincount(code, minlength=self.clusters * self.labels).reshape(self.shape[1:])

    def without(self, group: IntArray, groups: int) -> IntArray:
        """Tables without the items of each group, shape (groups, clusters, labels)."""
        cells = self.clusters * self.labels
        code = group[self.item] * cells + self.cluster * self.labels + self.label
        parts = np.bincount(code, minlength=groups * cells).reshape(groups, *self.shape[1:])
        return self.counts() - parts


@dataclass(frozen=True, slots=True)
class NullInformation:
    """Mutual information of clusters with labels dealt again.

    Attributes
    ----------
    mi
        Of each dealing, shape (permutations,).
    without
        Mean over dealings without each group of items, shape (groups,).
    informative
        Samples whose label could change.
    """

    mi: FloatArray
    without: FloatArray
    informative: int


def label_table(
    cluster: ArrayLike,
    label: ArrayLike,
    item: ArrayLike,
    by: By,
    stratum: ArrayLike | None = None,
) -> LabelTable:
    """Bring samples that have both cluster and label into one order.

    Parameters
    ----------
    cluster, label
        Integers, -1 where missing, shape (n,).
    item
        Integers, shape (n,).
    by
        Whether each sample or each item has a label of its own.
    stratum
        Labels are dealt only within these, shape (n,).

    Raises
    ------
    ValueError
        If lengths differ, or, by item, a label or stratum differs within an item.

    How it misleads
    ---------------
    Samples without a label are left out, not a label of their own.

    Examples
    --------
    >>> label_table([0, 0, 1, -1], [5, 7, 7, 7], [1, 1, 2, 2], "sample").counts().tolist()
    [[1, 1], [0, 1]]
    """
    clusters, labels, items = (np.asarray(x, dtype=np.int64) for x in (cluster, label, item))
    strata = np.zeros_like(items) if stratum is None else dense_codes(stratum)[0]
    if not clusters.shape == labels.shape == items.shape == strata.shape:
        raise ValueError("clusters, labels, items and strata must agree in length")
    keep = np.flatnonzero((clusters >= 0) & (labels >= 0))
    keep = keep[np.lexsort((strata[keep], labels[keep], clusters[keep], items[keep]))]
    (c, k), (b, m) = dense_codes(clusters[keep]), dense_codes(labels[keep])
    i, s = items[keep], strata[keep]
    if by == "sample":
        return LabelTable(c, b, i, np.arange(len(c)), b, paired_codes(i, s)[0], k, m)
    unit, count = dense_codes(i)
    its_label, its_set = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    its_label[unit], its_set[unit] = b, s
    if np.any(its_label[unit] != b) or np.any(its_set[unit] != s):
        raise ValueError("a label or stratum by item differs within an item")
    return LabelTable(c, b, i, unit, its_label, its_set, k, m)


def informative(
    label: ArrayLike, item: ArrayLike, by: By, stratum: ArrayLike | None = None
) -> BoolArray:
    """Samples whose label can change when labels are dealt again; parameters as `label_table`.

    How it misleads
    ---------------
    That a label can change does not say that much changes with it: in an item that lies in one
    cluster the dealing of labels moves nothing, which is evidence, not the lack of it.

    Examples
    --------
    >>> informative([0, 1, 1, 1], [1, 1, 2, 2], "sample").tolist()
    [True, True, False, False]
    """
    labels, items = np.asarray(label, dtype=np.int64), np.asarray(item, dtype=np.int64)
    strata = np.zeros_like(items) if stratum is None else dense_codes(stratum)[0]
    group = paired_codes(items, strata)[0] if by == "sample" else strata
    known = labels >= 0
    least = np.full(int(group.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    most = np.full(len(least), -1, dtype=np.int64)
    np.minimum.at(least, group[known], labels[known])
    np.maximum.at(most, group[known], labels[known])
    return known & (least < most)[group]


def null_information(
    table: LabelTable,
    group: IntArray,
    groups: int,
    rng: np.random.Generator,
    permutations: int,
) -> NullInformation:
    """Deal labels again, many times.

    Parameters
    ----------
    table
        From `label_table`.
    group
        Group of each item, shape (items,), and in `groups` how many there are.
    rng, permutations
        Source of randomness, and how often to deal.

    How it misleads
    ---------------
    As `shuffle_within`.
    """
    shuffle = shuffle_within(table.unit_label, table.unit_set)
    place = np.full(len(table.unit_label), -1, dtype=np.int64)
    place[shuffle.movable] = np.arange(len(shuffle.movable))
    moves = place[table.unit] >= 0
    source, base = place[table.unit[moves]], table.cluster[moves] * table.labels
    cells = table.clusters * table.labels
    code, part = table.cluster * table.labels + table.label, group[table.item] * cells
    fixed = np.bincount(code[~moves], minlength=cells)
    fixed_parts = np.bincount((part + code)[~moves], minlength=groups * cells)
    part = part[moves]
    mi: FloatArray = np.zeros(permutations)
    without: FloatArray = np.zeros(groups)
    grouped = min(permutations, GROUPED) if groups > 1 else 0
    many, few = (max(_CELLS // max(size, 1), 1) for size in (cells, groups * cells))
    start = 0
    while start < permutations:
        size = min(few, grouped - start) if start < grouped else min(many, permutations - start)
        tables: IntArray = np.zeros((size, cells), dtype=np.int64)
        left: IntArray = np.zeros((size if start < grouped else 0, groups * cells), dtype=np.int64)
        for index in range(size):
            new = base + shuffle.draw(rng)[source]
            tables[index] = fixed + np.bincount(new, minlength=cells)
            if start < grouped:
                parts = fixed_parts + np.bincount(part + new, minlength=groups * cells)
                left[index] = (tables[index] - parts.reshape(groups, cells)).ravel()
        mi[start : start + size] = table_information(tables.reshape(table.shape))[0]
        if start < grouped:
            each = table_information(left.reshape(table.shape))[0]
            without += each.reshape(size, groups).sum(axis=0)
        start += size
    return NullInformation(mi, without / max(grouped, 1), int(moves.sum()))
