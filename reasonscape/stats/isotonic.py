"""Exact least-squares fits of monotone shapes: a grid that falls along both axes, and one turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def isotonic_2d(
    values: ArrayLike, weights: ArrayLike, decreasing: tuple[bool, bool] = (True, True)
) -> FloatArray:
    """Weighted least-squares fit that is monotone along both axes of a grid, exactly.

    Blocks are split where the sum of weighted deviations from their mean over a staircase of
    cells is largest, until no staircase gains: the fit is the mean of each block.

    Parameters
    ----------
    values
        Table, shape (rows, columns); NaN cells are masked.
    weights
        Weight of each cell, same shape; cells of weight 0 are masked.
    decreasing
        Whether the fit falls along rows' index and along columns' index.

    Returns
    -------
    ndarray of float64
        Fitted table, shape (rows, columns). Masked cells carry the value of the block they fall
        in, which is one of many that keep the order.

    Raises
    ------
    ValueError
        If shapes differ, the table is not two-dimensional, or a weight is negative.

    How it misleads
    ---------------
    The fit follows noise wherever noise happens to be monotone, so residuals are smaller than the
    noise. It is flat beyond the data, not a forecast.

    References
    ----------
    Spouge, Wan and Wilbur, Journal of Optimization Theory and Applications 117 (2003); Luss,
    Rosset and Shahar, Annals of Applied Statistics 6 (2012).

    Examples
    --------
    >>> isotonic_2d([[0.9, 0.5], [0.7, 0.6]], [[1, 1], [1, 1]]).round(2).tolist()
    [[0.9, 0.55], [0.7, 0.55]]
    """
    table = np.asarray(values, dtype=np.float64)
    weight = np.asarray(weights, dtype=np.float64)
    if table.ndim != 2 or table.shape != weight.shape:
        raise ValueError(f"expected two tables of one shape, found {table.shape}, {weight.shape}")
    weight = np.where(np.isnan(table), 0.0, weight)
    if not np.all(weight >= 0.0):
        raise ValueError("weights must not be negative")
    flips = tuple(slice(None, None, 1 if down else -1) for down in decreasing)
    block = _blocks(np.where(weight > 0.0, table, 0.0)[flips], weight[flips])
    mass = np.bincount(block.ravel(), weight[flips].ravel())
    sums = np.bincount(block.ravel(), (weight * np.where(weight > 0.0, table, 0.0))[flips].ravel())
    means = sums / np.where(mass > 0.0, mass, 1.0)
    return np.ascontiguousarray(means[block][flips])


def _blocks(table: FloatArray, weight: FloatArray) -> IntArray:
    """Label the blocks of the fit that falls along both axes; blocks of one depth split at once."""
    rows, columns = table.shape
    block = np.zeros((rows, columns), dtype=np.int64)
    tolerance = 1e-11 * (1.0 + float((weight * np.abs(table)).sum()))
    pending = np.array([0]) if weight.sum() > 0.0 else np.array([], dtype=np.int64)
    count = 1
    while len(pending):
        member = block[None] == pending[:, None, None]
        inside = member * weight
        mass = inside.sum(axis=(1, 2))
        mean = (inside * table).sum(axis=(1, 2)) / mass
        gain, cut = _best_staircase(inside * (table - mean[:, None, None]))
        split = gain > tolerance
        chosen = member & (np.arange(columns) < cut[:, :, None]) & split[:, None, None]
        fresh = count + np.arange(int(split.sum()))
        if not len(fresh):
            break
        block = np.where(
            chosen[split].any(axis=0), (chosen[split] * fresh[:, None, None]).sum(axis=0), block
        )
        pending = np.concatenate([pending[split], fresh])
        count += len(fresh)
    return block


def _best_staircase(gains: FloatArray) -> tuple[FloatArray, IntArray]:
    """Best sum over a corner staircase, per block.

    A staircase takes the first ``cut[row]`` cells of each row, cuts never growing with the row.
    Returns the sum, shape (blocks,), and the cuts, shape (blocks, rows).
    """
    blocks, rows, columns = gains.shape
    prefix = np.zeros((blocks, rows, columns + 1))
    np.cumsum(gains, axis=2, out=prefix[:, :, 1:])
    index = np.arange(columns + 1)
    argbest = np.empty((rows, blocks, columns + 1), dtype=np.int64)
    below = np.zeros((blocks, columns + 1))
    for row in range(rows - 1, -1, -1):
        total = prefix[:, row] + below
        below = np.maximum.accumulate(total, axis=1)
        argbest[row] = np.maximum.accumulate(np.where(total >= below, index, 0), axis=1)
    cut = np.empty((blocks, rows), dtype=np.int64)
    limit = np.full(blocks, columns)
    every = np.arange(blocks)
    for row in range(rows):
        limit = argbest[row, every, limit]
        cut[:, row] = limit
    return below[:, -1], cut


def isotonic_1d(values: ArrayLike, weights: ArrayLike, *, decreasing: bool = False) -> FloatArray:
    """Weighted least-squares monotone fit by pooling adjacent violators.

    Parameters
    ----------
    values, weights
        Shape (levels,), weights positive.
    decreasing
        Direction.

    How it misleads
    ---------------
    As `isotonic_2d`.

    Examples
    --------
    >>> isotonic_1d([1.0, 3.0, 2.0], [1, 1, 1]).tolist()
    [1.0, 2.5, 2.5]
    """
    sign = -1.0 if decreasing else 1.0
    means: list[float] = []
    masses: list[float] = []
    sizes: list[int] = []
    levels = np.asarray(values, dtype=np.float64).tolist()
    for value, mass in zip(levels, np.asarray(weights, dtype=np.float64).tolist(), strict=True):
        mean, size = sign * value, 1
        while means and means[-1] >= mean:
            joined = masses[-1] + mass
            mean = (means.pop() * masses[-1] + mean * mass) / joined
            mass = joined
            masses.pop()
            size += sizes.pop()
        means.append(mean)
        masses.append(mass)
        sizes.append(size)
    return sign * np.repeat(np.array(means, dtype=np.float64), np.array(sizes, dtype=np.int64))


def one_turn_fit(values: ArrayLike, weights: ArrayLike) -> FloatArray:
    """Best least-squares fit that turns at most once: a hill, a valley, a rise or a fall.

    Parameters
    ----------
    values, weights
        Shape (levels,), weights positive.

    Returns
    -------
    ndarray of float64
        Fitted values, shape (levels,).

    How it misleads
    ---------------
    The place of the turn is chosen to fit, so it takes up more noise than a monotone fit.

    Examples
    --------
    >>> one_turn_fit([0.9, 0.5, 0.2, 0.6, 0.4], [1, 1, 1, 1, 1]).tolist()
    [0.9, 0.5, 0.2, 0.5, 0.5]
    """
    y = np.asarray(values, dtype=np.float64)
    w = np.asarray(weights, dtype=np.float64)
    best, least = y.copy(), np.inf
    for first_falls in (False, True):
        for turn in range(1, len(y) + 1):
            fit = np.concatenate(
                [
                    isotonic_1d(y[:turn], w[:turn], decreasing=first_falls),
                    isotonic_1d(y[turn:], w[turn:], decreasing=not first_falls),
                ]
            )
            loss = float((w * (y - fit) ** 2).sum())
            if loss < least - 1e-15:
                best, least = fit, loss
    return best
