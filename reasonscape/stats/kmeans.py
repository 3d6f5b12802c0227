"""Vectors into a given number of groups by k-means."""

from __future__ import annotations

import functools
import warnings
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

DIGITS: Final = 6
"""Decimals to which vectors count as equal."""


@dataclass(frozen=True, slots=True)
class Partition:
    """Groups of vectors.

    Attributes
    ----------
    label
        Group of each vector, the largest first, shape (n,); -1 in none.
    centres
        Mean of each group, shape (k, d).
    inertia
        Sum of squared distances to the centres.
    """

    label: NDArray[np.int64]
    centres: FloatArray
    inertia: float

    @property
    def k(self) -> int:
        """Number of groups."""
        return len(self.centres)


def kmeans(
    x: ArrayLike,
    k: int,
    seed: int,
    *,
    starts: int = 4,
    rounds: int = 300,
    weight: ArrayLike | None = None,
) -> Partition:
    """Put vectors into k groups with the least squared distance to their means (Lloyd).

    Parameters
    ----------
    x
        Shape (n, d). Between vectors of unit length squared distance is 2 - 2 cosine.
    k
        Groups; fewer are made where fewer vectors differ.
    seed
        Of the starts (k-means++).
    starts
        Of which the best is kept.
    rounds
        Most rounds of one start.
    weight
        Of each vector, above 0, shape (n,): one over the samples of its item counts items alike.

    Returns
    -------
    Partition
        Groups are numbered by size, ties by their centres, so that the number of a group does not
        depend on the start. One thread computes, so that the same seed gives the same bytes.

    Raises
    ------
    ValueError
        If x is no table of finite numbers, or k is less than 1.

    How it misleads
    ---------------
    It finds k groups in anything, round and of similar spread, also in a cloud without any: ask
    `reasonscape.stats.cluster_stability` first. A small dense group beside a wide one is merged.

    References
    ----------
    Lloyd, IEEE Transactions on Information Theory 28 (1982); Arthur and Vassilvitskii, SODA (2007).

    Examples
    --------
    >>> kmeans([[0.0, 1.0], [0.1, 1.0], [1.0, 0.0]], 2, 0).label.tolist()
    [0, 0, 1]
    """
    table = checked_table(x)
    if k < 1:
        raise ValueError(f"{k} groups were asked for")
    if not len(table):
        return Partition(np.zeros(0, np.int64), table[:0], 0.0)
    k = min(k, distinct_rows(table, k))
    if k == 1:
        centre = table.mean(axis=0, keepdims=True)
        return Partition(
            np.zeros(len(table), np.int64), centre, float(((table - centre) ** 2).sum())
        )
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    with one_thread(), warnings.catch_warnings():
        # Groups that coincide after rounding: what is left is fewer groups, which is handled here.
        warnings.simplefilter("ignore", ConvergenceWarning)
        rng = np.random.default_rng([seed, 6])
        points = _as_given(x, table)
        weights = None if weight is None else np.asarray(weight)
        fits = [
            KMeans(k, init=_spread_out(points, k, rng), n_init=1, max_iter=rounds).fit(
                points, sample_weight=weights
            )
            for _ in range(starts)
        ]
    made = min(fits, key=lambda one: one.inertia_)
    return by_size(made.labels_, np.asarray(made.cluster_centers_), float(made.inertia_))


def _spread_out(points: NDArray[np.floating[Any]], k: int, rng: np.random.Generator) -> Any:
    """Starts far from each other: greedy k-means++, the best of a few draws for each."""
    squares = np.einsum("ij,ij->i", points, points)
    tries = 2 + int(np.log(k))

    def apart(places: NDArray[np.intp]) -> NDArray[np.floating[Any]]:
        """Squared distances of the points named to all points, shape (places, n)."""
        between = squares[places, None] - 2.0 * (points[places] @ points.T) + squares
        return np.asarray(np.maximum(between, 0.0))

    chosen = [int(rng.integers(len(points)))]
    near = apart(np.array(chosen))[0]
    for _ in range(k - 1):
        whole = np.cumsum(near, dtype=np.float64)
        # Points that coincide with one chosen have no chance, unless nothing else is left.
        drawn = np.searchsorted(whole, rng.random(tries) * whole[-1], side="right")
        drawn = np.minimum(drawn, len(points) - 1)
        closer = np.minimum(near, apart(drawn))
        best = int(closer.sum(axis=1, dtype=np.float64).argmin())
        chosen.append(int(drawn[best]))
        near = closer[best]
    return points[chosen]


def _as_given(x: ArrayLike, table: FloatArray) -> NDArray[np.floating[Any]]:
    """In single precision where it came so: half the time."""
    return x if isinstance(x, np.ndarray) and x.dtype == np.float32 else table


def one_thread() -> AbstractContextManager[Any]:
    """Let scikit-learn and linear algebra compute with one thread, so that sums have one order."""
    limited: AbstractContextManager[Any] = _pools().limit(limits=1)
    return limited


@functools.cache
def _pools() -> Any:
    """Pools of threads of the libraries in use: looking for them takes longer than a small fit."""
    # Imported before the look, or its own pool is missed.
    import sklearn.cluster  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def by_size(label: ArrayLike, centres: FloatArray, inertia: float) -> Partition:
    """Number groups by size, the largest first, ties by their centres; empty ones go.

    Parameters
    ----------
    label
        Group of each vector, -1 in none, shape (n,).
    centres
        Shape (k, d).
    inertia
        Handed on.
    """
    groups = np.asarray(label, dtype=np.int64)
    sizes = np.bincount(groups[groups >= 0], minlength=len(centres))
    order = np.lexsort([*np.round(centres, DIGITS).T[::-1], -sizes])
    order = order[sizes[order] > 0]
    number = np.full(len(centres) + 1, -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    return Partition(number[groups], np.asarray(centres[order], dtype=np.float64), inertia)


def nearest(x: ArrayLike, centres: FloatArray) -> NDArray[np.int64]:
    """Nearest centre of each vector, shape (n,)."""
    table = np.asarray(x, dtype=np.float64)
    squares = (centres**2).sum(axis=1)
    return np.asarray((squares - 2.0 * table @ centres.T).argmin(axis=1), dtype=np.int64)


def checked_table(x: ArrayLike) -> FloatArray:
    """As a table of finite numbers.

    Raises
    ------
    ValueError
        As said.
    """
    table = np.asarray(x, dtype=np.float64)
    if table.ndim != 2 or not np.isfinite(table).all():
        raise ValueError(f"vectors must be a table of finite numbers, found shape {table.shape}")
    return table


def distinct_rows(table: FloatArray, most: int) -> int:
    """How many rows differ, counted no further than ``most``."""
    found: set[bytes] = set()
    for row in np.round(table, DIGITS) + 0.0:
        found.add(row.tobytes())
        if len(found) >= most:
            break
    return len(found)
