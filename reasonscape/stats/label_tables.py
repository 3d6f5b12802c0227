"""Tables of clusters and one label, with what the label belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.codes import dense_codes, paired_codes
from reasonscape.stats.label_permutation import varies

By = Literal["sample", "answers", "item"]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


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
    def shape(self) -> tuple[int, int]:
        """Clusters and labels."""
        return self.clusters, self.labels

    def counts(self) -> IntArray:
        """Samples by cluster and label, shape (clusters, labels)."""
        code = self.cluster * self.labels + self.label
        return np.bincount(code, minlength=self.clusters * self.labels).reshape(self.shape)

    def without(self, group: IntArray, groups: int) -> IntArray:
        """Tables without the items of each group, shape (groups, clusters, labels)."""
        cells = self.clusters * self.labels
        code = group[self.item] * cells + self.cluster * self.labels + self.label
        parts = np.bincount(code, minlength=groups * cells).reshape(groups, *self.shape)
        return self.counts() - parts


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
        Whether each sample, each set of samples of an item with one label, or each item has a label
        of its own.
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
    if by == "answers":
        unit, count = paired_codes(i, b)
        its_label, its_item = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        its_label[unit], its_item[unit] = b, paired_codes(i, s)[0]
        return LabelTable(c, b, i, unit, its_label, its_item, k, m)
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
    group = strata if by == "item" else paired_codes(items, strata)[0]
    known = labels >= 0
    return known & varies(labels[known], group[known], int(group.max(initial=-1)) + 1)[group]
