"""Intervals of odds ratios and of differences of many phrases, from their sums."""

from __future__ import annotations

import numpy as np

from reasonscape.stats.phrase_layout import FloatArray, Layout
from reasonscape.stats.phrase_sums import PhraseSums
from reasonscape.stats.proportions import normal_quantile

Three = tuple[FloatArray, FloatArray, FloatArray]


def ratio_interval(sums: PhraseSums, level: float) -> Three:
    """Ratio, low and high of each phrase: those of `odds_ratio`."""
    r, s = sums.first, sums.second
    known = sums.strata > 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(known, r / s, np.nan)
    low, high = _fieller(r, s, _variance(sums), normal_quantile(level, 2))
    return ratio, np.where(known, low, 0.0), np.where(known, high, np.inf)


def score(sums: PhraseSums) -> FloatArray:
    """Score statistic of a ratio of 1; 0 where its variance is 0."""
    v0, v1, v2 = _variance(sums)
    spread = v0 - 2.0 * v1 + v2
    known = (sums.strata > 0.0) & (spread > 0.0)
    return np.where(known, (sums.first - sums.second) / np.sqrt(np.where(known, spread, 1.0)), 0.0)


def _correction(clusters: FloatArray) -> FloatArray:
    return clusters / np.maximum(clusters - 1.0, 1.0)


def _variance(sums: PhraseSums) -> FloatArray:
    """Coefficients of the variance in the ratio, shape (3, m)."""
    correction = _correction(sums.items)
    exact, floor = (sums.squares - sums.twice) * correction, 0.5 * sums.squares * correction
    r, s = sums.first, sums.second
    finite = s > 0.0
    ratio = np.divide(r, s, out=np.zeros_like(r), where=finite)
    at = np.stack([np.where(finite, 1.0, 0.0), -2.0 * ratio, np.where(finite, ratio**2, 1.0)])
    below = ((exact - floor) * at).sum(axis=0) < 0.0
    below |= (exact - floor)[0] - 2.0 * (exact - floor)[1] + (exact - floor)[2] < 0.0
    variance = np.where(below, floor, exact)
    # An empty side is a count of 0, whose spread is that of one: as much as one item adds.
    known = sums.strata > 0.0
    none_second, none_first = known & (s == 0.0), known & (r == 0.0)
    variance[2] += np.where(none_second, (r / np.maximum(sums.in_first, 1.0)) ** 2, 0.0)
    variance[0] += np.where(none_first, (s / np.maximum(sums.in_second, 1.0)) ** 2, 0.0)
    return variance


def _fieller(
    r: FloatArray, s: FloatArray, variance: FloatArray, z: float
) -> tuple[FloatArray, FloatArray]:
    """Ratios at which (r - ratio s)^2 <= z^2 variance(ratio), as in `odds_ratio`."""
    v0, v1, v2 = variance
    top, middle, bottom = s * s - z * z * v2, r * s - z * z * v1, r * r - z * z * v0
    root = np.sqrt(np.maximum(middle * middle - top * bottom, 0.0))
    both = middle + root
    low = np.divide(bottom, both, out=np.zeros_like(r), where=(bottom > 0.0) & (both > 0.0))
    high = np.divide(both, top, out=np.full_like(r, np.inf), where=top > 0.0)
    return low, high


def difference_interval(layout: Layout, sums: PhraseSums, level: float) -> Three:
    """Difference of shares of each phrase, low and high; the variance is taken at the estimate."""
    strata, w, r = layout.strata, layout.clusters.wrong, layout.clusters.right
    pairs = float((strata.wrong * strata.right * layout.weight).sum())
    m = len(sums.first)
    if pairs == 0.0:
        return np.full(m, np.nan), np.full(m, -1.0), np.full(m, 1.0)
    value = (sums.first - sums.second) / pairs
    of = layout.weight[layout.stratum]
    scale, own = layout.weight**2, w * r * of
    squared = float((layout.reach**2).sum())
    ww, rr, wr = layout.inner[3:6]
    again = float(((ww * rr + wr**2) * scale).sum())
    again -= 2.0 * float((own**2).sum())
    mean = np.array([1.0, -2.0, 1.0])
    squares = mean @ sums.squares - 2.0 * value * sums.tilt[0] + value**2 * squared
    twice = mean @ sums.twice - 2.0 * value * sums.tilt[1] + value**2 * again
    correction = len(w) / max(len(w) - 1, 1)
    # Sums of squares, but for what rounding leaves of equal ones.
    variance = np.maximum(np.maximum(squares - twice, 0.5 * squares) * correction, 0.0)
    error = np.sqrt(variance) / pairs
    reach = normal_quantile(level, 2) * error
    return value, np.maximum(value - reach, -1.0), np.minimum(value + reach, 1.0)
