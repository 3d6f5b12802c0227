"""Odds ratios over strata, where repeats of one item are one cluster."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from reasonscape.stats.codes import dense_codes, paired_codes
from reasonscape.stats.proportions import normal_quantile

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, slots=True)
class OddsRatio:
    """A Mantel-Haenszel odds ratio with item-cluster variance.

    Attributes
    ----------
    ratio, low, high
        Estimate and interval, in [0, inf]; NaN, 0 and inf where no stratum has both outcomes.
    z
        Score statistic of no difference, positive where the ratio is above 1; 0 when untestable.
    strata
        Strata that carry information: both outcomes, and both sides of the contrast.
    items
        Items in those strata: the clusters that the variance stands on.
    level
        Coverage of the interval.
    """

    ratio: float
    low: float
    high: float
    z: float
    strata: int
    items: int
    level: float = 0.95

    @property
    def p_above(self) -> float:
        """One-sided p of a ratio above 1."""
        return 0.5 * math.erfc(self.z / math.sqrt(2.0))

    @property
    def p_below(self) -> float:
        """One-sided p of a ratio below 1."""
        return 0.5 * math.erfc(-self.z / math.sqrt(2.0))


@dataclass(frozen=True, slots=True)
class Clusters:
    """Items within strata: the cluster of each sample, and the stratum of each cluster."""

    place: IntArray
    stratum: IntArray


def clusters_of(item: npt.ArrayLike, stratum: npt.ArrayLike) -> Clusters:
    """Clusters of samples; an item that lies in two strata is two clusters.

    How it misleads
    ---------------
    Items that resemble each other, as variants of one template do, count as independent.

    Examples
    --------
    >>> clusters_of([4, 4, 9], [0, 0, 1]).place.tolist()
    [0, 0, 1]
    """
    inner, _ = dense_codes(stratum)
    place, count = paired_codes(inner, item)
    of = np.zeros(count, dtype=np.int64)
    of[place] = inner
    return Clusters(place, of)


def odds_ratio(
    exposed: npt.ArrayLike,
    reference: npt.ArrayLike,
    outcome: npt.ArrayLike,
    item: npt.ArrayLike,
    stratum: npt.ArrayLike,
    *,
    level: float = 0.95,
) -> OddsRatio:
    """Mantel-Haenszel odds ratio over strata, items as clusters.

    Parameters
    ----------
    exposed, reference
        The two groups that are contrasted, shape (n,), booleans; they may overlap.
    outcome
        Whether the sample has the outcome, shape (n,).
    item, stratum
        Cluster and stratum of each sample, shape (n,).
    level
        Coverage of the interval.

    Returns
    -------
    OddsRatio
        The interval holds the ratios that the score test does not reject, its variance taken at
        each ratio (Fieller's form): exchanging the groups inverts it exactly, and it stays
        defined where one cell is empty.

    How it misleads
    ---------------
    One ratio stands for all strata; where it differs between them it is an average. Strata with
    one outcome only are ignored, however many samples they hold. The interval is for large
    numbers of items: below about 10 with either outcome it is too narrow.

    Notes
    -----
    The estimating function is a sum over pairs within a stratum, R - ratio S with
    R = sum a d / N and S = sum b c / N. Its variance is that of a sum over pairs of clusters:
    the squares of each cluster's sum over all pairs it is in, less the pairs' own squares, which
    that counts twice. It holds for few large strata and for many strata of one item or two.

    References
    ----------
    Mantel and Haenszel (1959); Robins, Breslow and Greenland, Biometrics 42 (1986), for the two
    limits; Fieller, JRSS B 16 (1954).

    Examples
    --------
    >>> late, wrong = [1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 1, 0, 0, 0]
    >>> early = [0, 0, 0, 0, 1, 1, 1, 1]
    >>> odds_ratio(late, early, wrong, range(8), [0] * 8).ratio
    9.0
    """
    clusters = clusters_of(item, stratum)
    return clustered_odds_ratio(exposed, reference, outcome, clusters, level=level)


def clustered_odds_ratio(
    exposed: npt.ArrayLike,
    reference: npt.ArrayLike,
    outcome: npt.ArrayLike,
    clusters: Clusters,
    *,
    level: float = 0.95,
) -> OddsRatio:
    """`odds_ratio` for samples whose clusters are known, as when several are made of the same ones.

    How it misleads
    ---------------
    As `odds_ratio`.

    Examples
    --------
    >>> late, wrong = [1, 1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 1, 0, 0, 0]
    >>> early, clusters = [0, 0, 0, 0, 1, 1, 1, 1], clusters_of(range(8), [0] * 8)
    >>> clustered_odds_ratio(late, early, wrong, clusters).ratio
    9.0
    """
    sides = [np.asarray(side, dtype=bool) for side in (exposed, reference)]
    bad = np.asarray(outcome, dtype=bool)
    cells = (sides[0] & bad, sides[0] & ~bad, sides[1] & bad, sides[1] & ~bad)
    group = clusters.stratum
    columns = [np.bincount(clusters.place, cell, len(group)) for cell in cells]
    sums = np.stack(columns, axis=1).astype(np.float64)
    totals = _by(group, sums)
    useful = (totals[:, 0] * totals[:, 3] + totals[:, 1] * totals[:, 2]) > 0.0
    keep = useful[group]
    if not keep.any():
        return OddsRatio(math.nan, 0.0, math.inf, 0.0, 0, 0, level)
    size = totals[useful].sum(axis=1)
    a, b, c, d = totals[useful].T
    first, second = float((a * d / size).sum()), float((b * c / size).sum())
    numbers = (np.cumsum(useful) - 1)[group[keep]]
    parts = _variance(sums[keep], numbers, totals[useful], size)
    variance = _floored(*parts, first / second if second > 0.0 else math.inf)
    # An empty side is a count of 0, whose spread is that of one: as much as one item adds.
    if second == 0.0:
        variance[2] += (first / np.count_nonzero(sums[keep, 0] + sums[keep, 3])) ** 2
    if first == 0.0:
        variance[0] += (second / np.count_nonzero(sums[keep, 1] + sums[keep, 2])) ** 2
    low, high = _fieller(first, second, variance, normal_quantile(level, 2))
    spread = float(variance[0] - 2.0 * variance[1] + variance[2])
    z = (first - second) / math.sqrt(spread) if spread > 0.0 else 0.0
    ratio = first / second if second > 0.0 else math.inf
    return OddsRatio(ratio, low, high, z, int(useful.sum()), int(keep.sum()), level)


def _by(group: IntArray, values: FloatArray) -> FloatArray:
    """Sums of rows by group."""
    count = int(group.max()) + 1 if len(group) else 0
    sums = [np.bincount(group, column, count) for column in values.T]
    return np.stack(sums, axis=1).astype(np.float64)


def _variance(
    sums: FloatArray, group: IntArray, totals: FloatArray, size: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Coefficients of the variance in the ratio: v0 - 2 ratio v1 + ratio^2 v2, and its floor's."""
    a, b, c, d = sums.T
    big_a, big_b, big_c, big_d = totals[group].T
    weight = 1.0 / size[group]
    own = a * d * weight, b * c * weight
    first = (a * big_d + d * big_a) * weight - own[0]
    second = (b * big_c + c * big_b) * weight - own[1]
    squares = np.array([(first**2).sum(), (first * second).sum(), (second**2).sum()])
    products = np.stack(
        [a * a, d * d, a * d, b * b, c * c, b * c, a * b, d * c, a * c, d * b], axis=1
    )
    aa, dd, ad, bb, cc, bc, ab, dc, ac, db = _by(group, products).T
    scale = 1.0 / size**2
    twice = np.array(
        [
            ((aa * dd + ad**2) * scale).sum() - 2.0 * (own[0] ** 2).sum(),
            ((ab * dc + ac * db) * scale).sum() - 2.0 * (own[0] * own[1]).sum(),
            ((bb * cc + bc**2) * scale).sum() - 2.0 * (own[1] ** 2).sum(),
        ]
    )
    clusters = len(sums)
    correction = clusters / max(clusters - 1, 1)
    return (squares - twice) * correction, 0.5 * squares * correction


def _floored(exact: FloatArray, floor: FloatArray, ratio: float) -> FloatArray:
    """Half of the clusters' squares is a lower bound in expectation; noise may fall below it."""
    at = np.array([1.0, -2.0 * ratio, ratio**2]) if math.isfinite(ratio) else np.array([0, 0, 1.0])
    below = float(exact @ at) < float(floor @ at) or exact @ [1, -2, 1] < floor @ [1, -2, 1]
    return floor if below else exact


def _fieller(r: float, s: float, variance: FloatArray, z: float) -> tuple[float, float]:
    """Ratios at which (r - ratio s)^2 <= z^2 variance(ratio)."""
    v0, v1, v2 = (float(v) for v in variance)
    top, middle, bottom = s * s - z * z * v2, r * s - z * z * v1, r * r - z * z * v0
    root = math.sqrt(max(middle * middle - top * bottom, 0.0))
    if top > 0.0:
        high = (middle + root) / top
        # The smaller root as bottom / (larger root times top): no cancellation.
        return (bottom / (middle + root) if bottom > 0.0 else 0.0), high
    # No upper end: the larger ratios are not rejected, whatever the smaller ones are.
    return (bottom / (middle + root) if bottom > 0.0 and middle + root > 0.0 else 0.0), math.inf
