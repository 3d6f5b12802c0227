"""Cells of two-by-two tables of items and of strata, where a phrase occurs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reasonscape.stats.phrase_layout import FloatArray, IntArray, Layout


@dataclass(frozen=True, slots=True)
class Table:
    """Ends: wrong with the phrase (a), right with it (b), wrong without it (c), right (d)."""

    a: FloatArray
    b: FloatArray
    c: FloatArray
    d: FloatArray


@dataclass(frozen=True, slots=True)
class Cells:
    """Tables of each (phrase, item) and each (phrase, stratum) in which the phrase occurs.

    Attributes
    ----------
    phrase, cluster
        Of each pair of a phrase and an item, by phrase and then by cluster.
    items
        Table of each pair.
    start, size
        Where the pairs of each (phrase, stratum) begin, and how many there are.
    run_phrase, run_stratum
        Of each such run.
    strata
        Table of each run, over all items of the stratum.
    phrases
        How many phrases there are.
    """

    phrase: IntArray
    cluster: IntArray
    items: Table
    start: IntArray
    size: IntArray
    run_phrase: IntArray
    run_stratum: IntArray
    strata: Table
    phrases: int

    def spread(self, of_runs: FloatArray) -> FloatArray:
        """For each pair what its run has."""
        return np.repeat(of_runs, self.size)

    def within(self, of_pairs: FloatArray) -> FloatArray:
        """Sum over the pairs of each run."""
        return _sums(of_pairs, self.start)

    def total(self, of_runs: FloatArray) -> FloatArray:
        """Sum over the runs of each phrase."""
        sums = np.bincount(self.run_phrase, of_runs, self.phrases)
        return sums.astype(np.float64, copy=False)


def cells_of(layout: Layout, rows: IntArray, columns: IntArray, phrases: int) -> Cells:
    """Count the cells.

    Parameters
    ----------
    layout
        The samples.
    rows, columns
        Which sample of the layout's order has which phrase, by phrase and then by row.
    phrases
        How many phrases there are.
    """
    member = layout.cluster[rows]
    pair = _starts(columns, member)
    cluster, phrase = member[pair], columns[pair]
    a = _sums(layout.bad[rows], pair)
    b = np.diff(np.append(pair, len(rows))) - a
    items = Table(a, b, layout.clusters.wrong[cluster] - a, layout.clusters.right[cluster] - b)
    start = _starts(phrase, layout.stratum[cluster])
    stratum = layout.stratum[cluster[start]]
    big_a, big_b = _sums(a, start), _sums(b, start)
    wrong, right = layout.strata.wrong[stratum], layout.strata.right[stratum]
    strata = Table(big_a, big_b, wrong - big_a, right - big_b)
    size = np.diff(np.append(start, len(cluster)))
    return Cells(phrase, cluster, items, start, size, phrase[start], stratum, strata, phrases)


def _starts(outer: IntArray, inner: IntArray) -> IntArray:
    """Where runs of equal pairs begin."""
    if not len(outer):
        return np.zeros(0, dtype=np.int64)
    fresh = (outer[1:] != outer[:-1]) | (inner[1:] != inner[:-1])
    return np.flatnonzero(np.append(True, fresh))


def _sums(values: FloatArray, start: IntArray) -> FloatArray:
    return np.add.reduceat(values, start) if len(start) else np.zeros(0)
