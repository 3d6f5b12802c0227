"""Directly standardised curves and means."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from reasonscape.stats.aalen_johansen import aalen_johansen
from reasonscape.stats.event_table import EventTable, event_table
from reasonscape.stats.kaplan_meier import kaplan_meier
from reasonscape.stats.restricted_mean import restricted_mean, restricted_time_lost
from reasonscape.stats.standardised_curves import standardised_curves
from reasonscape.stats.standardised_means import standardised_means
from tests.stats.survival_data import GROUP, READ_AT, by_strata, reference_table, tables


def test_one_stratum_is_the_plain_curve() -> None:
    table = reference_table()
    found = standardised_curves([[table]], [7.0], READ_AT)
    plain, still = aalen_johansen(table).at(READ_AT), kaplan_meier(table).at(READ_AT)
    assert found.incidence[0] == pytest.approx(plain.incidence)
    assert found.variance[0] == pytest.approx(plain.variance)
    assert found.low[0] == pytest.approx(plain.low)
    assert found.high[0] == pytest.approx(plain.high)
    assert found.survival[0] == pytest.approx(still.survival)
    assert found.survival_low[0] == pytest.approx(still.low)
    assert (found.left_out, found.thin) == (0.0, 0.0)


def test_weighted_means_and_variances() -> None:
    strata, weight = by_strata(GROUP, 2), np.array([1.0, 2.0, 3.0, 4.0])
    found = standardised_curves(strata, weight, READ_AT)
    means = standardised_means(strata, weight, 20.0)
    lost = standardised_means(strata, weight, 20.0, cause=2)
    for group in (0, 1):
        curves = [aalen_johansen(tables[group]).at(READ_AT) for tables in strata]
        shares = weight / 10.0
        assert found.incidence[group] == pytest.approx(
            sum(s * c.incidence for s, c in zip(shares, curves, strict=True))
        )
        assert found.variance[group] == pytest.approx(
            sum(s**2 * c.variance for s, c in zip(shares, curves, strict=True))
        )
        plain = [restricted_mean(tables[group], 20.0) for tables in strata]
        assert means.value[group] == pytest.approx(
            sum(s * m.value for s, m in zip(shares, plain, strict=True))
        )
        assert means.variance[group] == pytest.approx(
            sum(s**2 * m.variance for s, m in zip(shares, plain, strict=True))
        )
        assert lost.value[group] == pytest.approx(
            sum(
                s * restricted_time_lost(tables[group], 2, 20.0).value
                for s, tables in zip(shares, strata, strict=True)
            )
        )


def test_strata_that_a_group_lacks_are_left_out() -> None:
    a, b, none = event_table([1, 2], [1, 2]), event_table([3, 4], [1, 1]), event_table([], [])
    found = standardised_curves([[a, b], [b, none]], [3.0, 1.0], [2.0])
    assert found.left_out == pytest.approx(0.25)
    assert found.used.tolist() == [True, False]
    assert found.survival[:, 0].tolist() == [0.0, 1.0]
    assert found.thin == 1.0
    nothing = standardised_curves([[a, none]], [1.0], [2.0])
    assert nothing.left_out == 1.0
    assert np.isnan(nothing.survival).all()
    assert np.isnan(standardised_means([[a, none]], [1.0], 1.0).value).all()


def test_nothing_is_certain_at_the_ends() -> None:
    found = standardised_curves([[event_table([4] * 10, [1] * 10)]], [1.0], [2.0, 4.0])
    # binom.test(0, 10)$conf.int is 0 to 0.3085
    assert found.survival_low[0, 0] == pytest.approx(1 - 0.3084971, abs=1e-6)
    assert found.survival_high[0, 1] == pytest.approx(0.3084971, abs=1e-6)
    assert found.high[0, 0, 0] == pytest.approx(0.3084971, abs=1e-6)
    assert found.low[0, 1, 0] == pytest.approx(1 - 0.3084971, abs=1e-6)


@given(tables(), tables())
def test_standardised_curves_add_up(a: EventTable, b: EventTable) -> None:
    until = min(a.last_time, b.last_time)
    found = standardised_curves([[a], [b]], [1.0, 2.5], np.linspace(0.0, until, 5))
    total = found.survival + found.incidence.sum(axis=2)
    assert total == pytest.approx(1.0)
    assert np.all(np.diff(found.survival[0]) <= 1e-12)
    assert np.all(found.low <= found.incidence + 1e-9)
    assert np.all(found.incidence <= found.high + 1e-9)


def test_weights_that_do_not_fit_are_refused() -> None:
    table = event_table([1], [1])
    for weight in ([1.0, 2.0], [-1.0], [0.0], [np.inf]):
        with pytest.raises(ValueError, match="weight"):
            standardised_curves([[table]], weight, [1.0])
