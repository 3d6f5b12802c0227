"""The partial likelihood of two groups, stratified, exact in the counts."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.tied_draws import Draws

FloatArray = NDArray[np.float64]

_STEPS = 60
_TOLERANCE = 1e-10
FARTHEST = 40.0  # no log ratio is sought beyond


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
