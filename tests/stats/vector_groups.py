"""Vectors of unit length with and without groups, for tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def groups_of_vectors(
    n: int, k: int, *, seed: int, apart: float = 3.0, d: int = 12
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """That many vectors in groups around orthogonal directions, and the group of each."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) % k
    x = rng.standard_normal((n, d)) / np.sqrt(d)
    x[np.arange(n), group] += apart
    return x / np.linalg.norm(x, axis=1, keepdims=True), group
