"""Whether power in bands of frequency grows differently with the length of a problem."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import numbered, t_quantile
from reasonscape.stats.equal_slopes import equal_slopes
from reasonscape.stats.faded_gain import gain_beyond_fading
from reasonscape.stats.log_linear import LogLinear, log_linear

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Reason = Literal["few_levels", "few_samples"]


@dataclass(frozen=True, slots=True)
class BandSlopes:
    """Change of power with length in each band, and how far two bands differ.

    Attributes
    ----------
    slope, error
        dB for one unit of length (a doubling, where that is log2) and standard error, shape (B,).
    up, down
        The two bands that the choosing half says differ most surely, `up` being the one that
        grows against `down`; -1 where nothing can be said.
    difference, low, high
        Slope of `up` less that of `down` in the other half, dB, with interval: free of the choice.
    p
        Test of equal slopes in all prompts; with sizes the larger of that and of the test that
        `up` gains on `down` beyond what fades (judging half); 1 where it cannot be tested.
    equal_p
        The first of these tests alone.
    farthest
        The largest bound, up or down, of any two bands' difference in all prompts, dB.
    n
        Clusters.
    reason
        ``few_levels``: length does not vary; ``few_samples``; else None.
    """

    slope: FloatArray
    error: FloatArray
    up: int
    down: int
    difference: float
    low: float
    high: float
    p: float
    equal_p: float
    farthest: float
    n: int
    reason: Reason | None
    level: float = 0.95


def octave_bands(size: int, bands: int = 4) -> IntArray:
    """Band of each of K bins: octaves from the highest frequency down, the lowest takes the rest.

    Parameters
    ----------
    size
        Number of bins K; bin i is the frequency (i + 1) / (2 K) in cycles per token.
    bands
        Number of bands at most; fewer where bins do not suffice.

    Returns
    -------
    ndarray
        Shape (K,), 0 is the lowest band. With four: periods of 2-4, 4-8, 8-16 and more tokens,
        so that a band means the same for every K. Bands of equal width would put all periods
        above eight tokens into one.

    How it misleads
    ---------------
    Lower bands hold fewer bins and are noisier.

    Examples
    --------
    >>> octave_bands(8).tolist()
    [0, 1, 2, 2, 3, 3, 3, 3]
    """
    octave = np.floor(np.log2(size / np.arange(1, size + 1)) + 1e-9).astype(np.int64)
    return numbered(bands - 1 - np.minimum(octave, bands - 1))


def band_slopes(
    relative: ArrayLike,
    length: ArrayLike,
    half: ArrayLike,
    *,
    band: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    size: ArrayLike | None = None,
    least: int = 10,
    level: float = 0.95,
) -> BandSlopes:
    """Fit a log-linear change of relative power with length in each band, and compare the bands.

    Parameters
    ----------
    relative
        Relative spectrum of each distinct prompt, shape (n, K); rows of NaN are left out.
    length
        log2 of the axis' value or of the prompt's tokens, shape (n,).
    half
        True for the items that choose the two bands, shape (n,).
    band
        Band of each bin from 0 on, shape (K,); octaves where not given.
    cluster
        Item of each prompt, shape (n,); each its own where not given.
    size
        Tokens of each prompt, shape (n,): with it, what a fading shared text explains is no gain.
    least
        Clusters that each half needs.
    level
        Coverage of intervals.

    Returns
    -------
    BandSlopes
        The mean of relative power over a band is 1 under shuffling whatever the number of
        segments, while the mean of its logarithm rises with their number. So the logarithm is
        taken of the fitted mean, never of a prompt's power.

    Raises
    ------
    ValueError
        If lengths differ, or an item lies in both halves.

    How it misleads
    ---------------
    Text that all prompts share fades in longer prompts, and its bands with it: slopes and their
    difference show that, only `p` does not, and only with sizes. A slope is an average over the
    range; what rises and falls again has none.

    References
    ----------
    McCullagh and Nelder, Generalized Linear Models (1989), chapter 8; MacKinnon and White, Journal
    of Econometrics 29 (1985).

    Examples
    --------
    >>> length = np.repeat([0.0, 1.0, 2.0, 3.0], 10)
    >>> power = np.ones((40, 8)) + 0.1 * np.sin(np.arange(320)).reshape(40, 8)
    >>> power[:, 4:] *= 2.0 ** length[:, None]
    >>> found = band_slopes(power, length, np.arange(40) % 2 == 0)
    >>> found.up, round(found.difference, 0), found.p < 0.001
    (3, 3.0, True)
    """
    spectra, x = np.asarray(relative, dtype=np.float64), np.asarray(length, dtype=np.float64)
    chooses, n = np.asarray(half, dtype=bool), len(x)
    tokens = np.ones(n) if size is None else np.asarray(size, dtype=np.float64)
    item = np.arange(n) if cluster is None else numbered(np.asarray(cluster))
    if spectra.ndim != 2 or any(len(a) != n for a in (spectra, chooses, item, tokens)):
        raise ValueError("spectra, lengths, halves and clusters must agree in length")
    if len(np.unique(item)) != len(np.unique(item * 2 + chooses)):
        raise ValueError("prompts of one item must lie in one half")
    place = octave_bands(spectra.shape[1]) if band is None else np.asarray(band)
    bands = int(place.max()) + 1 if len(place) else 0
    power = np.stack([spectra[:, place == b].mean(axis=1) for b in range(bands)], axis=1)
    keep = np.flatnonzero(np.isfinite(power).all(axis=1) & np.isfinite(x))
    tie = x if cluster is None else item
    keep = keep[np.lexsort((*power[keep].T, x[keep], tie[keep]))]
    power, x, tokens = power[keep], x[keep], tokens[keep]
    item, chooses = item[keep], chooses[keep]
    parts = [np.ones(len(x), dtype=bool), chooses, ~chooses]
    counts = [len(np.unique(item[part])) for part in parts]
    flat = any(not part.any() or float(np.ptp(x[part])) == 0.0 for part in parts)
    if flat or min(counts) < least or bands < 2:
        reason: Reason = "few_samples" if min(counts) < least else "few_levels"
        return _unknown(bands, counts[0], reason, level)
    whole, first, second = (log_linear(power[p], x[p], item[p]) for p in parts)
    difference, error = _pairs(first)
    sure = np.divide(difference, error, out=np.zeros_like(error), where=error > 0.0)
    up, down = (int(i) for i in np.unravel_index(int(np.argmax(sure)), sure.shape))
    value, spread = (float(table[up, down]) for table in _pairs(second))
    reach = t_quantile(level, second.df) * spread
    difference, error = _pairs(whole)
    p = equal_p = equal_slopes(power, x, item)
    if size is not None:
        two, rest = power[~chooses], (x[~chooses], tokens[~chooses], item[~chooses])
        p = max(p, gain_beyond_fading(two[:, up], two[:, down], *rest))
    return BandSlopes(
        slope=whole.slope,
        error=np.sqrt(np.diag(whole.covariance)),
        up=up,
        down=down,
        difference=value,
        low=value - reach,
        high=value + reach,
        p=p,
        equal_p=equal_p,
        farthest=float((difference + t_quantile(level, whole.df) * error).max()),
        n=counts[0],
        reason=None,
        level=level,
    )


def _unknown(bands: int, n: int, reason: Reason, level: float) -> BandSlopes:
    """Nothing can be said of any band."""
    none, far = np.full(bands, np.nan), math.inf
    return BandSlopes(none, none, -1, -1, math.nan, -far, far, 1.0, 1.0, far, n, reason, level)


def _pairs(fit: LogLinear) -> tuple[FloatArray, FloatArray]:
    """Differences of the slopes of any two bands, and their standard errors, shape (B, B)."""
    own = np.diag(fit.covariance)
    variance = own[:, None] + own[None, :] - 2.0 * fit.covariance
    return fit.slope[:, None] - fit.slope[None, :], np.sqrt(np.maximum(variance, 0.0))
