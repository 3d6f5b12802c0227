"""What a spectrum looks like, whatever its total power."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SpectralShape:
    """Shape of n spectra, each of shape (n,); NaN for a spectrum without power.

    Attributes
    ----------
    entropy
        Of power over the K bins, over log K: 1 is flat, 0 all power in one bin.
    flatness
        Geometric over arithmetic mean of power, from 0 to 1.
    bandwidth
        Root mean square distance from the mean frequency, in cycles per token: at most 0.25.
    peak_share
        Share of power in the strongest bin.
    """

    entropy: FloatArray
    flatness: FloatArray
    bandwidth: FloatArray
    peak_share: FloatArray


def spectral_shape(power: ArrayLike) -> SpectralShape:
    """Entropy, flatness, bandwidth and peak share of spectra at unit power.

    Parameters
    ----------
    power
        Power at frequencies k / (2 K), k = 1 .. K, 0 or more, shape (n, K) with K at least 2. A
        row with NaN has no shape.

    Returns
    -------
    SpectralShape

    Raises
    ------
    ValueError
        If power is not a matrix of at least two columns, or negative.

    How it misleads
    ---------------
    One periodogram is ragged by chance: its flatness is near 0.56 and its entropy below 1 even
    for noise. Compare prompts with as many segments only.

    References
    ----------
    Inouye et al., Electroencephalography and Clinical Neurophysiology 79 (1991), for entropy;
    Gray and Markel, IEEE Transactions on Acoustics, Speech and Signal Processing 22 (1974), for
    flatness.

    Examples
    --------
    >>> shape = spectral_shape([[1.0, 1.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
    >>> shape.entropy.tolist(), shape.flatness.tolist(), shape.peak_share.tolist()
    ([1.0, 0.5], [1.0, 0.0], [0.25, 0.5])
    """
    from scipy.special import entr

    given = np.asarray(power, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] < 2:
        raise ValueError(f"power must be (n, K) with K at least 2, found shape {given.shape}")
    if np.any(given < 0.0):
        raise ValueError("power must not be negative")
    size = given.shape[1]
    top = given.max(axis=1, keepdims=True)
    # By the largest first: sums of huge or tiny powers stay in range.
    scaled = given / np.where(top > 0.0, top, np.nan)
    unit = scaled / scaled.sum(axis=1, keepdims=True)
    frequency = np.arange(1, size + 1) / (2.0 * size)
    centre = (unit * frequency).sum(axis=1, keepdims=True)
    spread = (unit * (frequency - centre) ** 2).sum(axis=1)
    with np.errstate(divide="ignore"):
        geometric = np.exp(np.log(unit).mean(axis=1))
    return SpectralShape(
        entropy=np.asarray(entr(unit).sum(axis=1) / np.log(size)),
        flatness=geometric * size,
        bandwidth=np.sqrt(spread),
        peak_share=unit.max(axis=1),
    )
