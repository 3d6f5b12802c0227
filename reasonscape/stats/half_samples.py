"""Half of the items at a time: what a resample of distinct items says about all of them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]


def half_samples(items: int, draws: int, rng: np.random.Generator) -> BoolArray:
    """Draw halves of the items without replacement, each followed by the half left over.

    Parameters
    ----------
    items
        How many there are.
    draws
        Halves in all, an even number.
    rng
        Source of randomness.

    Returns
    -------
    ndarray of bool
        Shape (draws, items). Rows 2j and 2j + 1 are complements; with an odd number of items one
        of them has one more.

    Raises
    ------
    ValueError
        If `draws` is odd or negative.

    How it misleads
    ---------------
    A half has the spread of all items only for a statistic whose variance falls as 1 / items.

    References
    ----------
    Politis, Romano and Wolf, Subsampling (1999).

    Examples
    --------
    >>> half_samples(5, 4, np.random.default_rng(1)).sum(axis=1).tolist()
    [2, 3, 2, 3]
    """
    if draws < 0 or draws % 2:
        raise ValueError(f"halves come in pairs, found {draws}")
    member = np.zeros((draws, items), dtype=bool)
    for pair in range(draws // 2):
        chosen = rng.permutation(items)[: items // 2]
        member[2 * pair, chosen] = True
        member[2 * pair + 1] = ~member[2 * pair]
    return member


def half_sample_interval(
    value: float, replicates: FloatArray, level: float = 0.95
) -> tuple[float, float]:
    """Interval of a statistic from its values on half-samples of the items.

    Parameters
    ----------
    value
        The statistic on all items.
    replicates
        On the halves, shape (draws,); NaN where it is not defined.
    level
        Wanted coverage.

    Returns
    -------
    tuple of float
        Low and high; NaN where fewer than 20 replicates are defined.

    How it misleads
    ---------------
    See `half_samples`.
    """
    known = replicates[np.isfinite(replicates)]
    if len(known) < 20 or not math.isfinite(value):
        return math.nan, math.nan
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(known - known.mean(), [tail, 1.0 - tail])
    return float(value - high), float(value - low)
