"""How high a statistic gets by chance when it is looked at everywhere."""

from __future__ import annotations

import math


def maximum_tail(height: float, within: tuple[float, float]) -> float:
    """Chance that a standardised Brownian bridge somewhere exceeds a height on either side.

    Parameters
    ----------
    height
        0 or more, in standard errors.
    within
        Part of the bridge, shares in (0, 1).

    Returns
    -------
    float
        At most 1.

    How it misleads
    ---------------
    An approximation for high levels; below about 1.5 it is only roughly right.

    References
    ----------
    Miller and Siegmund, Biometrics 38 (1982).

    Examples
    --------
    >>> round(maximum_tail(2.8, (0.1, 0.9)), 3)
    0.096
    """
    if height <= 1.0:
        return 1.0
    low, high = within
    length = math.log(high * (1.0 - low) / (low * (1.0 - high)))
    density = math.exp(-(height**2) / 2.0) / math.sqrt(2.0 * math.pi)
    tail = density * ((height - 1.0 / height) * length + 4.0 / height)
    return min(tail, 1.0)
