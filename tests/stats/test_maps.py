"""Maps: openTSNE's and scikit-learn's own places, draws, degenerate vectors."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest

from reasonscape.errors import UsageError
from reasonscape.stats import maps
from reasonscape.stats.maps import fit_map
from tests.stats.vector_groups import groups_of_vectors


def test_components_are_those_of_scikit_learn() -> None:
    from sklearn.decomposition import PCA

    x, _ = groups_of_vectors(60, 3, seed=1)
    made = fit_map(x, "pca", 3, 0)
    fit = PCA(3, svd_solver="full").fit(x)
    places = fit.transform(x)
    assert np.abs(made.place) == pytest.approx(np.abs(places), abs=1e-9)
    assert made.described["explained"] == pytest.approx(fit.explained_variance_ratio_)
    assert made.method == "pca"
    assert (made.place.max(axis=0) >= -made.place.min(axis=0) - 1e-9).all()


def test_places_are_those_of_open_tsne(monkeypatch: pytest.MonkeyPatch) -> None:
    from openTSNE import TSNE
    from sklearn.decomposition import PCA

    monkeypatch.setattr(maps, "ROUNDS", {2: (40, 60)})
    x, group = groups_of_vectors(70, 2, seed=2)
    told: list[tuple[int, int]] = []
    made = fit_map(x, "tsne", 2, 3, progress=lambda done, of: told.append((done, of)))
    start = PCA(2, svd_solver="full").fit_transform(x)
    start *= np.sign(start[np.abs(start).argmax(axis=0), [0, 1]])
    reference = TSNE(
        perplexity=23.0,
        initialization=start / start[:, 0].std() * 1e-4,
        early_exaggeration_iter=40,
        n_iter=60,
        neighbors="exact",
        negative_gradient_method="bh",
        random_state=3,
        n_jobs=1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        places = np.asarray(reference.fit(x))
    assert made.described["perplexity"] == 23.0
    assert made.place == pytest.approx(places, abs=1e-6 * np.abs(places).max())
    near = ((made.place[:, None] - made.place) ** 2).sum(axis=2)
    np.fill_diagonal(near, np.inf)
    assert (group[near.argmin(axis=1)] == group).mean() > 0.95
    assert told
    assert told[-1][0] <= told[-1][1] == 100
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_same_seed_same_bytes_in_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "ROUNDS", {2: (10, 10), 3: (10, 10)})
    monkeypatch.setattr(maps, "MOST_IN_SPACE", 40)
    x, _ = groups_of_vectors(60, 3, seed=3)
    one, other = (fit_map(x, "tsne", 3, 5) for _ in range(2))
    assert one.place.shape == (40, 3)
    assert one.place.tobytes() == other.place.tobytes()


def test_of_many_a_draw_is_placed() -> None:
    x, _ = groups_of_vectors(50, 2, seed=4)
    made = fit_map(x, "pca", 2, 1, most=20)
    assert made.place.shape == (20, 2)
    assert (np.diff(made.rows) > 0).all()
    assert made.rows.tolist() == fit_map(x, "pca", 2, 1, most=20).rows.tolist()
    assert made.rows.tolist() != fit_map(x, "pca", 2, 2, most=20).rows.tolist()


@pytest.mark.parametrize("n", [0, 1, 2, 7, 30])
@pytest.mark.parametrize("dims", [2, 3])
def test_few_and_equal_vectors_are_placed_by_components(n: int, dims: int) -> None:
    for method in ("tsne", "umap"):
        made = fit_map(np.ones((n, 5)), method, dims, 0)
        assert made.method == "pca"
        assert made.place.shape == (n, dims)
        assert np.isfinite(made.place).all()


def test_many_equal_vectors_have_finite_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "ROUNDS", {2: (10, 10), 3: (10, 10)})
    x = np.repeat(np.eye(4), [20, 4, 1, 1], axis=0)
    assert np.isfinite(fit_map(x, "tsne", 2, 0).place).all()


def test_umap_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(UsageError, match="not installed") as caught:
        fit_map(np.eye(9), "umap", 2, 0)
    assert "reasonscape[umap]" in str(caught.value.remedy)


def test_wrong_input() -> None:
    for method, dims in (("tsne", 4), ("mds", 2)):
        with pytest.raises(ValueError, match="no map"):
            fit_map(np.eye(3), method, dims)
    with pytest.raises(ValueError, match="finite"):
        fit_map([[np.nan]])
