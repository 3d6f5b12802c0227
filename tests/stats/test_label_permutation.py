"""Dealing labels again: every arrangement alike, nothing across groups."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.label_permutation import shuffle_within, varies

UNITS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=40)


@given(UNITS)
def test_each_group_keeps_its_labels(units: list[tuple[int, int]]) -> None:
    label, group = np.array(units, dtype=np.int64).reshape(-1, 2).T
    shuffle = shuffle_within(label, group)
    dealt = label.copy()
    dealt[shuffle.movable] = shuffle.draw(np.random.default_rng(1))
    for one in np.unique(group):
        here = group == one
        assert sorted(dealt[here]) == sorted(label[here])
    changes = np.isin(group, [one for one in group if len(set(label[group == one])) > 1])
    assert sorted(shuffle.movable) == np.flatnonzero(changes).tolist()


def test_every_arrangement_is_equally_likely() -> None:
    shuffle = shuffle_within([0, 1, 2, 0, 1, 1], [5, 5, 5, 3, 3, 3])
    rng = np.random.default_rng(7)
    drawn = Counter(tuple(shuffle.draw(rng).tolist()) for _ in range(4500))
    assert len(drawn) == 18  # 3! arrangements of one group times 3 of the other
    chi_square = sum((count - 250) ** 2 / 250 for count in drawn.values())
    assert chi_square < 40.8  # qchisq(.999, 17) = 40.79


def test_nothing_to_deal() -> None:
    for label, group in ([], []), ([3], [0]), ([2, 2], [1, 1]), ([1, 2], [1, 2]):
        shuffle = shuffle_within(label, group)
        assert not len(shuffle.movable)
        assert not len(shuffle.draw(np.random.default_rng(1)))


def test_bad_labels() -> None:
    with pytest.raises(ValueError, match="length"):
        shuffle_within([0, 1], [0])
    with pytest.raises(ValueError, match="from 0"):
        shuffle_within([-1, 1], [0, 0])
    with pytest.raises(ValueError, match="too many"):
        shuffle_within([1 << 41, 1], [0, 0])


def test_groups_that_vary() -> None:
    found = varies(np.array([1, 1, -4, 2]), np.array([0, 0, 2, 2]), 4)
    assert found.tolist() == [False, False, True, False]
