"""Differences, adjusted means and odds within strata against R, closed forms and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats import pairwise_odds
from reasonscape.stats.adjusted_means import adjusted_means
from reasonscape.stats.pairwise_odds import odds_per_unit
from reasonscape.stats.within_strata import adjusted_difference, mean_difference

# tests/reference/ranks.R
LOOP = [1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0]
FAILS = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
TWO = [0] * 10 + [1] * 10
Y = [2.1, 1.9, 2.6, 1.2, 1.0, 1.7, 2.2, 2.4, 1.1, 1.6, 1.3, 0.9]
SECOND = [0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 1]
Z = [1.0, 2.0, 1.5, 3.0, 3.5, 2.5, 1.0, 0.5, 3.0, 2.0, 2.5, 4.0]
GROUP = [0, 1, 2, 0, 1, 2, 2, 1, 0, 0, 1, 2]
CLOGIT = 1.598795143
HALF = [0] * 6 + [1] * 6


def test_risk_difference_is_mantel_and_haenszel_s() -> None:
    found = mean_difference(LOOP, FAILS, TWO, range(20))
    # Strata 2/5 against 2/5, and 3/4 against 1/6; weights 25/10 and 24/10.
    assert found.value == pytest.approx((2.5 * 0.0 + 2.4 * (3 / 4 - 1 / 6)) / 4.9)
    assert found.low < found.value < found.high
    assert (found.n_first, found.n_second, found.strata, found.clusters) == (11, 9, 2, 20)


def test_odds_ratio_of_zero_and_one_is_mantel_and_haenszel_s() -> None:
    # R: mantelhaen.test(table(loop, wrong, s), correct = FALSE)$estimate
    assert odds_per_unit(LOOP, FAILS, TWO, range(20)).ratio == pytest.approx(3.0)


def test_pairs_are_conditional_logistic_regression() -> None:
    # R: exp(coef(clogit(y ~ x + strata(s), d))); tests/reference/ranks.txt
    y = [0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0]
    x = [1, 2, 3, 1, 2, 2.5, 1, 3, 1, 2, 3, 1, 2, 4, 3, 2]
    found = odds_per_unit(x, y, np.repeat(np.arange(8), 2), range(16))
    assert found.ratio == pytest.approx(CLOGIT, rel=1e-6)


def test_step_at_equal_covariate_is_least_squares() -> None:
    # R: coef(lm(y ~ second + z + s))["second"]
    found = adjusted_difference(Y, SECOND, Z, HALF, range(12))
    assert found.value == pytest.approx(0.1380952381)


def test_adjusted_means_are_least_squares() -> None:
    # R: coef(lm(y ~ g + s)): 0.15, 0.35; mean(y)
    found = adjusted_means(Y, GROUP, 3, HALF, range(12))
    assert found.mean[1] - found.mean[0] == pytest.approx(0.15)
    assert found.mean[2] - found.mean[0] == pytest.approx(0.35)
    assert (found.mean * found.n).sum() / 12 == pytest.approx(1.666666667)


@pytest.mark.parametrize("rounded", [False, True])
def test_rounding_of_many_pairs_changes_little(
    rounded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=2000)
    y = rng.random(2000) < 1 / (1 + np.exp(-0.7 * x))
    if rounded:
        monkeypatch.setattr(pairwise_odds, "MAX_PAIRS", 10_000)
    found = odds_per_unit(x, y, np.arange(2000) % 4, np.arange(2000))
    assert found.ratio == pytest.approx(math.exp(0.7), rel=0.1)


def test_separated_and_empty_odds_are_unknown() -> None:
    for x, y in (([1, 2, 3, 4], [0, 0, 1, 1]), ([], []), ([1, 1], [0, 1]), ([1, 2], [1, 1])):
        found = odds_per_unit(x, y, [0] * len(x), range(len(x)))
        assert math.isnan(found.ratio)
        assert (found.low, found.high, found.p) == (0.0, math.inf, 1.0)


def test_nobody_with_the_outcome_is_no_proof_of_equality() -> None:
    found = mean_difference([0] * 10, [0, 1] * 5, [0] * 10, range(10))
    assert found.value == 0.0
    assert (found.low, found.high, found.p) == (-math.inf, math.inf, 1.0)
    assert math.isnan(mean_difference([], [], [], []).value)
    assert math.isnan(adjusted_difference([], [], [], [], []).value)
    assert math.isnan(adjusted_difference([1.0, 2.0], [0, 1], [0.0, 1.0], [0, 0], [0, 1]).value)
    assert np.isnan(adjusted_means([], [], 3, [], []).mean).all()


def test_one_group_is_the_plain_mean() -> None:
    found = adjusted_means([0.0, 1.0, 1.0], [1, 1, 1], 3, [0, 0, 1], [0, 1, 2])
    assert found.mean[1] == pytest.approx(2 / 3)
    assert np.isnan(found.mean[[0, 2]]).all()


rows = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.integers(0, 2), st.integers(0, 6)),
    min_size=2,
    max_size=40,
)


@given(rows)
def test_exchange_of_the_groups_turns_the_sign(
    drawn: list[tuple[bool, bool, int, int]]
) -> None:  # fmt: skip
    x, late, stratum, item = (np.array(column) for column in zip(*drawn, strict=True))
    found = mean_difference(x, late, stratum, item)
    other = mean_difference(x, ~late, stratum, item)
    assert other.p == pytest.approx(found.p)
    if math.isfinite(found.value):
        assert other.value == pytest.approx(-found.value)
        assert found.low <= found.value <= found.high
        assert -1.0 - 1e-12 <= found.value <= 1.0 + 1e-12


def test_errors_of_the_first_kind_and_coverage_with_repeats() -> None:
    rng = np.random.default_rng(8)
    alarms, held = [], []
    for _ in range(300):
        item = np.repeat(np.arange(120), 4)
        ability = rng.standard_normal(120)
        fails = rng.random(480) > 1 / (1 + np.exp(-0.8 - ability[item]))
        loops = rng.random(480) < 1 / (1 + np.exp(2.0 - rng.standard_normal(120)[item]))
        length = 0.6 * rng.standard_normal(120)[item] + 0.6 * rng.standard_normal(480)
        alarms.append(mean_difference(loops, fails, item // 15, item).p < 0.05)
        odds = odds_per_unit(length, ~fails, item // 15, item)
        held.append(odds.low <= 1.0 <= odds.high)
        alarms.append(
            adjusted_difference(-0.5 * length + rng.standard_normal(480), fails, length,
                                item // 15, item).p < 0.05
        )  # fmt: skip
    assert np.mean(alarms) <= 0.07
    assert 0.92 <= np.mean(held) <= 1.0
