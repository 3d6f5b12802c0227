"""k-means: scikit-learn's optimum, numbering, degenerate vectors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from reasonscape.stats.kmeans import by_size, distinct_rows, kmeans, nearest
from reasonscape.stats.partition_agreement import adjusted_rand
from tests.stats.vector_groups import groups_of_vectors


def test_same_optimum_as_scikit_learn() -> None:
    x, truth = groups_of_vectors(300, 3, seed=1)
    made = kmeans(x, 3, 0)
    reference = KMeans(3, n_init=20, random_state=5).fit(x)
    assert made.inertia == pytest.approx(reference.inertia_, rel=1e-9)
    assert adjusted_rand(made.label, reference.labels_) == 1.0
    assert adjusted_rand(made.label, truth) == 1.0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 40))
def test_labels_are_nearest_centres_and_numbered_by_size(seed: int, k: int, n: int) -> None:
    x = np.random.default_rng(seed).standard_normal((n, 3)).round(1)
    made = kmeans(x, k, seed)
    again = kmeans(x, k, seed)
    sizes = np.bincount(made.label, minlength=made.k)
    assert 1 <= made.k <= min(k, n)
    assert sizes.min() >= 1
    assert (np.diff(sizes) <= 0).all()
    gap = ((x[:, None] - made.centres) ** 2).sum(axis=2)
    assert gap[np.arange(n), made.label] == pytest.approx(gap.min(axis=1), abs=1e-6)
    assert made.label.tobytes() == again.label.tobytes()
    assert made.centres.tobytes() == again.centres.tobytes()


def test_ties_of_size_are_settled_by_centres_not_by_the_order_given() -> None:
    centres = np.array([[0.0, 2.0], [0.0, 1.0], [5.0, 5.0]])
    one = by_size([0, 0, 1, 1, -1], centres, 0.0)
    other = by_size([1, 1, 0, 0, -1], centres[[1, 0, 2]], 0.0)
    assert one.label.tolist() == other.label.tolist() == [1, 1, 0, 0, -1]
    assert one.centres.tolist() == [[0.0, 1.0], [0.0, 2.0]]


@pytest.mark.parametrize(
    ("x", "k", "label"),
    [
        (np.zeros((0, 4)), 3, []),
        ([[1.0, 0.0]], 3, [0]),
        ([[1.0, 0.0]] * 5, 3, [0] * 5),
        (np.zeros((3, 2)), 2, [0] * 3),
        ([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0]], 9, [1, 0, 0]),
        (np.zeros((2, 0)), 2, [0, 0]),
    ],
    ids=["none", "one", "equal", "zero", "k over n", "no dimensions"],
)
def test_degenerate_vectors(x: object, k: int, label: list[int]) -> None:
    assert kmeans(np.asarray(x), k, 0).label.tolist() == label


@pytest.mark.parametrize("x", [[[np.nan, 0.0]], [[np.inf, 0.0]], [1.0, 2.0]])
def test_what_is_no_table_of_numbers_is_refused(x: object) -> None:
    with pytest.raises(ValueError, match="finite"):
        kmeans(np.asarray(x), 2, 0)


def test_no_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="0 groups"):
        kmeans([[1.0]], 0, 0)


def test_weights_count_as_repeats() -> None:
    x = np.array([[0.0], [1.0], [10.0], [12.0]])
    made = kmeans(x, 2, 0, weight=[3.0, 1.0, 1.0, 1.0])
    repeated = kmeans(x[[0, 0, 0, 1, 2, 3]], 2, 0)
    assert sorted(made.centres[:, 0]) == pytest.approx(sorted(repeated.centres[:, 0]))
    assert sorted(made.centres[:, 0]) == pytest.approx([0.25, 11.0])


def test_nearest_and_distinct() -> None:
    assert nearest([[0.0, 1.0], [3.0, 0.0]], np.array([[2.0, 0.0], [0.0, 0.0]])).tolist() == [1, 0]
    assert distinct_rows(np.array([[0.0], [-0.0], [1e-9], [1.0]]), 9) == 2
