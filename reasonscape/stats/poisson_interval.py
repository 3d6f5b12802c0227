"""Exact bounds of an expected number of events."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def poisson_bounds(
    events: ArrayLike, level: float = 0.95, design_effect: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Exact interval of the expected number of events.

    Parameters
    ----------
    events
        Events seen, 0 or more, any shape; not necessarily whole.
    level
        Coverage.
    design_effect
        As `incidence`.

    Raises
    ------
    ValueError
        If the level is not strictly between 0 and 1, or the design effect not positive.

    How it misleads
    ---------------
    Exact for independent events only; it covers more than its level, mostly with few events.

    References
    ----------
    Garwood, Biometrika 28 (1936).

    Examples
    --------
    >>> low, high = poisson_bounds([0, 7])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 2.814], [3.689, 14.423])
    """
    from scipy.special import gammaincinv

    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie strictly between 0 and 1, found {level!r}")
    if not 0.0 < design_effect < np.inf:
        raise ValueError(f"design_effect must be positive, found {design_effect!r}")
    count = np.asarray(events, dtype=np.float64) / design_effect
    tail = (1.0 - level) / 2.0
    some = count > 0.0
    low = np.where(some, gammaincinv(np.where(some, count, 1.0), tail), 0.0)
    high = gammaincinv(count + 1.0, 1.0 - tail)
    return low * design_effect, np.asarray(high * design_effect, dtype=np.float64)
