"""The partial likelihood of two groups, stratified, exact in the counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.event_table import EventTable
from reasonscape.stats.risk_sets import risk_sets

FloatArray = NDArray[np.float64]

_STEPS = 60
_TOLERANCE = 1e-10
FARTHEST = 40.0  # no log ratio is sought beyond


@dataclass(frozen=True, slots=True)
class Draws:
    """One row an event, as if tied events were drawn one after another (Efron).

    Attributes
    ----------
    first, second
        Samples of either group still to draw from, more than 0, shape (D,).
    hit
        Events of the first group at this time, as a share of all tied there, shape (D,).
    time
        Of the event, shape (D,).
    """

    first: FloatArray
    second: FloatArray
    hit: FloatArray
    time: FloatArray

    def chance(self, log_ratio: float) -> FloatArray:
        """Chance that each event is in the first group, whose hazard is exp(log_ratio) as high."""
        from scipy.special import expit

        odds = np.log(self.first) - np.log(self.second)
        return np.asarray(expit(odds + log_ratio), dtype=np.float64)


def tied_draws(strata: Sequence[Sequence[EventTable]], cause: int) -> tuple[Draws, int]:
    """List the events of a cause in risk sets that hold both groups.

    Parameters
    ----------
    strata
        For each stratum the tables of the first and the second group, with whole counts.
    cause
        1 to K.

    Returns
    -------
    tuple
        The draws, and the number of strata that have some.

    Raises
    ------
    ValueError
        If counts are not whole.

    How it misleads
    ---------------
    Efron's ties stand for an order that was not seen. Token counts are tied because they are
    whole numbers, for which this is a good approximation while few of those at risk are tied.

    References
    ----------
    Efron, JASA 72 (1977).

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> draws, _ = tied_draws([[event_table([2, 2, 5], [1, 1, 1]), event_table([3], [0])]], 1)
    >>> draws.first.tolist(), draws.second.tolist()
    ([3.0, 2.0], [1.0, 1.0])
    """
    parts: list[tuple[FloatArray, ...]] = []
    for groups in strata:
        if any(np.any(table.counts != np.rint(table.counts)) for table in groups):
            raise ValueError("counts must be whole; put what repeats amount to in design_effect")
        sets = risk_sets(groups, cause)
        both = np.flatnonzero(np.all(sets.at_risk > 0.0, axis=1))
        if not both.size:
            continue
        tied = sets.events[both].sum(axis=1)
        row = np.repeat(np.arange(both.size), tied.astype(np.int64))
        nth = np.arange(row.size) - (np.cumsum(tied) - tied)[row]
        gone = (nth / tied[row])[:, None] * sets.events[both][row]
        left = sets.at_risk[both][row] - gone
        hit = sets.events[both, 0][row] / tied[row]
        parts.append((left[:, 0], left[:, 1], hit, sets.time[both][row]))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    if not columns:
        columns = [np.zeros(0)] * 4
    return Draws(*columns), len(parts)


def fitted_log_ratio(draws: Draws) -> float:
    """Maximise the partial likelihood, where both groups have events.

    The score falls in the log ratio, so Newton's steps are kept in a bracket of its root.

    How it misleads
    ---------------
    Without an event in one group there is no maximum, and the end of the bracket comes back.

    References
    ----------
    Cox, JRSS B 34 (1972).

    Examples
    --------
    >>> ones = np.ones(4)
    >>> draws = Draws(ones, ones, np.array([1.0, 1.0, 1.0, 0.0]), ones)
    >>> round(fitted_log_ratio(draws), 6)  # log 3
    1.098612
    """
    seen = float(draws.hit.sum())
    low, high, best = -FARTHEST, FARTHEST, 0.0
    for _ in range(_STEPS):
        chance = draws.chance(best)
        score = seen - float(chance.sum())
        low, high = (best, high) if score > 0.0 else (low, best)
        information = max(float(np.sum(chance * (1.0 - chance))), 1e-300)
        step = best + score / information
        following = step if low < step < high else (low + high) / 2.0
        if abs(following - best) < _TOLERANCE:
            return following
        best = following
    return best


def change_statistic(draws: Draws, chance: FloatArray, scaled: FloatArray) -> float:
    """Score statistic, with one degree of freedom, of a log ratio that is linear in a time scale.

    Parameters
    ----------
    draws
        Events.
    chance
        Of each event to be in the first group, at the fitted ratio, shape (D,).
    scaled
        Time of each event on the scale, shape (D,).

    Returns
    -------
    float
        NaN where a change cannot be seen.

    How it misleads
    ---------------
    A ratio that rises and falls again has no linear trend.

    References
    ----------
    Grambsch and Therneau, Biometrika 81 (1994); as a score test in R's survival from 3.0 on.

    Examples
    --------
    >>> ones, halves = np.ones(4), np.full(4, 0.5)
    >>> draws = Draws(ones, ones, np.array([1.0, 1.0, 0.0, 0.0]), np.arange(4.0))
    >>> change_statistic(draws, halves, draws.time)
    3.2
    """
    variance = chance * (1.0 - chance)
    middle = float(np.sum(variance * scaled) / variance.sum())
    away = scaled - middle
    information = float(np.sum(variance * away**2))
    if information <= 1e-12 * float(np.sum(variance * scaled**2)):
        return math.nan
    return float(np.sum((draws.hit - chance) * away)) ** 2 / information
