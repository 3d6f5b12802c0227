"""Ends per 1,000 tokens of thinking, in bins of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.event_table import EventTable
from reasonscape.stats.poisson_interval import poisson_bounds

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Incidence:
    """Piecewise constant rates of each cause.

    Attributes
    ----------
    edges
        Bounds of the bins, shape (B + 1,). A bin holds the times after its lower edge up to and
        with its upper one; the first holds its lower edge too.
    person_time
        Time that samples spent in each bin, shape (B,), in the unit of the table.
    events
        Events in each bin, shape (B, K).
    rate, low, high
        Events per `per` units of time with the exact interval, shape (B, K); NaN, 0 and infinite
        where nobody was at risk.
    per
        Units of time that a rate is stated for.
    level
        Coverage of the interval.
    """

    edges: FloatArray
    person_time: FloatArray
    events: FloatArray
    rate: FloatArray
    low: FloatArray
    high: FloatArray
    per: float
    level: float


def person_time(table: EventTable, until: ArrayLike) -> FloatArray:
    """Time that all samples together spent up to these times.

    Parameters
    ----------
    table
        Ends by time.
    until
        Times, any shape.

    Returns
    -------
    ndarray of float64
        Sum over samples of the smaller of their time and `until`, same shape.

    How it misleads
    ---------------
    Nothing is added after the last time: a cap ends the time at risk as well.

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> person_time(event_table([3, 5, 5], [1, 0, 2]), [2, 4, 9]).tolist()
    [6.0, 11.0, 13.0]
    """
    points = np.asarray(until, dtype=np.float64)
    spent = np.concatenate((np.zeros(1), np.cumsum(table.time * table.ends)))
    place = np.searchsorted(table.time, points, side="right")
    return np.asarray(spent[place] + points * np.append(table.at_risk, 0.0)[place])


def incidence(
    table: EventTable,
    edges: ArrayLike,
    per: float = 1000.0,
    level: float = 0.95,
    design_effect: float = 1.0,
) -> Incidence:
    """Events per unit of time at risk in bins, with exact Poisson intervals.

    Parameters
    ----------
    table
        Ends by time.
    edges
        Increasing bounds of the bins, shape (B + 1,).
    per
        Units of time that a rate is stated for.
    level
        Coverage of Garwood's interval.
    design_effect
        Samples that count as one independent sample, 1 or more: the interval is that of
        `events / design_effect` events in as much less time.

    Returns
    -------
    Incidence

    Raises
    ------
    ValueError
        If edges do not increase or are negative, or `per` or `design_effect` is not positive.

    How it misleads
    ---------------
    Within a bin the rate is taken as constant: a peak narrower than a bin is flattened. Rates of
    samples at risk late are those of the hard items that are left. Several bins are several
    chances: some interval of twenty misses.

    References
    ----------
    Garwood, Biometrika 28 (1936).

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> bins = incidence(event_table([500, 1500, 2000], [1, 2, 0]), [0, 1000, 2000])
    >>> bins.person_time.tolist(), bins.rate.round(2).tolist()
    ([2500.0, 1500.0], [[0.4, 0.0], [0.0, 0.67]])
    """
    bounds = np.asarray(edges, dtype=np.float64)
    if bounds.ndim != 1 or bounds.size < 2 or bounds[0] < 0.0 or not np.all(np.diff(bounds) > 0.0):
        raise ValueError("edges must be two or more increasing times, 0 or more")
    if not per > 0.0:
        raise ValueError(f"per must be positive, found {per!r}")
    cumulative = np.concatenate(
        (np.zeros((1, table.n_causes)), np.cumsum(table.counts[:, 1:], axis=0))
    )
    places = np.searchsorted(table.time, bounds, side="right")
    places[0] = np.searchsorted(table.time, bounds[0], side="left")
    events = np.diff(cumulative[places], axis=0)
    spent = np.diff(person_time(table, bounds))
    low, high = poisson_bounds(events, level, design_effect)
    some = (spent > 0.0)[:, None]
    scale = per / np.where(some, spent[:, None], 1.0)
    return Incidence(
        edges=bounds,
        person_time=spent,
        events=events,
        rate=np.where(some, events * scale, np.nan),
        low=np.where(some, low * scale, 0.0),
        high=np.where(some, high * scale, np.inf),
        per=per,
        level=level,
    )
