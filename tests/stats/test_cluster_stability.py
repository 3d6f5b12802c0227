"""How many groups are found again: planted groups, clouds, items, degenerate vectors."""

from __future__ import annotations

import numpy as np
import pytest

from reasonscape.stats.cluster_stability import stability
from tests.stats.vector_groups import groups_of_vectors

KS = (2, 3, 4, 5)


@pytest.mark.parametrize("k", [2, 3, 4])
def test_planted_groups_are_found(k: int) -> None:
    x, _ = groups_of_vectors(160, k, seed=k)
    found = stability(x, np.arange(160), KS, 0)
    assert found.chosen == k
    assert found.ks == KS
    assert found.rows == 160
    place = KS.index(k)
    assert found.mean[place] > 0.95
    assert found.reference[place] < found.mean[place]
    assert (found.low <= found.mean + 1e-12).all()
    assert (found.mean <= found.high + 1e-12).all()


def test_a_cloud_has_no_groups() -> None:
    x = np.random.default_rng(3).standard_normal((160, 12))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    found = stability(x, np.arange(160), KS, 0)
    assert found.chosen is None
    assert found.best is None


def test_repeats_of_an_item_are_no_groups() -> None:
    rng = np.random.default_rng(4)
    item = np.repeat(np.arange(40), 8)
    x = rng.standard_normal((40, 12))[item] + 0.05 * rng.standard_normal((320, 12))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    assert stability(x, item, KS, 0).chosen is None


def test_same_seed_same_bytes_and_names_of_items_do_not_matter() -> None:
    x, _ = groups_of_vectors(120, 3, seed=5)
    item = np.arange(120) // 2
    one = stability(x, item, (2, 3), 7, rows=50)
    other = stability(x, np.array([f"item {i:03d}" for i in item]), (2, 3), 7, rows=50)
    assert one.rows == other.rows == 50
    assert one.mean.tobytes() == other.mean.tobytes()
    assert one.reference.tobytes() == other.reference.tobytes()


@pytest.mark.parametrize(
    "x",
    [np.zeros((0, 3)), np.ones((1, 3)), np.eye(2), np.ones((50, 3)), np.zeros((50, 3))],
    ids=["none", "one", "two", "equal", "zero"],
)
def test_degenerate_vectors_have_no_number(x: np.ndarray) -> None:
    found = stability(x, np.arange(len(x)), KS, 0)
    assert found.chosen is None
    assert found.best is None
    assert found.ks == ()
    assert found.mean.shape == found.reference.shape == found.low.shape == (0,)


def test_no_more_groups_are_tried_than_vectors_differ() -> None:
    x = np.repeat(np.eye(3), [30, 20, 10], axis=0)
    found = stability(x, np.arange(60), KS, 0)
    assert found.ks == (2, 3)
    assert found.chosen == 3


def test_wrong_input() -> None:
    with pytest.raises(ValueError, match="2 vectors and 3 items"):
        stability(np.eye(2), [0, 1, 2], KS, 0)
    with pytest.raises(ValueError, match="finite"):
        stability([[np.nan]], [0], KS, 0)
