"""Event tables: counts, ties, censoring, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.event_table import EventTable, event_table, event_tables
from tests.stats.survival_data import tables


def same(one: EventTable, other: EventTable) -> bool:
    return bool(np.array_equal(one.time, other.time) and np.array_equal(one.counts, other.counts))


def test_ties_are_merged_and_censored_samples_are_at_risk_where_they_leave() -> None:
    table = event_table([5, 3, 5, 5, 8, 3], [1, 0, 2, 0, 0, 1])
    assert table.time.tolist() == [3, 5, 8]
    assert table.counts.tolist() == [[1, 1, 0], [1, 1, 1], [1, 0, 0]]
    assert table.at_risk.tolist() == [6, 4, 1]
    assert table.events.tolist() == [1, 2, 0]
    assert (table.total, table.last_time, table.n_causes) == (6, 8, 2)
    assert table.risk_at([0, 3, 4, 8, 9]).tolist() == [6, 6, 4, 1, 0]


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=30
    ),
    st.randoms(use_true_random=False),
)
def test_counted_rows_are_the_same_as_single_rows_in_any_order(
    rows: list[tuple[int, int, int]], random: object
) -> None:
    single = [(time, cause) for time, cause, count in rows for _ in range(count)]
    time, cause, count = (np.array(column) for column in zip(*rows, strict=True))
    counted = event_table(time, cause, count)
    flipped = event_table(time[::-1], cause[::-1], count[::-1])
    expanded = event_table([row[0] for row in single], [row[1] for row in single])
    assert same(counted, expanded)
    assert same(counted, flipped)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=30))
def test_whole_times_and_fractional_times_are_counted_alike(rows: list[tuple[int, int]]) -> None:
    time = np.array([row[0] for row in rows])
    cause = np.array([row[1] for row in rows])
    whole, shifted = event_table(time, cause), event_table(time + 0.5, cause)
    assert np.array_equal(whole.time + 0.5, shifted.time)
    assert np.array_equal(whole.counts, shifted.counts)


def test_fractional_weights_do_not_depend_on_the_order_of_rows() -> None:
    generator = np.random.default_rng(1)
    time, cause = generator.integers(0, 3, 500), generator.integers(0, 3, 500)
    weight = generator.random(500)
    order = generator.permutation(500)
    one = event_table(time, cause, weight)
    other = event_table(time[order], cause[order], weight[order])
    assert np.array_equal(one.counts, other.counts)


def test_large_times_are_counted_without_a_slot_for_each() -> None:
    table = event_table([10**15, 5, 10**15], [1, 0, 1])
    assert table.time.tolist() == [5, 1e15]
    assert table.counts[:, 1].tolist() == [0, 2]


@given(tables(), st.integers(0, 14))
def test_truncation_is_what_a_cap_does_to_the_rows(table: EventTable, cap: int) -> None:
    time = np.repeat(table.time, table.n_causes + 1)
    cause = np.tile(np.arange(table.n_causes + 1), table.time.size)
    later = time > cap
    cut = event_table(
        np.minimum(time, cap), np.where(later, 0, cause), table.counts.ravel(), table.n_causes
    )
    assert same(table.truncated(cap), cut)


def test_causes_are_merged_or_censored() -> None:
    table = event_table([1, 2, 3, 4], [1, 2, 3, 0], None, 3)
    assert table.merged([1, 3]).counts.tolist() == [[0, 1, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert table.as_single_event().counts[:, 1].tolist() == [1, 1, 1, 0]
    assert table.only(2).counts.tolist() == [[1, 0], [0, 1], [1, 0], [1, 0]]
    with pytest.raises(ValueError, match="causes are 1 to 3"):
        table.merged([4])
    with pytest.raises(ValueError, match="once"):
        table.merged([1, 1])


def test_a_table_for_each_key() -> None:
    key, time, cause = [2, 0, 2, 0], [4, 5, 4, 6], [1, 1, 0, 2]
    split = event_tables(key, time, cause, n_keys=4)
    assert [table.total for table in split] == [2, 0, 2, 0]
    assert same(split[0], event_table([5, 6], [1, 2]))
    assert same(split[2], event_table([4, 4], [1, 0]))
    with pytest.raises(ValueError, match="keys"):
        event_tables([3], [1], [1], n_keys=3)


def test_an_empty_table() -> None:
    table = event_table([], [])
    assert (table.total, table.last_time) == (0.0, 0.0)
    assert table.counts.shape == (0, 3)
    assert table.risk_at([0, 1]).tolist() == [0, 0]
    assert same(table.as_single_event(), event_table([], [], None, 1))
    assert event_tables([], [], []) == []


@pytest.mark.parametrize(
    ("time", "cause", "weight"),
    [
        ([-1.0], [1], None),
        ([np.nan], [1], None),
        ([np.inf], [1], None),
        ([1.0], [3], None),
        ([1.0], [-1], None),
        ([1.0], [0.5], None),
        ([1.0], [1], [-1.0]),
        ([1.0], [1], [np.nan]),
        ([1.0, 2.0], [1], None),
        ([1.0], [1], [1.0, 2.0]),
    ],
)
def test_what_no_row_can_be_is_refused(
    time: list[float], cause: list[float], weight: list[float] | None
) -> None:
    with pytest.raises(ValueError, match=r"must|need|shape"):
        event_table(time, cause, weight)


def test_impossible_changes_are_refused() -> None:
    table = event_table([1], [1])
    with pytest.raises(ValueError, match="truncation"):
        table.truncated(float("nan"))
    with pytest.raises(ValueError, match="factor"):
        table.scaled(0.0)
    with pytest.raises(ValueError, match="at least one cause"):
        event_table([1], [1], None, 0)
