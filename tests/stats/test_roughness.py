"""Roughness: deaf to trends, awake to scatter."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reasonscape.stats.roughness import Roughness, cell_variance, roughness

FloatArray = NDArray[np.float64]
Y, X = np.indices((6, 6)) / 5.0


def drawn(truth: FloatArray, items: int, seed: int) -> Roughness:
    rng = np.random.default_rng(seed)
    mean = rng.binomial(items, truth) / items
    return roughness(mean, np.full(truth.shape, items), mean * (1 - mean) * items / (items - 1))


@pytest.mark.parametrize(
    "truth",
    [
        np.full((6, 6), 0.97),
        np.full((6, 6), 0.5),
        1 / (1 + np.exp(-(4 - 3 * X - 4 * Y))),
        np.where(Y < 0.5, 0.95, 0.05),
        np.where(X + Y < 1, 0.95, 0.05),
        np.where((X > 0.5) & (Y > 0.5), 0.1, 0.95),
        0.3 + 2.4 * (X - 0.5) ** 2,
    ],
    ids=["flat", "half", "slope", "cliff", "diagonal", "corner", "valley"],
)
def test_smooth_surfaces_are_not_rough(truth: FloatArray) -> None:
    claims = [
        rough.spread >= 0.1 and rough.p < 0.05 / 14
        for rough in (drawn(truth, 20, seed) for seed in range(60))
    ]
    assert sum(claims) <= 2


def test_scatter_is_found_and_measured() -> None:
    rng = np.random.default_rng(5)
    found = []
    for seed in range(60):
        truth = np.clip(0.5 + rng.normal(0, 0.2, (6, 6)), 0.02, 0.98)
        found.append(drawn(truth, 40, seed))
    assert np.mean([r.p < 0.05 / 14 for r in found]) > 0.9
    # The isotonic fit takes up part of the scatter.
    assert 0.14 < np.median([r.spread for r in found]) < 0.21


def test_exact_monotone_or_additive_trend_leaves_nothing() -> None:
    for table in (
        0.9 - 0.4 * X - 0.4 * Y,
        np.where(X + Y < 1, 1.0, 0.0),
        0.3 + 0.6 * np.abs(X - Y**0),
    ):
        rough = roughness(table, np.full((6, 6), 50), table * (1 - table))
        assert rough.spread == 0.0
        assert rough.p == pytest.approx(1.0)
        assert rough.df == 25


def test_interval_is_the_chi_square_one() -> None:
    board = 0.3 + 0.6 * (np.indices((6, 6)).sum(axis=0) % 2)
    rough = roughness(board, np.full((6, 6), 40), board * (1 - board))
    squares = float((rough.residual**2).sum())
    assert 2.7 < squares < 36 * 0.09
    # scipy.stats.chi2.ppf([0.975, 0.025], 25) = 40.6465, 13.1197; the cells' variances average
    # p (1 - p) / 40 = 0.15 / 40, shrunk or not
    noise = 0.15 / 40
    assert rough.spread == pytest.approx(math.sqrt(squares / 25 - noise), abs=1e-6)
    assert rough.low == pytest.approx(math.sqrt(squares / 40.6465 - noise), abs=1e-5)
    assert rough.high == pytest.approx(math.sqrt(squares / 13.1197 - noise), abs=1e-5)


def test_masked_cells_and_their_degrees_of_freedom() -> None:
    rng = np.random.default_rng(0)
    table = rng.uniform(size=(6, 6))
    items = np.full((6, 6), 20)
    items[0, 0], items[3, 2] = 9, 0
    holed = np.where(items == 0, np.nan, table)
    rough = roughness(holed, items, table * (1 - table))
    assert rough.cells == 34
    assert rough.df == 34 - 11
    assert np.isnan(rough.residual[0, 0])
    assert np.isnan(rough.residual[3, 2])
    other = np.where(items < 10, 0.123, table)
    assert roughness(other, items, table * (1 - table)).spread == pytest.approx(rough.spread)


def test_too_little_is_not_judged() -> None:
    small = roughness(np.full((3, 3), 0.5), np.full((3, 3), 50), np.full((3, 3), 0.25))
    assert math.isnan(small.p)
    assert (small.low, small.high, small.cells) == (0.0, math.inf, 9)
    few = roughness(np.full((6, 6), 0.5), np.full((6, 6), 9), np.full((6, 6), 0.25))
    assert few.cells == 0
    short = roughness(np.full(7, 0.5), np.full(7, 50), np.full(7, 0.25))
    assert math.isnan(short.spread)
    assert roughness([], [], []).cells == 0
    # Twelve cells along a diagonal share no row or column: nothing is left to judge.
    alone = np.where(np.eye(12) > 0, 0.5, np.nan)
    assert math.isnan(roughness(alone, np.full((12, 12), 50), np.full((12, 12), 0.25)).p)


def test_one_axis_uses_one_turn() -> None:
    x = np.linspace(0, 1, 9)
    valley = 0.2 + 3 * (x - 0.5) ** 2
    smooth = roughness(valley, np.full(9, 50), valley * (1 - valley))
    assert (smooth.df, smooth.spread) == (7, 0.0)
    saw = 0.5 + 0.4 * (-1.0) ** np.arange(9)
    rough = roughness(saw, np.full(9, 50), saw * (1 - saw))
    assert rough.p < 1e-6
    column = roughness(saw[:, None], np.full((9, 1), 50), (saw * (1 - saw))[:, None])
    assert column.spread == pytest.approx(rough.spread)
    assert column.residual.shape == (9, 1)


def test_unknown_direction_takes_the_better_one() -> None:
    rising = 0.1 + 0.4 * X + 0.4 * Y
    args = (rising, np.full((6, 6), 50), rising * (1 - rising))
    assert roughness(*args, decreasing=(None, None)).spread == 0.0
    wrong = np.clip(rising + 0.3 * X * Y, 0, 1)
    held = (wrong, np.full((6, 6), 5000), wrong * (1 - wrong))
    assert roughness(*held).spread > roughness(*held, decreasing=(None, None)).spread


def test_variances_without_any_spread() -> None:
    board = np.indices((6, 6)).sum(axis=0) % 2  # all right or all wrong, cell by cell
    rough = roughness(board, np.full((6, 6), 10), np.zeros((6, 6)))
    assert rough.p < 1e-12
    right = roughness(np.ones((6, 6)), np.full((6, 6), 10), np.zeros((6, 6)))
    assert (right.spread, right.p) == (0.0, 1.0)
    assert cell_variance([np.nan, np.nan], [1, 1]).tolist() == [0.25, 0.25]


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match="equally shaped"):
        roughness(np.ones((6, 6)), np.ones((6, 5)), np.ones((6, 6)))
    with pytest.raises(ValueError, match="one or two axes"):
        roughness(np.ones((2, 2, 2)), np.ones((2, 2, 2)), np.ones((2, 2, 2)))


@given(st.integers(0, 10_000))
def test_transposing_and_reversing_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.uniform(size=(4, 5))
    items = rng.integers(10, 40, (4, 5))
    var = table * (1 - table)
    rough = roughness(table, items, var)
    turned = roughness(table.T, items.T, var.T)
    back = roughness(
        table[::-1, ::-1], items[::-1, ::-1], var[::-1, ::-1], decreasing=(False, False)
    )
    for other in (turned, back):
        assert other.spread == pytest.approx(rough.spread, abs=1e-9)
        assert other.p == pytest.approx(rough.p, abs=1e-9)
    assert rough.low <= rough.spread <= rough.high
    assert 0.0 <= rough.p <= 1.0
