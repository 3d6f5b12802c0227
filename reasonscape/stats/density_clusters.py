"""Vectors into groups by density: what lies in no dense place is in no group."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from reasonscape.stats.kmeans import Partition, by_size, checked_table, one_thread

DIMENSIONS: Final = 10
"""Leading dimensions in which density is estimated: in many more all distances are alike."""


def hdbscan(x: ArrayLike, min_size: int, seed: int) -> Partition:
    """Groups of at least a size that stand out by density.

    Parameters
    ----------
    x
        Vectors, shape (n, d); of more than ``DIMENSIONS`` the leading principal components.
    min_size
        Vectors of the smallest group, at least 2.
    seed
        Of the principal components.

    Returns
    -------
    Partition
        -1 for what is in no group.

    Raises
    ------
    ValueError
        If x is no table of finite numbers, or the size is less than 2.

    How it misleads
    ---------------
    Much of a thin cloud is in no group, and the size decides how much: say it with every share.
    Equal vectors are infinitely dense.

    References
    ----------
    Campello, Moulavi and Sander, PAKDD (2013).
    """
    table = checked_table(x)
    if min_size < 2:
        raise ValueError(f"groups of {min_size} were asked for")
    if len(table) <= min_size:
        return Partition(np.full(len(table), -1, dtype=np.int64), table[:0], 0.0)
    from sklearn.cluster import HDBSCAN
    from sklearn.decomposition import PCA

    with one_thread():
        near = table
        if min(table.shape) > DIMENSIONS and np.ptp(table, axis=0).any():
            near = PCA(DIMENSIONS, random_state=seed).fit_transform(table)
        label = HDBSCAN(min_cluster_size=min_size, copy=True, n_jobs=1).fit_predict(near)
    groups = int(label.max(initial=-1)) + 1
    centres = [table[label == one].mean(axis=0) for one in range(groups)]
    inside = label >= 0
    stacked = np.array(centres).reshape(groups, table.shape[1])
    inertia = float(((table[inside] - stacked[label[inside]]) ** 2).sum())
    return by_size(label, stacked, inertia)
