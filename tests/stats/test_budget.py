"""Budget curves: plain shares below every cap, the same whether traces are cut later or not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.budget import Budget, budget_curve
from reasonscape.stats.proportions import wilson_interval


def _drawn(seed: int, n: int = 200, items: int = 50) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    return rng.integers(1, 101, n), rng.integers(1, 3, n), rng.integers(0, items, n)


@given(st.integers(0, 10_000))
def test_below_every_cap_cutting_changes_nothing(seed: int) -> None:
    time, cause, item = _drawn(seed)
    cut = np.random.default_rng(seed).random(50)[item] < 0.5
    cut &= time > 40
    full = budget_curve(time, cause, item, 100)
    part = budget_curve(np.where(cut, 40, time), np.where(cut, 0, cause), item, 100)
    below = full.budget < 40
    assert below.sum() == 15
    # The band may differ: how alike repeats are is learnt from the whole curve.
    for name in ("budget", "accuracy", "spent", "per_thousand"):
        assert np.array_equal(getattr(full, name)[below], getattr(part, name)[below]), name


@given(st.integers(0, 10_000))
def test_without_a_cut_off_it_is_the_plain_share(seed: int) -> None:
    time, cause, _ = _drawn(seed)
    found = budget_curve(time, cause, np.arange(200), 100)
    share = ((time[:, None] <= found.budget) & (cause == 1)[:, None]).mean(axis=0)
    assert found.accuracy == pytest.approx(share, abs=1e-12)
    spent = np.minimum(time[:, None], found.budget).mean(axis=0)
    assert found.spent == pytest.approx(spent)
    low, high = wilson_interval(share * 199, np.full(40, 199.0))
    some = share > 0
    assert found.low[some] == pytest.approx(low[some], abs=1e-9)
    assert found.high[some] == pytest.approx(high[some], abs=1e-9)


@given(st.integers(0, 10_000))
def test_shapes_that_must_hold(seed: int) -> None:
    time, cause, item = _drawn(seed)
    cause = np.where(np.random.default_rng(seed).random(200) < 0.3, 0, cause)
    found = budget_curve(time, cause, item, 100)
    assert (np.diff(found.accuracy) >= 0.0).all()
    assert (np.diff(found.spent) >= 0.0).all()
    assert (found.low <= found.accuracy).all()
    assert (found.accuracy <= found.high).all()
    assert math.isnan(found.gain[-1])
    order = np.random.default_rng(seed + 1).permutation(200)
    again = budget_curve(time[order], cause[order], item[order], 100)
    assert again.low == pytest.approx(found.low, abs=1e-12)


def test_band_is_the_jackknife_over_items() -> None:
    time, cause, item = _drawn(5, n=400, items=80)
    cut = (item % 2 == 0) & (time > 40)
    time, cause = np.where(cut, 40, time), np.where(cut, 0, cause)
    found = budget_curve(time, cause, item, 100)
    left_out = np.array(
        [budget_curve(time[item != i], cause[item != i], item[item != i], 100).accuracy
         for i in range(80)]
    )  # fmt: skip
    spread = 79 / 80 * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0)
    at = [9, 19, 29, 39]
    trials = found.accuracy[at] * (1 - found.accuracy[at]) / spread[at]
    low, high = wilson_interval(found.accuracy[at] * trials, trials)
    assert found.low[at] == pytest.approx(low, abs=0.004)
    assert found.high[at] == pytest.approx(high, abs=0.004)


def test_incidence_against_r() -> None:
    # time 3 5 5 8 9 12 12 15 20 20, cause 1 2 1 0 1 1 2 0 1 0 (0 censored):
    # summary(survfit(Surv(t, factor(g, 0:2)) ~ 1), times = c(5, 9, 12, 20))$pstate[, 2]
    # 0.2000000 0.3166667 0.4333333 0.6083333
    found = budget_curve(
        [3, 5, 5, 8, 9, 12, 12, 15, 20, 20], [1, 2, 1, 0, 1, 1, 2, 0, 1, 0], range(10), 20,
        steps=20, finer=1,
    )  # fmt: skip
    at = [4, 8, 11, 19]
    assert found.accuracy[at] == pytest.approx([0.2, 0.3166667, 0.4333333, 0.6083333], abs=1e-7)


def _paying(last_right: float, n: int = 2000) -> Budget:
    time = np.linspace(1.0, last_right, n)
    return budget_curve(np.append(time, [1000.0] * n), np.repeat([1, 0], n), range(2 * n), 1000)


def test_where_more_stops_paying() -> None:
    assert _paying(400.0).stops_paying == 400.0
    assert _paying(1000.0).stops_paying is None


def test_a_late_gain_keeps_it_paying() -> None:
    time = np.concatenate([np.full(500, 100.0), np.full(100, 900.0), np.full(400, 1000.0)])
    cause = np.repeat([1, 1, 0], [500, 100, 400])
    found = budget_curve(time, cause, range(1000), 1000)
    # 400 gains nothing up to 800, but 450 gains the hundred at 900
    assert found.gain[15] == 0.0
    assert found.stops_paying == 900.0


def test_few_samples_never_stop_paying() -> None:
    assert budget_curve([10] * 20, [1] * 20, range(20), 1000).stops_paying is None


@pytest.mark.parametrize("cause", [[0], [1], [2]])
def test_one_trace(cause: list[int]) -> None:
    found = budget_curve([50], cause, [0], 100)
    assert found.accuracy[-1] == (1.0 if cause == [1] else 0.0)
    assert found.high[-1] - found.low[-1] > 0.7


def test_one_lucky_item_does_not_narrow_the_band() -> None:
    """Forty items with fifty repeats each; the first right end is a single one, early."""
    rng = np.random.default_rng(1)
    item = np.repeat(np.arange(40), 50)
    good = np.repeat(rng.random(40) < 0.3, 50)
    time = rng.integers(300, 1000, 2000)
    time[np.flatnonzero(good)[0]] = 60
    found = budget_curve(time, np.where(good, 1, 2), item, 1000)
    assert found.accuracy[0] == 0.0
    assert found.accuracy[2] == 1 / 2000
    assert found.high[2] >= found.high[0] > 0.05


def test_a_right_answer_at_the_cap_counts_there() -> None:
    found = budget_curve([100, 100], [1, 0], range(2), 100)
    assert found.accuracy[-1] == 0.5
    assert found.accuracy[-2] == 0.0


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="one entry each"):
        budget_curve([1, 2], [1], [0, 1], 10)
    with pytest.raises(ValueError, match="above 0"):
        budget_curve([1], [1], [0], 0)
    with pytest.raises(ValueError, match="needs traces"):
        budget_curve([], [], [], 10)
