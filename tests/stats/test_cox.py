"""Hazard ratios against R (tests/reference/survival.R), lifelines and brute force."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pytest
from hypothesis import assume, given
from numpy.typing import NDArray

from reasonscape.stats.cox import hazard_comparison, hazard_ratio
from reasonscape.stats.event_table import EventTable, event_table
from reasonscape.stats.log_rank import log_rank
from reasonscape.stats.restricted_difference import restricted_difference
from reasonscape.stats.restricted_mean import restricted_time_lost
from tests.stats.survival_data import CAUSE, GROUP, SMOOTH, STRATUM, TIME, by_strata, tables


@pytest.mark.parametrize(
    ("time", "cause", "coefficient", "error", "change"),
    [
        # fit <- coxph(Surv(time, cause == 1) ~ group + strata(stratum), ties = "efron");
        # cox.zph(fit, transform), for km, identity and log
        (
            TIME,
            1,
            -0.246428044285021,
            0.212712325611124,
            (0.901287605268816, 0.728533084614783, 0.363034848802024),
        ),
        (
            TIME,
            2,
            -0.404725329890365,
            0.310102849443670,
            (3.8423430183687222, 2.444116517710499, 0.283613133860636),
        ),
        (
            SMOOTH,
            2,
            -0.376790529096800,
            0.313010050411881,
            (2.667564250493416, 2.00487713778798, 0.299079134779116),
        ),
    ],
)
def test_as_coxph_and_cox_zph(
    time: NDArray[np.float64],
    cause: int,
    coefficient: float,
    error: float,
    change: tuple[float, float, float],
) -> None:
    strata = by_strata(1 - GROUP, 2, time)  # R's group 1 first
    scales: tuple[Literal["km", "identity", "log"], ...] = ("km", "identity", "log")
    for scale, statistic in zip(scales, change, strict=True):
        found = hazard_ratio(strata, cause, time_scale=scale)
        assert found.log_ratio == pytest.approx(coefficient, rel=1e-9)
        assert found.error == pytest.approx(error, rel=1e-8)
        assert found.proportional_statistic == pytest.approx(statistic, rel=1e-8)


def test_the_proportionality_flag() -> None:
    # cox.2.zph.km: p = 0.0499736410458058
    found = hazard_ratio(by_strata(1 - GROUP, 2), 2)
    assert found.proportional_p == pytest.approx(0.0499736410458058, rel=1e-7)
    assert found.proportional is False
    assert hazard_ratio(by_strata(1 - GROUP, 2), 1).proportional is True


def test_as_lifelines_on_single_rows() -> None:
    pandas = pytest.importorskip("pandas")
    lifelines = pytest.importorskip("lifelines")
    frame = pandas.DataFrame(
        {"time": TIME, "event": (CAUSE == 2).astype(int), "group": GROUP, "stratum": STRATUM}
    )
    fit = lifelines.CoxPHFitter().fit(frame, "time", "event", strata=["stratum"])
    found = hazard_ratio(by_strata(1 - GROUP, 2), 2)
    assert found.log_ratio == pytest.approx(float(fit.params_["group"]), abs=1e-6)
    assert found.error == pytest.approx(float(fit.standard_errors_["group"]), abs=1e-6)


def efron(first: EventTable, second: EventTable, log_ratio: float) -> float:
    """Log-likelihood from its definition, one tied event after another."""
    total, hazard = 0.0, math.exp(log_ratio)
    for time in np.union1d(first.time, second.time):
        n = [float(table.risk_at(time)) for table in (first, second)]
        d = [float(t.counts[t.time == time, 1].sum()) for t in (first, second)]
        if sum(d) == 0.0 or min(n) == 0.0:
            continue
        total += d[0] * log_ratio
        for nth in range(int(sum(d))):
            share = nth / sum(d)
            total -= math.log(hazard * (n[0] - share * d[0]) + n[1] - share * d[1])
    return total


@given(tables(least=4), tables(least=4))
def test_it_maximises_the_partial_likelihood(first: EventTable, second: EventTable) -> None:
    found = hazard_ratio([[first, second]])
    assume(0.0 < found.ratio < math.inf)
    step = 1e-3
    here, left, right = (efron(first, second, found.log_ratio + x) for x in (0.0, -step, step))
    assert here >= max(left, right)
    curvature = (left - 2.0 * here + right) / step**2
    assert found.error == pytest.approx(1.0 / math.sqrt(-curvature), rel=1e-2)
    swapped = hazard_ratio([[second, first]])
    assert swapped.log_ratio == pytest.approx(-found.log_ratio, abs=1e-8)
    assert swapped.proportional_statistic == pytest.approx(
        found.proportional_statistic, rel=1e-4, abs=1e-6, nan_ok=True
    )


@given(tables(least=4), tables(least=4))
def test_the_other_cause_censors(first: EventTable, second: EventTable) -> None:
    both = hazard_ratio([[first, second]])
    alone = hazard_ratio([[first.only(1), second.only(1)]])
    assert alone.ratio == pytest.approx(both.ratio, nan_ok=True)
    assert alone.proportional_p == pytest.approx(both.proportional_p, nan_ok=True)


def test_without_ties_the_score_test_is_log_rank() -> None:
    first, second = event_table([1, 4, 6, 9, 11], [1] * 5), event_table([2, 5, 8, 10, 13], [1] * 5)
    step = 1e-4
    up, here, down = (efron(first, second, x) for x in (step, 0.0, -step))
    score, information = (up - down) / (2 * step), -(up - 2 * here + down) / step**2
    assert log_rank([[first, second]]).statistic == pytest.approx(score**2 / information, rel=1e-5)


def test_a_stratum_without_one_group_changes_nothing() -> None:
    strata = by_strata(GROUP, 2)
    padded = [*strata, [strata[0][0], event_table([], [])]]
    one, other = hazard_ratio(strata, time_scale="log"), hazard_ratio(padded, time_scale="log")
    assert one == other
    assert one.informative == 4


def test_a_design_effect_widens() -> None:
    plain = hazard_ratio(by_strata(GROUP, 2))
    wide = hazard_ratio(by_strata(GROUP, 2), design_effect=4.0)
    assert wide.ratio == plain.ratio
    assert wide.error == pytest.approx(2.0 * plain.error)
    assert wide.proportional_statistic * 4.0 == pytest.approx(plain.proportional_statistic)


def test_a_group_without_events_has_one_bound() -> None:
    none, some = event_table([9] * 6, [0] * 6), event_table([1, 2, 3, 4, 5, 9], [1] * 5 + [0])
    found, swapped = hazard_ratio([[none, some]]), hazard_ratio([[some, none]])
    assert (found.ratio, found.low, swapped.ratio, swapped.high) == (0.0, 0.0, math.inf, math.inf)
    assert 0.0 < found.high < 1.0
    assert swapped.low == pytest.approx(1.0 / found.high)
    # twice the fall of the log-likelihood at the bound is 1.96^2, and at a ratio of 1 gives p
    limit = efron(none, some, -30.0)
    fall = 2.0 * (limit - efron(none, some, math.log(found.high)))
    assert fall == pytest.approx(1.959964**2, rel=1e-5)
    assert found.p == pytest.approx(math.erfc(math.sqrt(limit - efron(none, some, 0.0))))
    assert found.proportional is None


def test_no_events_are_no_information() -> None:
    censored = event_table([5, 6], [0, 0])
    found = hazard_ratio([[censored, censored]])
    assert math.isnan(found.ratio)
    assert (found.low, found.high, found.informative) == (0.0, math.inf, 0)
    assert math.isnan(found.p)


def test_hazards_that_cross_fall_back_on_time_lost() -> None:
    early = event_table([*range(1, 31), *[60] * 30], [2] * 30 + [0] * 30)
    late = event_table([*range(30, 60), *[60] * 30], [2] * 30 + [0] * 30)
    found = hazard_comparison([[early, late]], [1.0], 60.0, cause=2)
    assert found.ratio.proportional is False
    assert found.use_restricted
    expected = restricted_difference(
        restricted_time_lost(early, 2, 60.0), restricted_time_lost(late, 2, 60.0)
    )
    assert found.restricted.difference == pytest.approx(expected.difference)
    assert found.restricted.p == pytest.approx(expected.p)
    assert found.restricted.low > 0.0


def test_what_has_no_ratio_is_refused() -> None:
    table = event_table([1], [1])
    with pytest.raises(ValueError, match="two groups"):
        hazard_ratio([[table]])
    with pytest.raises(ValueError, match="whole"):
        hazard_ratio([[table, table.scaled(0.5)]])
    with pytest.raises(ValueError, match="design_effect"):
        hazard_ratio([[table, table]], design_effect=-1.0)
    with pytest.raises(ValueError, match="time_scale"):
        hazard_ratio(by_strata(GROUP, 2), time_scale="rank")  # type: ignore[arg-type]
