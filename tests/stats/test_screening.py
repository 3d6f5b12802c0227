"""Statistics that a screen needs: shares over items, falls, ratios of lengths, scatter."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.clustered_share import clustered_share
from reasonscape.stats.grid_scatter import grid_scatter
from reasonscape.stats.item_share import item_share, items_of
from reasonscape.stats.length_ratio import length_ratio
from reasonscape.stats.level_fall import level_fall, share_difference, thirds
from reasonscape.stats.proportions import Proportion


@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 5), st.integers(1, 6))
def test_item_share_is_clustered_share(seed: int, items: int, repeats: int, cells: int) -> None:
    rng = np.random.default_rng(seed)
    item = np.repeat(np.arange(items), repeats)
    cell = (np.arange(items) % cells)[item]
    which = rng.random(len(item)) < rng.random(items)[item]
    keep = rng.random(len(item)) < 0.8
    ready = items_of(item, cell)
    for part in (np.ones(len(item), dtype=bool), keep):
        mine = item_share(which, ready, part)
        theirs = clustered_share(which[part], cell[part], item[part])
        assert [mine.value, mine.low, mine.high, mine.trials] == pytest.approx(
            [theirs.value, theirs.low, theirs.high, theirs.trials], nan_ok=True
        )
    order = rng.permutation(len(item))
    shuffled = item_share(which[order], items_of(item[order], cell[order]))
    assert shuffled.value == item_share(which, ready).value
    assert shuffled.trials == pytest.approx(item_share(which, ready).trials)


def test_no_samples_and_bad_lengths() -> None:
    found = item_share([], items_of([], []))
    assert math.isnan(found.value)
    assert (found.low, found.high, found.trials) == (0.0, 1.0, 0.0)
    with pytest.raises(ValueError, match="agree"):
        item_share([True], items_of([0, 0], [0, 0]))
    with pytest.raises(ValueError, match="agree"):
        items_of([0], [0, 1])


def test_a_difference_of_shares() -> None:
    # Newcombe (1998), table II, 56/70 against 48/80: method 10 gives 0.0524 to 0.3339.
    low, high = 0.6918, 0.8769  # Wilson, 56/70
    first = Proportion(56 / 70, low, high, 70)
    second = Proportion(48 / 80, 0.4905, 0.7001, 80)
    found = share_difference(first, second)
    assert found.value == pytest.approx(0.2)
    assert found.low == pytest.approx(0.0524, abs=2e-3)
    assert found.high == pytest.approx(0.3339, abs=2e-3)
    # scipy.stats.chi2_contingency([[56, 14], [48, 32]]).pvalue / 2
    assert found.p_above == pytest.approx(0.0067047, rel=1e-4)


def test_a_difference_without_trials() -> None:
    nothing = Proportion(math.nan, 0.0, 1.0, 0.0)
    assert share_difference(nothing, nothing).p_above == 1.0
    same = Proportion(1.0, 0.9, 1.0, 20.0)
    assert share_difference(same, same).p_above == 1.0


@pytest.mark.parametrize(
    ("count", "sides"),
    [
        ([5] * 8, (3, 5)),
        ([5] * 3, (1, 2)),
        ([5, 5], (1, 1)),
        ([1, 1, 100], (2, 2)),
        ([100, 1, 1], (1, 1)),
        ([1, 100, 1], (1, 2)),
    ],
)
def test_thirds(count: list[int], sides: tuple[int, int]) -> None:
    assert thirds(count) == sides


@given(st.lists(st.integers(1, 50), min_size=2, max_size=9))
def test_thirds_are_two_sides_that_do_not_meet(count: list[int]) -> None:
    first, last = thirds(count)
    assert 1 <= first <= last <= len(count) - 1


def test_a_cliff_and_a_slope() -> None:
    level = np.repeat(np.arange(6), 60)
    items = items_of(np.arange(360), level)
    cliff = level_fall(level < 3, level, items, 6)
    assert cliff.difference.value == 1.0
    assert (cliff.before, cliff.after, cliff.jump) == (2, 3, 1.0)
    assert cliff.difference.p_above < 1e-20
    straight = (np.arange(360) % 60) < 60 - 10 * level
    slope = level_fall(straight, level, items, 6)
    assert slope.difference.value == pytest.approx(4 / 6)
    assert slope.jump == pytest.approx(1 / 6)


def test_levels_that_are_missing() -> None:
    items = items_of([0, 1, 2], [0, 0, 0])
    one = level_fall([1, 1, 0], [2, 2, 2], items, 5)
    assert math.isnan(one.difference.value)
    assert (one.before, one.difference.p_above) == (-1, 1.0)
    # Level 5 of 5 is none.
    left_out = level_fall([1, 1, 0], [0, 3, 5], items, 5)
    assert left_out.difference.value == 0.0
    with pytest.raises(ValueError, match="agree"):
        level_fall([1], [0, 1], items, 2)


def test_a_ratio_of_lengths() -> None:
    # numpy.linalg.lstsq of log(length) on [1, wrong, second stratum]: exp of the slope
    found = length_ratio([1, 2, 4, 4], [0, 1, 0, 1], [0, 0, 1, 1], range(4))
    assert found.ratio == pytest.approx(math.sqrt(2.0))
    assert found.low < 1.0 < found.high


@given(st.integers(0, 2**32), st.floats(0.1, 10))
def test_turning_groups_round_turns_the_ratio_round(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    size = np.exp(rng.normal(size=60))
    late, stratum, item = rng.random(60) < 0.5, rng.integers(0, 4, 60), np.arange(60) // 2
    one = length_ratio(size, late, stratum, item)
    other = length_ratio(scale * size, ~late, stratum, item)
    assert other.ratio == pytest.approx(1.0 / one.ratio)
    assert other.low == pytest.approx(1.0 / one.high)
    assert other.p_above == pytest.approx(one.p_below, abs=1e-12)


def test_null_p_of_a_ratio_with_strong_items() -> None:
    rng = np.random.default_rng(3)
    small = 0
    for _ in range(300):
        item = np.repeat(np.arange(40), 3)
        size = np.exp(rng.normal(size=40)[item] + 0.3 * rng.normal(size=120))
        late = rng.random(120) < rng.random(40)[item]
        small += length_ratio(size, late, np.arange(40)[item] // 10, item).p_above < 0.05
    # 15 expected; 26 or more have a chance of 0.5%.
    assert small < 26


def test_lengths_that_say_nothing() -> None:
    empty = length_ratio([], [], [], [])
    assert math.isnan(empty.ratio)
    assert (empty.low, empty.high, empty.p_above) == (0.0, math.inf, 1.0)
    one_sided = length_ratio([1, 2], [1, 1], [0, 0], [0, 1])
    assert math.isnan(one_sided.ratio)
    exact = length_ratio([1, 2, 1, 2], [0, 1, 0, 1], [0] * 4, range(4))
    assert exact.ratio == pytest.approx(2.0)
    with pytest.raises(ValueError, match="positive"):
        length_ratio([0.0], [1], [0], [0])


def grid(share: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> list[np.ndarray]:
    x, y = np.indices(share.shape)
    return [share.ravel(), np.full(share.size, 0.01), x.ravel(), y.ravel(), np.zeros(share.size)]


def test_additive_cells_do_not_scatter_and_an_edge_is_no_scatter() -> None:
    x, y = np.indices((6, 6))
    flat = grid_scatter(*grid(0.9 - 0.1 * x - 0.02 * y))
    assert (flat.spread, flat.contrasts, flat.tested) == (0.0, 25, 9)
    assert flat.p > 0.9
    across = grid_scatter(*grid(np.where(x + y < 5, 0.95, 0.05)))
    assert across.spread == 0.0


def test_scatter_is_measured() -> None:
    rng = np.random.default_rng(1)
    spreads = [grid_scatter(*grid(0.5 + 0.3 * rng.normal(size=(8, 8)))) for _ in range(50)]
    # Sampling is part of what was drawn: 0.3^2 less 0.01.
    assert np.median([one.spread for one in spreads]) == pytest.approx(0.283, abs=0.05)
    assert max(one.p for one in spreads) < 0.01


def test_grids_without_neighbours() -> None:
    assert grid_scatter([], [], [], [], []).contrasts == 0
    line = grid_scatter([0.1, 0.9], [0.01, 0.01], [0, 1], [0, 0], [0, 0])
    assert math.isnan(line.spread)
    assert line.p == 1.0
    with pytest.raises(ValueError, match="each"):
        grid_scatter([0.1], [0.1, 0.1], [0], [0], [0])
