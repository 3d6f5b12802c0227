"""How much a surface scatters beyond what monotone and additive trends and sampling explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.isotonic import isotonic_2d, one_turn_fit

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

SHRINKAGE = 10.0
"""Items that the pooled variance counts as, in the variance of each cell."""


@dataclass(frozen=True, slots=True)
class Roughness:
    """Scatter of cells around the best smooth surface.

    Attributes
    ----------
    spread, low, high
        Standard deviation between cells, in accuracy, with its interval; NaN, 0 and infinity
        where there is nothing to judge.
    p
        Chance of as much scatter from sampling alone; NaN where there is nothing to judge.
    df
        Degrees of freedom of the residuals.
    cells
        Cells used.
    residual
        Residuals that were judged, shape of the input; NaN in masked cells.
    level
        Coverage of the interval.
    """

    spread: float
    low: float
    high: float
    p: float
    df: int
    cells: int
    residual: FloatArray
    level: float = 0.95


def roughness(
    mean: ArrayLike,
    items: ArrayLike,
    var: ArrayLike,
    *,
    decreasing: tuple[bool | None, bool | None] = (True, True),
    min_items: int = 10,
    min_cells: int = 12,
    min_levels: int = 8,
    level: float = 0.95,
) -> Roughness:
    """Measure scatter that is neither monotone nor additive.

    On two axes: residuals of the isotonic fit, centred by row and column. On one axis: residuals
    of the best fit with one turn. spread^2 is their sum of squares over the degrees of freedom,
    minus the mean sampling variance of a cell.

    Parameters
    ----------
    mean
        Accuracy of each cell with items weighted equally, shape (rows, columns) or (levels,), in
        order along each axis; NaN cells are masked. A table with one row or one column of cells
        counts as one axis.
    items
        Items of each cell, same shape.
    var
        Variance of the items' accuracies within each cell (denominator items - 1), same shape;
        NaN where a cell has one item.
    decreasing
        Whether accuracy falls along each axis; None where unknown: the direction that fits
        better is taken. Ignored on one axis.
    min_items
        Cells with fewer items are masked.
    min_cells, min_levels
        Least number of cells on two axes, and of levels on one.
    level
        Coverage of the interval of the spread.

    Returns
    -------
    Roughness

    Raises
    ------
    ValueError
        If shapes disagree, or there are more than two dimensions.

    How it misleads
    ---------------
    It is deaf to trends, however steep: a cliff or a U is not rough. The monotone fit takes up
    part of the scatter, so the spread is an underestimate and small tables find only strong
    chaos. A hidden third axis that differs between cells looks like chaos. ``p`` says that the
    scatter is real, ``spread`` whether it matters.

    References
    ----------
    DerSimonian and Laird, Controlled Clinical Trials 7 (1986): the between-group variance by
    moments, here with residual degrees of freedom.

    Examples
    --------
    A chessboard of .3 and .9, 40 items a cell:

    >>> board = 0.3 + 0.6 * (np.indices((6, 6)).sum(axis=0) % 2)
    >>> rough = roughness(board, np.full((6, 6), 40), board * (1 - board))
    >>> round(rough.spread, 2), rough.df, rough.p < 1e-9
    (0.34, 25, True)
    """
    table = np.asarray(mean, dtype=np.float64)
    count = np.asarray(items, dtype=np.float64)
    within = np.asarray(var, dtype=np.float64)
    if not table.shape == count.shape == within.shape or table.ndim not in (1, 2):
        raise ValueError(
            "mean, items and var must be equally shaped tables of one or two axes, found "
            f"{table.shape}, {count.shape}, {within.shape}"
        )
    used = (count >= max(min_items, 1)) & ~np.isnan(table)
    line = table.ndim == 1 or used.any(axis=0).sum() <= 1 or used.any(axis=1).sum() <= 1
    if used.sum() < (min_levels if line else min_cells):
        return _nothing(table.shape, int(used.sum()), level)
    sampling = cell_variance(within[used], count[used])
    if line:
        residual, df = table[used] - one_turn_fit(table[used], count[used]), int(used.sum()) - 2
    else:
        residual, df = _two_way_residual(table, count, used, decreasing)
    if df <= 0:
        return _nothing(table.shape, int(used.sum()), level)
    full = np.full(table.shape, np.nan)
    full[used] = residual
    return _judge(residual, sampling, df, full, level)


def cell_variance(var: ArrayLike, items: ArrayLike, weight: float = SHRINKAGE) -> FloatArray:
    """Sampling variance of each cell mean, its items' variance shrunk to the pooled one.

    Parameters
    ----------
    var
        Variance of the items within each cell, NaN where unknown, shape (cells,).
    items
        Items of each cell, at least 1, shape (cells,).
    weight
        Items that the pooled variance counts as.

    How it misleads
    ---------------
    Ten items that are all right have no variance of their own; what they get here is borrowed
    from the other cells.

    Examples
    --------
    >>> cell_variance([0.0, 0.25], [11, 11]).round(4).tolist()
    [0.0057, 0.017]
    """
    count = np.asarray(items, dtype=np.float64)
    own = np.asarray(var, dtype=np.float64)
    freedom = np.where(np.isnan(own), 0.0, np.maximum(count - 1.0, 0.0))
    squares = freedom * np.where(np.isnan(own), 0.0, own)
    # The added quarter of a sample keeps a table without any variance from dividing by zero.
    pooled = (squares.sum() + 0.25 * (squares.sum() <= 0.0)) / max(freedom.sum(), 1.0)
    shrunk = (squares + weight * pooled) / (freedom + weight)
    return np.asarray(shrunk / count, dtype=np.float64)


def _two_way_residual(
    table: FloatArray, count: FloatArray, used: BoolArray, decreasing: tuple[bool | None, ...]
) -> tuple[FloatArray, int]:
    weight = np.where(used, count, 0.0)
    safe = np.where(used, table, 0.0)
    best, least = safe, np.inf
    for down in [d for d in (True, False) if decreasing[0] in (None, d)]:
        for across in [d for d in (True, False) if decreasing[1] in (None, d)]:
            fit = isotonic_2d(safe, weight, (down, across))
            loss = float((weight * (safe - fit) ** 2).sum())
            if loss < least:
                best, least = fit, loss
    rows, columns = np.nonzero(used)
    design = np.zeros((len(rows), sum(table.shape)))
    design[np.arange(len(rows)), rows] = 1.0
    design[np.arange(len(rows)), table.shape[0] + columns] = 1.0
    residual = (table - best)[used]
    effects, _, rank, _ = np.linalg.lstsq(design, residual, rcond=1e-10)
    return residual - design @ effects, len(rows) - int(rank)


def _judge(
    residual: FloatArray, sampling: FloatArray, df: int, full: FloatArray, level: float
) -> Roughness:
    from scipy.special import chdtrc, chdtri

    squares = float((residual**2).sum())
    noise = float(sampling.mean())
    tail = (1.0 - level) / 2.0
    total_low = squares / float(chdtri(df, tail))
    total_high = squares / float(chdtri(df, 1.0 - tail))
    return Roughness(
        spread=_root(squares / df - noise),
        low=_root(total_low - noise),
        high=_root(total_high - noise),
        p=float(chdtrc(df, float((residual**2 / sampling).sum()))),
        df=df,
        cells=len(residual),
        residual=full,
        level=level,
    )


def _root(variance: float) -> float:
    return float(np.sqrt(max(variance, 0.0)))


def _nothing(shape: tuple[int, ...], cells: int, level: float) -> Roughness:
    nan = float("nan")
    return Roughness(nan, 0.0, float("inf"), nan, 0, cells, np.full(shape, nan), level)
