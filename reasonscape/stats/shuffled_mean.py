"""Distribution of the mean spectrum of shuffled prompts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

_NONE = 1e-12
"""Variance of relative power that is rounding: such prompts are alike in every order."""


@dataclass(frozen=True, slots=True)
class ShuffledMean:
    """Shifted gamma distribution of each bin of the mean, with mean 1.

    Attributes
    ----------
    shape, scale, shift
        Shape (K,). Scale 0 where nothing varies, NaN without prompts.
    """

    shape: FloatArray
    scale: FloatArray
    shift: FloatArray

    def quantile(self, level: float) -> FloatArray:
        """What each bin stays below with this probability, shape (K,)."""
        from scipy.special import gammaincinv

        return np.asarray(self.shift + self.scale * gammaincinv(self.shape, level))

    def maximum(self, level: float) -> FloatArray:
        """What all bins stay below with at least this probability, shape (K,).

        Sidak's bound: exact for independent bins, on the careful side where neighbours are alike.
        """
        return self.quantile(level ** (1.0 / max(len(self.shape), 1)))

    def upper_tail(self, mean: ArrayLike) -> FloatArray:
        """Probability of at least this much power, shape (K,); 1 where nothing varies."""
        from scipy.special import gammaincc

        some = self.scale > 0.0
        distance = (np.asarray(mean) - self.shift) / np.where(some, self.scale, 1.0)
        p = gammaincc(self.shape, np.maximum(distance, 0.0))
        return np.asarray(np.where(some, p, 1.0))


def shuffled_mean(variance: ArrayLike) -> ShuffledMean:
    """Distribution of the mean of n prompts' relative spectra if their tokens were shuffled.

    Three cumulants are matched: the mean 1, the variance, and the largest third cumulant that a
    weighted sum of exponential variables (a shuffled token's power is one) can have with that
    variance, 2 v^1.5, which it has where one token outweighs the rest.

    Parameters
    ----------
    variance
        Of each prompt's relative spectrum under shuffling, shape (n, K).

    Returns
    -------
    ShuffledMean

    Raises
    ------
    ValueError
        If it is not a matrix.

    How it misleads
    ---------------
    Where no token outweighs the rest, or a prompt has many segments, its upper quantiles are too
    high: fewer false peaks than stated, and fewer true ones from few prompts.

    References
    ----------
    Imhof, Biometrika 48 (1961), and Pearson's three-cumulant approximation there; Sidak, JASA 62
    (1967).

    Examples
    --------
    One prompt, all of whose power comes from one token: the exponential distribution.

    >>> shuffled_mean([[1.0]]).quantile(0.95).round(3).tolist()
    [2.996]
    >>> shuffled_mean(np.ones((100, 1))).quantile(0.95).round(3).tolist()
    [1.17]
    """
    each = np.asarray(variance, dtype=np.float64)
    if each.ndim != 2:
        raise ValueError(f"variance must be of shape (n, K), found {each.shape}")
    n = len(each)
    if not n:
        nothing = np.full(each.shape[1], np.nan)
        return ShuffledMean(nothing, nothing, nothing)
    total = each.sum(axis=0) / n**2
    third = (2.0 * each * np.maximum(np.sqrt(each), each)).sum(axis=0) / n**3
    some = total > _NONE
    spread, skew = np.where(some, total, 1.0), np.where(some, third, 2.0)
    shape = 4.0 * spread**3 / skew**2
    scale = np.where(some, skew / (2.0 * spread), 0.0)
    return ShuffledMean(shape, scale, 1.0 - shape * scale)
