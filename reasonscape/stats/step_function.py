"""Curves that are constant between the times of a table, and their transformed intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.proportions import normal_quantile

FloatArray = NDArray[np.float64]


def step_values(
    time: FloatArray,
    values: FloatArray,
    when: ArrayLike,
    before: ArrayLike,
    known_beyond: bool = True,
) -> FloatArray:
    """Read off a right-continuous step function.

    Parameters
    ----------
    time
        Increasing times at which it may jump, shape (T,).
    values
        Its value from each of these on, shape (T, ...).
    when
        Where to read, shape (G,).
    before
        Value before the first time, shape (...).
    known_beyond
        Whether the last value holds after the last time; NaN there if not.

    Returns
    -------
    ndarray of float64
        Shape (G, ...).

    How it misleads
    ---------------
    Between two times nothing was observed to change; that is not an interpolation.

    Examples
    --------
    >>> step_values(np.array([2.0, 4.0]), np.array([0.5, 0.2]), [1, 2, 3, 9], 1.0).tolist()
    [1.0, 0.5, 0.5, 0.2]
    """
    points = np.atleast_1d(np.asarray(when, dtype=np.float64))
    place = np.searchsorted(time, points, side="right")
    start = np.broadcast_to(np.asarray(before, dtype=np.float64), (1, *values.shape[1:]))
    found: FloatArray = np.concatenate((start, values))[place]
    if not known_beyond:
        found[points > (time[-1] if time.size else -1.0)] = np.nan
    return found


def log_log_bounds(
    value: FloatArray, variance: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Bounds of a probability that are symmetric for log(-log p).

    Parameters
    ----------
    value
        Estimates in [0, 1], any shape.
    variance
        Their variances, same shape.
    level
        Coverage.

    Returns
    -------
    tuple of ndarray
        Lower and upper bound; NaN where the estimate is 0 or 1, as the transformation has no
        value there.

    How it misleads
    ---------------
    With fewer than about ten events on either side the coverage is only roughly the nominal one.

    References
    ----------
    Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data (2002).

    Examples
    --------
    >>> low, high = log_log_bounds(np.array([0.8]), np.array([0.0016]), 0.95)
    >>> f"{low[0]:.3f} {high[0]:.3f}"
    '0.707 0.866'
    """
    z = normal_quantile(level)
    inside = (value > 0.0) & (value < 1.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        slope = np.log(value)
        # Capped so that a hopeless variance gives 0 to 1 and no overflow.
        spread = np.exp(np.minimum(-z * np.sqrt(variance) / (value * slope), 700.0))
        low = np.exp(slope * spread)
        high = np.exp(slope / spread)
    outside = ~inside
    if outside.any():
        low[outside] = np.nan
        high[outside] = np.nan
    return low, high
