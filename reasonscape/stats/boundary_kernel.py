"""A smoothing kernel that knows where time begins and ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def boundary_kernel(at: float, when: FloatArray, width: float, until: float) -> FloatArray:
    """Epanechnikov kernel, and near 0 and `until` its boundary form.

    Parameters
    ----------
    at
        Where the hazard is wanted.
    when
        Times of events within `width` of it, shape (n,).
    width
        Bandwidth, at most half of `until`.
    until
        End of the range, which begins at 0.

    Returns
    -------
    ndarray of float64
        Weights, shape (n,): with integral 1 and first moment 0 over what lies in the range.

    How it misleads
    ---------------
    Close to a boundary some weights are negative; estimates made with them are cut at 0.

    References
    ----------
    Mueller and Wang, Biometrics 50 (1994), table 1.

    Examples
    --------
    >>> boundary_kernel(50.0, np.array([50.0]), 10.0, 100.0).tolist()
    [0.75]
    >>> boundary_kernel(0.0, np.array([0.0, 9.0]), 10.0, 100.0).round(2).tolist()
    [6.0, -0.48]
    """
    distance = (at - when) / width
    share = min(at / width, 1.0)
    if at > until - width:
        distance, share = -distance, (until - at) / width
    inside = distance * (1.0 - 2.0 * share) + (3.0 * share**2 - 2.0 * share + 1.0) / 2.0
    return 12.0 / (1.0 + share) ** 4 * (distance + 1.0) * inside
