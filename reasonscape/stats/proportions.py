"""Intervals for a proportion, and accuracy in excess of guessing.

numpy and scipy load inside the functions that need them, because listing evals must not wait
for either.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share with its interval.

    Attributes
    ----------
    value, low, high
        Estimate and bounds, shares in [0, 1]; excess accuracy may be below 0. NaN, 0 and 1 when
        there are no trials.
    trials
        Independent trials that the interval stands on: the effective sample size, not the number
        of completions.
    level
        Coverage of the two-sided interval.
    """

    value: float
    low: float
    high: float
    trials: float
    level: float = 0.95


@lru_cache(maxsize=64)
def normal_quantile(level: float, sided: Literal[1, 2] = 2) -> float:
    """Return how many standard errors a normal interval of this coverage reaches.

    Parameters
    ----------
    level
        Coverage, strictly between 0 and 1.
    sided
        2 for an interval, 1 for a single bound.

    Raises
    ------
    ValueError
        If ``level`` is not strictly between 0 and 1 or ``sided`` is neither 1 nor 2.

    How it misleads
    ---------------
    A bound at 0.95 reaches less far than either end of an interval at 0.95.

    Examples
    --------
    >>> round(normal_quantile(0.95), 4), round(normal_quantile(0.95, 1), 4)
    (1.96, 1.6449)
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie strictly between 0 and 1, found {level!r}")
    if sided not in (1, 2):
        raise ValueError(f"sided must be 1 or 2, found {sided!r}")
    from statistics import NormalDist

    return NormalDist().inv_cdf(1.0 - (1.0 - level) / sided)


def wilson_bounds(
    successes: float, trials: float, level: float = 0.95, *, sided: Literal[1, 2] = 2
) -> tuple[float, float]:
    """Wilson score interval of one proportion, without numpy.

    The scalar form of `wilson_interval`; see there for parameters and pitfalls.

    How it misleads
    ---------------
    As `wilson_interval`: repeats of one item are not independent trials.

    Examples
    --------
    >>> low, high = wilson_bounds(50, 100)
    >>> f"{low:.3f} {high:.3f}"
    '0.404 0.596'
    """
    z = normal_quantile(level, sided)
    if not trials > 0.0:
        return 0.0, 1.0
    _check_count(successes, trials)
    share = min(max(successes / trials, 0.0), 1.0)
    shrink = z * z / trials
    centre = (share + shrink / 2.0) / (1.0 + shrink)
    half = math.sqrt(shrink * (share * (1.0 - share) + shrink / 4.0)) / (1.0 + shrink)
    low = 0.0 if share == 0.0 else max(centre - half, 0.0)
    high = 1.0 if share == 1.0 else min(centre + half, 1.0)
    return low, high


def wilson_interval(
    successes: ArrayLike, trials: ArrayLike, level: float = 0.95, *, sided: Literal[1, 2] = 2
) -> tuple[FloatArray, FloatArray]:
    """Wilson score interval of a proportion.

    Parameters
    ----------
    successes, trials
        Counts, of any shapes that broadcast. They may be fractional: with clustered samples pass
        both scaled to the effective sample size.
    level
        Coverage of the interval, or of each bound alone when ``sided`` is 1.
    sided
        2 for an interval; 1 for two one-sided bounds, each of coverage ``level``.

    Returns
    -------
    low, high : ndarray of float64
        Bounds, shares in [0, 1]; 0 and 1 where there are no trials.

    Raises
    ------
    ValueError
        If there are more successes than trials, or negative or NaN counts.

    How it misleads
    ---------------
    It takes trials to be independent. Repeats of one item are not: divide by the design effect
    first (`reasonscape.stats.clusters.effective_size`), or 20 completions of 5 questions pass for
    100 questions. Far one-sided bounds (a level of 0.999) of a share near 0 or 1 cover less than
    they say; where many cells are tested use an exact bound.

    References
    ----------
    Wilson, JASA 22 (1927); Brown, Cai and DasGupta, Statistical Science 16 (2001).

    Examples
    --------
    >>> low, high = wilson_interval([0, 9], [25, 10])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.596], [0.133, 0.982])
    """
    import numpy as np

    z = normal_quantile(level, sided)
    k = np.asarray(successes, dtype=np.float64)
    n = np.asarray(trials, dtype=np.float64)
    if not (np.all(n >= 0.0) and np.all(k >= -1e-9) and np.all(k <= n * (1.0 + 1e-9) + 1e-9)):
        raise ValueError("counts must satisfy 0 <= successes <= trials")
    size = np.where(n > 0.0, n, 1.0)
    share = np.clip(k / size, 0.0, 1.0)
    shrink = z * z / size
    centre = (share + shrink / 2.0) / (1.0 + shrink)
    half = np.sqrt(shrink * (share * (1.0 - share) + shrink / 4.0)) / (1.0 + shrink)
    low = np.where((share == 0.0) | (n <= 0.0), 0.0, np.maximum(centre - half, 0.0))
    high = np.where((share == 1.0) | (n <= 0.0), 1.0, np.minimum(centre + half, 1.0))
    return low, high


def exact_upper_bound(successes: ArrayLike, trials: ArrayLike, alpha: ArrayLike) -> FloatArray:
    """Clopper-Pearson upper bound of a proportion, one-sided.

    Parameters
    ----------
    successes, trials
        Counts, may be fractional (scaled to the effective sample size).
    alpha
        Probability that the bound lies below the truth, at most.

    Returns
    -------
    ndarray of float64
        Upper bounds in [0, 1]; 1 where every trial succeeded or there are none.

    How it misleads
    ---------------
    Independence of trials is assumed as for `wilson_interval`; it is conservative, so a cell that
    is not claimed to fail may well fail.

    References
    ----------
    Clopper and Pearson, Biometrika 26 (1934).

    Examples
    --------
    >>> exact_upper_bound([0, 3], [25, 10], 0.025).round(3).tolist()
    [0.137, 0.652]
    """
    import numpy as np
    from scipy.special import betaincinv

    k = np.asarray(successes, dtype=np.float64)
    n = np.asarray(trials, dtype=np.float64)
    misses = np.maximum(n - k, 0.0)
    open_ended = (n <= 0.0) | (misses <= 1e-12)
    first = np.where(open_ended, 1.0, np.maximum(k, 0.0) + 1.0)
    second = np.where(open_ended, 1.0, misses)
    bound = betaincinv(first, second, 1.0 - np.asarray(alpha, dtype=np.float64))
    return np.asarray(np.where(open_ended, 1.0, bound), dtype=np.float64)


def excess_accuracy(accuracy: ArrayLike, chance: ArrayLike) -> FloatArray:
    """Accuracy above guessing, as a share of what lies above guessing: (acc - g) / (1 - g).

    Parameters
    ----------
    accuracy
        Shares of right answers, or bounds of them: the map is increasing, so the transformed
        bounds are the bounds of the transformed.
    chance
        Success rate of guessing, in [0, 1); broadcasts.

    Returns
    -------
    ndarray of float64
        1 for perfect, 0 for guessing, negative below it; NaN where chance is 1.

    How it misleads
    ---------------
    ``chance`` is taken as known; where the model guesses among fewer options than the task
    offers, excess accuracy overstates skill. It stretches intervals by 1 / (1 - chance).

    Examples
    --------
    >>> excess_accuracy([0.25, 0.625, 1.0], 0.25).tolist()
    [0.0, 0.5, 1.0]
    """
    import numpy as np

    acc = np.asarray(accuracy, dtype=np.float64)
    g = np.asarray(chance, dtype=np.float64)
    room = np.where(g < 1.0, 1.0 - g, np.nan)
    return np.asarray((acc - g) / room, dtype=np.float64)


def accuracy_of_excess(excess: ArrayLike, chance: ArrayLike) -> FloatArray:
    """Accuracy at which excess accuracy has a given value: g + (1 - g) excess.

    Inverse of `excess_accuracy`; it turns thresholds stated on excess accuracy into thresholds
    on accuracy, which is where intervals and likelihoods live.

    How it misleads
    ---------------
    As `excess_accuracy`: the chance level is taken as known.

    Examples
    --------
    >>> accuracy_of_excess(0.9, [0.0, 0.25]).tolist()
    [0.9, 0.925]
    """
    import numpy as np

    g = np.asarray(chance, dtype=np.float64)
    return np.asarray(g + (1.0 - g) * np.asarray(excess, dtype=np.float64), dtype=np.float64)


def excess_proportion(
    successes: float, trials: float, chance: float = 0.0, level: float = 0.95
) -> Proportion:
    """Excess accuracy of one group with the Wilson interval carried over.

    Parameters
    ----------
    successes, trials
        Counts, may be fractional (scaled to the effective sample size).
    chance
        Success rate of guessing, in [0, 1).
    level
        Coverage.

    Returns
    -------
    Proportion
        ``value`` is NaN without trials; bounds may be negative.

    Raises
    ------
    ValueError
        If counts are impossible or chance is not in [0, 1).

    How it misleads
    ---------------
    As `excess_accuracy` and `wilson_interval`.

    Examples
    --------
    >>> share = excess_proportion(15, 20, chance=0.5)
    >>> f"{share.value:.2f} {share.low:.2f} {share.high:.2f}"
    '0.50 0.06 0.78'
    """
    if not 0.0 <= chance < 1.0:
        raise ValueError(f"chance must lie in [0, 1), found {chance!r}")
    low, high = wilson_bounds(successes, trials, level)
    room = 1.0 - chance
    value = (successes / trials - chance) / room if trials > 0.0 else math.nan
    return Proportion(value, (low - chance) / room, (high - chance) / room, trials, level)


def _check_count(successes: float, trials: float) -> None:
    slack = 1e-9 * (1.0 + trials)
    if not -slack <= successes <= trials + slack:
        raise ValueError(
            f"counts must satisfy 0 <= successes <= trials, found {successes!r} of {trials!r}"
        )
