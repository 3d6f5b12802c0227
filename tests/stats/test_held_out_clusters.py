"""Groups on the other half of the items: planted, invented and degenerate ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonscape.stats.held_out_clusters import _overlaps, confirm
from tests.stats.vector_groups import groups_of_vectors


def test_planted_groups_are_found_again() -> None:
    x, group = groups_of_vectors(120, 3, seed=1)
    found = confirm(x, np.arange(120), group, 0)
    assert found.agreement == 1.0
    assert found.overlap.tolist() == [1.0, 1.0, 1.0]
    assert found.confirmed.all()


def test_each_group_answers_for_itself() -> None:
    x, group = groups_of_vectors(160, 2, seed=2)
    # The first group is real, the second is dealt into two that are not.
    label = np.where(group == 0, 0, 1 + np.random.default_rng(0).integers(0, 2, 160))
    found = confirm(x, np.arange(160), label, 0)
    assert not found.confirmed[1:].all()
    assert found.overlap[0] > found.overlap[1:].max()


def test_invented_groups_are_not_confirmed() -> None:
    x = np.random.default_rng(3).standard_normal((150, 12))
    label = np.random.default_rng(4).integers(0, 3, 150)
    found = confirm(x / np.linalg.norm(x, axis=1, keepdims=True), np.arange(150), label, 0)
    assert not found.confirmed.any()
    assert abs(found.agreement) < 0.3


@pytest.mark.parametrize(
    ("x", "label"),
    [
        (np.zeros((0, 2)), []),
        (np.ones((1, 2)), [0]),
        (np.eye(2), [0, 1]),
        (np.ones((9, 2)), [0] * 9),
    ],
    ids=["none", "one", "two", "one group"],
)
def test_too_little_to_halve_is_not_confirmed(x: np.ndarray, label: list[int]) -> None:
    found = confirm(x, np.arange(len(x)), label, 0)
    assert np.isnan(found.agreement)
    assert np.isnan(found.overlap).all()
    assert not found.confirmed.any()
    assert len(found.overlap) == len(set(label))


def test_one_item_is_too_little_and_equal_vectors_hold_no_groups() -> None:
    x, group = groups_of_vectors(40, 2, seed=5)
    assert np.isnan(confirm(x, np.zeros(40, dtype=int), group, 0).agreement)
    assert confirm(np.ones((40, 3)), np.arange(40), group, 0).overlap.max() <= 0.75


def test_wrong_input() -> None:
    with pytest.raises(ValueError, match="2 vectors, 1 labels and 2 items"):
        confirm(np.eye(2), [0, 1], [0], 0)
    with pytest.raises(ValueError, match="finite"):
        confirm([[np.inf]], [0], [0], 0)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_overlap_is_the_best_jaccard_of_sets(pairs: list[tuple[int, int]]) -> None:
    groups, other = np.array(pairs).T
    sets = [
        [set(np.flatnonzero(labels == one).tolist()) for one in range(4)]
        for labels in (groups, other)
    ]
    plain = [max(len(a & b) / max(len(a | b), 1) for b in sets[1]) for a in sets[0]]
    assert _overlaps(groups, other, 4) == pytest.approx(plain)
