"""Strata of equal difficulty, within which right and wrong completions may be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.additive import subset_deviances
from reasonscape.stats.additive_likelihood import additive_table
from reasonscape.stats.predicted_difficulty import fifths, predicted_accuracy

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

ENOUGH = 0.5
"""Share of the rarer outcome's samples that must lie in informative strata."""

NEARLY_ALL = 0.9
"""Share of what the best set of axes explains that another must explain to stand in for it."""

Kind = Literal["cells", "fewer_axes", "fifths", "whole"]


@dataclass(frozen=True, slots=True)
class Strata:
    """Strata of the samples of one (eval, task).

    Attributes
    ----------
    stratum
        Stratum of each sample, numbered from 0, shape (n,).
    kind
        ``cells``: all axes together; ``fewer_axes``: cells over those that explain most; ``fifths``
        of predicted difficulty; ``whole``: there is no axis. An item with both outcomes is a
        stratum of its own in each kind.
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
    kind: Kind
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
    fewer than half of the rarer outcome's samples then lie in strata with both outcomes, axes that
    say little are left out: of the sets of axes whose cells are informative, the one that explains
    most of accuracy, if that is nine tenths of what any set explains. Each level has to pay for
    itself, lest an axis of many levels seem to explain what its few items are by chance. Else
    cells make way for fifths of predicted difficulty: each sample's by the additive model of
    accuracy over the axes that explain most, fitted on the items of the other four of five folds.

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
    Akaike, IEEE Transactions on Automatic Control 19 (1974), for what a level must pay;
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
    subsets, worth = _worth_of_axes(good, items, cells, cell, n_levels, chance)
    fewer = _fewer_axes(good, items, mixed, cells, cell, subsets, worth)
    if fewer is not None:
        return fewer
    # An axis that says nothing would only add noise to what is predicted.
    best = list(subsets[int(np.argmax(worth))])
    sizes = [n_levels[axis] for axis in best]
    predicted = predicted_accuracy(good, items, cells[:, best], cell, sizes, chance)
    by_fifths = _strata(good, fifths(predicted), items, mixed, "fifths")
    return by_fifths if by_fifths.informative > found.informative else found


def _worth_of_axes(
    good: BoolArray,
    items: IntArray,
    cells: IntArray,
    cell: IntArray,
    n_levels: Sequence[int],
    chance: float,
) -> tuple[list[tuple[int, ...]], FloatArray]:
    """Every set of axes, and what it explains of accuracy beyond what chance would, by items.

    An axis of many levels fits its few items each, so a level has to pay for itself (Akaike's
    criterion, the deviance taken on as many independent samples as there are).
    """
    axes = range(len(n_levels))
    subsets = [s for size in range(len(n_levels) + 1) for s in combinations(axes, size)]
    n = np.bincount(cell).astype(np.float64)
    table = additive_table(np.bincount(cell, good), n, cells, n_levels, chance)
    deviance = subset_deviances(table, subsets)
    terms = np.array([sum(len(np.unique(cells[:, a])) - 1 for a in s) for s in subsets])
    fitted = predicted_accuracy(good, items, cells, cell, n_levels, chance)
    alike = _repeats_alike(good, items, fitted)
    return subsets, (deviance[0] - deviance) / alike - 2.0 * terms


def _repeats_alike(good: BoolArray, items: IntArray, fitted: FloatArray) -> float:
    """Samples that one independent sample takes: spread of items about what is predicted."""
    m = np.bincount(items).astype(np.float64)
    share = np.clip(fitted, 0.02, 0.98)
    left = np.bincount(items, good - share)
    spread = np.bincount(items, share * (1.0 - share))
    largest = float((m**2).sum() / m.sum())
    return float(np.clip((left**2 / spread).mean(), 1.0, largest))


def _fewer_axes(
    good: BoolArray,
    items: IntArray,
    mixed: BoolArray,
    cells: IntArray,
    cell: IntArray,
    subsets: Sequence[tuple[int, ...]],
    worth: FloatArray,
) -> Strata | None:
    """Cells over the axes that explain most among those that inform; None where they miss much.

    The last of the sets is that of all axes, whose cells are known not to inform.
    """
    for place in np.argsort(-worth[:-1], kind="stable"):
        if worth[place] < NEARLY_ALL * worth.max():
            return None
        coarse = np.unique(cells[:, list(subsets[place])], axis=0, return_inverse=True)[1]
        found = _strata(good, coarse.reshape(-1)[cell], items, mixed, "fewer_axes")
        if found.informative >= ENOUGH:
            return found
    return None


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
    kind: Kind,
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
