"""Test that several responses change alike with one number."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import numbered

FloatArray = NDArray[np.float64]

_STEPS = 100
_FARTHEST = 50.0


def equal_slopes(responses: ArrayLike, x: ArrayLike, cluster: ArrayLike) -> float:
    """Score test of one slope of log E(response) on x for all columns.

    Parameters
    ----------
    responses, x, cluster
        As `reasonscape.stats.log_linear.log_linear`.

    Returns
    -------
    float
        p; 1 with fewer than two columns, fewer clusters than columns + 2, or a constant x.

    How it misleads
    ---------------
    Below about 30 clusters it is on the careful side. Wald's test of the same rejected equal
    slopes in 11% of simulated sets of 32 at a level of 5%, this one in 5%.

    References
    ----------
    Boos, The American Statistician 46 (1992), for generalised score tests.

    Examples
    --------
    >>> x = np.arange(40.0)
    >>> even = 1.0 + 0.1 * np.sin([x, 2 * x, 3 * x]).T
    >>> (
    ...     equal_slopes(even, x, range(40)) > 0.05,
    ...     equal_slopes(even * [1, 1, 9] ** (x[:, None] / 40), x, range(40)) < 0.001,
    ... )
    (True, True)
    """
    from scipy.special import chdtrc

    y, at = np.asarray(responses, dtype=np.float64), np.asarray(x, dtype=np.float64)
    item = numbered(np.asarray(cluster))
    columns = y.shape[1]
    start, centred = (
        y.mean(axis=0) if len(y) else np.zeros(columns),
        at - at.mean() if len(y) else at,
    )
    room = float(centred @ centred)
    if columns < 2 or not len(y) or item.max() + 1 < columns + 2 or room == 0.0 or not start.all():
        return 1.0
    place, slope = np.log(start), 0.0
    for _ in range(_STEPS):
        residual = (
            y * np.exp(-np.clip(place + slope * centred[:, None], -_FARTHEST, _FARTHEST)) - 1.0
        )
        first, second = residual.mean(axis=0), float((centred @ residual).sum()) / (columns * room)
        place, slope = place + np.clip(first, -1.0, 1.0), slope + float(np.clip(second, -1.0, 1.0))
        if max(float(np.abs(first).max()), abs(second)) < 1e-10:
            break
    residual = y * np.exp(-np.clip(place + slope * centred[:, None], -_FARTHEST, _FARTHEST)) - 1.0
    score = centred[:, None] * residual
    leverage = 1.0 / len(y) + centred**2 / room
    sums = np.zeros((int(item.max()) + 1, columns))
    np.add.at(sums, item, score / np.sqrt(np.maximum(1.0 - leverage, 1e-6))[:, None])
    contrast = np.hstack([-np.ones((columns - 1, 1)), np.eye(columns - 1)])
    apart = contrast @ score.sum(axis=0)
    spread = contrast @ (sums.T @ sums) @ contrast.T
    statistic = float(apart @ np.linalg.lstsq(spread, apart, rcond=1e-12)[0])
    return float(chdtrc(columns - 1, max(statistic, 0.0)))
