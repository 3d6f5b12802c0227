"""Cumulative hazard of each cause of an end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.event_table import EventTable
from reasonscape.stats.proportions import normal_quantile
from reasonscape.stats.step_function import step_values
from reasonscape.stats.unseen import none_at_risk

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CumulativeHazards:
    """Cause-specific cumulative hazards.

    Attributes
    ----------
    time
        Times of the table, or those asked for, shape (T,).
    hazard
        Expected number of events of a sample kept at risk up to then, shape (T, K).
    variance
        Shape (T, K).
    low, high
        Pointwise interval, shape (T, K).
    level
        Its coverage.
    total
        Samples at the start.
    """

    time: FloatArray
    hazard: FloatArray
    variance: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    total: float

    def at(self, when: ArrayLike) -> CumulativeHazards:
        """Return the hazards at these times, shape (G, K); NaN after the last time."""
        points = np.atleast_1d(np.asarray(when, dtype=np.float64))
        start = (0.0, 0.0, 0.0, float(none_at_risk(self.total, self.level)))
        curves = (self.hazard, self.variance, self.low, self.high)
        hazard, variance, low, high = (
            step_values(self.time, curve, points, before, known_beyond=False)
            for curve, before in zip(curves, start, strict=True)
        )
        return CumulativeHazards(points, hazard, variance, low, high, self.level, self.total)


def nelson_aalen(
    table: EventTable, level: float = 0.95, variance: Literal["aalen", "greenwood"] = "aalen"
) -> CumulativeHazards:
    """Nelson-Aalen estimate of the cumulative hazard of each cause.

    Parameters
    ----------
    table
        Ends by time.
    level
        Coverage of the pointwise interval: symmetric for log H; before a cause's first event
        the exact Poisson bound for none among those at risk.
    variance
        "aalen": sum of d / n^2, never too small, as R's survfit. "greenwood": sum of
        d (n - d) / n^3, exact where many events share a time, 0 where all at risk end.

    Returns
    -------
    CumulativeHazards

    Raises
    ------
    ValueError
        If the level is not strictly between 0 and 1 or the variance is unknown.

    How it misleads
    ---------------
    1 - exp(-H) of one cause is no probability when there are others. The hazard of a wrong end
    is that of *ending* wrong: when the sample went wrong is not seen. The slope, not the height,
    is what matters, and the right end stands on few samples.

    References
    ----------
    Aalen, Annals of Statistics 6 (1978); Klein, Scandinavian Journal of Statistics 18 (1991).

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> nelson_aalen(event_table([3, 5, 5, 8], [1, 1, 0, 2])).hazard.round(3).tolist()
    [[0.25, 0.0], [0.583, 0.0], [0.583, 1.0]]
    """
    if variance not in ("aalen", "greenwood"):
        raise ValueError(f"variance must be 'aalen' or 'greenwood', found {variance!r}")
    at_risk = table.at_risk[:, None]
    events = table.counts[:, 1:]
    jumps = events / at_risk
    hazard = np.cumsum(jumps, axis=0)
    noise = jumps / at_risk
    if variance == "greenwood":
        noise = noise * (1.0 - jumps)
    spread = np.cumsum(noise, axis=0)
    some = hazard > 0.0
    base = np.where(some, hazard, 1.0)
    factor = np.exp(np.minimum(normal_quantile(level) * np.sqrt(spread) / base, 700.0))
    low = np.where(some, hazard / factor, 0.0)
    high = np.where(some, hazard * factor, none_at_risk(at_risk, level))
    return CumulativeHazards(table.time, hazard, spread, low, high, level, table.total)
