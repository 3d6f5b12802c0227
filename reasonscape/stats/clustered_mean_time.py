"""Mean time to an end up to a limit, of samples that come in items."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import cluster_sums, effective_df, numbered, t_quantile
from reasonscape.stats.event_table import EventTable, event_table
from reasonscape.stats.restricted_mean import RestrictedMean, restricted_mean

FloatArray = NDArray[np.float64]


def clustered_mean_time(
    time: ArrayLike,
    ended: ArrayLike,
    item: ArrayLike,
    tau: float,
    level: float = 0.95,
    *,
    cell: ArrayLike | None = None,
) -> RestrictedMean:
    """Restricted mean time whose interval knows that repeats of an item are alike.

    Parameters
    ----------
    time
        When each sample ended or was cut off, shape (n,).
    ended
        Whether it came to an end, shape (n,).
    item
        Question of each sample, shape (n,).
    tau
        As `reasonscape.stats.restricted_mean.restricted_mean`.
    level
        Coverage.
    cell
        Cell of equal difficulty of each sample, shape (n,): cells are fixed, items are drawn
        within them. One cell by default.

    Returns
    -------
    RestrictedMean
        The variance is the sum over items of their squared influence (infinitesimal jackknife)
        about its mean in the cell, times G / (G - 1) for a cell of G items; the interval is
        Student's with the effective number of items as degrees of freedom. One item has no
        interval: 0 to `tau`.

    Raises
    ------
    ValueError
        As `restricted_mean`, or if lengths differ.

    How it misleads
    ---------------
    It speaks of items like these in this mix of cells. With one sample an item and one cell it is
    the plain one but for the factor n / (n - 1) and Student's quantile. A cell of one item says
    nothing of its spread: its distance from all the others stands in.

    References
    ----------
    Efron, The Jackknife, the Bootstrap and Other Resampling Plans (1982), chapter 6.

    Examples
    --------
    Four repeats that always end together tell no more than one:

    >>> one = clustered_mean_time([2, 4, 6, 8], [1, 1, 1, 1], range(4), 6.0)
    >>> four = clustered_mean_time([2, 4, 6, 8] * 4, [1] * 16, [0, 1, 2, 3] * 4, 6.0)
    >>> one.value, round(one.variance, 6) == round(four.variance, 6)
    (4.5, True)
    """
    at, over = np.asarray(time, dtype=np.float64), np.asarray(ended, dtype=bool)
    who = np.asarray(item)
    if not at.shape == over.shape == who.shape == np.shape(item if cell is None else cell):
        raise ValueError("times, ends and items must agree in length")
    table = event_table(at, over.astype(np.int64), n_causes=1)
    value = restricted_mean(table, tau, level).value
    code = numbered(who)
    sums = cluster_sums(code, _influence(table, at, over, tau))
    if len(sums) < 2:
        return RestrictedMean(value, math.inf, 0.0, tau, tau, level)
    place = np.zeros(len(sums), dtype=np.int64)
    if cell is not None:
        place[code] = numbered(np.asarray(cell))
    sums = _within(sums, place)
    variance = float((sums**2).sum())
    # Influences that are all zero are of ends at one time: nothing varies, whatever the items.
    reach = t_quantile(level, effective_df(sums)) * math.sqrt(variance) if variance > 0.0 else 0.0
    return RestrictedMean(
        value, variance, max(value - reach, 0.0), min(value + reach, tau), tau, level
    )


def _within(sums: FloatArray, cell: NDArray[np.int64]) -> FloatArray:
    """Items' sums about the mean of their cell, widened for cells of few items."""
    items = np.bincount(cell).astype(np.float64)
    mean = np.where(items > 1.0, np.bincount(cell, sums) / np.maximum(items, 1.0), 0.0)
    wide = np.where(items > 1.0, items / np.maximum(items - 1.0, 1.0), 1.0)
    return np.asarray((sums - mean[cell]) * np.sqrt(wide)[cell])


def _influence(
    table: EventTable, time: FloatArray, ended: NDArray[np.bool_], tau: float
) -> FloatArray:
    """What each sample's weight moves the area by, shape (n,); they add up to 0.

    An end at t takes the area that was left after t from those at risk.
    """
    seen = table.time < tau
    when, risk, events = table.time[seen], table.at_risk[seen], table.events[seen]
    survival = np.cumprod(1.0 - events / risk)
    widths = np.diff(np.append(when, tau))
    left = np.cumsum((survival * widths)[::-1])[::-1]
    stay = risk - events
    cost = np.divide(left, stay, out=np.zeros_like(left), where=stay > 0.0)
    shared = np.append(0.0, np.cumsum(cost * events / risk))
    place = np.searchsorted(when, time, side="right")
    own = np.where(ended & (time < tau), np.append(cost, 0.0)[np.maximum(place - 1, 0)], 0.0)
    return np.asarray(shared[place] - own, dtype=np.float64)
