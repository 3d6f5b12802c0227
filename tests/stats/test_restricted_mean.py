"""Restricted means against R (tests/reference/survival.R) and brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.event_table import EventTable, event_table
from reasonscape.stats.restricted_difference import restricted_difference
from reasonscape.stats.restricted_mean import restricted_mean, restricted_time_lost
from tests.stats.survival_data import reference_table, tables


def test_restricted_mean_as_survfit() -> None:
    # summary(survfit(Surv(time, cause > 0) ~ 1), rmean = 20)$table[c("rmean", "se(rmean)")]
    mean = restricted_mean(reference_table(), 20.0)
    assert mean.value == pytest.approx(15.627970744866692, rel=1e-13)
    assert math.sqrt(mean.variance) == pytest.approx(0.384204291104918, rel=1e-12)


def test_time_lost_as_multi_state_survfit() -> None:
    # summary(aj, rmean = 20)$table[, "rmean"]; residuals(aj, times = 20, type = "auc"), squared
    # and summed
    lost = [restricted_time_lost(reference_table(), cause, 20.0) for cause in (1, 2)]
    assert [one.value for one in lost] == pytest.approx(
        [3.010445783894225, 1.361583471239087], rel=1e-12
    )
    assert [math.sqrt(one.variance) for one in lost] == pytest.approx(
        [0.351103473862327, 0.248212544158207], rel=1e-12
    )


@given(tables(), st.floats(0.5, 12.0))
def test_times_add_up_to_the_limit(table: EventTable, tau: float) -> None:
    if tau > table.last_time:
        table = event_table(np.append(table.time, [13.0]), np.zeros(table.time.size + 1, dtype=int))
    mean = restricted_mean(table, tau)
    lost = [restricted_time_lost(table, cause, tau) for cause in (1, 2)]
    assert mean.value + sum(one.value for one in lost) == pytest.approx(tau)
    assert 0.0 <= mean.low <= mean.value + 1e-9
    assert mean.value <= mean.high + 1e-9
    scaled = restricted_mean(table.scaled(3.0), tau)
    assert scaled.value == pytest.approx(mean.value)
    assert scaled.variance * 3.0 == pytest.approx(mean.variance, abs=1e-9)


def test_without_censoring_it_is_a_plain_mean() -> None:
    time = np.array([1, 2, 2, 5, 7, 9, 9, 12])
    mean = restricted_mean(event_table(time, [1, 2, 1, 2, 1, 1, 2, 1]), 8.0)
    cut = np.minimum(time, 8)
    assert mean.value == pytest.approx(cut.mean())
    assert mean.variance == pytest.approx(cut.var() / 8)
    lost = restricted_time_lost(event_table(time, [1, 2, 1, 2, 1, 1, 2, 1]), 1, 8.0)
    own = (8 - cut) * np.array([1, 0, 1, 0, 1, 1, 0, 1])
    assert lost.value == pytest.approx(own.mean())
    assert lost.variance == pytest.approx(own.var() / 8)


def test_differences() -> None:
    first = restricted_mean(event_table([1, 2, 3, 4], [1, 1, 1, 1]), 4.0)
    second = restricted_mean(event_table([2, 3, 4, 4], [1, 1, 1, 0]), 4.0)
    forth, back = restricted_difference(first, second), restricted_difference(second, first)
    assert forth.difference == pytest.approx(2.5 - 3.25)
    assert (forth.low, forth.high) == pytest.approx((-back.high, -back.low))
    assert 0.0 < forth.p < 1.0
    assert forth.p == pytest.approx(back.p)
    with pytest.raises(ValueError, match="different times"):
        restricted_difference(first, restricted_mean(event_table([5], [1]), 3.0))


def test_where_nothing_varies_nothing_is_known() -> None:
    first = restricted_mean(event_table([2], [1]), 4.0)
    second = restricted_mean(event_table([3], [1]), 4.0)
    found = restricted_difference(first, second)
    assert (found.difference, found.low, found.high) == (-1.0, -4.0, 4.0)
    assert math.isnan(found.p)


def test_what_was_not_seen_is_refused() -> None:
    table = event_table([2, 5], [1, 0])
    with pytest.raises(ValueError, match="nothing was seen"):
        restricted_mean(table, 6.0)
    with pytest.raises(ValueError, match="positive"):
        restricted_mean(table, 0.0)
    with pytest.raises(ValueError, match="empty"):
        restricted_mean(event_table([], []), 1.0)
    with pytest.raises(ValueError, match="causes"):
        restricted_time_lost(table, 3, 1.0)
    assert restricted_mean(event_table([2, 5], [1, 2]), 6.0).value == pytest.approx(3.5)
    assert restricted_mean(event_table([9], [1]), 6.0).value == pytest.approx(6.0)
