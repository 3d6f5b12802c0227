"""What the worlds of `coverage` are made of: a world, a stated interval, and item effects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stated:
    """An interval that a lens states, and what it is about."""

    name: str
    truth: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Case:
    """A world: one call draws one store and measures it."""

    name: str
    draw: Callable[[np.random.Generator], Iterable[Stated]]
    repeats: int = 2000


@cache
def _nodes() -> tuple[Floats, Floats]:
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    return points, weights / weights.sum()


def mean_share(centre: Floats, spread: float) -> Floats:
    """Mean of logistic(centre + spread z) over a standard normal z, for each centre."""
    points, weights = _nodes()
    return np.asarray(logistic(np.asarray(centre)[..., None] + spread * points) @ weights)


def logistic(x: Floats) -> Floats:
    """1 / (1 + exp(-x))."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -40.0, 40.0))))


def logit(p: Floats | float) -> Floats:
    """Log odds."""
    p = np.asarray(p, dtype=np.float64)
    return np.asarray(np.log(p / (1.0 - p)))


def item_shares(centre: Floats, spread: float, rng: np.random.Generator) -> Floats:
    """Each item's chance around its centre of log odds."""
    return logistic(centre + spread * rng.standard_normal(np.shape(centre)))
