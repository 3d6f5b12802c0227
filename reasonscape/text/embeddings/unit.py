"""Rows of unit length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NOTHING: Final = 1e-6


def unit_rows(matrix: NDArray[Any], least: float = _NOTHING) -> NDArray[np.float32]:
    """Rows at unit length, shape (n, d); those that are not longer than ``least`` become zero."""
    length = np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float64))
    scale = np.where(length > least, 1.0 / np.maximum(length, least), 0.0)
    return np.asarray(matrix * scale[:, None], np.float32)
