"""The share of samples that have not ended yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.event_table import EventTable
from reasonscape.stats.step_function import log_log_bounds, step_values
from reasonscape.stats.unseen import none_of

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """Share still going after each time.

    Attributes
    ----------
    time
        Times of the table, or those asked for, shape (T,).
    survival
        Share that has not had an event by then, itself included, shape (T,).
    variance
        Greenwood's, shape (T,).
    low, high
        Pointwise interval, shape (T,).
    level
        Its coverage.
    total
        Samples at the start.
    """

    time: FloatArray
    survival: FloatArray
    variance: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    total: float

    def at(self, when: ArrayLike) -> SurvivalCurve:
        """Return the curve at these times, shape (G,).

        NaN after the last time of the table, unless nobody was left there.
        """
        points = np.atleast_1d(np.asarray(when, dtype=np.float64))
        known = bool(self.survival.size) and self.survival[-1] == 0.0
        start = (1.0, 0.0, 1.0 - float(none_of(self.total, self.level)), 1.0)
        curves = (self.survival, self.variance, self.low, self.high)
        survival, variance, low, high = (
            step_values(self.time, curve, points, before, known)
            for curve, before in zip(curves, start, strict=True)
        )
        return SurvivalCurve(points, survival, variance, low, high, self.level, self.total)


def kaplan_meier(table: EventTable, level: float = 0.95) -> SurvivalCurve:
    """Kaplan-Meier estimate of the share still going; all causes count as the event.

    Parameters
    ----------
    table
        Ends by time.
    level
        Coverage of the pointwise interval: symmetric for log(-log S); before the first event
        the exact bound for no event among those at risk; once nobody is left, 0 to the last
        upper bound before.

    Returns
    -------
    SurvivalCurve
        One value a time of the table, right-continuous.

    Raises
    ------
    ValueError
        If the level is not strictly between 0 and 1.

    How it misleads
    ---------------
    For one of several causes, 1 - S overstates what happens, because it treats the samples that
    the other causes ended as if they might still have it: use `aalen_johansen`. The right end
    stands on few samples. The interval is pointwise: the whole curve leaves it more often.

    References
    ----------
    Kaplan and Meier, JASA 53 (1958); Greenwood, Reports on Public Health 33 (1926); Kalbfleisch
    and Prentice (2002). As survfit(..., conf.type = "log-log") of R.

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> curve = kaplan_meier(event_table([3, 5, 5, 8], [1, 1, 0, 1]))
    >>> curve.survival.tolist(), curve.at([4, 9]).survival.tolist()
    ([0.75, 0.5, 0.0], [0.75, 0.0])
    """
    at_risk, events = table.at_risk, table.events
    left = at_risk - events
    survival = np.asarray(np.cumprod(left / at_risk), dtype=np.float64)
    terms = np.divide(events, at_risk * left, out=np.zeros_like(left), where=left > 0.0)
    variance = survival**2 * np.cumsum(terms)
    low, high = log_log_bounds(survival, variance, level)
    first = int(np.searchsorted(np.cumsum(events), 0.0, side="right"))
    low[:first] = 1.0 - none_of(at_risk[:first], level)
    high[:first] = 1.0
    if survival.size and survival[-1] == 0.0:
        end = survival.size - 1
        low[end] = 0.0
        high[end] = high[end - 1] if end > first else float(none_of(events[end], level))
    return SurvivalCurve(table.time, survival, variance, low, high, level, table.total)
