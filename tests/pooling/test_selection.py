"""Which samples are embedded: what is left out and why, and draws by whole items."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reasonscape.pooling.pool import Pool
from reasonscape.pooling.selection import drawn, pool_notes, whole_subject


def test_all_that_is_wanted_is_kept_where_there_is_room(pool: Pool) -> None:
    part, left = drawn(pool, pool.wrong, 1000, 0)
    assert part.uid.tolist() == pool.uid[pool.wrong].tolist()
    assert left.counts() == {}
    assert pool_notes(left, "failures") == []


@pytest.mark.parametrize("most", [1, 10, 33, 95])
def test_whole_items_are_drawn(pool: Pool, most: int) -> None:
    part, left = drawn(pool, pool.wrong, most, 3)
    assert 0 < len(part) <= max(most, 4)  # one item at least, and it has four samples
    for item in np.unique(part.item).tolist():
        assert (part.item == item).sum() == (pool.wrong & (pool.item == item)).sum()
    assert left.counts() == {"not_drawn": int(pool.wrong.sum()) - len(part)}


def test_a_draw_depends_on_the_seed_and_not_on_the_order(pool: Pool) -> None:
    order = np.random.default_rng(1).permutation(len(pool))
    shuffled = pool.only(order)
    shuffled = replace(shuffled, item=(shuffled.item * 7) % 48)  # numbers of items tell nothing
    one, _ = drawn(pool, pool.wrong, 30, 5)
    other, _ = drawn(shuffled, shuffled.wrong, 30, 5)
    assert sorted(one.uid) == sorted(other.uid)
    third, _ = drawn(pool, pool.wrong, 30, 6)
    assert sorted(one.uid) != sorted(third.uid)


def test_a_larger_draw_holds_the_smaller_one(pool: Pool) -> None:
    small, _ = drawn(pool, pool.wrong, 20, 0)
    large, _ = drawn(pool, pool.wrong, 60, 0)
    assert set(small.uid) < set(large.uid)


def test_what_has_no_trace_or_was_not_measured_is_left_out_and_said(pool: Pool) -> None:
    place = np.arange(len(pool))
    odd = replace(pool, visible=place % 4 != 1, measured=place % 6 != 3)
    part, left = drawn(odd, odd.wrong, 1000, 0)
    counts = left.counts()
    assert sum(counts.values()) + len(part) == int(odd.wrong.sum())
    assert set(counts) == {"no_trace", "unmeasured"}
    said = " ".join(pool_notes(left, "failures"))
    assert "store refresh" in said
    assert "does not show" in said


def test_nothing_wanted_is_an_empty_pool(pool: Pool) -> None:
    part, left = drawn(pool, np.zeros(len(pool), dtype=bool), 5, 0)
    assert len(part) == 0
    assert left.counts() == {}


def test_the_subject_names_what_there_is_one_of(pool: Pool) -> None:
    whole = whole_subject(pool)
    assert (whole.eval_id, whole.model, whole.base_task) == ("", "2 evals", "")
