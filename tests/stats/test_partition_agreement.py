"""Adjusted Rand and purity: reference values, invariants, degenerate partitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.partition_agreement import adjusted_rand, purity

A = np.repeat([0, 0, 0, 1, 1, 1, 2, 2, 2], [8, 3, 1, 2, 6, 1, 2, 1, 4])
B = np.repeat([0, 1, 2, 0, 1, 2, 1, 2, 3], [8, 3, 1, 2, 6, 1, 2, 1, 4])
PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40)


def test_reference_value() -> None:
    # sklearn.metrics.adjusted_rand_score(A, B)
    assert adjusted_rand(A, B) == pytest.approx(0.23011727604217996, abs=1e-12)


def test_equals_scikit_learn_and_needs_no_small_numbers() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(1)
    a = rng.integers(0, 3, 200_000)
    b = np.where(rng.random(200_000) < 0.3, a, rng.integers(0, 9, 200_000))
    assert adjusted_rand(a, b) == pytest.approx(metrics.adjusted_rand_score(a, b), abs=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "value"),
    [
        ([], [], 1.0),
        ([3], [8], 1.0),
        ([1, 1, 1], [2, 2, 2], 1.0),
        ([1, 2, 3], [3, 1, 2], 1.0),
        ([1, 1, 1], [1, 2, 3], 0.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),
    ],
)
def test_degenerate_partitions(a: list[int], b: list[int], value: float) -> None:
    assert adjusted_rand(a, b) == pytest.approx(value)


def test_partitions_of_different_samples() -> None:
    with pytest.raises(ValueError, match="one length"):
        adjusted_rand([0, 1], [0])


@given(PAIRS)
def test_symmetry_order_and_bounds(pairs: list[tuple[int, int]]) -> None:
    a, b = np.array(pairs).T
    order = np.random.default_rng(len(pairs)).permutation(len(pairs))
    value = adjusted_rand(a, b)
    assert value == adjusted_rand(b, a) == adjusted_rand(7 - a[order], b[order])
    assert -0.5 - 1e-12 <= value <= 1.0
    assert adjusted_rand(a, a) == 1.0


def test_purity() -> None:
    found = purity([[8, 2], [1, 1], [0, 0]])
    assert found.micro == pytest.approx(9 / 12)
    assert found.macro == pytest.approx((0.8 + 0.5) / 2)
    assert math.isnan(purity(np.zeros((2, 3))).micro)
    assert math.isnan(purity(np.zeros((0, 0))).macro)
    with pytest.raises(ValueError, match="two dimensions"):
        purity([1, 2])
