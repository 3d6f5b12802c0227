"""Difference of two mean times that are counted up to a limit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reasonscape.stats.proportions import normal_quantile
from reasonscape.stats.restricted_mean import RestrictedMean


@dataclass(frozen=True, slots=True)
class RestrictedDifference:
    """Difference of two restricted means, first minus second.

    Attributes
    ----------
    difference, low, high
        Estimate and normal interval, in units of time.
    p
        Two-sided, of no difference; NaN where neither varies.
    tau
        Limit of both.
    level
        Coverage of the interval.
    """

    difference: float
    low: float
    high: float
    p: float
    tau: float
    level: float


def restricted_difference(
    first: RestrictedMean, second: RestrictedMean, level: float = 0.95
) -> RestrictedDifference:
    """Difference of two independent restricted means.

    Parameters
    ----------
    first, second
        Of different samples, with one `tau`.
    level
        Coverage.

    Raises
    ------
    ValueError
        If their limits differ.

    How it misleads
    ---------------
    Two evals on the same items are not independent: the interval is then too wide. Normal
    approximation; with fewer than about 20 ends a group it is rough.

    References
    ----------
    Royston and Parmar, BMC Medical Research Methodology 13 (2013).

    Examples
    --------
    >>> a = RestrictedMean(12.0, 4.0, 8.1, 15.9, 20.0, 0.95)
    >>> b = RestrictedMean(18.0, 5.0, 13.6, 20.0, 20.0, 0.95)
    >>> d = restricted_difference(a, b)
    >>> f"{d.difference:.1f} {d.low:.2f} {d.high:.2f} {d.p:.4f}"
    '-6.0 -11.88 -0.12 0.0455'
    """
    if first.tau != second.tau:
        raise ValueError(f"restricted to different times: {first.tau} and {second.tau}")
    return difference_of(
        first.value - second.value, first.variance + second.variance, first.tau, level
    )


def difference_of(
    difference: float, variance: float, tau: float, level: float
) -> RestrictedDifference:
    """Build the result for a difference with this variance; -tau to tau where nothing varied.

    How it misleads
    ---------------
    As `restricted_difference`.

    Examples
    --------
    >>> difference_of(2.0, 0.0, 10.0, 0.95).high
    10.0
    """
    error = math.sqrt(variance)
    if error == 0.0:
        return RestrictedDifference(difference, -tau, tau, math.nan, tau, level)
    reach = normal_quantile(level) * error
    p = math.erfc(abs(difference) / error / math.sqrt(2.0))
    return RestrictedDifference(difference, difference - reach, difference + reach, p, tau, level)
