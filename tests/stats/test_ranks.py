"""Ranks and shifts within strata against R, brute force and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reasonscape.stats.cluster_scores import effective_df, t_quantile
from reasonscape.stats.ranks import RankedGroups, van_elteren
from reasonscape.stats.shift import stratified_shift

RIGHT = [5.1, 6.4, 7.7, 4.9, 6.0, 8.2, 5.5]
WRONG = [7.9, 9.3, 6.1, 8.8, 10.4]


def one_stratum() -> tuple[list[float], list[bool], list[int], range]:
    return RIGHT + WRONG, [False] * 7 + [True] * 5, [0] * 12, range(12)


def test_shift_and_superiority_of_one_stratum() -> None:
    # R: wilcox.test(wrong, right, conf.int = TRUE, exact = TRUE); tests/reference/ranks.txt
    assert stratified_shift(*one_stratum()).value == pytest.approx(2.4, abs=1e-5)
    assert van_elteren(*one_stratum()).superiority == pytest.approx(0.8857142857)


def test_statistic_is_the_sum_of_weighted_rank_sums() -> None:
    rng = np.random.default_rng(3)
    x = rng.integers(0, 6, 60).astype(float)
    late, stratum = rng.random(60) < 0.4, rng.integers(0, 4, 60)
    total = largest = 0.0
    for s in range(4):
        a, b = x[(stratum == s) & ~late], x[(stratum == s) & late]
        above = (b[:, None] > a[None, :]).sum() + 0.5 * (b[:, None] == a[None, :]).sum()
        total += (above - len(a) * len(b) / 2) / (len(a) + len(b) + 1)
        largest += len(a) * len(b) / 2 / (len(a) + len(b) + 1)
    groups = RankedGroups.prepared(x, late, stratum, np.arange(60))
    assert groups.statistic(0.0)[0] == pytest.approx(total)
    found = van_elteren(x, late, stratum, np.arange(60))
    assert found.superiority == pytest.approx(0.5 + total / largest / 2)


def test_moving_the_group_is_ranking_it_anew() -> None:
    rng = np.random.default_rng(4)
    x, late, stratum = rng.normal(size=80), rng.random(80) < 0.5, rng.integers(0, 5, 80)
    item = rng.integers(0, 20, 80)
    moved = RankedGroups.prepared(x, late, stratum, item).statistic(0.7)
    anew = RankedGroups.prepared(x - 0.7 * late, late, stratum, item).statistic(0.0)
    assert moved == pytest.approx(anew)


def test_variance_of_singletons_is_that_of_the_permutation_test() -> None:
    # Var = sum of w^2 n1 n2 (N + 1) / 12 without ties: the mean over random labels.
    rng = np.random.default_rng(5)
    x, stratum = rng.normal(size=120), np.repeat(np.arange(10), 12)
    expected = 10 * 4 * 8 * 13 / 12 / 13**2
    seen = []
    for _ in range(300):
        late = np.concatenate([rng.permutation(12) < 4 for _ in range(10)])
        seen.append(RankedGroups.prepared(x, late, stratum, np.arange(120)).statistic(0.0)[1])
    assert np.mean(seen) == pytest.approx(expected, rel=0.03)


def test_a_stratum_that_is_one_item_is_one_observation() -> None:
    # 20 items, each its own stratum with one right and one wrong, wrong always longer: no cluster
    # variance can be smaller than that of 20 signs.
    x = np.tile([1.0, 2.0], 20)
    found = van_elteren(x, np.tile([False, True], 20), np.repeat(np.arange(20), 2),
                        np.repeat(np.arange(20), 2))  # fmt: skip
    assert found.z == pytest.approx(math.sqrt(20))
    assert found.df == pytest.approx(19)


@pytest.mark.parametrize(
    ("x", "late"),
    [([], []), ([1.0], [True]), ([1.0, 2.0], [True, True]), ([1.0, 2.0], [False, False])],
)
def test_nothing_to_compare(x: list[float], late: list[bool]) -> None:
    found = stratified_shift(x, late, [0] * len(x), range(len(x)))
    assert math.isnan(found.value)
    assert (found.low, found.high, found.p) == (-math.inf, math.inf, 1.0)
    assert math.isnan(van_elteren(x, late, [0] * len(x), range(len(x))).superiority)


def test_two_samples_and_all_ties_exclude_nothing() -> None:
    pair = stratified_shift([1.0, 3.0], [False, True], [0, 0], [0, 1])
    assert pair.value == pytest.approx(2.0, abs=1e-5)
    assert (pair.low, pair.high) == (-math.inf, math.inf)
    tied = stratified_shift([2.0] * 20, [False, True] * 10, [0] * 20, range(20))
    assert tied.value == pytest.approx(0.0, abs=1e-5)
    assert tied.p == 1.0


def test_what_is_impossible_is_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        van_elteren([1.0, 2.0], [True], [0, 0], [0, 1])
    with pytest.raises(ValueError, match="finite"):
        van_elteren([1.0, math.nan], [True, False], [0, 0], [0, 1])


def test_degrees_of_freedom() -> None:
    assert effective_df(np.array([3.0, 0.0, 0.0])) == 0.0
    assert t_quantile(0.95, 0.0) == math.inf
    assert t_quantile(0.95, 1e9) == pytest.approx(1.959964, abs=1e-5)


values = st.lists(
    st.tuples(st.integers(0, 8), st.booleans(), st.integers(0, 2), st.integers(0, 5)),
    min_size=4,
    max_size=30,
)


@given(values, st.randoms())
def test_order_of_rows_and_exchange_of_groups(rows: list[tuple[int, bool, int, int]],
                                              random: object) -> None:  # fmt: skip
    x, late, stratum, item = (np.array(column) for column in zip(*rows, strict=True))
    order = np.random.default_rng(len(rows)).permutation(len(rows))
    found = stratified_shift(x, late, stratum, item)
    again = stratified_shift(x[order], late[order], stratum[order], item[order])
    swapped = stratified_shift(x, ~late.astype(bool), stratum, item)
    assert again.p == pytest.approx(found.p)
    assert swapped.p == pytest.approx(found.p)
    if not math.isnan(found.value):
        assert again.value == pytest.approx(found.value, abs=1e-5)
        assert swapped.value == pytest.approx(-found.value, abs=1e-5)
        assert found.low <= found.value + 1e-5
        assert found.value <= found.high + 1e-5


def clustered(
    rng: np.random.Generator, shift: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
    """8 cells of 15 items of 4 repeats, with item effects in lengths and in accuracy."""
    item = np.repeat(np.arange(120), 4)
    cell = item // 15
    ability = 1.2 * rng.standard_normal(120) - np.linspace(-1, 1, 8).repeat(15)
    late = rng.random(480) > 1 / (1 + np.exp(-1.0 - ability[item]))
    x = 0.3 * rng.standard_normal(120)[item] + 0.35 * rng.standard_normal(480)
    return x + 0.2 * cell + shift * late, late, cell, item


def test_type_one_error_with_item_effects() -> None:
    rng = np.random.default_rng(6)
    p = np.array([van_elteren(*clustered(rng, 0.0)).p for _ in range(600)])
    # 5% plus two standard errors of 600 tests
    assert (p < 0.05).mean() <= 0.068
    assert 0.4 <= np.median(p) <= 0.6


def test_coverage_of_the_shift() -> None:
    rng = np.random.default_rng(7)
    held = [
        found.low <= 0.3 <= found.high
        for found in (stratified_shift(*clustered(rng, 0.3)) for _ in range(200))
    ]
    assert np.mean(held) >= 0.92
