"""Unpaired, combined and repeated differences against statsmodels, R and brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.combined_difference import combined_difference
from reasonscape.stats.paired import paired_difference
from reasonscape.stats.repeated_difference import repeated_difference
from reasonscape.stats.unpaired_difference import unpaired_difference


@pytest.mark.parametrize(
    ("a", "b", "low", "high", "p"),
    [
        # statsmodels confint_proportions_2indep(..., method="newcomb") and
        # test_proportions_2indep(..., method="score", correction=False); R prop.test agrees on p
        ((56, 70), (48, 80), 0.05243147240236498, 0.33387265403690614, 0.008045081),
        ((9, 10), (3, 10), 0.1705227239345029, 0.809017973535488, 0.006169899320544151),
        ((0, 20), (5, 20), -0.4687008776187441, -0.03776544556663031, 0.01682740948275685),
    ],
)
def test_unpaired_equals_statsmodels(
    a: tuple[int, int], b: tuple[int, int], low: float, high: float, p: float
) -> None:
    one = unpaired_difference(a[0] / a[1], a[1], b[0] / b[1], b[1])
    assert (one.low, one.high) == pytest.approx((low, high), abs=1e-9)
    assert one.p == pytest.approx(p, abs=1e-8)


def test_unpaired_without_a_side_knows_nothing() -> None:
    one = unpaired_difference(0.5, 0, 0.5, 10)
    assert math.isnan(one.difference)
    assert math.isnan(one.p)
    assert (one.low, one.high) == (-1.0, 1.0)


def test_unpaired_all_right_is_no_certainty() -> None:
    one = unpaired_difference(1.0, 5, 1.0, 5)
    assert one.p == 1.0
    assert one.low < -0.3
    assert one.high > 0.3
    with pytest.raises(ValueError, match="shares"):
        unpaired_difference(1.2, 5, 0.5, 5)


def test_combined_equals_the_formula_by_hand() -> None:
    # Zou and Donner (2008), weights 1/4 and 3/4: 0.175 - sqrt(0.025^2 + 0.0375^2)
    one = combined_difference([0.1, 0.2], [0.0, 0.15], [0.3, 0.3], [0.01, 0.01], [1.0, 3.0])
    assert one.difference == pytest.approx(0.175)
    assert one.low == pytest.approx(0.175 - math.hypot(0.025, 0.0375))
    assert one.high == pytest.approx(0.175 + math.hypot(0.05, 0.075))
    z = 0.175 / math.sqrt(0.01 * (1 / 16 + 9 / 16))
    assert one.p == pytest.approx(math.erfc(z / math.sqrt(2)))


def test_combined_without_groups_knows_nothing() -> None:
    one = combined_difference([], [], [], [])
    assert math.isnan(one.difference)
    assert (one.low, one.high) == (-1.0, 1.0)
    with pytest.raises(ValueError, match="every group"):
        combined_difference([0.1], [0.0], [0.2], [0.1, 0.2])


def test_combined_of_agreeing_groups_keeps_their_doubt() -> None:
    each = paired_difference([50] * 4, [0] * 4, [0] * 4)
    one = combined_difference(each.difference, each.low, each.high, [0.0] * 4)
    assert one.p == 1.0
    assert one.high == pytest.approx(each.high[0] / 2)  # 1 / sqrt(4) of one group's


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 40))
def test_repeated_with_single_completions_is_tango(b: int, c: int, same: int) -> None:
    n = b + c + same
    if n == 0:
        return
    mine = repeated_difference([n], [b + c], [b - c], [b + c])
    theirs = paired_difference([n], [b - c], [b + c])
    assert mine.low == pytest.approx(theirs.low, abs=1e-12)
    assert mine.high == pytest.approx(theirs.high, abs=1e-12)
    assert mine.size[0] == 1.0


def test_repeated_without_pairs_or_differences() -> None:
    one = repeated_difference([0, 10], [0, 0], [0, 0], [0, 0])
    assert math.isnan(one.difference[0])
    assert (one.low[0], one.high[0]) == (-1.0, 1.0)
    assert one.high[1] == pytest.approx(3.8415 / 13.8415, abs=1e-4)  # as Tango's: z^2 / (n + z^2)
    with pytest.raises(ValueError, match="impossible"):
        repeated_difference([5], [6], [0], [1])
    with pytest.raises(ValueError, match="impossible"):
        repeated_difference([5], [1], [0], [2])


def test_repeated_covers_and_is_shorter_than_tango_on_the_sums() -> None:
    rng = np.random.default_rng(4)
    p = rng.beta(1.2, 0.8, (1500, 40))
    d = (rng.binomial(4, p) - rng.binomial(4, p)) / 4
    sums = d.sum(axis=1), (d * d).sum(axis=1)
    mine = repeated_difference([40] * 1500, (d != 0).sum(axis=1), *sums)
    theirs = paired_difference([40] * 1500, *sums)
    covered = ((mine.low <= 0.0) & (mine.high >= 0.0)).mean()
    assert covered == pytest.approx(0.95, abs=0.02)
    assert (mine.high - mine.low).mean() < 0.85 * (theirs.high - theirs.low).mean()


def test_repeated_holds_where_nearly_all_items_differ_alike() -> None:
    """Scaled counts alone cover 67% here, for they know no difference above the typical one."""
    rng = np.random.default_rng(6)
    p_a, p_b = rng.beta(40, 1, (1500, 30)), rng.beta(1, 20, (1500, 30))
    d = (rng.binomial(50, p_a) - rng.binomial(50, p_b)) / 50
    one = repeated_difference([30] * 1500, (d != 0).sum(axis=1), d.sum(axis=1), (d * d).sum(axis=1))
    truth = 40 / 41 - 1 / 21
    assert ((one.low <= truth) & (truth <= one.high)).mean() > 0.94
