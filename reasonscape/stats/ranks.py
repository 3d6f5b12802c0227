"""Two groups compared by ranks within strata, where samples come in clusters."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import (
    cluster_sums,
    effective_df,
    informative,
    small_strata,
    two_sided_p,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RankTest:
    """Van Elteren's comparison of two groups.

    Attributes
    ----------
    superiority
        Chance that a value of the second group is above one of the first within a stratum, ties
        counted half, strata weighted by n1 n2 / (n + 1); NaN where no stratum has both groups.
    z, p
        Statistic with item-cluster variance (positive: the second group is higher) and two-sided
        p from Student's t; 0 and 1 where nothing can be tested.
    n_first, n_second
        Samples in strata that have both groups.
    strata, clusters
        Such strata, and the clusters in them.
    df
        Degrees of freedom: the effective number of clusters, less one.
    """

    superiority: float
    z: float
    p: float
    n_first: int
    n_second: int
    strata: int
    clusters: int
    df: float


def van_elteren(
    values: ArrayLike, second: ArrayLike, stratum: ArrayLike, cluster: ArrayLike
) -> RankTest:
    """Stratified Wilcoxon test with weights 1 / (n + 1) and item-cluster variance.

    Parameters
    ----------
    values
        What is compared, in any unit, finite, shape (n,).
    second
        True for samples of the second group, shape (n,).
    stratum, cluster
        Whole numbers that name each sample's stratum and cluster (item), shape (n,). A cluster
        may reach over strata.

    Returns
    -------
    RankTest

    Raises
    ------
    ValueError
        If lengths differ or a value is not finite.

    How it misleads
    ---------------
    It asks whether one group tends to be higher, not by how much: with many samples a shift
    nobody would notice is significant; see `stratified_shift`. Strata without both groups say
    nothing and are left out, which may be most of the data. With fewer than about ten clusters
    p is rough.

    References
    ----------
    van Elteren, Bulletin of the International Statistical Institute 37 (1960); Rosner, Glynn and
    Lee, Biometrics 59 (2003), for clusters; Satterthwaite, Biometrics 2 (1946).

    Examples
    --------
    >>> found = van_elteren([1, 2, 3, 4, 5, 6], [0, 0, 1, 0, 1, 1], [0] * 6, range(6))
    >>> round(found.superiority, 3), found.strata, found.clusters
    (0.889, 1, 6)
    """
    groups = RankedGroups.prepared(values, second, stratum, cluster)
    if groups.strata == 0:
        return RankTest(math.nan, 0.0, 1.0, 0, 0, 0, 0, 0.0)
    total, variance, df = groups.statistic(0.0)
    z = total / math.sqrt(variance) if variance > 0.0 else 0.0
    superiority = 0.5 + total / groups.largest / 2.0
    return RankTest(
        superiority=superiority,
        z=z,
        p=two_sided_p(z, df),
        n_first=len(groups.first),
        n_second=len(groups.second),
        strata=groups.strata,
        clusters=groups.clusters,
        df=df,
    )


@dataclass(frozen=True, slots=True)
class RankedGroups:
    """Two groups sorted within strata, so that the second can be moved and ranked anew quickly.

    ``first`` and ``second`` are sorted by stratum and value and include an offset of
    ``stratum * width``; arrays of the same name go with them: rank within the own group, ranks that
    the other groups of lower strata take, what a rank above the middle adds to the statistic, the
    middle rank, and the factor that widens the scores of strata of few clusters. ``cluster`` goes
    with the first and then the second. ``largest`` is the statistic when every value of the second
    group is above the first.
    """

    first: FloatArray
    second: FloatArray
    first_own: FloatArray
    second_own: FloatArray
    first_others: IntArray
    second_others: IntArray
    first_slope: FloatArray
    second_slope: FloatArray
    first_middle: FloatArray
    second_middle: FloatArray
    first_wide: FloatArray
    second_wide: FloatArray
    cluster: IntArray
    span: float
    strata: int
    clusters: int
    largest: float

    @classmethod
    def prepared(
        cls, values: ArrayLike, second: ArrayLike, stratum: ArrayLike, cluster: ArrayLike
    ) -> RankedGroups:
        """Keep the strata that have both groups, and sort."""
        x, late, code, item = informative(values, second, stratum, cluster)
        strata = int(code.max()) + 1 if len(code) else 0
        span = float(np.ptp(x)) if len(x) else 0.0
        # Wide enough that a group moved by the whole span stays within its own stratum.
        width = 4.0 * span + 4.0
        key = code * width + (x - (float(x.min()) if len(x) else 0.0))
        order = np.lexsort((x, code))
        key, late, code, item = key[order], late[order], code[order], item[order]
        n2 = np.bincount(code[late], minlength=strata).astype(np.float64)
        n1 = np.bincount(code[~late], minlength=strata).astype(np.float64)
        a, b = key[~late], key[late]
        starts1, starts2 = _starts(n1), _starts(n2)
        s1, s2 = code[~late], code[late]
        share, middle = n2 / np.maximum(n1 + n2, 1.0), (n1 + n2 + 1.0) / 2.0
        weight, inflation = 1.0 / (n1 + n2 + 1.0), small_strata(code, item, strata)
        return cls(
            first=a,
            second=b,
            first_own=_mid_positions(a, a) - starts1[s1] + 0.5,
            second_own=_mid_positions(b, b) - starts2[s2] + 0.5,
            first_others=starts2[s1],
            second_others=starts1[s2],
            first_slope=-weight[s1] * share[s1],
            second_slope=weight[s2] * (1.0 - share[s2]),
            first_middle=middle[s1],
            second_middle=middle[s2],
            first_wide=inflation[s1],
            second_wide=inflation[s2],
            cluster=np.concatenate((item[~late], item[late])),
            span=span,
            strata=strata,
            clusters=int(item.max(initial=-1)) + 1,
            largest=float((n1 * n2 / (n1 + n2 + 1.0)).sum()) / 2.0,
        )

    def statistic(self, delta: float) -> tuple[float, float, float]:
        """Statistic, its cluster variance and degrees of freedom, the second group less ``delta``.

        The variance is the one that holds if the groups are equal after the move.
        """
        moved = self.second - delta
        rank1 = self.first_own + _mid_positions(moved, self.first) - self.first_others
        rank2 = self.second_own + _mid_positions(self.first, moved) - self.second_others
        score1 = self.first_slope * (rank1 - self.first_middle)
        score2 = self.second_slope * (rank2 - self.second_middle)
        wide = np.concatenate((score1 * self.first_wide, score2 * self.second_wide))
        sums = cluster_sums(self.cluster, wide)
        total = float(score1.sum() + score2.sum())
        return total, float((sums**2).sum()), effective_df(sums)


def _starts(counts: FloatArray) -> IntArray:
    return np.asarray(np.cumsum(counts) - counts, dtype=np.int64)


def _mid_positions(sorted_keys: FloatArray, keys: FloatArray) -> FloatArray:
    """How many sorted keys lie below each key, ties counted half."""
    below = np.searchsorted(sorted_keys, keys, side="left")
    upto = np.searchsorted(sorted_keys, keys, side="right")
    return np.asarray((below + upto) / 2.0)
