"""Mutual information: scikit-learn's numbers, brute force, symmetry and bounds."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reasonscape.stats.expected_information import CLOSE, expected_information
from reasonscape.stats.mutual_information import (
    Information,
    information,
    informations,
    table_information,
)

IntArray = NDArray[np.int64]
SMALL = [[8, 3, 1, 0], [2, 6, 1, 0], [0, 2, 1, 4]]
TABLES = st.integers(1, 5).flatmap(
    lambda m: st.lists(st.lists(st.integers(0, 9), min_size=m, max_size=m), min_size=1, max_size=5)
)


def counts(a: IntArray, b: IntArray) -> IntArray:
    table = np.zeros((int(a.max()) + 1, int(b.max()) + 1), dtype=np.int64)
    np.add.at(table, (a, b), 1)
    return table


def test_reference_values() -> None:
    found = information(SMALL)
    # a = np.repeat([0, 0, 0, 1, 1, 1, 2, 2, 2], [8, 3, 1, 2, 6, 1, 2, 1, 4])
    # b = np.repeat([0, 1, 2, 0, 1, 2, 1, 2, 3], [8, 3, 1, 2, 6, 1, 2, 1, 4])
    # sklearn.metrics.adjusted_mutual_info_score(a, b)
    assert found.ami == pytest.approx(0.24678301170785658, abs=1e-12)
    # sklearn.metrics.normalized_mutual_info_score(a, b), mutual_info_score(a, b)
    assert found.nmi == pytest.approx(0.33287349299535257, abs=1e-12)
    assert found.mi == pytest.approx(0.3872297567271714, abs=1e-12)
    # sklearn.metrics.cluster.expected_mutual_information(contingency_matrix(a, b), 28)
    assert found.expected == pytest.approx(0.13296108154227795, abs=1e-12)


def test_reference_values_of_a_large_table() -> None:
    rng = np.random.RandomState(0)
    a = rng.randint(0, 8, 20000)
    b = (rng.random_sample(20000) ** 2 * 188).astype(int)
    b = np.where(rng.random_sample(20000) < 0.1, a, b)
    found = information(counts(a, b))
    # the same calls as above
    assert found.ami == pytest.approx(0.025960567210756316, abs=1e-9)
    assert found.mi == pytest.approx(0.12197096321401785, abs=1e-9)
    assert found.expected == pytest.approx(0.03354637224400673, abs=1e-9)
    assert found.nmi == pytest.approx(0.03546020030773247, abs=1e-9)


@pytest.mark.parametrize("n", [1, 2, 7, 60])
def test_equals_scikit_learn_on_random_tables(n: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(n)
    for groups in (1, 2, 5):
        for labels in (1, 3, 20):
            a = np.unique(rng.integers(0, groups, n), return_inverse=True)[1]
            b = np.unique(rng.integers(0, labels, n), return_inverse=True)[1]
            found = information(counts(a, b))
            assert found.mi == pytest.approx(metrics.mutual_info_score(a, b), abs=1e-9)
            for name in ("adjusted", "normalized"):
                score = getattr(metrics, f"{name}_mutual_info_score")(a.tolist(), b.tolist())
                ours = found.ami if name == "adjusted" else found.nmi
                assert ours == pytest.approx(score, abs=1e-9)


def test_expected_is_the_mean_over_all_pairings() -> None:
    a, b = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 1])
    every = [counts(a, b[list(order)]) for order in permutations(range(6))]
    mean = table_information(np.array(every))[0].mean()
    assert expected_information([3, 2, 1], [2, 4]) == pytest.approx(mean, abs=1e-12)


def test_close_reach_is_close() -> None:
    rows, columns = np.array([3000, 2000, 5000]), np.array([1000, 40, 8960])
    exact = expected_information(rows, columns)
    assert expected_information(rows, columns, CLOSE) == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize(
    ("table", "ami", "nmi"),
    [
        (np.zeros((0, 0)), 1.0, 1.0),
        (np.zeros((3, 2)), 1.0, 1.0),
        ([[5]], 1.0, 1.0),
        ([[1]], 1.0, 1.0),
        ([[2, 3]], 0.0, 0.0),
        ([[2], [3]], 0.0, 0.0),
        ([[0, 4], [0, 0]], 1.0, 1.0),
        (np.eye(50), 1.0, 1.0),
        ([[3, 0], [0, 3]], 1.0, 1.0),
        ([[3, 3], [3, 3]], -0.1, 0.0),
    ],
    ids=["none", "empty", "one", "single", "row", "column", "holes", "apart", "same", "flat"],
)
def test_degenerate_tables(table: object, ami: float, nmi: float) -> None:
    found = information(np.asarray(table))
    if ami < 0:
        assert found.ami < 0.0
    else:
        assert found.ami == pytest.approx(ami, abs=1e-9)
    assert found.nmi == pytest.approx(nmi, abs=1e-9)


@pytest.mark.parametrize("table", [[[1.5]], [[-1, 2]], [1, 2]])
def test_what_is_no_table_of_counts(table: object) -> None:
    with pytest.raises(ValueError, match=r"whole numbers|two dimensions"):
        information(np.asarray(table))


@given(TABLES)
def test_relabelling_symmetry_and_bounds(rows: list[list[int]]) -> None:
    table = np.array(rows)
    rng = np.random.default_rng(int(table.sum()))
    found = information(table)
    other = information(rng.permutation(rng.permutation(table, axis=0), axis=1).T)
    turned = Information(
        other.mi, other.expected, other.ami, other.nmi, other.entropy_b, other.entropy_a
    )
    for name in Information.__slots__:
        assert getattr(found, name) == pytest.approx(getattr(turned, name), abs=1e-9)
    assert 0.0 <= found.mi <= min(found.entropy_a, found.entropy_b) + 1e-12
    assert -1e-12 <= found.expected <= (found.entropy_a + found.entropy_b) / 2 + 1e-9
    assert 0.0 <= found.nmi <= 1.0 + 1e-12
    assert found.ami <= 1.0 + 1e-9


def test_many_tables_equal_one_by_one() -> None:
    rng = np.random.default_rng(4)
    tables = rng.integers(0, 6, (20, 3, 4))
    tables[3] = 0
    found = informations(tables)
    for index, table in enumerate(tables):
        alone = information(table)
        for name in Information.__slots__:
            expected = getattr(alone, name)
            assert getattr(found, name)[index] == pytest.approx(expected, abs=1e-12)
