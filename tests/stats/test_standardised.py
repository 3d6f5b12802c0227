"""Accuracy with equal item weight."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.proportions import wilson_bounds
from reasonscape.stats.standardised import item_weighted_accuracy


@pytest.mark.parametrize(
    ("right", "items", "low", "high"),
    [
        # Newcombe (1998) table I, method 4; R prop.test(k, n)$conf.int
        (81, 263, 0.2535, 0.3682),
        (15, 148, 0.0598, 0.1644),
        (0, 20, 0.0, 0.2005),
        (1, 29, 0.0018, 0.1963),
    ],
)
def test_one_sample_an_item_is_newcombe(right: int, items: int, low: float, high: float) -> None:
    share = item_weighted_accuracy([right], [right], [items], [items])
    assert (share.low, share.high) == pytest.approx((low, high), abs=5e-5)
    assert share.trials == items


def test_items_weigh_the_same_however_often_sampled() -> None:
    # One item right in all of 100 samples, three items wrong in their only one.
    assert item_weighted_accuracy([1.0], [1.0], [4], [103]).value == 0.25


def test_alike_repeats_add_nothing_and_noisy_ones_do() -> None:
    alike = item_weighted_accuracy([30.0], [30.0], [40], [400])
    assert alike.trials == pytest.approx(40, abs=1.5)
    # Every item right in half of its ten samples or so: items differ less than single answers do.
    noisy = item_weighted_accuracy([20.0], [20.0 * 0.5 + 40 * 0.025], [40], [400])
    assert noisy.trials > 300


def test_the_spread_between_cells_is_not_sampling_error() -> None:
    one = item_weighted_accuracy([10.0], [6.0], [20], [80])
    two = item_weighted_accuracy([10.0, 0.0], [6.0, 0.0], [20, 20], [80, 80])
    assert two.value == one.value / 2
    assert two.high - two.low < one.high - one.low


def test_degenerate() -> None:
    nothing = item_weighted_accuracy([], [], [], [])
    assert math.isnan(nothing.value)
    assert (nothing.low, nothing.high, nothing.trials) == (0.0, 1.0, 0.0)
    single = item_weighted_accuracy([1.0], [1.0], [1], [50])
    assert single.value == 1.0
    assert single.trials == 1.0
    assert single.high == 1.0
    right = item_weighted_accuracy([20.0, 20.0], [20.0, 20.0], [20, 20], [100, 100])
    assert (right.value, right.trials, right.high) == (1.0, 40.0, 1.0)
    wrong = item_weighted_accuracy([0.0], [0.0], [20], [100])
    assert (wrong.value, wrong.low) == (0.0, 0.0)


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 12)), min_size=2, max_size=40))
def test_bounds_hold_the_value_and_trials_their_range(items: list[tuple[int, int]]) -> None:
    m = np.array([a for a, _ in items], dtype=float)
    k = np.minimum([b for _, b in items], m)
    p = k / m
    share = item_weighted_accuracy([p.sum()], [(p**2).sum()], [len(p)], [m.sum()])
    assert share.low <= share.value + 1e-12
    assert share.value <= share.high + 1e-12
    assert len(p) - 1e-9 <= share.trials <= m.sum() + 1e-9
    plain = wilson_bounds(share.value * share.trials, share.trials)
    assert share.low <= plain[0] + 1e-12
    assert share.high >= plain[1] - 1e-12


def test_coverage_with_repeats() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(400):
        ability = rng.beta(0.8 * 2, 0.2 * 2, (9, 15))
        p = rng.binomial(6, ability) / 6
        share = item_weighted_accuracy(
            p.sum(axis=1), (p**2).sum(axis=1), np.full(9, 15), np.full(9, 90)
        )
        held += share.low <= 0.8 <= share.high
    assert 0.92 <= held / 400 <= 0.99
