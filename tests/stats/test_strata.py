from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.predicted_difficulty import fifths, predicted_accuracy
from reasonscape.stats.strata import difficulty_strata


def test_cells_are_strata_and_items_with_both_outcomes_are_their_own() -> None:
    right = [1, 0, 1, 1, 1, 0]
    item = [0, 1, 2, 3, 4, 4]
    coords = [[0], [0], [1], [1], [1], [1]]
    strata = difficulty_strata(right, item, coords, [2])
    assert strata.kind == "cells"
    assert strata.stratum.tolist() == [0, 0, 1, 1, 2, 2]
    assert (strata.n_strata, strata.n_informative) == (3, 2)
    assert strata.informative == 1.0


def test_axes_that_say_little_are_left_out() -> None:
    """A cliff along x, y and z of no effect: cells beyond the cliff hold wrong answers only."""
    rng = np.random.default_rng(2)
    x, y, z = (a.ravel() for a in np.meshgrid(range(8), range(6), range(6), indexing="ij"))
    coords = np.repeat(np.column_stack([x, y, z]), 4, axis=0)
    right = rng.random(len(coords)) < np.where(coords[:, 0] < 4, 0.93, 0.07)
    strata = difficulty_strata(right, np.arange(len(coords)), coords, [8, 6, 6])
    assert strata.kind == "fewer_axes"
    assert strata.informative >= 0.5
    for one in range(strata.n_strata):
        assert len(set(coords[strata.stratum == one, 0].tolist())) == 1


def test_a_cliff_does_not_make_right_traces_look_short() -> None:
    """Length follows the level alone; fifths would compare the two sides of the cliff."""
    rng = np.random.default_rng(3)
    level = np.repeat(np.arange(8), 96)
    coords = np.column_stack([level, np.tile(np.arange(12), 64), np.tile(np.arange(4), 192)])
    right = rng.random(768) < np.where(level < 4, 0.96, 0.04)
    strata = difficulty_strata(right, np.arange(768), coords, [8, 12, 4])
    length = level.astype(float)
    n = np.bincount(strata.stratum)
    good = np.bincount(strata.stratum, right)
    both = (good > 0) & (good < n)
    wrong_mean = np.bincount(strata.stratum, length * ~right)[both] / (n - good)[both]
    right_mean = np.bincount(strata.stratum, length * right)[both] / good[both]
    assert strata.kind == "fewer_axes"
    assert wrong_mean == pytest.approx(right_mean)


@pytest.mark.parametrize("seed", [0, 1, 3, 4, 5])
def test_an_axis_of_many_levels_has_to_pay_for_them(seed: int) -> None:
    """Names of a variable fit their few items by chance, and say nothing of difficulty."""
    rng = np.random.default_rng(seed)
    degree, name = np.repeat([0, 1, 2], [34, 33, 33]), rng.integers(24, size=100)
    able = rng.random(100) < np.array([0.9, 0.5, 0.1])[degree]
    item = np.repeat(np.arange(100), 3)
    # Repeats of an item are nearly all alike.
    right = np.where(rng.random(300) < 0.02, ~able[item], able[item])
    strata = difficulty_strata(right, item, np.column_stack([degree, name])[item], [3, 24])
    assert strata.kind == "fewer_axes"
    for one in range(strata.n_strata):
        assert len(set(degree[item][strata.stratum == one].tolist())) == 1


def test_fifths_hold_equal_shares_and_keep_the_order_of_difficulty() -> None:
    """Two axes: many cells of one item each, so that cells tell nothing."""
    rng = np.random.default_rng(1)
    x, y = np.repeat(np.arange(30), 30), np.tile(np.arange(30), 30)
    right = rng.random(900) < 1 / (1 + np.exp((x + y - 29) / 4))
    strata = difficulty_strata(right, np.arange(900), np.column_stack([x, y]), [30, 30])
    assert strata.kind == "fifths"
    assert np.bincount(strata.stratum).tolist() == pytest.approx([180] * 5, abs=12)
    accuracy = np.bincount(strata.stratum, right) / np.bincount(strata.stratum)
    assert (np.diff(accuracy) > 0).all()
    assert strata.informative > 0.9


@pytest.mark.parametrize("seed", range(4))
def test_no_fifth_holds_both_sides_of_a_cliff(seed: int) -> None:
    """Longer and wrong beyond the cliff: in a fifth of both sides length would tell the outcome."""
    rng = np.random.default_rng(seed)
    x, y = np.repeat(np.arange(8), 72), np.tile(np.repeat(np.arange(6), 12), 8)
    right = rng.random(len(x)) < np.where(x < 4, 0.95, 0.05)
    cells, cell = np.unique(np.column_stack([x, y]), axis=0, return_inverse=True)
    place = np.arange(len(x))
    predicted = predicted_accuracy(right, place, cells, cell.reshape(-1), [8, 6], 0.0)
    group = fifths(predicted)
    assert group.max() == 5
    for one in range(6):
        assert len(set((x[group == one] < 4).tolist())) == 1


def test_without_axes_the_whole_is_one_stratum() -> None:
    strata = difficulty_strata([1, 0, 1], [0, 1, 2], np.zeros((3, 0)), [])
    assert (strata.kind, strata.n_strata, strata.informative) == ("whole", 1, 1.0)


@pytest.mark.parametrize("right", [[], [True], [False, False], [True, True, True]])
def test_one_outcome_alone_informs_of_nothing(right: list[bool]) -> None:
    n = len(right)
    strata = difficulty_strata(right, np.arange(n), np.zeros((n, 1)), [1])
    assert strata.informative == 0.0
    assert strata.n_informative == 0
    assert len(strata.stratum) == n


def test_shapes_that_disagree_are_refused() -> None:
    with pytest.raises(ValueError, match="2 outcomes for 3 items"):
        difficulty_strata([1, 0], [0, 1, 2], [[0], [0]], [1])


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 2)), max_size=30),
       st.randoms())  # fmt: skip
def test_the_order_of_rows_never_matters(rows: list[tuple[bool, int, int]], random: Random) -> None:
    def groups(table: list[tuple[bool, int, int]]) -> set[frozenset[tuple[bool, int, int]]]:
        right, item, _ = zip(*table, strict=True) if table else ((), (), ())
        coords = np.array([[i % 3] for i in item]).reshape(len(table), 1)
        found = difficulty_strata(right, item, coords, [3])
        return {
            frozenset(row for row, s in zip(table, found.stratum, strict=True) if s == one)
            for one in range(found.n_strata)
        }

    shuffled = list(rows)
    random.shuffle(shuffled)
    assert groups(rows) == groups(shuffled)
