"""How many times one rate of ends is another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


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
