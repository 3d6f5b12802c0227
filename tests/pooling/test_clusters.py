"""Vectors into clusters: too few, too many, all the same, and by density."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from reasonscape.errors import UsageError
from reasonscape.pooling.clusters import FEW, clusters_of


def groups(n: int, k: int, spread: float = 0.05) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Vectors of unit length in k groups of unequal size, an item each."""
    rng = np.random.default_rng(n + k)
    which = np.minimum(rng.geometric(0.45, n) - 1, k - 1)
    x = np.eye(8)[which] + spread * rng.normal(size=(n, 8))
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32), which


def test_groups_are_found_and_the_largest_comes_first() -> None:
    x, which = groups(60, 3)
    found = clusters_of(x, np.arange(60), k=None, seed=0)
    assert found.k == 3
    assert not found.fixed
    sizes = np.bincount(found.label)
    assert sizes.tolist() == sorted(sizes.tolist(), reverse=True)
    assert len(set(zip(found.label.tolist(), which.tolist(), strict=True))) == 3
    assert found.confirmed == (True, True, True)
    assert found.agreement > 0.9
    again = clusters_of(x, np.arange(60), k=None, seed=0)
    assert found.label.tolist() == again.label.tolist()


@pytest.mark.parametrize("n", [0, 1, 2, FEW - 1])
def test_few_samples_are_one_cluster_or_none(n: int) -> None:
    x, _ = groups(max(n, 1), 2)
    found = clusters_of(x[:n], np.arange(n), k=None, seed=0)
    assert found.k == min(n, 1) == len(found.centres) == len(found.confirmed)
    assert found.label.tolist() == [0] * n


def test_more_clusters_than_samples_are_refused() -> None:
    x, _ = groups(5, 2)
    with pytest.raises(UsageError, match="6 clusters were asked for and there are 5 samples"):
        clusters_of(x, np.arange(5), k=6, seed=0)
    with pytest.raises(UsageError, match="there are 0 samples"):
        clusters_of(x[:0], np.arange(0), k=2, seed=0)


def test_as_many_clusters_as_samples_are_given() -> None:
    x = np.eye(8, dtype=np.float32)
    found = clusters_of(x, np.arange(8), k=8, seed=0)
    assert found.k == 8
    assert found.fixed


@pytest.mark.parametrize("k", [None, 3])
def test_identical_vectors_are_one_cluster(k: int | None) -> None:
    x = np.tile(np.eye(8, dtype=np.float32)[:1], (40, 1))
    found = clusters_of(x, np.arange(40), k=k, seed=0)
    assert found.k == 1
    assert found.label.tolist() == [0] * 40


def test_hdbscan_leaves_what_is_alone_in_no_cluster() -> None:
    x, _ = groups(150, 3, spread=0.02)
    rng = np.random.default_rng(0)
    alone = rng.normal(size=(6, 8))
    alone /= np.linalg.norm(alone, axis=1, keepdims=True)
    found = clusters_of(
        np.vstack([x, alone.astype(np.float32)]), np.arange(156), k=None, seed=0, method="hdbscan"
    )
    assert found.k == 3 == len(found.confirmed)
    assert (found.label[150:] == -1).sum() >= 4
    assert found.confirmed == (None,) * 3
    assert math.isnan(found.agreement)


def test_hdbscan_of_few_samples_is_one_cluster() -> None:
    x, _ = groups(8, 2)
    assert clusters_of(x, np.arange(8), k=None, seed=0, method="hdbscan").k == 1
