"""The share of samples that ended by each cause, when several compete."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.event_table import EventTable
from reasonscape.stats.step_function import log_log_bounds, step_values
from reasonscape.stats.unseen import none_of

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class IncidenceCurves:
    """Cumulative incidence of each cause; with survival they add up to 1.

    Attributes
    ----------
    time
        Times of the table, or those asked for, shape (T,).
    survival
        Share that no cause ended by then, shape (T,).
    incidence
        Share that each cause ended by then, shape (T, K).
    variance
        Of the incidence, shape (T, K).
    low, high
        Pointwise interval, shape (T, K).
    level
        Its coverage.
    total
        Samples at the start.
    """

    time: FloatArray
    survival: FloatArray
    incidence: FloatArray
    variance: FloatArray
    low: FloatArray
    high: FloatArray
    level: float
    total: float

    def at(self, when: ArrayLike) -> IncidenceCurves:
        """Return the curves at these times, shape (G, K).

        NaN after the last time of the table, unless nobody was left there.
        """
        points = np.atleast_1d(np.asarray(when, dtype=np.float64))
        known = bool(self.survival.size) and self.survival[-1] == 0.0
        start = (1.0, 0.0, 0.0, 0.0, float(none_of(self.total, self.level)))
        curves = (self.survival, self.incidence, self.variance, self.low, self.high)
        survival, incidence, variance, low, high = (
            step_values(self.time, curve, points, before, known)
            for curve, before in zip(curves, start, strict=True)
        )
        return IncidenceCurves(
            points, survival, incidence, variance, low, high, self.level, self.total
        )


def aalen_johansen(table: EventTable, level: float = 0.95) -> IncidenceCurves:
    """Aalen-Johansen estimate of the cumulative incidence of each cause, exact with ties.

    Parameters
    ----------
    table
        Ends by time.
    level
        Coverage of the pointwise interval: symmetric for log(-log F); before a cause's first
        event the exact bound for none among the samples that were not censored before.

    Returns
    -------
    IncidenceCurves
        The variance is the delta-method one with multinomial events at each time (Gaynor); it is
        F (1 - F) / n without censoring, Greenwood's for one cause, and the infinitesimal
        jackknife of R's multi-state survfit.

    Raises
    ------
    ValueError
        If the level is not strictly between 0 and 1.

    How it misleads
    ---------------
    A cause's incidence can be low because the other cause comes first: a comparison of shares is
    no comparison of hazards. The variance counts samples as independent. At F = 1 the interval
    is a guess: from the last lower bound before.

    References
    ----------
    Aalen and Johansen, Scandinavian Journal of Statistics 5 (1978); Gaynor et al., JASA 88
    (1993); Choudhury, Statistics in Medicine 21 (2002) for the interval.

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> curves = aalen_johansen(event_table([3, 5, 5, 8], [1, 2, 0, 1]))
    >>> curves.incidence.tolist(), curves.survival.tolist()
    ([[0.25, 0.0], [0.25, 0.25], [0.75, 0.25]], [0.75, 0.5, 0.0])
    """
    at_risk, events = table.at_risk, table.events
    left = at_risk - events
    survival = np.asarray(np.cumprod(left / at_risk), dtype=np.float64)
    before = np.ones_like(survival)
    before[1:] = survival[:-1]
    terms = np.divide(events, at_risk * left, out=np.zeros_like(left), where=left > 0.0)
    earlier = np.cumsum(terms) - terms
    # Those at risk, and those whom other causes had ended, are known not to have had the event.
    seen = at_risk + np.cumsum(events) - events
    # One cause a row while they are made, as columns of a table are slow to write.
    rows = [np.zeros((table.n_causes, left.size)) for _ in range(4)]
    for cause in range(table.n_causes):
        # Between events of a cause neither its incidence nor its variance changes.
        counts = table.counts[:, cause + 1]
        moved = counts > 0.0
        moves = np.flatnonzero(moved)
        n, start = at_risk[moves], before[moves]
        jumps = counts[moves] / n
        incidence = np.cumsum(start * jumps)
        variance = _gaynor(incidence, start, jumps, n, earlier[moves])
        low, high = _bounds(incidence, variance, seen[moves], level)
        first = int(moves[0]) if moves.size else left.size
        last_move = np.cumsum(moved[first:]) - 1
        for row, values in zip(rows, (incidence, variance, low, high), strict=True):
            np.take(values, last_move, out=row[cause, first:], mode="clip")
        rows[3][cause, :first] = none_of(seen[:first], level)
    curves = [row.T for row in rows]
    return IncidenceCurves(
        table.time, survival, curves[0], curves[1], curves[2], curves[3], level, table.total
    )


def _gaynor(
    incidence: FloatArray,
    before: FloatArray,
    jumps: FloatArray,
    at_risk: FloatArray,
    earlier: FloatArray,
) -> FloatArray:
    """Variance of F at the events of its cause: what the counts at each u before give to it, O(T).

    With g = F(t) - F(u), which opens into powers of F(u), the term of u is
    g^2 d / (n (n - d)) - 2 g S(u-) d_k / n^2 + S(u-)^2 d_k (n - d_k) / n^3.
    `earlier` is the sum of d / (n (n - d)) before each event; F(u) is constant between two.
    """
    if not incidence.size:
        return incidence
    # Measured from its end, F is small where few are at risk and the terms are large: the sums
    # then do not cancel each other's digits away.
    height = incidence - incidence[-1]
    # The last term's g is always 0. Before the first event of the cause F is 0.
    later = np.append(earlier[1:], earlier[-1])
    all_causes = later - earlier
    own = before * jumps / at_risk
    linear = height * all_causes + own
    square = height**2 * all_causes + own * (2.0 * height + before * (1.0 - jumps))
    for sums, bottom in ((linear, -incidence[-1]), (square, incidence[-1] ** 2)):
        sums[0] += bottom * earlier[0]
    total = height * (height * later - 2.0 * np.cumsum(linear)) + np.cumsum(square)
    return np.asarray(np.maximum(total, 0.0), dtype=np.float64)


def _bounds(
    incidence: FloatArray, variance: FloatArray, seen: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Interval at the events of a cause, with its end where the incidence is already 1."""
    low, high = log_log_bounds(incidence, variance, level)
    full = int(np.searchsorted(incidence, 1.0, side="left"))
    if full < incidence.size:
        low[full:] = low[full - 1] if full else 1.0 - float(none_of(seen[full], level))
        high[full:] = 1.0
    return low, high
