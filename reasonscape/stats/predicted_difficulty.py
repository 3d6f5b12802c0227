"""How difficult each completion was to be expected, from the items of the other folds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.additive import fit_additive

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

FOLDS = 5
FIFTHS = 5
JUMP = 0.2
"""Gap in predicted accuracy over which completions are not of equal difficulty."""


def predicted_accuracy(
    good: BoolArray,
    items: IntArray,
    cells: IntArray,
    cell: IntArray,
    n_levels: Sequence[int],
    chance: float,
) -> FloatArray:
    """Accuracy of each completion's cell, by the additive model of the items in other folds.

    Parameters
    ----------
    good
        Whether each completion ended right, shape (n,).
    items
        Number of its item, shape (n,).
    cells, cell
        Levels of each cell, shape (cells, axes), and the cell of each completion, shape (n,).
    n_levels
        Number of levels of each axis.
    chance
        Success rate of guessing.

    Returns
    -------
    ndarray of float64
        Shape (n,); the same for all completions of one cell and fold.

    How it misleads
    ---------------
    It knows of difficulty what the axes tell and what adds up over them.

    Examples
    --------
    >>> cells, cell = np.array([[0], [1]]), np.repeat([0, 1], 20)
    >>> predicted = predicted_accuracy(cell == 0, np.arange(40), cells, cell, [2], 0.0)
    >>> bool(predicted[:20].min() > 0.9), bool(predicted[20:].max() < 0.1)
    (True, True)
    """
    fold = _fold(items)
    predicted = np.empty(len(good))
    for one in range(FOLDS):
        others, mine = fold != one, fold == one
        n = np.bincount(cell[others], minlength=len(cells)).astype(np.float64)
        k = np.bincount(cell[others], good[others], minlength=len(cells))
        if n.sum() == 0:
            predicted[mine] = 0.5
            continue
        fit = fit_additive(k, n, cells, n_levels, chance)
        predicted[mine] = fit.fitted[cell[mine]]
    return predicted


def _fold(items: IntArray) -> IntArray:
    """Fold of each item by a mixed number, so that items in order of difficulty fall evenly."""
    mixed = items.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray((mixed >> np.uint64(33)) % np.uint64(FOLDS), dtype=np.int64)


def fifths(predicted: FloatArray) -> IntArray:
    """Fifths of the completions by predicted accuracy, from 0; equal predictions stay together.

    A fifth that holds both sides of a jump, two neighbouring predictions more than `JUMP` apart, is
    cut there: half of its completions would be easy and half hard. So there may be more than five.

    How it misleads
    ---------------
    Five strata leave about a tenth of the confounding.

    Examples
    --------
    >>> fifths(np.array([0.1, 0.9, 0.3, 0.5, 0.7])).tolist()
    [0, 4, 1, 2, 3]

    The middle fifth of a cliff:

    >>> fifths(np.repeat([0.1, 0.12, 0.14, 0.9, 0.92, 0.94], [4, 4, 2, 2, 4, 4])).tolist()
    [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]
    """
    known, at, count = np.unique(predicted, return_inverse=True, return_counts=True)
    before = np.cumsum(count) - count
    bins = (2 * before + count) * FIFTHS // (2 * len(predicted))
    new = (np.diff(bins) > 0) | (np.diff(known) > JUMP)
    numbered = np.concatenate([[0], np.cumsum(new)])
    return np.asarray(numbered[at.reshape(-1)], dtype=np.int64)
