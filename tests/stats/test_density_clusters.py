"""Groups by density: scikit-learn's own labels, noise, degenerate vectors."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.cluster import HDBSCAN

from reasonscape.stats.density_clusters import hdbscan
from reasonscape.stats.partition_agreement import adjusted_rand
from tests.stats.vector_groups import groups_of_vectors


def test_equals_scikit_learn_where_nothing_is_reduced() -> None:
    x, truth = groups_of_vectors(200, 3, seed=1, d=6)
    x[:10] = np.random.default_rng(0).standard_normal((10, 6)) * 2.0
    made = hdbscan(x, 10, 0)
    reference = HDBSCAN(min_cluster_size=10, copy=True).fit_predict(x)
    assert adjusted_rand(made.label, reference) == 1.0
    assert ((made.label == -1) == (reference == -1)).all()
    assert adjusted_rand(made.label[10:], truth[10:]) > 0.9
    assert (np.diff(np.bincount(made.label[made.label >= 0])) <= 0).all()


def test_many_dimensions_keep_the_groups_and_the_bytes() -> None:
    x, truth = groups_of_vectors(200, 3, seed=2, d=40)
    made, again = hdbscan(x, 15, 0), hdbscan(x, 15, 0)
    assert made.k == 3
    assert made.centres.shape == (3, 40)
    assert adjusted_rand(made.label, truth) > 0.9
    assert made.label.tobytes() == again.label.tobytes()


@pytest.mark.parametrize(
    ("x", "size"),
    [
        (np.zeros((0, 3)), 2),
        (np.ones((1, 3)), 2),
        (np.eye(2), 2),
        (np.random.default_rng(1).standard_normal((5, 64)), 2),
        (np.ones((40, 3)), 5),
        (np.ones((40, 12)), 5),
        (np.repeat(np.eye(12), 5, axis=0), 5),
    ],
    ids=[
        "none",
        "one",
        "two",
        "fewer than dimensions",
        "equal",
        "equal, reduced",
        "each five times",
    ],
)
def test_degenerate_vectors(x: np.ndarray, size: int) -> None:
    made = hdbscan(x, size, 0)
    assert made.label.shape == (len(x),)
    assert made.label.min(initial=-1) >= -1
    assert made.k == made.label.max(initial=-1) + 1
    assert np.isfinite(made.inertia)


def test_wrong_input() -> None:
    with pytest.raises(ValueError, match="groups of 1"):
        hdbscan(np.eye(3), 1, 0)
    with pytest.raises(ValueError, match="finite"):
        hdbscan([[np.nan]], 2, 0)
