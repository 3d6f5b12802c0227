"""Mutual information of clusters with a label that is dealt again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.label_permutation import shuffle_within, varies
from reasonscape.stats.label_tables import LabelTable
from reasonscape.stats.mutual_information import table_information

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

GROUPED = 100
"""Dealings that are also evaluated without each group of items. Their mean adds 1 / 100 of the
null's variance to the variance of an excess."""

_CELLS = 1 << 20


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
    sets, own = int(table.unit_set.max(initial=-1)) + 1, table.unit_set[table.unit]
    # Where a set lies in one cluster, dealing its labels again changes no table.
    worth = np.flatnonzero(varies(table.cluster, own, sets)[table.unit_set])
    shuffle = shuffle_within(table.unit_label[worth], table.unit_set[worth])
    place = np.full(len(table.unit_label), -1, dtype=np.int64)
    place[worth[shuffle.movable]] = np.arange(len(shuffle.movable))
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
        mi[start : start + size] = table_information(tables.reshape(size, *table.shape))[0]
        if start < grouped:
            each = table_information(left.reshape(size * groups, *table.shape))[0]
            without += each.reshape(size, groups).sum(axis=0)
        start += size
    can = varies(table.label, own, sets)[own]
    return NullInformation(mi, without / max(grouped, 1), int(can.sum()))
