"""Bounds for what was not seen at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def none_of(n: ArrayLike, level: float) -> FloatArray:
    """Return the exact upper bound of a probability when none of n samples had it.

    Parameters
    ----------
    n
        Samples, 0 or more, any shape.
    level
        Coverage of the two-sided interval.

    How it misleads
    ---------------
    Repeats of one item are not independent samples.

    References
    ----------
    Clopper and Pearson, Biometrika 26 (1934).

    Examples
    --------
    >>> none_of([0, 10, 100], 0.95).round(3).tolist()
    [1.0, 0.308, 0.036]
    """
    count = np.asarray(n, dtype=np.float64)
    tail = np.log((1.0 - level) / 2.0)
    return np.where(count > 0.0, -np.expm1(tail / np.where(count > 0.0, count, 1.0)), 1.0)


def none_at_risk(n: ArrayLike, level: float) -> FloatArray:
    """Return the exact upper bound of a cumulative hazard when none of n at risk had the event.

    Parameters
    ----------
    n
        Samples at risk, 0 or more, any shape.
    level
        Coverage of the two-sided interval.

    Returns
    -------
    ndarray of float64
        Poisson bound; infinite without samples.

    How it misleads
    ---------------
    As `none_of`.

    References
    ----------
    Garwood, Biometrika 28 (1936).

    Examples
    --------
    >>> none_at_risk([0, 10], 0.95).round(3).tolist()
    [inf, 0.369]
    """
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log((1.0 - level) / 2.0) / np.asarray(n, dtype=np.float64))
