"""Intraclass correlation and effective size against a one-way analysis of variance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.clusters import (
    anova_rho,
    cluster_sums,
    effective_count,
    effective_size,
    rho_of_sums,
)

Cell = list[list[int]]  # the 0/1 outcomes of each item


def sums_of(cells: list[Cell]) -> tuple[list[float], ...]:
    """Per-cell sums as the store gives them."""
    rows = []
    for cell in cells:
        m = np.array([len(item) for item in cell], dtype=float)
        k = np.array([sum(item) for item in cell], dtype=float)
        rows.append([len(cell), m.sum(), k.sum(), (m**2).sum(), (k**2 / m).sum()])
    return tuple(np.array(rows).T.tolist())


def rho_of(cells: list[Cell]) -> float:
    items, n, k, m2, s = sums_of(cells)
    return anova_rho(items, n, k, m2, s)


def test_equals_the_textbook_anova_of_one_cell() -> None:
    # statsmodels anova_lm(ols("y ~ C(item)", data).fit()): sums of squares 1.393939 (3 df) and
    # 1.333333 (7 df); n0 = (11 - 31 / 11) / 3
    cell = [[1, 1, 1], [0, 0, 1], [0, 0], [1, 1, 0]]
    between, within, n0 = 1.393939 / 3, 1.333333 / 7, (11 - 31 / 11) / 3
    expected = (between - within) / (between + (n0 - 1) * within)
    assert rho_of([cell]) == pytest.approx(expected, abs=1e-6)


def test_cells_of_different_accuracy_do_not_count_as_clusters() -> None:
    # Between cells all differs, within a cell items are alike as by chance: no correlation.
    rng = np.random.default_rng(0)
    cells = [[rng.binomial(1, p, 5).tolist() for _ in range(200)] for p in (0.05, 0.3, 0.7, 0.95)]
    assert rho_of(cells) < 0.03


@pytest.mark.parametrize("rho", [0.1, 0.4, 0.8])
def test_recovers_a_planted_correlation(rho: float) -> None:
    rng = np.random.default_rng(1)
    strength = 1 / rho - 1
    cells = [
        [
            rng.binomial(1, rng.beta(p * strength, (1 - p) * strength), 8).tolist()
            for _ in range(150)
        ]
        for p in (0.3, 0.5, 0.8)
    ]
    assert rho_of(cells) == pytest.approx(rho, abs=0.06)


def test_degenerate_tables() -> None:
    assert rho_of([[[1], [0], [1]]]) == 0.0  # nothing repeats
    assert rho_of([[[1, 1], [1, 1]], [[1, 1]]]) == 1.0  # all right: items may be all alike
    assert rho_of([[[0, 0], [0, 0]]]) == 1.0
    assert rho_of([[[1, 0, 1]]]) == 1.0  # one item a cell
    assert rho_of([[[1, 0], [0, 1], [1, 0]]]) == 0.0  # repeats disagree more than items: clipped
    assert anova_rho([], [], [], [], []) == 0.0
    assert anova_rho([0, 2], [0, 4], [0, 2], [0, 8], [0, 2.0]) == rho_of([[[1, 1], [0, 0]]]) == 1.0


def test_more_items_than_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="more items"):
        anova_rho([3], [2], [1], [2], [1.0])


def test_pooling_adds() -> None:
    a, b = [[1, 0], [1, 1]], [[0, 0, 1], [1, 0, 1]]
    both = cluster_sums(*sums_of([a])) + cluster_sums(*sums_of([b]))
    assert rho_of_sums(both) == pytest.approx(rho_of([a, b]))


def test_effective_size_of_empty_cells_is_zero() -> None:
    assert effective_size([0], [0], [0], 0.5).tolist() == [0.0]
    assert effective_count(0, 0, 0, 0.5) == 0.0


outcomes = st.lists(
    st.lists(st.lists(st.integers(0, 1), min_size=1, max_size=6), min_size=1, max_size=6),
    min_size=1,
    max_size=4,
)


@given(outcomes)
def test_rho_lies_in_the_unit_interval_and_ignores_order_and_sign(cells: list[Cell]) -> None:
    rho = rho_of(cells)
    assert 0.0 <= rho <= 1.0
    swapped = [[[1 - y for y in item] for item in cell[::-1]] for cell in cells[::-1]]
    assert rho_of(swapped) == pytest.approx(rho, abs=1e-9)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=10), st.floats(0.0, 1.0))
def test_effective_size_lies_between_items_and_samples(sizes: list[int], rho: float) -> None:
    m = np.array(sizes, dtype=float)
    size = effective_size([m.sum()], [(m**2).sum()], [len(m)], rho).item()
    assert len(m) - 1e-9 <= size <= m.sum() + 1e-9
    assert effective_count(m.sum(), (m**2).sum(), len(m), rho) == pytest.approx(size)
