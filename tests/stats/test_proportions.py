"""Intervals of proportions against published and statsmodels values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.proportions import (
    accuracy_of_excess,
    exact_upper_bound,
    excess_accuracy,
    excess_proportion,
    normal_quantile,
    wilson_bounds,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Wilson without correction, Newcombe (1998) table I and statsmodels.stats.proportion
        # .proportion_confint(k, n, method="wilson")
        (0, 25, 0.0, 0.1332),
        (0, 5000, 0.0, 0.0008),
        (50, 100, 0.4038, 0.5962),
        (9, 10, 0.5958, 0.9821),
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_wilson(successes: int, trials: int, low: float, high: float) -> None:
    found = wilson_interval(successes, trials)
    assert found[0] == pytest.approx(low, abs=5e-5)
    assert found[1] == pytest.approx(high, abs=5e-5)
    assert wilson_bounds(successes, trials) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        # statsmodels.stats.proportion.proportion_confint(k, n, alpha=0.1, method="wilson")
        (0, 7, 0.0, 0.2787626955),
        (3, 7, 0.1864431904, 0.710522909),
        (7, 7, 0.7212373045, 1.0),
        (2, 11, 0.0621152525, 0.4271425049),
        (17, 19, 0.7265355492, 0.9645321512),
        (30, 35, 0.7343411808, 0.9286912996),
    ],
)
def test_wilson_equals_statsmodels(k: int, n: int, low: float, high: float) -> None:
    assert wilson_bounds(k, n, 0.9) == pytest.approx((low, high), abs=1e-9)
    assert [float(b) for b in wilson_interval(k, n, 0.9)] == pytest.approx((low, high), abs=1e-9)


def test_exact_bound_equals_statsmodels() -> None:
    # proportion_confint(k, 12, alpha=0.1, method="beta")[1] is the one-sided 95% bound
    expected = [0.2209221919, 0.3386806684, 0.7547001987, 0.9957346812, 1.0]
    assert exact_upper_bound([0, 1, 6, 11, 12], 12, 0.05) == pytest.approx(expected, abs=1e-9)


def test_one_sided_bounds_are_the_two_sided_of_twice_the_error() -> None:
    both = wilson_interval([3, 7], [10, 10], 0.9)
    single = wilson_interval([3, 7], [10, 10], 0.95, sided=1)
    assert np.allclose(both, single)


def test_normal_quantile_is_that_of_scipy() -> None:
    from scipy.special import ndtri

    for level in (0.5, 0.8, 0.95, 0.999):
        assert normal_quantile(level) == pytest.approx(ndtri(0.5 + level / 2), abs=1e-12)
        assert normal_quantile(level, 1) == pytest.approx(ndtri(level), abs=1e-12)


def test_no_trials_say_nothing() -> None:
    low, high = wilson_interval([0.0], [0.0])
    assert (low.item(), high.item()) == (0.0, 1.0)
    assert wilson_bounds(0.0, 0.0) == (0.0, 1.0)
    assert exact_upper_bound([0.0], [0.0], 0.01).item() == 1.0
    empty = excess_proportion(0, 0, 0.25)
    assert math.isnan(empty.value)
    assert empty.high == 1.0


def test_all_right_reaches_one_and_all_wrong_zero() -> None:
    low, high = wilson_interval([0, 1, 0, 7], [1, 1, 7, 7])
    assert low[[0, 2]].tolist() == [0.0, 0.0]
    assert high[[1, 3]].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(("k", "n"), [(2, 1), (-1, 5), (1, -1), (float("nan"), 5)])
def test_impossible_counts_are_refused(k: float, n: float) -> None:
    with pytest.raises(ValueError, match="successes"):
        wilson_interval(k, n)


@pytest.mark.parametrize("level", [0.0, 1.0, float("nan")])
def test_impossible_levels_are_refused(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        normal_quantile(level)


def test_chance_of_one_has_no_excess() -> None:
    assert np.isnan(excess_accuracy(1.0, 1.0))
    with pytest.raises(ValueError, match="chance"):
        excess_proportion(1, 2, 1.0)


counts = st.tuples(st.floats(0.1, 1e6), st.floats(0.0, 1.0)).map(lambda t: (t[0] * t[1], t[0]))


@given(counts, st.floats(0.5, 0.999))
def test_interval_holds_the_share_and_mirrors(count: tuple[float, float], level: float) -> None:
    k, n = count
    low, high = wilson_interval(k, n, level)
    assert 0.0 <= low <= k / n + 1e-9
    assert k / n - 1e-9 <= high <= 1.0
    mirrored = wilson_interval(n - k, n, level)
    assert np.allclose((1.0 - mirrored[1], 1.0 - mirrored[0]), (low, high), atol=1e-7)
    assert wilson_bounds(k, n, level) == pytest.approx((float(low), float(high)), abs=1e-12)


@given(counts, st.floats(1.1, 10.0))
def test_more_trials_narrow_the_interval(count: tuple[float, float], factor: float) -> None:
    k, n = count
    low, high = wilson_interval([k, k * factor], [n, n * factor])
    assert high[1] - low[1] < high[0] - low[0] + 1e-9


@given(counts, st.floats(1e-6, 0.5))
def test_exact_upper_bound_is_above_the_share(count: tuple[float, float], alpha: float) -> None:
    k, n = count
    bound = exact_upper_bound(k, n, alpha)
    assert k / n - 1e-6 <= bound <= 1.0


@given(st.floats(0.0, 1.0), st.floats(0.0, 0.99))
def test_excess_and_back(accuracy: float, chance: float) -> None:
    assert accuracy_of_excess(excess_accuracy(accuracy, chance), chance) == pytest.approx(
        accuracy, abs=1e-9
    )


def test_excess_interval_is_the_mapped_interval() -> None:
    share = excess_proportion(15, 20, 0.5)
    low, high = wilson_interval(15, 20)
    assert share.low == pytest.approx((float(low) - 0.5) / 0.5)
    assert share.high == pytest.approx((float(high) - 0.5) / 0.5)
