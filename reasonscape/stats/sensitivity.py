"""How much each axis of a surface matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.additive import subset_deviances
from reasonscape.stats.additive_likelihood import additive_table

FloatArray = NDArray[np.float64]

MAX_AXES = 5


@dataclass(frozen=True, slots=True)
class ExplainedDeviance:
    """How the deviance that an additive model explains divides among its axes.

    Attributes
    ----------
    share
        Share of each axis, shape (axes,); sums to 1, or zeros where nothing is explained.
    explained
        Share of the deviance between cells that the whole additive model explains, in [0, 1].
    last
        Deviance that each axis explains beyond all others, shape (axes,).
    df
        Levels with samples minus one, shape (axes,).
    p
        Likelihood-ratio p-value of each axis beyond all others, shape (axes,); NaN where an axis
        has one level.
    """

    share: FloatArray
    explained: float
    last: FloatArray
    df: NDArray[np.int64]
    p: FloatArray


def explained_deviance(
    k: ArrayLike,
    n: ArrayLike,
    coords: ArrayLike,
    n_levels: Sequence[int],
    chance: ArrayLike = 0.0,
) -> ExplainedDeviance:
    """Divide the explained deviance among axes, averaged over all orders of entry.

    Parameters
    ----------
    k, n, coords, n_levels, chance
        As `reasonscape.stats.additive.fit_additive`; at most five axes.

    Returns
    -------
    ExplainedDeviance

    Raises
    ------
    ValueError
        With more than five axes, or input that `fit_additive` refuses.

    How it misleads
    ---------------
    Shares say what matters over the levels that were asked: a wider range gives an axis more. An
    axis with many levels gets about one unit of deviance a level for nothing, so with few samples
    look at ``p`` and ``explained`` before reading ``share``. Axes that vary together divide what
    either could explain.

    References
    ----------
    Lindeman, Merenda and Gold (1980); Groemping, The American Statistician 61 (2007).

    Examples
    --------
    >>> coords = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> parts = explained_deviance([19, 10, 18, 9], [20] * 4, coords, [2, 2])
    >>> parts.share.round(2).tolist(), parts.p.round(4).tolist()
    ([0.01, 0.99], [0.5753, 0.0])
    """
    table = additive_table(k, n, coords, n_levels, chance)
    axes = len(n_levels)
    if axes > MAX_AXES:
        raise ValueError(f"at most {MAX_AXES} axes, found {axes}")
    subsets = [s for size in range(axes + 1) for s in combinations(range(axes), size)]
    deviance = dict(zip(subsets, subset_deviances(table, subsets).tolist(), strict=True))
    everything = tuple(range(axes))
    drop = np.array([_average_drop(axis, axes, deviance) for axis in range(axes)])
    total = deviance[()] - deviance[everything]
    last = np.array(
        [
            max(deviance[tuple(b for b in everything if b != axis)] - deviance[everything], 0.0)
            for axis in range(axes)
        ]
    )
    seen = table.coords[table.n > 0.0]
    df = np.array([max(len(np.unique(seen[:, a])) - 1, 0) for a in range(axes)], dtype=np.int64)
    drop = np.where(df > 0, np.maximum(drop, 0.0), 0.0)
    share = drop / drop.sum() if total > 1e-6 and drop.sum() > 0.0 else np.zeros(axes)
    explained = min(max(total / deviance[()], 0.0), 1.0) if deviance[()] > 1e-6 else 0.0
    return ExplainedDeviance(share, explained, last, df, _chi_square_tail(last, df))


def sensitivity(
    k: ArrayLike,
    n: ArrayLike,
    coords: ArrayLike,
    n_levels: Sequence[int],
    chance: ArrayLike = 0.0,
) -> FloatArray:
    """Share of each axis in the explained deviance: ``explained_deviance(...).share``.

    How it misleads
    ---------------
    As `explained_deviance`, whose p-values say whether the shares mean anything.

    Examples
    --------
    >>> coords = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> sensitivity([9, 1, 9, 1], [10] * 4, coords, [2, 2]).round(9).tolist()
    [0.0, 1.0]
    """
    return explained_deviance(k, n, coords, n_levels, chance).share


def _average_drop(axis: int, axes: int, deviance: dict[tuple[int, ...], float]) -> float:
    others = [other for other in range(axes) if other != axis]
    total = 0.0
    for size in range(axes):
        weight = factorial(size) * factorial(axes - 1 - size) / factorial(axes)
        for before in combinations(others, size):
            joined = tuple(sorted((*before, axis)))
            total += weight * (deviance[before] - deviance[joined])
    return total


def _chi_square_tail(statistic: FloatArray, df: NDArray[np.int64]) -> FloatArray:
    from scipy.special import chdtrc

    tail = chdtrc(np.maximum(df, 1).astype(np.float64), statistic)
    return np.asarray(np.where(df > 0, tail, np.nan), dtype=np.float64)
