"""Share of samples that are marked, with the interval that their repeats leave."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from reasonscape.stats.cluster_scores import numbered
from reasonscape.stats.clusters import anova_rho, effective_size
from reasonscape.stats.proportions import Proportion, wilson_bounds

FEW_MARKED = 10
"""Marked items below which they tell too little of how alike repeats are."""


def clustered_share(which: ArrayLike, cell: ArrayLike, cluster: ArrayLike) -> Proportion:
    """Samples that are marked among all of them, items as clusters within cells.

    Parameters
    ----------
    which
        Whether each sample is marked, shape (n,).
    cell
        Cell of equal difficulty of each sample, shape (n,): cells are fixed, items are drawn.
    cluster
        Item of each sample, shape (n,).

    Returns
    -------
    Proportion
        Wilson's interval on the effective number of samples; NaN and [0, 1] without samples. Where
        fewer than ten items are marked, the repeats are taken to be as alike as if there were one
        more item, marked in all of its repeats.

    Raises
    ------
    ValueError
        If lengths differ.

    How it misleads
    ---------------
    It is the share on these cells: another mix of difficulties has another share.

    References
    ----------
    Wilson, JASA 22 (1927); Donner and Klar, Design and Analysis of Cluster Randomization Trials
    (2000), for the effective number.

    Examples
    --------
    >>> found = clustered_share([True, False] * 10, [0] * 20, range(20))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.5, 0.3, 0.7)
    """
    marked = np.asarray(which, dtype=bool)
    place, item = np.asarray(cell), np.asarray(cluster)
    if not marked.shape == place.shape == item.shape:
        raise ValueError("marks, cells and clusters must agree in length")
    n = len(marked)
    if n == 0:
        return Proportion(float("nan"), 0.0, 1.0, 0.0)
    place, item = numbered(place), numbered(item)
    # An item lies in one cell, unless its own coordinates contradict each other.
    group = numbered(place * (int(item.max()) + 1) + item)
    m = np.bincount(group).astype(np.float64)
    k = np.bincount(group, weights=marked)
    owner = np.zeros(len(m), dtype=np.int64)
    owner[group] = place
    sums = [
        np.bincount(owner, weights=w) for w in (np.ones_like(m), m, k, m**2, k**2 / m)
    ]  # items, samples, marked, sum of m^2, sum of k^2 / m
    rho = anova_rho(*sums)
    trials = float(effective_size(n, (m**2).sum(), len(m), rho))
    if (k > 0.0).sum() < FEW_MARKED:
        usual = float((m**2).sum() / m.sum())
        alike = float(((k**2).sum() + usual**2) / (k.sum() + usual))
        trials = min(trials, n / alike)
    value = float(marked.mean())
    low, high = wilson_bounds(value * trials, trials)
    return Proportion(value, low, high, trials)
