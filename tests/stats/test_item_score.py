from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable

from reasonscape.stats.item_score import item_score


def test_one_sample_an_item_is_cochran_mantel_haenszel() -> None:
    tables = [np.array([[12, 5], [4, 9]]), np.array([[3, 8], [2, 7]])]
    value, outcome, stratum = [], [], []
    for s, table in enumerate(tables):
        for v in (0, 1):
            for o in (0, 1):
                n = int(table[v, o])
                value += [v] * n
                outcome += [o] * n
                stratum += [s] * n
    found = item_score(value, outcome, stratum, range(len(value)))
    # StratifiedTable(tables).test_null_odds(correction=False); R: mantelhaen.test(correct = FALSE)
    expected = StratifiedTable(tables).test_null_odds(correction=False)
    assert found.z**2 == pytest.approx(expected.statistic)
    assert found.p == pytest.approx(expected.pvalue)


def test_moments_are_those_of_all_permutations_of_items() -> None:
    number = np.array([0.3, 2.0, 1.1, 5.0, 0.2])
    wrong = np.array([[1, 0], [1, 1], [0, 0], [1, 1], [0, 1]])
    item = np.repeat(np.arange(5), 2)
    found = item_score(number[item], wrong.reshape(-1), [0] * 10, item)
    sums = wrong.sum(axis=1).astype(float)
    dealt = np.array([(number[list(order)] * sums).sum() for order in permutations(range(5))])
    seen = float((number * sums).sum())
    assert found.z == pytest.approx((seen - dealt.mean()) / dealt.std())


def test_one_failing_item_with_many_repeats_claims_nothing() -> None:
    rng = np.random.default_rng(3)
    item = np.repeat(np.arange(200), 10)
    small = 0
    for _ in range(200):
        number = rng.normal(size=200)
        small += item_score(number[item], item == 0, np.zeros(2000), item).p < 0.0036
    assert small <= 6


@given(st.permutations(range(12)), st.floats(0.1, 9.0))
def test_order_and_scale_change_nothing(order: list[int], scale: float) -> None:
    value = np.array([1.0, 2.0, 2.0, 5.0, 7.0, 1.0, 3.0, 4.0, 4.0, 8.0, 9.0, 2.0])
    outcome = np.array([0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1])
    stratum = np.repeat([0, 1], 6)
    item = np.repeat(np.arange(6), 2)
    plain = item_score(value, outcome, stratum, item)
    rows = np.array(order)
    again = item_score(scale * value[rows], outcome[rows], stratum[rows], item[rows])
    assert again.z == pytest.approx(plain.z, rel=1e-9)
    assert item_score(value[rows], outcome[rows], stratum[rows], item[rows]) == plain
    assert item_score(-value, outcome, stratum, item).z == pytest.approx(-plain.z)


@pytest.mark.parametrize(
    ("value", "outcome"), [([], []), ([1.0, 1.0], [0, 1]), ([1.0, 2.0], [1, 1]), ([3.0], [1])]
)
def test_nothing_that_varies_is_nothing_to_test(value: list[float], outcome: list[int]) -> None:
    found = item_score(value, outcome, [0] * len(value), range(len(value)))
    assert (found.z, found.p, found.p_up) == (0.0, 1.0, 1.0)
