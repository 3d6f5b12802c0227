"""Peaks of relative spectra, chosen on some prompts to be judged on others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.shuffled_mean import shuffled_mean

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_LOBE = 1
"""Bins on either side of a peak that Hann's window fills with it."""

_APART = 2 * _LOBE
"""Distance up to which a second maximum is taken for the first one's leakage."""


@dataclass(frozen=True, slots=True)
class Peaks:
    """Bins that stand above what shuffled prompts reach.

    Attributes
    ----------
    bins
        Index into the K bins, strongest first, shape (m,); frequency is (index + 1) / (2 K).
    prominence
        Mean power over shuffled expectation, less 1, at those bins, shape (m,).
    weight
        Weight of each bin when a prompt's peaks are pooled, shape (K,); sums to 1, or all 0.
    """

    bins: IntArray
    prominence: FloatArray
    weight: FloatArray

    def __len__(self) -> int:
        return len(self.bins)

    def pooled(self, relative: ArrayLike) -> FloatArray:
        """Prominence of each prompt over all peaks, from `relative`, shape (n, K)."""
        return np.asarray((np.asarray(relative, dtype=np.float64) - 1.0) @ self.weight)


def spectral_peaks(mean: ArrayLike, floor: ArrayLike, limit: int = 3) -> Peaks:
    """Choose the strongest bins of a mean relative spectrum that stand above a floor.

    Parameters
    ----------
    mean
        Mean over prompts of relative spectra (power over expectation under shuffling), shape (K,).
    floor
        What a bin must pass: one number, or shape (K,), as from `shuffled_floor`; infinite where
        a bin is not to be chosen.
    limit
        Largest number of peaks.

    Returns
    -------
    Peaks
        A peak is a local maximum. Bins within two of a stronger peak are its leakage, and one on
        either side is pooled with it; weights are the bins' own prominences.

    How it misleads
    ---------------
    Prominence of the chosen bins is too high by the choice: judge it on other prompts. A broad
    hill is one peak at its top. Harmonics of one period are several peaks.

    References
    ----------
    Harris, Proceedings of the IEEE 66 (1978), for the width of Hann's window.

    Examples
    --------
    >>> peaks = spectral_peaks([1.0, 1.0, 1.5, 3.0, 1.5, 1.0, 1.0, 1.8], 1.3)
    >>> peaks.bins.tolist(), peaks.prominence.round(1).tolist()
    ([3, 7], [2.0, 0.8])
    """
    height = np.nan_to_num(np.asarray(mean, dtype=np.float64) - 1.0)
    above = height + 1.0 > np.asarray(floor, dtype=np.float64)
    padded = np.concatenate([[-np.inf], height, [-np.inf]])
    top = above & (height > 0.0) & (height >= padded[:-2]) & (height >= padded[2:])
    bins: list[int] = []
    for at in np.flatnonzero(top)[np.argsort(-height[top], kind="stable")].tolist():
        if len(bins) < limit and all(abs(at - other) > _APART for other in bins):
            bins.append(at)
    chosen = np.asarray(bins, dtype=np.int64)
    weight = np.zeros_like(height)
    for at in bins:
        near = slice(max(at - _LOBE, 0), at + _LOBE + 1)
        weight[near] = np.maximum(height[near], 0.0)
    total = float(weight.sum())
    return Peaks(chosen, height[chosen], weight / total if total > 0.0 else weight)


def shuffled_floor(variance: ArrayLike, level: float = 0.95) -> FloatArray:
    """What the highest bin of the mean spectrum of shuffled prompts stays below.

    Parameters
    ----------
    variance
        Variance under shuffling of each prompt's relative spectrum, shape (n, K).
    level
        Probability that no bin passes.

    Returns
    -------
    ndarray
        Shape (K,): as `reasonscape.stats.shuffled_mean.ShuffledMean.maximum`; infinite without
        prompts.

    How it misleads
    ---------------
    Text is not shuffled tokens: nearly every real task passes at some bin.

    References
    ----------
    Sidak, JASA 62 (1967).

    Examples
    --------
    >>> shuffled_floor(np.full((50, 8), 0.5)).round(2).tolist()[0]
    1.27
    """
    spread = np.atleast_2d(np.asarray(variance, dtype=np.float64))
    if not len(spread):
        return np.full(spread.shape[1], np.inf)
    return shuffled_mean(spread).maximum(level)


def spread_floor(relative: ArrayLike, level: float = 0.95) -> FloatArray:
    """As `shuffled_floor`, from how prompts differ, where the variance is not known.

    Parameters
    ----------
    relative
        Relative spectra, shape (n, K).
    level
        Probability that no bin passes.

    Returns
    -------
    ndarray
        Shape (K,): 1 + t standard errors; infinite with fewer than two prompts.

    How it misleads
    ---------------
    Prompts that share their text differ less than shuffled ones, and the floor is lower.

    References
    ----------
    Sidak, JASA 62 (1967).

    Examples
    --------
    >>> spread_floor([[1.0, 1.2], [1.2, 0.8], [0.8, 1.0]]).round(2).tolist()
    [1.49, 1.49]
    """
    from scipy.special import stdtrit

    values = np.asarray(relative, dtype=np.float64)
    n, size = values.shape
    if n < 2:
        return np.full(size, np.inf)
    reach = float(stdtrit(n - 1, level ** (1.0 / size)))
    return np.asarray(1.0 + reach * values.std(axis=0, ddof=1) / np.sqrt(n))


def shared_bins(
    frequency: ArrayLike, other_frequency: ArrayLike, other_above: ArrayLike
) -> BoolArray:
    """Bins of one tokenizer whose frequency stands out in another's spectrum as well.

    Parameters
    ----------
    frequency
        Frequencies of the bins in cycles per byte, rising and evenly spaced, shape (K,): cycles
        per token times tokens per byte.
    other_frequency, other_above
        Frequencies of the other tokenizer's bins, shape (J,), and whether its mean spectrum
        stands above its floor there.

    Returns
    -------
    ndarray of bool
        Shape (K,): true where a bin of the other that stands out is within the two windows'
        widths. What is false and stands above its own floor is this tokenizer's own.

    How it misleads
    ---------------
    Tokens differ in bytes, so a period in tokens is smeared over frequencies in bytes and may
    sink below the other's floor: it is then called own although both come from one text.

    Examples
    --------
    >>> bytes_at = np.arange(1, 9) / 16
    >>> shared_bins([0.05, 0.1, 0.15, 0.2], bytes_at, bytes_at == 0.5).tolist()
    [False, False, False, False]
    >>> shared_bins([0.05, 0.1, 0.15, 0.2], bytes_at, bytes_at == 0.25).tolist()
    [False, False, True, True]
    """
    mine, other = (np.asarray(f, dtype=np.float64) for f in (frequency, other_frequency))
    above = np.asarray(other_above, dtype=bool)
    if not len(mine) or not above.any():
        return np.zeros(len(mine), dtype=bool)
    reach = _LOBE * (float(mine[0]) + float(other[0])) + 1e-9
    return np.asarray((np.abs(mine[:, None] - other[above][None, :]) <= reach).any(axis=1))
