"""How far a share falls from the easy levels of an axis to the hard ones, without a curve."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.item_share import Items, item_share
from reasonscape.stats.proportions import Proportion
from reasonscape.stats.tails import normal_above

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ShareDifference:
    """A share less another one, with its interval and the one-sided p of a difference above 0."""

    value: float
    low: float
    high: float
    p_above: float


@dataclass(frozen=True, slots=True)
class LevelFall:
    """Easy levels against hard ones.

    Attributes
    ----------
    easy, hard
        Shares of the easiest and of the hardest third of the samples, whole levels.
    difference
        Easy less hard.
    levels
        Share of each level, NaN where it is empty, shape (levels,).
    jump
        Largest drop from a level to the next one that has samples; NaN with fewer than two.
    before, after
        The two levels of that drop; -1 where there is none.
    """

    easy: Proportion
    hard: Proportion
    difference: ShareDifference
    levels: FloatArray
    jump: float
    before: int
    after: int


def share_difference(first: Proportion, second: Proportion) -> ShareDifference:
    """The first share less the second, independent of each other.

    Parameters
    ----------
    first, second
        Shares with their intervals, of one level of coverage.

    Returns
    -------
    ShareDifference
        Newcombe's interval from the two, and a pooled score test with Yates's correction; NaN, -1,
        1 and a p of 1 where either has no trials.

    How it misleads
    ---------------
    Paired shares, as of two evals on the same items, are known better than this says.

    References
    ----------
    Newcombe, Statistics in Medicine 17 (1998), method 10.

    Examples
    --------
    >>> sides = Proportion(0.9, 0.8, 0.95, 50.0), Proportion(0.5, 0.37, 0.63, 50.0)
    >>> found = share_difference(*sides)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2), found.p_above < 0.001
    (0.4, 0.24, 0.54, True)
    """
    if first.trials <= 0.0 or second.trials <= 0.0:
        return ShareDifference(math.nan, -1.0, 1.0, 1.0)
    value = first.value - second.value
    low = value - math.hypot(first.value - first.low, second.high - second.value)
    high = value + math.hypot(first.high - first.value, second.value - second.low)
    total = first.trials + second.trials
    pooled = (first.value * first.trials + second.value * second.trials) / total
    inverse = 1.0 / first.trials + 1.0 / second.trials
    error = math.sqrt(pooled * (1.0 - pooled) * inverse)
    p = normal_above((value - 0.5 * inverse) / error) if error > 0.0 else 1.0
    return ShareDifference(value, low, high, p)


def thirds(count: ArrayLike) -> tuple[int, int]:
    """Levels that make the first third and the last: the first ``a``, and from ``b`` on.

    How it misleads
    ---------------
    Levels go whole, so a level that holds most of the samples makes its side larger.

    Examples
    --------
    >>> thirds([10, 10, 10, 10, 10, 10]), thirds([5, 50, 5])
    ((2, 4), (1, 2))
    """
    size = np.asarray(count, dtype=np.float64)
    share = np.cumsum(size) / max(float(size.sum()), 1.0)
    levels = len(size)
    first = int(np.searchsorted(share, 1.0 / 3.0 - 1e-9)) + 1
    last = levels - int(np.searchsorted(np.cumsum(size[::-1]) / max(float(size.sum()), 1.0),
                                        1.0 / 3.0 - 1e-9)) - 1  # fmt: skip
    # A level in the middle that both sides reach belongs to neither, unless nothing else is left.
    if last < first:
        middle = max(min(first - 1, levels - 1), 1)
        first, last = (middle, middle) if last <= 0 or first >= levels else (last, first)
        first, last = max(first, 1), min(max(last, first), levels - 1)
    return first, last


def level_fall(right: ArrayLike, level: ArrayLike, items: Items, levels: int) -> LevelFall:
    """Contrast the easiest third of the samples with the hardest, and find the largest drop.

    Parameters
    ----------
    right
        Whether each sample has the property, shape (n,).
    level
        Level of each, 0 the easiest, shape (n,); a sample at ``levels`` or beyond is left out.
    items
        Their items, with the cells of equal difficulty these lie in.
    levels
        Number of levels.

    How it misleads
    ---------------
    Two axes that move together both fall, whichever is the cause. The largest drop of a straight
    slope is chance: it counts as a step only where it is most of the whole fall.

    References
    ----------
    Cox, JASA 52 (1957), for thirds in place of a trend.

    Examples
    --------
    >>> from reasonscape.stats.item_share import items_of
    >>> right, level = [1, 1, 1, 1, 0, 0], [0, 0, 1, 1, 2, 2]
    >>> found = level_fall(right, level, items_of(range(6), level), 3)
    >>> found.difference.value, found.jump, found.before, found.after
    (1.0, 1.0, 1, 2)
    """
    good, at = np.asarray(right, dtype=bool), np.asarray(level, dtype=np.int64)
    if not good.shape == at.shape == items.item.shape:
        raise ValueError("outcomes, levels and items must agree in length")
    n = np.bincount(at, minlength=levels)[:levels].astype(np.float64)
    k = np.bincount(at[good], minlength=levels)[:levels]
    share = np.where(n > 0, k / np.maximum(n, 1.0), np.nan)
    known = np.flatnonzero(n > 0)
    empty = Proportion(math.nan, 0.0, 1.0, 0.0)
    if len(known) < 2:
        return LevelFall(empty, empty, share_difference(empty, empty), share, math.nan, -1, -1)
    first, last = thirds(n[known])
    hard = (at >= known[last]) & (at < levels)
    sides = [item_share(good, items, keep) for keep in (at <= known[first - 1], hard)]
    drops = share[known[:-1]] - share[known[1:]]
    largest = int(np.argmax(drops))
    return LevelFall(
        easy=sides[0],
        hard=sides[1],
        difference=share_difference(*sides),
        levels=share,
        jump=float(drops[largest]),
        before=int(known[largest]),
        after=int(known[largest + 1]),
    )
