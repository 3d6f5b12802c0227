"""Shares of explained deviance."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.additive import subset_deviances
from reasonscape.stats.additive_likelihood import additive_table
from reasonscape.stats.sensitivity import explained_deviance, sensitivity

COORDS = np.indices((3, 4)).reshape(2, -1).T
K = [19, 17, 12, 9, 18, 14, 9, 4, 11, 8, 3, 1]
N = [20, 20, 18, 20, 20, 19, 20, 20, 17, 20, 20, 20]


def test_two_axes_from_statsmodels_deviances() -> None:
    # statsmodels GLM Binomial deviances: null 91.7194, rows 61.1738, columns 37.5713, both 0.3299
    rows = ((91.71942 - 61.17385) + (37.57126 - 0.32989)) / 2
    columns = ((91.71942 - 37.57126) + (61.17385 - 0.32989)) / 2
    found = explained_deviance(K, N, COORDS, (3, 4))
    total = rows + columns
    assert found.share == pytest.approx([rows / total, columns / total], abs=2e-3)
    assert found.explained == pytest.approx(1 - 0.32989 / 91.71942, abs=2e-3)
    assert found.last == pytest.approx([37.57126 - 0.32989, 61.17385 - 0.32989], abs=0.2)
    assert found.df.tolist() == [2, 3]
    # scipy.stats.chi2.sf([37.24, 60.84], [2, 3])
    assert found.p == pytest.approx([8.2e-9, 3.9e-13], rel=0.1)


def test_three_axes_are_the_average_over_all_orders() -> None:
    rng = np.random.default_rng(4)
    coords = np.indices((3, 3, 2)).reshape(3, -1).T
    keep = rng.random(18) < 0.8  # unbalanced, so that the order matters
    coords = coords[keep]
    n = rng.integers(5, 40, len(coords)).astype(float)
    k = rng.binomial(n.astype(int), 1 / (1 + np.exp(coords @ [0.9, 0.5, -1.0] - 1))).astype(float)
    table = additive_table(k, n, coords, (3, 3, 2))
    drops = np.zeros(3)
    for order in permutations(range(3)):
        for place, axis in enumerate(order):
            before, after = subset_deviances(table, [order[:place], order[: place + 1]])
            drops[axis] += before - after
    assert sensitivity(k, n, coords, (3, 3, 2)) == pytest.approx(drops / drops.sum(), abs=1e-4)


def test_nothing_to_explain() -> None:
    assert sensitivity([5] * 12, [10] * 12, COORDS, (3, 4)).tolist() == [0.0, 0.0]
    assert sensitivity([10] * 12, [10] * 12, COORDS, (3, 4)).tolist() == [0.0, 0.0]
    assert sensitivity([0] * 12, [0] * 12, COORDS, (3, 4)).tolist() == [0.0, 0.0]
    one = explained_deviance([5], [10], [[0, 0]], (1, 1))
    assert one.share.tolist() == [0.0, 0.0]
    assert np.isnan(one.p).all()


def test_an_axis_with_one_level_has_no_share() -> None:
    coords = np.column_stack([np.arange(4), np.zeros(4, dtype=int)])
    assert sensitivity([9, 7, 3, 1], [10] * 4, coords, (4, 1)).tolist() == [1.0, 0.0]


def test_more_than_five_axes_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 5 axes"):
        sensitivity([1], [2], [[0] * 6], (1,) * 6)


def test_five_axes_with_guessing() -> None:
    coords = np.indices((2,) * 5).reshape(5, -1).T
    k = np.round(100 * (0.25 + 0.75 / (1 + np.exp(3.0 * coords[:, 2] - 1.5 + coords[:, 4]))))
    share = sensitivity(k, [100] * 32, coords, (2,) * 5, 0.25)
    assert share.argmax() == 2
    assert share.sum() == pytest.approx(1.0)
    assert share[[0, 1, 3]].max() < 0.01


@given(st.lists(st.integers(0, 10), min_size=12, max_size=12))
def test_shares_are_shares(k: list[int]) -> None:
    found = explained_deviance(k, [10] * 12, COORDS, (3, 4))
    assert found.share.sum() == pytest.approx(1.0) or found.share.sum() == 0.0
    assert np.all(found.share >= 0.0)
    assert 0.0 <= found.explained <= 1.0
    swapped = sensitivity(k, [10] * 12, COORDS[:, ::-1], (4, 3))
    assert swapped[::-1] == pytest.approx(found.share, abs=1e-4)
