"""Halves of prompts: the easier levels, and those that choose what the others judge."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import numbered

BoolArray = NDArray[np.bool_]


def easier_levels(level: ArrayLike, cluster: ArrayLike | None = None) -> BoolArray:
    """Which prompts lie on the easier side when levels are cut in two.

    Parameters
    ----------
    level
        Level of each prompt, harder = larger, shape (n,).
    cluster
        Item of each prompt; each its own where not given.

    Returns
    -------
    ndarray of bool
        Shape (n,). Levels stay whole; the cut leaves as equal numbers of items on both sides as
        can be, and where two cuts do, the middle level is on the easier side: that side has to
        choose peaks and to judge them. All true with fewer than two levels.

    How it misleads
    ---------------
    What breaks only on the hardest level is diluted by the other levels of its side.

    Examples
    --------
    >>> easier_levels([1, 2, 3, 1, 2, 3]).tolist()
    [True, True, False, True, True, False]
    """
    number = numbered(np.asarray(level))
    if not len(number) or number.max() == 0:
        return np.ones(len(number), dtype=bool)
    if cluster is None:
        count = np.bincount(number)
    else:
        item = numbered(np.asarray(cluster))
        pairs = np.unique(number * (int(item.max()) + 1) + item)
        count = np.bincount(pairs // (int(item.max()) + 1))
    below = np.cumsum(count)[:-1]
    uneven = np.abs(2 * below - count.sum())
    cut = len(uneven) - 1 - int(np.argmin(uneven[::-1]))
    return np.asarray(number <= cut)


def alternating_half(key: ArrayLike, group: ArrayLike) -> BoolArray:
    """Split into halves of equal size within groups by a rule that knows no order of rows.

    Parameters
    ----------
    key
        What rows are dealt by, shape (n,): a hash of the item. Equal keys go together.
    group
        Level of each row, shape (n,); a key in several groups is dealt with its smallest.

    Returns
    -------
    ndarray of bool
        Shape (n,): true for every second key of each group, beginning with the second one.

    How it misleads
    ---------------
    Keys that say something about the prompt (a running number, a length) make unlike halves.

    Examples
    --------
    >>> alternating_half(["f3", "a1", "07", "a1"], [0, 0, 0, 0]).tolist()
    [False, True, False, True]
    """
    names, first, row = np.unique(np.asarray(key), return_index=True, return_inverse=True)
    row = row.reshape(-1)
    number = numbered(np.asarray(group))
    smallest = np.full(len(names), np.iinfo(np.int64).max)
    np.minimum.at(smallest, row, number)
    order = np.lexsort((np.arange(len(first)), smallest))
    begins = np.searchsorted(smallest[order], smallest[order])
    odd = np.empty(len(names), dtype=bool)
    odd[order] = (np.arange(len(order)) - begins) % 2 == 1
    return odd[row]
