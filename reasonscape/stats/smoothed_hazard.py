"""Hazard of each cause over time, smoothed by a kernel that knows where time begins and ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.boundary_kernel import boundary_kernel
from reasonscape.stats.event_table import EventTable
from reasonscape.stats.incidence import person_time
from reasonscape.stats.poisson_interval import poisson_bounds
from reasonscape.stats.proportions import normal_quantile

FloatArray = NDArray[np.float64]

_POINTS = 101


@dataclass(frozen=True, slots=True)
class SmoothedHazard:
    """Smoothed cause-specific hazards.

    Attributes
    ----------
    time
        Grid, shape (G,).
    hazard
        Events per unit of time and sample at risk, never below 0, shape (G, K).
    variance
        Shape (G, K).
    low, high
        Pointwise interval, shape (G, K).
    bandwidth
        Half the width of the kernel, in units of time.
    level
        Coverage of the interval.
    """

    time: FloatArray
    hazard: FloatArray
    variance: FloatArray
    low: FloatArray
    high: FloatArray
    bandwidth: float
    level: float


def smoothed_hazard(
    table: EventTable,
    time: ArrayLike | None = None,
    bandwidth: float | None = None,
    until: float | None = None,
    level: float = 0.95,
) -> SmoothedHazard:
    """Kernel-smoothed increments of the Nelson-Aalen estimate.

    Parameters
    ----------
    table
        Ends by time.
    time
        Grid, shape (G,), between 0 and `until`; 101 equal steps where not given.
    bandwidth
        Half the width of the kernel, at most half of `until`; `default_bandwidth` where not given.
    until
        End of the range, such as the cap; the last time where not given. Later events are not
        used.
    level
        Coverage of the interval, symmetric for the log hazard. Where the standard error exceeds
        the estimate it reaches from 0 to the larger of the normal bound and the exact Poisson
        bound of the events in the window.

    Returns
    -------
    SmoothedHazard

    Raises
    ------
    ValueError
        If the table is empty, or grid, bandwidth or `until` are outside their ranges.

    How it misleads
    ---------------
    A jump is drawn as a slope two bandwidths long. The interval is about the smoothed hazard: at
    a peak the true one is higher. Towards the right end few are at risk, and the curve is theirs.
    Bumps narrower than the bandwidth cannot be seen, wider ones may be noise.

    References
    ----------
    Ramlau-Hansen, Annals of Statistics 11 (1983); Mueller and Wang, Biometrics 50 (1994), for the
    boundary kernels.

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> even = event_table(np.arange(1, 1001), [1, 0] * 500)  # half of the ends are events
    >>> found = smoothed_hazard(even, [0, 250, 500], bandwidth=200.0)
    >>> (found.hazard[:, 0] * 1000.0).round(2).tolist()
    [0.5, 0.68, 1.03]
    """
    end = table.last_time if until is None else float(until)
    if not table.time.size or not 0.0 < end <= table.last_time:
        raise ValueError(f"need samples up to a positive time, found {table.last_time} for {end}")
    points = np.linspace(0.0, end, _POINTS) if time is None else np.asarray(time, dtype=np.float64)
    if points.ndim != 1 or not np.all((points >= 0.0) & (points <= end)):
        raise ValueError(f"the grid must lie in 0 to {end}")
    width = default_bandwidth(table, end) if bandwidth is None else float(bandwidth)
    if not 0.0 < width <= end / 2.0:
        raise ValueError(f"bandwidth must be positive and at most {end / 2.0}, found {width}")
    last = int(np.searchsorted(table.time, end, side="right"))
    when, at_risk = table.time[:last], table.at_risk[:last, None]
    counts = table.counts[:last, 1:]
    jumps = counts / at_risk
    noise = jumps / at_risk
    shape = (points.size, table.n_causes)
    hazard, variance, seen = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    first = np.searchsorted(when, points - width, side="left")
    beyond = np.searchsorted(when, points + width, side="right")
    for row, (a, b) in enumerate(zip(first.tolist(), beyond.tolist(), strict=True)):
        weight = boundary_kernel(float(points[row]), when[a:b], width, end) / width
        hazard[row] = weight @ jumps[a:b]
        variance[row] = weight**2 @ noise[a:b]
        seen[row] = counts[a:b].sum(axis=0)
    hazard = np.maximum(hazard, 0.0)
    edges = np.stack((np.maximum(points - width, 0.0), np.minimum(points + width, end)))
    spent = np.diff(person_time(table, edges), axis=0)[0]
    low, high = _bounds(hazard, variance, seen, spent, level)
    return SmoothedHazard(points, hazard, variance, low, high, width, level)


def default_bandwidth(table: EventTable, until: float) -> float:
    """Bandwidth that would suit normally distributed ends.

    2.34 min(sd, interquartile range / 1.349) n^(-1/5) over the n events up to `until`, of any
    cause; at least a fiftieth of the range and at most a quarter.

    Parameters
    ----------
    table
        Ends by time; scaled to the effective sample size if samples repeat items.
    until
        End of the range.

    Returns
    -------
    float
        In units of time.

    How it misleads
    ---------------
    Ends with two peaks are smoothed too much. It is a rule for looking, not the best bandwidth
    for any one question.

    References
    ----------
    Silverman, Density Estimation (1986), with the constant of the Epanechnikov kernel.

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> round(default_bandwidth(event_table(np.arange(1, 101), [1] * 100), 100.0), 1)
    25.0
    """
    last = int(np.searchsorted(table.time, until, side="right"))
    when, events = table.time[:last], table.events[:last]
    n = float(events.sum())
    if n <= 1.0:
        return until / 4.0
    mean = float(when @ events) / n
    spread = np.sqrt(float((when - mean) ** 2 @ events) / n)
    share = np.cumsum(events) / n
    places = np.minimum(np.searchsorted(share, [0.25, 0.75]), last - 1)
    middle = float(np.diff(when[places])[0]) / 1.349
    scale = min(spread, middle) if middle > 0.0 else spread
    return float(np.clip(2.34 * scale * n**-0.2, until / 50.0, until / 4.0))


def _bounds(
    hazard: FloatArray, variance: FloatArray, seen: FloatArray, spent: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    error = np.sqrt(variance)
    z = normal_quantile(level)
    steady = (hazard > 0.0) & (error <= hazard)
    factor = np.exp(z * np.where(steady, error, 0.0) / np.where(steady, hazard, 1.0))
    exposure = np.maximum(spent, 1e-300)[:, None]
    poisson = poisson_bounds(seen, level)[1] / exposure
    low = np.where(steady, hazard / factor, 0.0)
    high = np.where(steady, hazard * factor, np.maximum(hazard + z * error, poisson))
    return low, high
