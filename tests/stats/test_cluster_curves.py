"""Item-cluster bootstrap of curves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.aalen_johansen import aalen_johansen
from reasonscape.stats.cluster_curves import cluster_bands
from reasonscape.stats.event_table import event_table
from reasonscape.stats.item_draws import item_draws
from reasonscape.stats.kaplan_meier import kaplan_meier
from reasonscape.stats.resampled_curves import resampled_curves

GRID = np.arange(0.0, 14.0)


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 12), st.integers(0, 2)), min_size=1, max_size=30
    ),
    st.integers(0, 2**32),
)
def test_each_replicate_is_the_curve_of_the_weighted_rows(
    rows: list[tuple[int, int, int]], seed: int
) -> None:
    item, time, cause = (np.array(column) for column in zip(*rows, strict=True))
    draws = item_draws(5, 3, np.random.default_rng(seed))
    found = resampled_curves(item, time, cause, GRID, draws)
    for replicate in range(3):
        table = event_table(time, cause, draws[item, replicate])
        if table.total == 0.0:
            continue
        known = GRID[table.last_time >= GRID]
        curves, still = aalen_johansen(table).at(known), kaplan_meier(table).at(known)
        assert found.incidence[replicate, : known.size] == pytest.approx(curves.incidence)
        assert found.survival[replicate, : known.size] == pytest.approx(still.survival)
    total = found.survival + found.incidence.sum(axis=2)
    assert total == pytest.approx(1.0)


def samples(items: int, repeats: int, spread: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(21)
    item = np.repeat(np.arange(items), repeats)
    length = np.exp(spread * np.repeat(generator.standard_normal(items), repeats))
    time = np.ceil(50.0 * length * generator.exponential(1.0, items * repeats))
    cause = np.where(time > 100.0, 0, 1 + generator.integers(0, 2, items * repeats))
    return item, np.minimum(time, 100.0), cause


def test_with_one_sample_an_item_errors_are_the_analytic_ones() -> None:
    item, time, cause = samples(600, 1, 0.5)
    bands = cluster_bands(item, time, cause, [20, 60, 100], np.random.default_rng(1), 1000)
    plain = aalen_johansen(event_table(time, cause)).at([20, 60, 100])
    assert bands.incidence == pytest.approx(plain.incidence)
    assert bands.error == pytest.approx(np.sqrt(plain.variance), rel=0.12)
    assert bands.low == pytest.approx(plain.low, abs=0.01)
    assert bands.high == pytest.approx(plain.high, abs=0.01)
    assert not bands.few_samples


def test_repeats_that_are_alike_count_less() -> None:
    item, time, cause = samples(150, 8, 1.0)
    bands = cluster_bands(item, time, cause, [30], np.random.default_rng(2))
    naive = kaplan_meier(event_table(time, cause)).at([30])
    assert bands.survival_error[0] > 1.5 * np.sqrt(naive.variance[0])
    # Copies of each row change nothing: the items are what is drawn.
    copied = cluster_bands(
        np.tile(item, 3), np.tile(time, 3), np.tile(cause, 3), [30], np.random.default_rng(2)
    )
    assert copied.survival_error == pytest.approx(bands.survival_error)


def test_same_seed_same_bytes_in_any_order_of_rows() -> None:
    item, time, cause = samples(40, 3, 0.5)
    weight = np.random.default_rng(3).random(120)
    order = np.random.default_rng(4).permutation(120)
    one = cluster_bands(item, time, cause, GRID, np.random.default_rng(5), 50, weight=weight)
    other = cluster_bands(
        item[order],
        time[order],
        cause[order],
        GRID,
        np.random.default_rng(5),
        50,
        weight=weight[order],
    )
    assert np.array_equal(one.low, other.low)
    assert np.array_equal(one.survival_error, other.survival_error)


def test_few_items_are_flagged() -> None:
    item, time, cause = samples(19, 4, 0.5)
    assert cluster_bands(item, time, cause, [30], np.random.default_rng(6), 20).few_samples
    names = np.char.add("item-", item.astype(str))
    assert cluster_bands(names, time, cause, [30], np.random.default_rng(6), 20).items == 19


def test_beyond_what_was_seen_nothing_is_known() -> None:
    bands = cluster_bands([1, 2], [3, 5], [1, 0], [4, 6], np.random.default_rng(7), 20)
    assert np.isnan(bands.survival).tolist() == [False, True]
    assert np.isnan(bands.low[:, 0]).tolist() == [False, True]


def test_what_cannot_be_drawn_is_refused() -> None:
    generator = np.random.default_rng(8)
    with pytest.raises(ValueError, match="need items"):
        cluster_bands([], [], [], [1], generator)
    with pytest.raises(ValueError, match="needs an item"):
        resampled_curves([2], [1], [1], [1], np.ones((2, 3)))
    with pytest.raises(ValueError, match="level"):
        cluster_bands([1], [1], [1], [1], generator, level=1.0)
    with pytest.raises(ValueError, match="must be 0"):
        cluster_bands([1], [1], [5], [1], generator)
