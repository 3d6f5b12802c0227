"""Odds of an outcome by a number, within strata, from pairs with different outcomes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import (
    cluster_sums,
    effective_df,
    informative,
    numbered,
    t_quantile,
    two_sided_p,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MAX_PAIRS = 400_000
"""Pairs of different values up to which values are taken as they are; above it they are rounded."""

_FARTHEST = 30.0
_FINEST = 128.0
"""Steps of the grid at least: with fewer, rounding would pull the ratio towards 1."""


@dataclass(frozen=True, slots=True)
class OddsPerUnit:
    """Ratio of the odds of the outcome for one unit more, within strata.

    Attributes
    ----------
    ratio, low, high
        Estimate and interval, in [0, inf]; NaN, 0 and inf where nothing can be estimated or the
        values separate the outcomes.
    z, p
        Wald statistic and two-sided p of a ratio of 1; 0 and 1 where nothing can be tested.
    n_without, n_with, strata, clusters
        Samples, strata and clusters that carry information.
    """

    ratio: float
    low: float
    high: float
    z: float
    p: float
    n_without: int
    n_with: int
    strata: int
    clusters: int
    level: float = 0.95


def odds_per_unit(
    values: ArrayLike,
    outcome: ArrayLike,
    stratum: ArrayLike,
    cluster: ArrayLike,
    level: float = 0.95,
) -> OddsPerUnit:
    """Odds ratio per unit from the pairwise conditional likelihood, items as clusters.

    Each pair of samples of one stratum with different outcomes says which of its two values goes
    with the outcome; pairs are weighted by 1 / (samples of the stratum). With 0 and 1 as values
    the estimate is Mantel and Haenszel's, with strata of two it is conditional logistic
    regression. It holds for few large strata and for many small ones.

    Parameters
    ----------
    values
        The number, finite, shape (n,); log2 of a length makes the unit a doubling.
    outcome
        Whether the sample has the outcome, shape (n,).
    stratum, cluster
        As `reasonscape.stats.ranks.van_elteren`.
    level
        Coverage of the interval.

    Returns
    -------
    OddsPerUnit

    Raises
    ------
    ValueError
        If lengths differ or a value is not finite.

    How it misleads
    ---------------
    It draws one straight line for log odds: where a middling length is best it says "no effect".
    It is no effect of *making* a trace longer: what is hard within a stratum is thought about for
    longer and failed more often.

    References
    ----------
    Liang, Biometrics 43 (1987); Breslow and Day, Statistical Methods in Cancer Research 1 (1980).

    Examples
    --------
    >>> found = odds_per_unit([0, 0, 0, 1, 1, 1], [1, 0, 0, 1, 1, 0], [0] * 6, range(6))
    >>> round(found.ratio, 3)
    4.0
    """
    x, has, code, item = informative(values, outcome, stratum, cluster)
    if not len(x):
        return OddsPerUnit(math.nan, 0.0, math.inf, 0.0, 1.0, 0, 0, 0, 0, level)
    size = np.bincount(code).astype(np.float64)
    x = _rounded(x, code, has)
    between = _Pairs.of(x, has, code)
    # Pairs of one item are in both members' sums, and must be counted once for its cluster.
    inside = _Pairs.of(x, has, code * (int(item.max()) + 1) + item)
    weight_between = 1.0 / size[code[between.any_with]]
    weight_inside = 1.0 / size[code[inside.any_with]]
    slope = between.root(weight_between)
    counts = {
        "n_without": int((~has).sum()),
        "n_with": int(has.sum()),
        "strata": len(size),
        "clusters": int(item.max()) + 1,
        "level": level,
    }
    if slope is None:
        return OddsPerUnit(math.nan, 0.0, math.inf, 0.0, 1.0, **counts)  # type: ignore[arg-type]
    pull, bend = between.terms(slope, weight_between)
    scores = between.by_cluster(pull, item) - inside.sums(slope, weight_inside, item)
    df = effective_df(scores)
    clusters = max(counts["clusters"], 2)
    error = math.sqrt(float((scores**2).sum()) * clusters / (clusters - 1)) / bend
    z = slope / error if error > 0.0 else 0.0
    half = t_quantile(level, df) * error
    return OddsPerUnit(
        ratio=math.exp(slope),
        low=math.exp(max(slope - half, -700.0)) if half < math.inf else 0.0,
        high=math.exp(min(slope + half, 700.0)) if half < math.inf else math.inf,
        z=z,
        p=two_sided_p(z, df),
        **counts,  # type: ignore[arg-type]
    )


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of distinct (value with the outcome, value without) within groups, flat.

    ``count`` is how many pairs of samples each stands for; ``row_with`` and ``row_without`` name
    the distinct (group, value, outcome) of each side; ``row`` is that of each sample.
    """

    difference: FloatArray
    count: FloatArray
    row_with: IntArray
    row_without: IntArray
    any_with: IntArray
    row: IntArray
    size: FloatArray

    @classmethod
    def of(cls, x: FloatArray, has: NDArray[np.bool_], group: IntArray) -> _Pairs:
        order = np.lexsort((x, has, group))
        g, h, v = group[order], has[order], x[order]
        new = np.ones(len(g), dtype=bool)
        new[1:] = (g[1:] != g[:-1]) | (h[1:] != h[:-1]) | (v[1:] != v[:-1])
        place = np.cumsum(new) - 1
        row = np.empty(len(g), dtype=np.int64)
        row[order] = place
        first = np.flatnonzero(new)
        size = np.bincount(place).astype(np.float64)
        g, h, v = g[first], h[first], v[first]
        g = numbered(g)
        groups = int(g.max()) + 1
        n_with = np.bincount(g[h], minlength=groups)
        n_without = np.bincount(g[~h], minlength=groups)
        begins = np.searchsorted(g, np.arange(groups))
        pairs = n_with * n_without
        owner = np.repeat(np.arange(groups), pairs)
        within = np.arange(int(pairs.sum())) - np.repeat(np.cumsum(pairs) - pairs, pairs)
        # Rows of a group are sorted: first those without the outcome, then those with it.
        without = begins[owner] + within % np.maximum(n_without[owner], 1)
        with_ = begins[owner] + n_without[owner] + within // np.maximum(n_without[owner], 1)
        return cls(
            difference=v[with_] - v[without],
            count=size[with_] * size[without],
            row_with=with_,
            row_without=without,
            any_with=order[first][with_],
            row=row,
            size=size,
        )

    def terms(self, slope: float, weight: FloatArray) -> tuple[FloatArray, float]:
        """Each pair's pull on the slope, and the curvature of the likelihood."""
        surprise = _logistic(-slope * self.difference)
        pull = self.count * weight * self.difference * surprise
        return pull, float((pull * self.difference * (1.0 - surprise)).sum())

    def root(self, weight: FloatArray) -> float | None:
        """Slope at which the pulls balance; ``None`` where there is none."""
        if not (self.difference > 0.0).any() or not (self.difference < 0.0).any():
            return None
        low, high, slope = -_FARTHEST, _FARTHEST, 0.0
        for _ in range(100):
            pull, bend = self.terms(slope, weight)
            total = float(pull.sum())
            if total > 0.0:
                low = slope
            else:
                high = slope
            step = slope + total / bend if bend > 0.0 else math.inf
            step = step if low < step < high else (low + high) / 2.0
            if abs(step - slope) < 1e-10:
                return step
            slope = step
        return slope

    def by_cluster(self, pull: FloatArray, item: IntArray) -> FloatArray:
        """Sum over each cluster's samples of the pulls of the pairs that they are in."""
        rows = len(self.size)
        per_row = np.bincount(self.row_with, weights=pull, minlength=rows)
        per_row += np.bincount(self.row_without, weights=pull, minlength=rows)
        return cluster_sums(item, (per_row / self.size)[self.row])

    def sums(self, slope: float, weight: FloatArray, item: IntArray) -> FloatArray:
        """Sum of the pulls of each cluster's own pairs."""
        pull, _ = self.terms(slope, weight)
        own = np.bincount(item[self.any_with], weights=pull, minlength=int(item.max()) + 1)
        return np.asarray(own, dtype=np.float64)


def _rounded(x: FloatArray, code: IntArray, has: NDArray[np.bool_]) -> FloatArray:
    """Round values where there would be too many pairs; the grid follows the spread."""
    n1 = np.bincount(code, weights=has)
    n0 = np.bincount(code) - n1
    if float((n1 * n0).sum()) <= MAX_PAIRS:
        return x
    room = math.sqrt(MAX_PAIRS / len(n1))
    step = float(np.ptp(x)) / max(room, _FINEST)
    return np.round(x / step) * step if step > 0.0 else x


def _logistic(x: FloatArray) -> FloatArray:
    return np.asarray(0.5 * (1.0 + np.tanh(x / 2.0)))
