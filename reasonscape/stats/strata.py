"""Strata of equal difficulty, within which right and wrong completions may be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.additive import fit_additive

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

FOLDS = 5
FIFTHS = 5
ENOUGH = 0.5
"""Share of the rarer outcome's samples that must lie in informative strata."""


@dataclass(frozen=True, slots=True)
class Strata:
    """Strata of the samples of one (eval, task).

    Attributes
    ----------
    stratum
        Stratum of each sample, numbered from 0, shape (n,).
    kind
        ``cells``: all axes together; ``fifths`` of predicted difficulty; ``whole``: there is no
        axis. An item with both outcomes is a stratum of its own in each kind.
    informative
        Share of the rarer outcome's samples that lie in strata with both outcomes; 0 where one
        outcome is missing.
    n_strata, n_informative
        Strata, and those with both outcomes.
    group
        The cell or the fifth of each sample, from 0, shape (n,): as ``stratum``, but mixed items
        stay with the others of their difficulty.
    """

    stratum: IntArray
    kind: Literal["cells", "fifths", "whole"]
    informative: float
    n_strata: int
    n_informative: int
    group: IntArray


def difficulty_strata(
    right: ArrayLike,
    item: ArrayLike,
    coords: ArrayLike,
    n_levels: Sequence[int],
    chance: float = 0.0,
) -> Strata:
    """Put completions of equal difficulty together.

    Strata are the cells over all axes, and an item with right and wrong repeats is its own. If
    fewer than half of the rarer outcome's samples then lie in strata with both outcomes, cells
    make way for fifths of predicted difficulty: each sample's by the additive model of accuracy,
    fitted on the items of the other four of five folds.

    Parameters
    ----------
    right
        Whether each completion ended right, shape (n,).
    item
        Number of its item, shape (n,).
    coords
        Its level along each axis, from 0, shape (n, axes).
    n_levels
        Number of levels of each axis.
    chance
        Success rate of guessing.

    Returns
    -------
    Strata

    Raises
    ------
    ValueError
        If shapes disagree.

    How it misleads
    ---------------
    Within a cell items still differ: what is left of difficulty there goes with length and with
    failure alike, most of all where bins are wide or fifths stand in for cells. Only items that
    are their own strata compare like with like.

    References
    ----------
    Rosenbaum and Rubin, Biometrika 70 (1983), for strata of a predicted score; Cochran, Biometrics
    24 (1968), for five of them.

    Examples
    --------
    The third item has both outcomes; the others share a cell.

    >>> strata = difficulty_strata([1, 0, 1, 0], [0, 1, 2, 2], [[0]] * 4, [1])
    >>> strata.stratum.tolist(), strata.kind, strata.informative
    ([0, 0, 1, 1], 'cells', 1.0)
    """
    good = np.asarray(right, dtype=bool)
    items = np.unique(np.asarray(item, dtype=np.int64), return_inverse=True)[1].reshape(-1)
    levels = np.asarray(coords, dtype=np.int64).reshape(len(good), len(n_levels))
    if items.shape != good.shape:
        raise ValueError(f"{len(good)} outcomes for {len(items)} items")
    if not len(good):
        return Strata(np.zeros(0, np.int64), "whole", 0.0, 0, 0, np.zeros(0, np.int64))
    cells, cell = np.unique(levels, axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    mixed = _mixed(good, items)
    found = _strata(good, cell, items, mixed, "cells" if len(n_levels) else "whole")
    if found.informative >= ENOUGH or len(cells) < 2 or good.all() or not good.any():
        return found
    predicted = _predicted(good, items, cells, cell, n_levels, chance)
    fifths = _strata(good, _fifths(predicted), items, mixed, "fifths")
    return fifths if fifths.informative > found.informative else found


def _mixed(good: BoolArray, items: IntArray) -> BoolArray:
    """Which samples belong to an item with both outcomes."""
    n = np.bincount(items)
    k = np.bincount(items, good)
    return np.asarray(((k > 0) & (k < n))[items])


def _strata(
    good: BoolArray,
    group: IntArray,
    items: IntArray,
    mixed: BoolArray,
    kind: Literal["cells", "fifths", "whole"],
) -> Strata:
    key = np.where(mixed, group.max() + 1 + items, group)
    names, stratum = np.unique(key, return_inverse=True)
    stratum = stratum.reshape(-1).astype(np.int64)
    n = np.bincount(stratum)
    k = np.bincount(stratum, good)
    both = (k > 0) & (k < n)
    rarer = k if 2 * k.sum() <= n.sum() else n - k
    share = float(rarer[both].sum() / rarer.sum()) if rarer.sum() else 0.0
    return Strata(stratum, kind, share, len(names), int(both.sum()), group)


def _predicted(
    good: BoolArray,
    items: IntArray,
    cells: IntArray,
    cell: IntArray,
    n_levels: Sequence[int],
    chance: float,
) -> FloatArray:
    """Accuracy of each sample's cell by the model of the items in the other folds."""
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


def _fifths(predicted: FloatArray) -> IntArray:
    """Fifths of the samples by predicted accuracy; equal predictions stay together."""
    _, at, count = np.unique(predicted, return_inverse=True, return_counts=True)
    before = np.cumsum(count) - count
    bins = (2 * before + count) * FIFTHS // (2 * len(predicted))
    return np.asarray(bins[at.reshape(-1)], dtype=np.int64)
