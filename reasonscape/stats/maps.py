"""Vectors laid out in two or three dimensions: for looking at, not for measuring."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.errors import UsageError
from reasonscape.stats.kmeans import checked_table, one_thread

FloatArray = NDArray[np.float64]
Method = Literal["tsne", "pca", "umap"]
Progress = Callable[[int, int], None]

MOST: Final = 20_000
"""Vectors that are placed; of more a draw."""

MOST_IN_SPACE: Final = 4_000
"""The same for t-SNE in three dimensions, where forces can only be summed along a tree: 4,000 take
as long as 20,000 in two."""

MANY: Final = 5_000
MANY_ROUNDS: Final = (150, 300)
"""The same for more vectors than these: each round takes long, and groups are apart by then."""

NEAR_DIMENSIONS: Final = 50
"""Principal components in which t-SNE looks for neighbours."""

PERPLEXITY: Final = 30.0
FEW: Final = 8
"""Vectors below which neighbours say nothing and PCA stands in."""

FEW_ENOUGH: Final = 2_000
"""Vectors up to which exact neighbours and Barnes-Hut are faster than what scales better."""

ROUNDS: Final = {2: (250, 500), 3: (125, 250)}
"""Rounds of t-SNE with and without early exaggeration, by dimensions."""


@dataclass(frozen=True, slots=True)
class Map:
    """Where vectors lie on a map.

    Attributes
    ----------
    place
        Shape (m, dims).
    rows
        Which vectors are placed, rising, shape (m,).
    method
        ``tsne``, ``pca`` or ``umap``: what was done, which may be PCA where there are few.
    described
        Settings: ``perplexity``, ``explained`` (shares of variance, PCA), ``neighbours``.
    """

    place: FloatArray
    rows: NDArray[np.intp]
    method: Method
    described: Mapping[str, Any]


def fit_map(
    x: ArrayLike,
    method: str = "tsne",
    dims: int = 2,
    seed: int = 0,
    *,
    most: int = MOST,
    progress: Progress | None = None,
) -> Map:
    """Lay vectors out so that neighbours stay neighbours.

    Parameters
    ----------
    x
        Vectors of unit length, shape (n, d); more than d dimensions than asked for.
    method
        ``tsne``: openTSNE from a PCA start, perplexity 30 or a third of the vectors, by
        interpolation in two dimensions and Barnes-Hut in three; ``pca``; ``umap``.
    dims
        2 or 3.
    seed
        Of the draw and the layout.
    most
        Vectors to place; by t-SNE in three dimensions never more than ``MOST_IN_SPACE``.
    progress
        Called with rounds done and rounds in all.

    Returns
    -------
    Map

    Raises
    ------
    UsageError
        If UMAP is asked for and not installed.
    ValueError
        If x is no table of finite numbers, or dims or method are others.

    How it misleads
    ---------------
    Distances between groups, their sizes and their densities mean nothing in t-SNE and UMAP; with
    other seeds groups lie elsewhere. Noise shows clumps. Clusters are made in all dimensions and
    only shown here.

    References
    ----------
    van der Maaten and Hinton, JMLR 9 (2008); Policar, Strazar and Zupan, Journal of Statistical
    Software 109 (2024); Kobak and Berens, Nature Communications 10 (2019), for the PCA start;
    McInnes, Healy and Melville, arXiv 1802.03426 (2018).
    """
    table = checked_table(x)
    if dims not in (2, 3) or method not in ("tsne", "pca", "umap"):
        raise ValueError(f"no map by {method!r} in {dims} dimensions")
    if method == "tsne" and dims == 3:
        most = min(most, MOST_IN_SPACE)
    rows = np.arange(len(table))
    if len(table) > most:
        rows = np.sort(np.random.default_rng([seed, 4]).permutation(len(table))[:most])
        table = table[rows]
    # One thread throughout: sums of linear algebra have one order, and the map one shape.
    with one_thread():
        if method == "pca" or len(table) < FEW or not np.ptp(table, axis=0).any():
            place, explained = _components(table, dims)
            return Map(place, rows, "pca", {"explained": explained})
        if method == "umap":
            return _umap(table, rows, dims, seed)
        return _tsne(table, rows, dims, seed, progress)


def _components(table: FloatArray, dims: int) -> tuple[FloatArray, tuple[float, ...]]:
    """Leading principal components, signs so that the farthest value is positive."""
    place: FloatArray = np.zeros((len(table), dims))
    explained = [0.0] * dims
    if len(table) < 2:
        return place, tuple(explained)
    apart = table - table.mean(axis=0)
    left, scale, _ = np.linalg.svd(apart, full_matrices=False)
    whole = float((scale**2).sum())
    for axis in range(min(dims, len(scale))):
        column = left[:, axis] * scale[axis]
        sign = np.sign(column[np.abs(np.round(column, 9)).argmax()]) or 1.0
        place[:, axis] = sign * column
        explained[axis] = float(scale[axis] ** 2) / whole if whole > 0 else 0.0
    return place, tuple(explained)


def _tsne(
    table: FloatArray, rows: NDArray[np.intp], dims: int, seed: int, progress: Progress | None
) -> Map:
    from openTSNE import TSNE

    perplexity = max(2.0, min(PERPLEXITY, (len(table) - 1) / 3.0))
    start, _ = _components(table, dims)
    start = start / max(float(start[:, 0].std()), 1e-12) * 1e-4
    early, late = MANY_ROUNDS if len(table) > MANY else ROUNDS[dims]
    near = table
    if table.shape[1] > NEAR_DIMENSIONS:
        near, _ = _components(table, NEAR_DIMENSIONS)
    # One thread and exact or Annoy neighbours: the same seed gives the same map.
    made = TSNE(
        n_components=dims,
        perplexity=perplexity,
        initialization=start,
        early_exaggeration_iter=early,
        n_iter=late,
        metric="euclidean",
        neighbors="exact" if len(table) <= FEW_ENOUGH else "annoy",
        negative_gradient_method="fft" if dims == 2 and len(table) > FEW_ENOUGH else "bh",
        random_state=seed,
        n_jobs=1,
        callbacks=_called(progress, early + late) if progress is not None else None,
        callbacks_every_iters=50,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        place = np.asarray(made.fit(near), dtype=np.float64)
    return Map(place, rows, "tsne", {"perplexity": perplexity})


def _called(progress: Progress, total: int) -> Callable[[int, float, Any], None]:
    """Counts rounds over both phases, each of which starts anew."""
    seen = {"before": 0, "last": 0}

    def told(iteration: int, _error: float, _place: Any) -> None:
        if iteration < seen["last"]:
            seen["before"] += seen["last"]
        seen["last"] = iteration
        progress(min(seen["before"] + iteration, total), total)

    return told


def _umap(table: FloatArray, rows: NDArray[np.intp], dims: int, seed: int) -> Map:
    neighbours = max(2, min(15, len(table) - 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from umap import UMAP
        except ImportError:
            raise UsageError(
                "the map by UMAP needs a package that is not installed",
                remedy="pip install 'reasonscape[umap]', or choose --layout tsne",
            ) from None
        made = UMAP(n_components=dims, n_neighbors=neighbours, random_state=seed, n_jobs=1)
        place = np.asarray(made.fit_transform(table), dtype=np.float64)
    return Map(place, rows, "umap", {"neighbours": neighbours})
