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


def one_of_each(
    item: NDArray[np.int64], most: int, generator: np.random.Generator
) -> NDArray[np.intp]:
    """Draw one sample of every item, of no more items than asked for.

    Parameters
    ----------
    item
        Item of each sample, shape (n,).
    most
        Items to draw.
    generator
        Source of randomness.

    Returns
    -------
    ndarray of intp
        Places of the samples, rising.

    How it misleads
    ---------------
    What an item's other samples say is not looked at: draw again with another generator.

    Examples
    --------
    >>> one_of_each(np.array([4, 4, 9, 9]), 5, np.random.default_rng(0)).tolist()
    [0, 2]
    """
    order = generator.permutation(len(item))
    first = order[np.unique(item[order], return_index=True)[1]]
    return np.sort(generator.permutation(first)[:most])
