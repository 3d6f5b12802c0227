"""Shares of samples with the interval that their repeats leave."""

from __future__ import annotations

import numpy as np

from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED
from reasonscape.lenses.compression.traces import BoolArray, Traces
from reasonscape.stats.cluster_scores import numbered
from reasonscape.stats.clusters import anova_rho, effective_size
from reasonscape.stats.proportions import Proportion, wilson_bounds


def share(which: BoolArray, traces: Traces) -> Proportion:
    """Samples that are marked among all of them, items as clusters within cells.

    Where fewer than ten items are marked, they tell too little of how alike repeats are: then as if
    there were one more item, marked in all of its repeats.
    """
    n = len(which)
    if n == 0:
        return Proportion(float("nan"), 0.0, 1.0, 0.0)
    cell = numbered(traces.cell)
    # An item lies in one cell, unless its own coordinates contradict each other.
    group = numbered(cell * (int(traces.item.max()) + 1) + traces.item)
    m = np.bincount(group).astype(np.float64)
    k = np.bincount(group, weights=which)
    owner = np.zeros(len(m), dtype=np.int64)
    owner[group] = cell
    sums = [
        np.bincount(owner, weights=w) for w in (np.ones_like(m), m, k, m**2, k**2 / m)
    ]  # items, samples, marked, sum of m^2, sum of k^2 / m
    rho = anova_rho(*sums)
    # One number for the task: its cells are fixed, its items are drawn.
    trials = float(effective_size(n, (m**2).sum(), len(m), rho))
    if (k > 0.0).sum() < MIN_ITEMS_CLAIMED:
        usual = float((m**2).sum() / m.sum())
        alike = float(((k**2).sum() + usual**2) / (k.sum() + usual))
        trials = min(trials, n / alike)
    value = float(which.mean())
    low, high = wilson_bounds(value * trials, trials)
    return Proportion(value, low, high, trials)
