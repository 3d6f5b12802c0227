"""Do cells of a grid scatter more than two axes and sampling explain? A test without a fit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.tails import chi_square_above

FloatArray = NDArray[np.float64]

_MEDIAN_OF_SQUARE = 0.4549364
"""Median of a squared standard normal value."""


@dataclass(frozen=True, slots=True)
class GridScatter:
    """Scatter of cells beyond the axes.

    Attributes
    ----------
    spread
        Standard deviation of a cell beyond what the axes and sampling explain; NaN without four
        neighbours anywhere.
    p
        Of no such scatter, from contrasts that share no cell.
    contrasts, tested
        Contrasts of four neighbours, and those among them that share no cell.
    """

    spread: float
    p: float
    contrasts: int
    tested: int


def grid_scatter(
    share: ArrayLike, variance: ArrayLike, x: ArrayLike, y: ArrayLike, layer: ArrayLike
) -> GridScatter:
    """Contrast each four neighbours: a - b - c + d is 0 wherever the effects of two axes add up.

    Parameters
    ----------
    share, variance
        Share of each cell and the variance that sampling gives it, shape (cells,).
    x, y
        Its level along two axes, from 0, shape (cells,).
    layer
        Its place along all other axes, shape (cells,): neighbours lie in one layer.

    Returns
    -------
    GridScatter
        The spread is from the median of the squared contrasts: an edge that runs across the grid,
        as that of a cliff along both axes, is in few of them.

    How it misleads
    ---------------
    A steep slope along both axes at once is not additive in shares, and looks like scatter.

    References
    ----------
    Tukey, Biometrics 5 (1949), for what does not add up.

    Examples
    --------
    >>> grid_scatter([0.9, 0.1, 0.1, 0.9], [0.01] * 4, [0, 0, 1, 1], [0, 1, 0, 1], [0] * 4).p < 0.01
    True
    """
    value, noise = np.asarray(share, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    first, second, of = (np.asarray(v, dtype=np.int64) for v in (x, y, layer))
    if not value.shape == noise.shape == first.shape == second.shape == of.shape:
        raise ValueError("cells must have one share, variance, level and layer each")
    if not len(value):
        return GridScatter(math.nan, 1.0, 0, 0)
    layers = np.unique(of, return_inverse=True)[1].reshape(-1)
    shape = (int(layers.max()) + 1, int(first.max()) + 1, int(second.max()) + 1)
    table, spread = np.full(shape, np.nan), np.full(shape, np.nan)
    table[layers, first, second] = value
    spread[layers, first, second] = noise
    contrast = table[:, :-1, :-1] - table[:, 1:, :-1] - table[:, :-1, 1:] + table[:, 1:, 1:]
    sums = spread[:, :-1, :-1] + spread[:, 1:, :-1] + spread[:, :-1, 1:] + spread[:, 1:, 1:]
    known = np.isfinite(contrast) & (sums > 0.0)
    if not known.any():
        return GridScatter(math.nan, 1.0, 0, 0)
    beyond = float(np.median(contrast[known] ** 2)) / _MEDIAN_OF_SQUARE
    excess = (beyond - float(np.median(sums[known]))) / 4.0
    apart = known[:, ::2, ::2]
    ratio = np.where(apart, contrast[:, ::2, ::2] ** 2 / np.where(apart, sums[:, ::2, ::2], 1.0), 0)
    tested = int(apart.sum())
    return GridScatter(
        spread=math.sqrt(max(excess, 0.0)),
        p=chi_square_above(float(ratio.sum()), tested),
        contrasts=int(known.sum()),
        tested=tested,
    )
