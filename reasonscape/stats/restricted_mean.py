"""Mean time to an end, counted up to a limit, and time lost to a cause."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.event_table import EventTable
from reasonscape.stats.proportions import normal_quantile

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Mean time up to `tau`, or mean time lost before it.

    Attributes
    ----------
    value, variance, low, high
        Estimate, its variance and a normal interval cut to 0 and `tau`, in units of time.
    tau
        Limit.
    level
        Coverage of the interval.
    """

    value: float
    variance: float
    low: float
    high: float
    tau: float
    level: float


def restricted_mean(table: EventTable, tau: float, level: float = 0.95) -> RestrictedMean:
    """Mean time up to `tau` until any cause ends a sample: the area under its survival curve.

    Parameters
    ----------
    table
        Ends by time.
    tau
        Limit; at most the last time of the table, unless everybody had ended by then.
    level
        Coverage.

    Returns
    -------
    RestrictedMean
        With Greenwood's variance, exact with ties.

    Raises
    ------
    ValueError
        If the table is empty, or `tau` not positive or beyond what was observed.

    How it misleads
    ---------------
    It depends on `tau`, which must be fixed beforehand and be the same for all that are compared.
    Two curves that cross can have one mean. The variance is 0 where all ended at one time.

    References
    ----------
    Royston and Parmar, BMC Medical Research Methodology 13 (2013). As the rmean of R's survfit.

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> mean = restricted_mean(event_table([2, 4, 6, 8], [1, 1, 2, 0]), 6.0)
    >>> f"{mean.value:.2f} {mean.variance:.4f}"
    '4.50 0.6875'
    """
    lost, variance = _lost(table, tau, range(1, table.n_causes + 1))
    return _result(tau - lost, variance, tau, level)


def restricted_time_lost(
    table: EventTable, cause: int, tau: float, level: float = 0.95
) -> RestrictedMean:
    """Mean time before `tau` that a cause took away: the area under its cumulative incidence.

    Parameters
    ----------
    table
        Ends by time.
    cause
        1 to K.
    tau
        As `restricted_mean`.
    level
        Coverage.

    Returns
    -------
    RestrictedMean
        Over all causes the values add up to `tau` minus the restricted mean.

    Raises
    ------
    ValueError
        As `restricted_mean`, or if the cause is unknown.

    How it misleads
    ---------------
    A cause that strikes early takes more away than one that strikes as often but late. Less
    time lost to wrong ends may only mean that right ends come first.

    References
    ----------
    Andersen, Statistics in Medicine 32 (2013).

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> table = event_table([2, 4, 6, 8], [1, 1, 2, 0])
    >>> [restricted_time_lost(table, cause, 7.0).value for cause in (1, 2)]
    [2.0, 0.25]
    """
    if not 1 <= cause <= table.n_causes:
        raise ValueError(f"causes are 1 to {table.n_causes}, found {cause}")
    return _result(*_lost(table, tau, [cause]), tau, level)


def _result(value: float, variance: float, tau: float, level: float) -> RestrictedMean:
    reach = normal_quantile(level) * math.sqrt(variance)
    low, high = max(value - reach, 0.0), min(value + reach, tau)
    return RestrictedMean(value, variance, low, high, tau, level)


def _lost(table: EventTable, tau: float, causes: range | list[int]) -> tuple[float, float]:
    """Area under the summed incidence of these causes up to tau, and its variance.

    The area is sum of S(t-) (tau - t) d_k / n. A further event of the cause at t adds
    S(t-) (tau - t) and takes later areas from its sample; one of another cause only takes.
    Events at one time are multinomial.
    """
    if not table.time.size:
        raise ValueError("an empty table has no mean time")
    at_risk, events = table.at_risk, table.events
    if not tau > 0.0:
        raise ValueError(f"tau must be positive, found {tau!r}")
    if tau > table.last_time and at_risk[-1] > events[-1]:
        raise ValueError(f"tau is {tau} but nothing was seen after {table.last_time}")
    keep = int(np.searchsorted(table.time, tau, side="right"))
    n, any_cause = at_risk[:keep], events[:keep] / at_risk[:keep]
    own = sum((table.counts[:keep, cause] for cause in causes), np.zeros(keep)) / n
    survival = np.cumprod((n - events[:keep]) / n)
    before = np.concatenate((np.ones(1), survival[:-1]))[:keep]
    gain = before * (tau - table.time[:keep])
    areas = gain * own
    later = np.concatenate((np.cumsum(areas[::-1])[::-1][1:], np.zeros(1)))[:keep]
    stay = 1.0 - any_cause
    loss = np.divide(later, stay, out=np.zeros(keep), where=survival > 0.0)
    mean = own * (gain - loss) - (any_cause - own) * loss
    square = own * (gain - loss) ** 2 + (any_cause - own) * loss**2
    return float(areas.sum()), max(float(((square - mean**2) / n).sum()), 0.0)
