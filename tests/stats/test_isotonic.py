"""Monotone fits against brute force, scikit-learn and each other."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reasonscape.stats.isotonic import isotonic_1d, isotonic_2d, one_turn_fit

FloatArray = NDArray[np.float64]


def min_max(values: FloatArray, weights: FloatArray) -> FloatArray:
    """The min-max formula over all upper and lower sets of a small grid (falling both ways)."""
    rows, columns = values.shape
    stairs = [
        np.arange(columns) < np.array(cut)[:, None]
        for cut in product(range(columns + 1), repeat=rows)
        if all(a >= b for a, b in pairwise(cut))
    ]
    fit = np.full(values.shape, -np.inf)
    for cell in np.ndindex(values.shape):
        for upper in stairs:
            if not upper[cell]:
                continue
            least = np.inf
            for lower in stairs:
                block = upper & ~lower
                if block[cell] and weights[block].sum() > 0:
                    least = min(least, np.average(values[block], weights=weights[block]))
            fit[cell] = max(fit[cell], least if np.isfinite(least) else -np.inf)
    return fit


def test_one_axis_equals_scikit_learn() -> None:
    # sklearn.isotonic.IsotonicRegression(increasing=False).fit_transform(range(8), y, w)
    y = [0.9, 0.95, 0.7, 0.75, 0.72, 0.3, 0.5, 0.1]
    w = [10, 20, 5, 10, 12, 8, 30, 10]
    expected = [0.9333333333, 0.9333333333, 0.7333333333, 0.7333333333, 0.72]
    expected += [0.4578947368, 0.4578947368, 0.1]
    assert isotonic_1d(y, w, decreasing=True) == pytest.approx(expected, abs=1e-9)
    assert isotonic_2d([y], [w])[0] == pytest.approx(expected, abs=1e-9)
    assert isotonic_2d(np.array([y]).T, np.array([w]).T)[:, 0] == pytest.approx(expected, abs=1e-9)


@given(
    st.lists(st.integers(0, 6), min_size=9, max_size=9),
    st.lists(st.integers(0, 4), min_size=9, max_size=9),
)
def test_grid_equals_the_min_max_formula(values: list[int], weights: list[int]) -> None:
    y = np.array(values, dtype=float).reshape(3, 3)
    w = np.array(weights, dtype=float).reshape(3, 3)
    if w.sum() == 0:
        return
    expected = min_max(y, w)
    found = isotonic_2d(y, w)
    assert found[w > 0] == pytest.approx(expected[w > 0], abs=1e-9)


grids = st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=2, max_size=5).map(
    np.array
)


@given(grids, st.tuples(st.booleans(), st.booleans()))
def test_fit_is_monotone_and_a_projection(table: FloatArray, falling: tuple[bool, bool]) -> None:
    weight = 1.0 + np.indices(table.shape).sum(axis=0)
    fit = isotonic_2d(table, weight, falling)
    for axis, down in enumerate(falling):
        steps = np.diff(fit, axis=axis)
        assert np.all(steps <= 1e-9) if down else np.all(steps >= -1e-9)
    assert isotonic_2d(fit, weight, falling) == pytest.approx(fit, abs=1e-9)
    # Optimality on a cone: the residual is orthogonal to the fit and has weighted sum 0.
    assert (weight * (table - fit)).sum() == pytest.approx(0.0, abs=1e-8)
    assert (weight * (table - fit) * fit).sum() == pytest.approx(0.0, abs=1e-8)


@given(grids)
def test_masked_cells_do_not_count(table: FloatArray) -> None:
    holed = table.copy()
    holed[0, 1] = np.nan
    weight = np.ones(table.shape)
    other = np.where(np.isnan(holed), 99.0, holed)
    other_weight = np.where(np.isnan(holed), 0.0, 1.0)
    seen = ~np.isnan(holed)
    fit = isotonic_2d(holed, weight)
    assert fit[seen] == pytest.approx(isotonic_2d(other, other_weight)[seen])
    assert np.isfinite(fit).all()


def test_monotone_tables_are_left_alone() -> None:
    table = 1.0 - np.indices((6, 6)).sum(axis=0) / 10.0
    assert isotonic_2d(table, np.ones((6, 6))) == pytest.approx(table, abs=1e-12)


def test_all_masked_and_bad_shapes() -> None:
    assert isotonic_2d([[np.nan]], [[1.0]]).tolist() == [[0.0]]
    with pytest.raises(ValueError, match="one shape"):
        isotonic_2d([[1.0, 2.0]], [[1.0]])
    with pytest.raises(ValueError, match="negative"):
        isotonic_2d([[1.0]], [[-1.0]])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_one_turn_fit_turns_at_most_once_and_beats_monotone(values: list[float]) -> None:
    y, w = np.array(values), np.ones(len(values))
    fit = one_turn_fit(y, w)
    signs = np.sign(np.where(np.abs(np.diff(fit)) < 1e-12, 0.0, np.diff(fit)))
    signs = signs[signs != 0]
    assert (np.diff(signs) != 0).sum() <= 1
    for down in (False, True):
        straight = isotonic_1d(y, w, decreasing=down)
        assert ((y - fit) ** 2).sum() <= ((y - straight) ** 2).sum() + 1e-12


def test_hills_and_valleys_are_fitted_exactly() -> None:
    x = np.linspace(-1, 1, 9)
    assert one_turn_fit(x**2, np.ones(9)) == pytest.approx(x**2)
    assert one_turn_fit(1 - x**2, np.ones(9)) == pytest.approx(1 - x**2)
