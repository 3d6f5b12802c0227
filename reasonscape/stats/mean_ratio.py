"""Ratio of two means with bounds that hold where the means are small."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeanRatio:
    """Mean of one sample over the mean of a reference.

    Attributes
    ----------
    ratio
        Estimate; NaN where the reference's mean is not positive.
    low, high
        One-sided bounds, each at `level`; infinite where the reference's mean may be zero.
    p_below
        One-sided p of a ratio of 1 or more; 1 where it cannot be tested.
    mean, reference
        The two means; NaN where empty.
    level
        Coverage of each bound alone.
    """

    ratio: float
    low: float
    high: float
    p_below: float
    mean: float
    reference: float
    level: float = 0.95


def mean_ratio(values: ArrayLike, reference: ArrayLike, level: float = 0.95) -> MeanRatio:
    """Ratio of means by Fieller's theorem with Welch's variance.

    Parameters
    ----------
    values, reference
        Independent samples, finite, shapes (n,) and (m,).
    level
        Coverage of each one-sided bound.

    Returns
    -------
    MeanRatio
        The bounds hold the ratios r at which values - r reference is not rejected, with the
        degrees of freedom of Welch and Satterthwaite at that r.

    How it misleads
    ---------------
    It is a ratio of averages, not the average ratio. Below about ten values of a skewed kind the
    bounds are too narrow on the side of the tail.

    References
    ----------
    Fieller, JRSS B 16 (1954); Welch, Biometrika 34 (1947); Satterthwaite, Biometrics 2 (1946).

    Examples
    --------
    >>> found = mean_ratio([1.0, 2.0, 3.0, 2.0], [4.0, 5.0, 3.0, 4.0])
    >>> f"{found.ratio:.2f} {found.low:.2f} {found.high:.2f} {found.p_below:.4f}"
    '0.50 0.26 0.75 0.0067'
    """
    sides = [np.asarray(side, dtype=np.float64).ravel() for side in (values, reference)]
    mean, base = (float(side.mean()) if len(side) else math.nan for side in sides)
    if min(len(side) for side in sides) < 2:
        ratio = mean / base if base > 0.0 else math.nan
        return MeanRatio(ratio, -math.inf, math.inf, 1.0, mean, base, level)
    upper, lower = (float(side.var(ddof=1)) / len(side) for side in sides)
    spread = _Spread(upper, len(sides[0]) - 1.0, lower, len(sides[1]) - 1.0)
    p = spread.p_below(mean - base)
    if base <= 0.0:
        return MeanRatio(math.nan, -math.inf, math.inf, p, mean, base, level)
    low, high = (spread.bound(mean, base, level, side) for side in (-1.0, 1.0))
    return MeanRatio(mean / base, low, high, p, mean, base, level)


@dataclass(frozen=True, slots=True)
class _Spread:
    """Variance of each mean, with its degrees of freedom."""

    upper: float
    upper_df: float
    lower: float
    lower_df: float

    def df(self, r: float) -> float:
        first, second = self.upper, r * r * self.lower
        if first + second == 0.0:
            return self.upper_df + self.lower_df
        return (first + second) ** 2 / (first**2 / self.upper_df + second**2 / self.lower_df)

    def p_below(self, difference: float) -> float:
        from scipy.special import stdtr

        error = math.sqrt(self.upper + self.lower)
        if error == 0.0:
            return 0.0 if difference < 0.0 else 1.0
        return float(stdtr(self.df(1.0), difference / error))

    def bound(self, mean: float, base: float, level: float, side: float) -> float:
        from scipy.special import stdtrit

        r = mean / base
        # The degrees of freedom depend on the bound, and hardly change after two rounds.
        for _ in range(3):
            t2 = float(stdtrit(self.df(r), level)) ** 2
            top = base * base - t2 * self.lower
            if top <= 0.0:
                return side * math.inf
            inside = (mean * base) ** 2 - top * (mean * mean - t2 * self.upper)
            r = (mean * base + side * math.sqrt(max(inside, 0.0))) / top
        return r
