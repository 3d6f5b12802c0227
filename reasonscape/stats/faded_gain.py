"""Gains of power with length that the fading of a shared text cannot explain."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import numbered

FloatArray = NDArray[np.float64]


def gain_beyond_fading(
    first: ArrayLike, second: ArrayLike, x: ArrayLike, size: ArrayLike, cluster: ArrayLike
) -> float:
    """One-sided p of no more gain in one band than in another, besides what fades with 1 / size.

    A text that all prompts share adds the same power to each. Relative to a prompt of N tokens
    that is a term c / N, and what the rest of the prompt adds is constant unless it changes. So
    the difference of the two bands is regressed on 1, 1 / N and x, and the slope on x is tested.

    Parameters
    ----------
    first, second
        Relative power of each prompt in the band that may gain and in the other, shape (n,).
    x
        The length along which a gain is looked for, shape (n,).
    size
        Tokens of each prompt, shape (n,).
    cluster
        Item of each prompt, shape (n,).

    Returns
    -------
    float
        p with cluster-robust variance, residuals divided by 1 - leverage; 1 where x and 1 / size
        cannot be told apart, as with two lengths only.

    How it misleads
    ---------------
    A band that loses power with length looks as a shared text that fades: it is hardly ever
    found (in about a quarter of simulated sets where a gain of the same size always was).

    References
    ----------
    MacKinnon and White, Journal of Econometrics 29 (1985).

    Examples
    --------
    >>> tokens = np.repeat([100.0, 200.0, 400.0, 800.0], 10)
    >>> noise = 0.1 * np.sin(np.arange(40.0))
    >>> faded, grown = 1.0 + 100.0 / tokens + noise, tokens / 100.0 + noise
    >>> flat, x = 1.0 + noise[::-1], np.log2(tokens)
    >>> gain_beyond_fading(flat, faded, x, tokens, range(40)) > 0.05
    True
    >>> gain_beyond_fading(grown, flat, x, tokens, range(40)) < 0.001
    True
    """
    from scipy.special import stdtr

    one, other = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    at, tokens = np.asarray(x, dtype=np.float64), np.asarray(size, dtype=np.float64)
    item = numbered(np.asarray(cluster))
    clusters = int(item.max()) + 1 if len(item) else 0
    if clusters < 5 or one.mean() <= 0.0 or other.mean() <= 0.0:
        return 1.0
    inverse = 1.0 / tokens
    design = np.stack([np.ones_like(at), inverse / inverse.mean() - 1.0, at - at.mean()], axis=1)
    if np.linalg.matrix_rank(design, tol=1e-8 * np.sqrt(len(at))) < 3:
        return 1.0
    y = one / one.mean() - other / other.mean()
    q, r = np.linalg.qr(design)
    weights = (np.linalg.inv(r) @ q.T)[2]
    residual = y - q @ (q.T @ y)
    leverage = (q**2).sum(axis=1)
    pull = weights * residual / np.maximum(1.0 - leverage, 1e-6)
    error = float(np.sqrt((np.bincount(item, weights=pull) ** 2).sum()))
    slope = float(weights @ y)
    if error == 0.0:
        return 0.0 if slope > 0.0 else 1.0
    return float(stdtr(clusters - 3.0, -slope / error))
