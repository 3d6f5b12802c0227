"""Slopes of the logarithm of means that share their cases."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import numbered

FloatArray = NDArray[np.float64]

DECIBEL = 10.0 / math.log(10.0)
"""dB in one unit of the natural logarithm."""

_STEPS = 100
_FARTHEST = 50.0


@dataclass(frozen=True, slots=True)
class LogLinear:
    """Slopes of several responses on one number.

    Attributes
    ----------
    slope
        dB for one unit, shape (B,); NaN where the response is nothing but zero.
    covariance
        Of the slopes, cluster-robust, shape (B, B).
    df
        Clusters less two.
    """

    slope: FloatArray
    covariance: FloatArray
    df: float


def log_linear(responses: ArrayLike, x: ArrayLike, cluster: ArrayLike) -> LogLinear:
    """Fit log E(response) = a + b x to each column by the gamma quasi-likelihood.

    Parameters
    ----------
    responses
        Numbers from 0 on, shape (n, B), whose spread is about proportional to their mean.
    x
        What they depend on, not constant, shape (n,).
    cluster
        Cluster of each row, shape (n,).

    Returns
    -------
    LogLinear
        The equations need only the mean to be right. Residuals are divided by 1 - leverage.

    How it misleads
    ---------------
    With fewer than about 10 clusters, or one far out on x, the variance is too small.

    References
    ----------
    Wedderburn, Biometrika 61 (1974); Liang and Zeger, Biometrika 73 (1986); MacKinnon and White,
    Journal of Econometrics 29 (1985).

    Examples
    --------
    >>> fit = log_linear([[1.0], [2.0], [4.0], [8.0]], [0, 1, 2, 3], range(4))
    >>> fit.slope.round(2).tolist(), fit.df
    ([3.01], 2.0)
    """
    y, at = np.asarray(responses, dtype=np.float64), np.asarray(x, dtype=np.float64)
    item = numbered(np.asarray(cluster))
    design = np.stack([np.ones_like(at), at - at.mean()], axis=1)
    # The expected information of a gamma mean with a log link does not depend on the mean.
    inverse = np.diag(1.0 / (design**2).sum(axis=0))
    start = y.mean(axis=0)
    beta = np.stack([np.log(np.where(start > 0.0, start, 1.0)), np.zeros_like(start)])
    for _ in range(_STEPS):
        step = (
            inverse @ design.T @ (y * np.exp(-np.clip(design @ beta, -_FARTHEST, _FARTHEST)) - 1.0)
        )
        # A full step may overshoot where the start is far off.
        beta += np.clip(step, -1.0, 1.0)
        if float(np.abs(step).max(initial=0.0)) < 1e-10:
            break
    residual = y * np.exp(-np.clip(design @ beta, -_FARTHEST, _FARTHEST)) - 1.0
    leverage = (design**2 @ np.diag(inverse))[:, None]
    pull = design[:, 1:] * inverse[1, 1] * residual / np.maximum(1.0 - leverage, 1e-6)
    sums = np.zeros((int(item.max()) + 1, y.shape[1]))
    np.add.at(sums, item, pull)
    slope = np.where(start > 0.0, beta[1], np.nan)
    return LogLinear(DECIBEL * slope, DECIBEL**2 * sums.T @ sums, len(sums) - 2.0)
