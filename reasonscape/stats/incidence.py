"""Ends per 1,000 tokens of thinking, in bins of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.event_table import EventTable

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


@dataclass(frozen=True, slots=True)
class RateRatio:
    """Ratio of two rates, first to second.

    Attributes
    ----------
    ratio, low, high
        Estimate and interval, 0 to infinite; NaN, 0 and infinite where neither had an event.
    p
        Two-sided, of a ratio of 1.
    level
        Coverage of the interval.
    """

    ratio: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray
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


def poisson_bounds(
    events: ArrayLike, level: float = 0.95, design_effect: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Exact interval of the expected number of events.

    Parameters
    ----------
    events
        Events seen, 0 or more, any shape; not necessarily whole.
    level
        Coverage.
    design_effect
        As `incidence`.

    Raises
    ------
    ValueError
        If the level is not strictly between 0 and 1, or the design effect not positive.

    How it misleads
    ---------------
    Exact for independent events only; it covers more than its level, mostly with few events.

    References
    ----------
    Garwood, Biometrika 28 (1936).

    Examples
    --------
    >>> low, high = poisson_bounds([0, 7])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 2.814], [3.689, 14.423])
    """
    from scipy.special import gammaincinv

    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie strictly between 0 and 1, found {level!r}")
    if not 0.0 < design_effect < np.inf:
        raise ValueError(f"design_effect must be positive, found {design_effect!r}")
    count = np.asarray(events, dtype=np.float64) / design_effect
    tail = (1.0 - level) / 2.0
    some = count > 0.0
    low = np.where(some, gammaincinv(np.where(some, count, 1.0), tail), 0.0)
    high = gammaincinv(count + 1.0, 1.0 - tail)
    return low * design_effect, np.asarray(high * design_effect, dtype=np.float64)


def rate_ratio(
    events: ArrayLike,
    time: ArrayLike,
    other_events: ArrayLike,
    other_time: ArrayLike,
    level: float = 0.95,
    design_effect: float = 1.0,
) -> RateRatio:
    """Ratio of two rates, exact given the sum of their events.

    Parameters
    ----------
    events, time
        Events and time at risk of the first, shapes broadcast.
    other_events, other_time
        Of the second.
    level
        Coverage.
    design_effect
        As `incidence`.

    Returns
    -------
    RateRatio
        p is twice the smaller tail, so that it agrees with the interval.

    Raises
    ------
    ValueError
        If a time is not positive or events are negative.

    How it misleads
    ---------------
    Both rates are taken as constant and the samples as independent. Where two groups differ in
    difficulty, so do their rates: compare within strata.

    References
    ----------
    Przyborowski and Wilenski, Biometrika 31 (1940); Clopper and Pearson, Biometrika 26 (1934).

    Examples
    --------
    >>> r = rate_ratio(11, 800, 25, 1011)
    >>> f"{r.ratio:.3f} {r.low:.3f} {r.high:.3f} {r.p:.3f}"
    '0.556 0.247 1.172 0.136'
    """
    from scipy.special import betainc, betaincinv

    first, second, spent, other_spent = np.broadcast_arrays(
        *(np.asarray(a, dtype=np.float64) for a in (events, other_events, time, other_time))
    )
    if not (np.all(spent > 0.0) and np.all(other_spent > 0.0)):
        raise ValueError("times at risk must be positive")
    if not (np.all(first >= 0.0) and np.all(second >= 0.0)):
        raise ValueError("events must be 0 or more")
    a, b, tail = first / design_effect, second / design_effect, (1.0 - level) / 2.0
    one, two = np.where(a > 0.0, a, 1.0), np.where(b > 0.0, b, 1.0)
    exchange = other_spent / spent
    share = spent / (spent + other_spent)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = a / b * exchange
        low_share = np.where(a > 0.0, betaincinv(one, b + 1.0, tail), 0.0)
        high_share = np.where(b > 0.0, betaincinv(a + 1.0, two, 1.0 - tail), 1.0)
        low = low_share / (1.0 - low_share) * exchange
        high = high_share / (1.0 - high_share) * exchange
    # P(X >= a) and P(X <= a) of a binomial of a + b trials.
    above = np.where(a > 0.0, betainc(one, b + 1.0, share), 1.0)
    below = np.where(b > 0.0, 1.0 - betainc(a + 1.0, two, share), 1.0)
    p = np.minimum(2.0 * np.minimum(above, below), 1.0)
    return RateRatio(ratio, low, high, p, level)
