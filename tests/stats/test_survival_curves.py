"""Kaplan-Meier, Nelson-Aalen and Aalen-Johansen against R (tests/reference/survival.R)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reasonscape.stats.aalen_johansen import aalen_johansen
from reasonscape.stats.event_table import EventTable, event_table
from reasonscape.stats.kaplan_meier import kaplan_meier
from reasonscape.stats.nelson_aalen import nelson_aalen
from tests.stats.survival_data import READ_AT, reference_table, tables


def test_kaplan_meier_as_survfit() -> None:
    # summary(survfit(Surv(time, cause > 0) ~ 1, conf.type = "log-log"), times = c(3, 10, 17, 24))
    curve = kaplan_meier(reference_table()).at(READ_AT)
    assert curve.survival == pytest.approx(
        [0.953248450166905, 0.783362720945769, 0.561098477629888, 0.340321549859261], abs=1e-13
    )
    assert np.sqrt(curve.variance) == pytest.approx(
        [0.0137649510483475, 0.0277841204800706, 0.0356773933169226, 0.0382279018156765], abs=1e-13
    )
    assert curve.low == pytest.approx(
        [0.917163067078624, 0.722830150704544, 0.488243013496468, 0.266569145425010], abs=1e-12
    )
    assert curve.high == pytest.approx(
        [0.973836653638895, 0.832215410708500, 0.627659711475164, 0.415308863458777], abs=1e-12
    )


def test_nelson_aalen_as_survfit() -> None:
    # survfit(Surv(time, cause == 1) ~ 1): cumhaz and std.chaz
    curve = nelson_aalen(reference_table()).at(READ_AT)
    assert curve.hazard[:, 0] == pytest.approx(
        [0.0345147830233667, 0.1643929304927133, 0.3877128191456691, 0.7087631457595600], abs=1e-13
    )
    assert np.sqrt(curve.variance[:, 0]) == pytest.approx(
        [0.0122052026879388, 0.0287995661039734, 0.0515447162026169, 0.0901635974840377], abs=1e-13
    )


def test_aalen_johansen_as_multi_state_survfit() -> None:
    # survfit(Surv(time, state) ~ 1, id = id, conf.type = "log-log"): pstate, std.err, limits
    curves = aalen_johansen(reference_table()).at(READ_AT)
    assert curves.incidence == pytest.approx(
        np.array(
            [
                [0.0340348911142903, 0.0127166587188046],
                [0.1486400674477730, 0.0679972116064577],
                [0.3009038457053145, 0.1379976766647975],
                [0.4453446903927395, 0.2143337597479994],
            ]
        ),
        abs=1e-13,
    )
    assert np.sqrt(curves.variance) == pytest.approx(
        np.array(
            [
                [0.0118278348722315, 0.00729601875432899],
                [0.0239444806108434, 0.01697513383914291],
                [0.0327420971592710, 0.02441341258340921],
                [0.0387497316129922, 0.03124390274336339],
            ]
        ),
        abs=1e-13,
    )
    assert curves.low[:, 0] == pytest.approx(
        [0.0160031389762219, 0.1054401499109334, 0.2382721434957606, 0.3683380762584741], abs=1e-12
    )
    assert curves.high[:, 1] == pytest.approx(
        [0.034269059053511, 0.106358539994509, 0.189676703297717, 0.278191230265862], abs=1e-12
    )


def test_aalen_johansen_near_cuminc() -> None:
    # timepoints(cuminc(time, cause), ...)$var: another estimator of the same variance
    curves = aalen_johansen(reference_table()).at(READ_AT)
    assert curves.variance[:, 0] == pytest.approx(
        [0.000140493132950377, 0.000575857374416958, 0.00107644578455898, 0.001508497649025949],
        rel=0.02,
    )


@given(tables(least=2))
def test_variance_is_the_infinitesimal_jackknife(table: EventTable) -> None:
    """Brute force: how each estimate moves with the weight of each sample, squared and summed."""
    step = 1e-5
    shape = table.counts.shape
    total = np.zeros((table.time.size, table.n_causes))
    for cell in np.flatnonzero(table.counts):
        pushed = [table.counts.copy(), table.counts.copy()]
        pushed[0].flat[cell] += step
        pushed[1].flat[cell] -= step
        up, down = (aalen_johansen(EventTable(table.time, c)).incidence for c in pushed)
        total += table.counts.flat[cell] * ((up - down) / (2.0 * step)) ** 2
    assert table.counts.shape == shape
    assert aalen_johansen(table).variance == pytest.approx(total, abs=1e-7)


def brute_force(table: EventTable) -> NDArray[np.float64]:
    """Incidence by walking through single samples."""
    alive, incidence = 1.0, np.zeros(table.n_causes)
    rows = []
    for place in range(table.time.size):
        n = table.counts[place:].sum()
        incidence = incidence + alive * table.counts[place, 1:] / n
        alive *= 1.0 - table.counts[place, 1:].sum() / n
        rows.append(incidence)
    return np.array(rows)


@given(tables(n_causes=3))
def test_curves_are_proper(table: EventTable) -> None:
    curves, survival = aalen_johansen(table), kaplan_meier(table)
    assert curves.incidence == pytest.approx(brute_force(table), abs=1e-12)
    assert curves.survival == pytest.approx(survival.survival, abs=0.0)
    assert curves.survival + curves.incidence.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    assert np.all(np.diff(survival.survival) <= 0.0)
    assert np.all(np.diff(curves.incidence, axis=0) >= 0.0)
    hazards = nelson_aalen(table)
    assert np.all(np.diff(hazards.hazard, axis=0) >= 0.0)
    for low, value, high in (
        (curves.low, curves.incidence, curves.high),
        (survival.low, survival.survival, survival.high),
        (hazards.low, hazards.hazard, hazards.high),
    ):
        assert np.all(low <= value + 1e-12)
        assert np.all(value <= high + 1e-12)
        assert np.all(low >= 0.0)
    assert np.all(curves.high <= 1.0)
    assert np.all(survival.high <= 1.0)


@given(tables(), st.floats(0.1, 20.0))
def test_scaled_weights_leave_curves_and_divide_variances(table: EventTable, by: float) -> None:
    scaled = table.scaled(by)
    one, other = aalen_johansen(table), aalen_johansen(scaled)
    assert other.incidence == pytest.approx(one.incidence, abs=1e-12)
    assert other.variance * by == pytest.approx(one.variance, abs=1e-9)
    assert kaplan_meier(scaled).variance * by == pytest.approx(
        kaplan_meier(table).variance, abs=1e-9
    )
    assert nelson_aalen(scaled).variance * by == pytest.approx(
        nelson_aalen(table).variance, abs=1e-9
    )


@given(tables(), st.integers(0, 12))
def test_below_a_cap_nothing_changes_at_all(table: EventTable, cap: int) -> None:
    """The budget curve of cut and uncut data is the same, to the bit, up to the cap."""
    grid = np.arange(0, cap + 1)
    assume(table.last_time >= cap)
    cut, uncut = aalen_johansen(table.truncated(cap)).at(grid), aalen_johansen(table).at(grid)
    assert np.array_equal(cut.incidence, uncut.incidence)
    assert cut.variance == pytest.approx(uncut.variance, abs=1e-15)


@given(tables(n_causes=1))
def test_one_cause_is_kaplan_meier(table: EventTable) -> None:
    curve, survival = aalen_johansen(table), kaplan_meier(table)
    assert 1.0 - curve.incidence[:, 0] == pytest.approx(survival.survival, abs=1e-12)
    left = survival.survival > 0.0
    assert curve.variance[left, 0] == pytest.approx(survival.variance[left], abs=1e-12)


def test_without_censoring_shares_are_binomial() -> None:
    curves = aalen_johansen(event_table([1, 2, 2, 3, 4, 4, 5, 6], [1, 2, 1, 1, 2, 2, 1, 2]))
    share = curves.incidence
    assert curves.variance == pytest.approx(share * (1.0 - share) / 8.0, abs=1e-15)


def test_greenwood_variance_of_the_hazard_knows_ties() -> None:
    table = event_table([1, 1, 1, 2], [1, 1, 1, 0])
    assert nelson_aalen(table).variance[0, 0] == pytest.approx(3 / 16)
    assert nelson_aalen(table, variance="greenwood").variance[0, 0] == pytest.approx(3 / 64)
    with pytest.raises(ValueError, match="greenwood"):
        nelson_aalen(table, variance="other")  # type: ignore[arg-type]


def test_nothing_seen_is_not_certainty() -> None:
    table = event_table([4] * 10, [0] * 10)
    survival, curves = kaplan_meier(table), aalen_johansen(table)
    # Clopper-Pearson for 0 of 10: binom.test(0, 10)$conf.int is 0 to 0.3085
    assert survival.low[0] == pytest.approx(1 - 0.3084971, abs=1e-6)
    assert curves.high[0].tolist() == pytest.approx([0.3084971] * 2, abs=1e-6)
    # poisson.test(0, 10)$conf.int is 0 to 0.3689
    assert nelson_aalen(table).high[0] == pytest.approx([0.3688879] * 2, abs=1e-6)
    start = survival.at(0)
    assert (start.survival[0], start.low[0]) == (1.0, survival.low[0])


def test_all_ended_is_not_certainty() -> None:
    table = event_table([4] * 10, [1] * 10)
    survival, curves = kaplan_meier(table), aalen_johansen(table)
    assert (survival.survival[0], survival.low[0]) == (0.0, 0.0)
    assert survival.high[0] == pytest.approx(0.3084971, abs=1e-6)
    assert curves.low[0, 0] == pytest.approx(1 - 0.3084971, abs=1e-6)
    # Ten samples of another cause are known not to have had this one.
    assert curves.high[0, 1] == pytest.approx(0.3084971, abs=1e-6)


def test_beyond_what_was_seen() -> None:
    open_end = event_table([2, 5], [1, 0])
    assert np.isnan(kaplan_meier(open_end).at([5.5]).survival[0])
    assert np.isnan(aalen_johansen(open_end).at([5.5]).incidence).all()
    assert np.isnan(nelson_aalen(open_end).at([5.5]).hazard).all()
    all_ended = event_table([2, 5], [1, 2])
    assert kaplan_meier(all_ended).at([9]).survival[0] == 0.0
    assert aalen_johansen(all_ended).at([9]).incidence[0].tolist() == [0.5, 0.5]


@pytest.mark.parametrize("rows", [([], []), ([3], [0]), ([3], [1]), ([0], [2])])
def test_no_sample_and_one_sample(rows: tuple[list[int], list[int]]) -> None:
    table = event_table(*rows)
    n = len(rows[0])
    assert kaplan_meier(table).survival.shape == (n,)
    assert aalen_johansen(table).incidence.shape == (n, 2)
    assert nelson_aalen(table).hazard.shape == (n, 2)
    assert np.isnan(kaplan_meier(table).at([99]).survival[0]) == (n == 0 or rows[1] == [0])
