"""Items drawn again as wholes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def item_draws(items: int, replicates: int, generator: np.random.Generator) -> FloatArray:
    """How often each item is drawn when as many are drawn as there are, with replacement.

    Parameters
    ----------
    items, replicates
        Sizes, at least 1.
    generator
        Source of randomness.

    Returns
    -------
    ndarray of float64
        Shape (items, R); each column adds up to `items`. One array for two evals on the same
        items keeps them paired.

    Raises
    ------
    ValueError
        If a size is below 1.

    How it misleads
    ---------------
    Items are drawn alike, not within strata: the mix of difficulty varies between draws, as it
    would between samples of items.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap (1993).

    Examples
    --------
    >>> item_draws(5, 3, np.random.default_rng(1)).sum(axis=0).tolist()
    [5.0, 5.0, 5.0]
    """
    if items < 1 or replicates < 1:
        raise ValueError(f"need items and replicates, found {items} and {replicates}")
    drawn = generator.integers(0, items, size=(replicates, items))
    drawn += items * np.arange(replicates)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=items * replicates)
    return np.ascontiguousarray(counts.reshape(replicates, items).T, dtype=np.float64)


def items_drawn(
    item: NDArray[np.int64], items: int, most: int, generator: np.random.Generator
) -> NDArray[np.bool_]:
    """Mark whole items, in a random order, until there are enough samples.

    Parameters
    ----------
    item
        Item of each sample, numbered from 0, shape (n,).
    items
        How many there are.
    most
        Samples to keep, but always an item; all where there are no more than these.
    generator
        Source of randomness.

    Returns
    -------
    ndarray of bool
        Shape (n,).

    How it misleads
    ---------------
    Items of many samples have the same chance to be drawn as others, so shares of samples keep
    their mean and vary more than with samples drawn one by one.

    Examples
    --------
    >>> items_drawn(np.array([0, 0, 1, 1]), 2, 3, np.random.default_rng(0)).sum()
    np.int64(2)
    """
    if len(item) <= most:
        return np.ones(len(item), dtype=bool)
    turn = generator.permutation(items)[item]
    sizes = np.bincount(turn, minlength=items)
    kept = max(int(np.searchsorted(np.cumsum(sizes), most, side="right")), 1)
    return np.asarray(turn < kept)
