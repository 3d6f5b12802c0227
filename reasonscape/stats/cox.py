"""How many times the hazard of one group is that of another, at equal difficulty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cox_likelihood import FARTHEST, change_statistic, fitted_log_ratio
from reasonscape.stats.event_table import EventTable, event_table
from reasonscape.stats.kaplan_meier import kaplan_meier
from reasonscape.stats.log_rank import n_groups
from reasonscape.stats.proportions import normal_quantile
from reasonscape.stats.restricted_difference import RestrictedDifference, difference_of
from reasonscape.stats.standardised_means import standardised_means
from reasonscape.stats.step_function import step_values
from reasonscape.stats.tied_draws import Draws, tied_draws

FloatArray = NDArray[np.float64]
TimeScale = Literal["km", "identity", "log"]

_HALVINGS = 60
_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class HazardRatio:
    """Hazard of the first group over that of the second, within strata.

    Attributes
    ----------
    ratio, low, high
        Estimate and interval, 0 to infinite; NaN, 0 and infinite without information.
    log_ratio, error
        Natural logarithm of the ratio and its standard error, design effect included.
    p
        Two-sided, of a ratio of 1; NaN without information.
    events
        Events of the first and the second group in risk sets that hold both.
    informative
        Strata with such risk sets.
    proportional_statistic, proportional_p
        Chi-square with one degree of freedom, and p, of a ratio that does not change over time;
        NaN where it cannot be tested.
    proportional
        False if that p is below 0.05; None if it could not be tested.
    level
        Coverage of the interval.
    """

    ratio: float
    low: float
    high: float
    log_ratio: float
    error: float
    p: float
    events: tuple[float, float]
    informative: int
    proportional_statistic: float
    proportional_p: float
    proportional: bool | None
    level: float


@dataclass(frozen=True, slots=True)
class HazardComparison:
    """A hazard ratio, and what to quote where it changes over time.

    Attributes
    ----------
    ratio
        From `hazard_ratio`.
    restricted
        Difference of the standardised times lost to the cause before `tau`, first minus second.
    left_out
        Share of the weight in strata that one group lacks, for the difference.
    use_restricted
        Whether the ratio must not be quoted alone: it changes over time, or does not exist.
    """

    ratio: HazardRatio
    restricted: RestrictedDifference
    left_out: float
    use_restricted: bool


def hazard_ratio(
    strata: Sequence[Sequence[EventTable]],
    cause: int = 1,
    level: float = 0.95,
    design_effect: float = 1.0,
    time_scale: TimeScale = "km",
) -> HazardRatio:
    """Cause-specific hazard ratio of two groups, by stratified Cox regression with Efron's ties.

    Parameters
    ----------
    strata
        For each stratum the tables of the first and the second group, with whole counts; the
        result is that of one row a sample, also for ties, to which weights in a row are not equal.
    cause
        Cause of interest, 1 to K; the others censor.
    level
        Coverage of the Wald interval; of the profile interval where the ratio is 0 or infinite.
    design_effect
        Samples that count as one independent sample: it multiplies the variance and divides the
        chi-square of the test of proportionality.
    time_scale
        Time against which a change of the ratio is tested: "km", one minus the share still
        without the event, just before; "identity"; "log".

    Returns
    -------
    HazardRatio

    Raises
    ------
    ValueError
        If there are not two groups, counts are not whole, or the design effect is not positive.

    How it misleads
    ---------------
    If the ratio changes over time it is an average that depends on the censoring:
    `proportional` says when that was found, but few events find nothing and very many find
    changes too small to matter. It compares those still going at t, who differ more and more
    between the groups. A ratio for wrong ends says nothing about the share of wrong ends.

    References
    ----------
    Cox, JRSS B 34 (1972); Efron, JASA 72 (1977); Grambsch and Therneau, Biometrika 81 (1994), as
    a score test. As coxph and cox.zph of R.

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> fast = event_table([1, 2, 3, 4, 6], [1, 1, 1, 1, 1])
    >>> slow = event_table([3, 5, 6, 7, 8], [1, 1, 1, 1, 0])
    >>> r = hazard_ratio([[fast, slow]])
    >>> f"{r.ratio:.2f} {r.low:.2f} {r.high:.2f} {r.p:.3f} {r.proportional}"
    '3.69 0.84 16.17 0.083 True'
    """
    if n_groups(strata) != 2:
        raise ValueError("a hazard ratio needs two groups")
    if not 0.0 < design_effect < np.inf:
        raise ValueError(f"design_effect must be positive, found {design_effect!r}")
    z = normal_quantile(level)
    draws, informative = tied_draws(strata, cause)
    events = (float(draws.hit.sum()), float(draws.hit.size - draws.hit.sum()))
    if min(events) == 0.0:
        return _without_events(draws, events, informative, level, design_effect)
    best = fitted_log_ratio(draws)
    chance = draws.chance(best)
    information = float(np.sum(chance * (1.0 - chance)))
    error = math.sqrt(design_effect / information)
    scaled = _scaled_time(strata, cause, draws.time, time_scale)
    statistic = change_statistic(draws, chance, scaled) / design_effect
    change_p = _chi_square_p(statistic)
    return HazardRatio(
        ratio=math.exp(best),
        low=math.exp(best - z * error),
        high=math.exp(best + z * error),
        log_ratio=best,
        error=error,
        p=math.erfc(abs(best) / error / math.sqrt(2.0)),
        events=events,
        informative=informative,
        proportional_statistic=statistic,
        proportional_p=change_p,
        proportional=None if math.isnan(change_p) else change_p >= _ALPHA,
        level=level,
    )


def hazard_comparison(
    strata: Sequence[Sequence[EventTable]],
    weight: ArrayLike,
    tau: float,
    cause: int = 1,
    level: float = 0.95,
    design_effect: float = 1.0,
) -> HazardComparison:
    """Hazard ratio with its fallback, the difference of times lost to the cause before `tau`.

    Parameters
    ----------
    strata, cause, level, design_effect
        As `hazard_ratio`.
    weight
        Weight of each stratum in the difference, shape (strata,).
    tau
        Limit of the times lost, observed in every stratum that both groups have.

    Raises
    ------
    ValueError
        As `hazard_ratio` and `standardised_means`.

    How it misleads
    ---------------
    The two answer different questions: the ratio is about what drives the cause, the difference
    about how much time it took, which also depends on the other causes.

    References
    ----------
    Royston and Parmar, BMC Medical Research Methodology 13 (2013).

    Examples
    --------
    >>> from reasonscape.stats.event_table import event_table
    >>> fast = event_table([1, 2, 3, 4, 6], [1, 1, 1, 1, 1])
    >>> slow = event_table([3, 5, 6, 7, 8], [1, 1, 1, 1, 0])
    >>> c = hazard_comparison([[fast, slow]], [1.0], 8.0)
    >>> f"{c.restricted.difference:.2f} {c.use_restricted}"
    '2.60 False'
    """
    ratio = hazard_ratio(strata, cause, level, design_effect)
    means = standardised_means(strata, weight, tau, cause)
    variance = float(means.variance.sum()) * design_effect
    restricted = difference_of(float(means.value[0] - means.value[1]), variance, tau, level)
    alone = ratio.proportional is not False and 0.0 < ratio.ratio < math.inf
    return HazardComparison(ratio, restricted, means.left_out, not alone)


def _without_events(
    draws: Draws, events: tuple[float, float], informative: int, level: float, effect: float
) -> HazardRatio:
    """Ratio where a group has no event: one bound from the profile likelihood, if any event."""
    none = math.nan
    if not draws.hit.size:
        return HazardRatio(
            none, 0.0, math.inf, none, math.inf, none, events, informative, none, none, None, level
        )
    sign = -1.0 if events[0] == 0.0 else 1.0

    def fall(log_ratio: float) -> float:
        """Twice the log-likelihood's fall from its limit at an infinite log ratio."""
        chance = draws.chance(log_ratio)
        missed = chance if sign < 0.0 else 1.0 - chance
        return float(-2.0 * np.log1p(-missed).sum()) / effect

    limit = normal_quantile(level) ** 2
    inner, outer = -sign * FARTHEST, sign * FARTHEST
    for _ in range(_HALVINGS):
        middle = (inner + outer) / 2.0
        inner, outer = (middle, outer) if fall(middle) > limit else (inner, middle)
    bound = math.exp((inner + outer) / 2.0)
    low, high = (0.0, bound) if sign < 0.0 else (bound, math.inf)
    ratio = 0.0 if sign < 0.0 else math.inf
    p = _chi_square_p(fall(0.0))
    return HazardRatio(
        ratio, low, high, sign * math.inf, math.inf, p, events, informative, none, none, None, level
    )


def _chi_square_p(statistic: float) -> float:
    """Upper tail of a chi-square with one degree of freedom."""
    return math.nan if math.isnan(statistic) else math.erfc(math.sqrt(statistic / 2.0))


def _scaled_time(
    strata: Sequence[Sequence[EventTable]], cause: int, time: FloatArray, scale: TimeScale
) -> FloatArray:
    if scale == "identity":
        return time
    if scale == "log":
        return np.log(np.maximum(time, np.min(time[time > 0.0], initial=1.0)))
    if scale != "km":
        raise ValueError(f"time_scale must be 'km', 'identity' or 'log', found {scale!r}")
    tables = [table.only(cause) for groups in strata for table in groups]
    everyone = event_table(
        np.concatenate([np.repeat(table.time, 2) for table in tables]),
        np.concatenate([np.tile([0, 1], table.time.size) for table in tables]),
        np.concatenate([table.counts.ravel() for table in tables]),
        n_causes=1,
    )
    # Just before each time, so that the scale of an event does not depend on the event itself.
    return 1.0 - step_values(
        everyone.time, kaplan_meier(everyone).survival, np.nextafter(time, -np.inf), 1.0
    )
