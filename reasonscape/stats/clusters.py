"""How alike repeats of one item are, and how many independent samples they amount to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """One-way analysis of variance of right and wrong, items as groups, summed over cells.

    Attributes
    ----------
    between
        Sum of squares between items of a cell: sum of (sum k_i^2 / m_i - K^2 / n).
    between_df
        Items minus one, summed over cells.
    within
        Sum of squares within items: sum of (K - sum k_i^2 / m_i).
    within_df
        Samples minus items.
    spread
        Sum of (n - sum m_i^2 / n), from which the typical group size follows.
    """

    between: float
    between_df: float
    within: float
    within_df: float
    spread: float

    def __add__(self, other: ClusterSums) -> ClusterSums:
        """Pool two groups of cells."""
        return ClusterSums(
            self.between + other.between,
            self.between_df + other.between_df,
            self.within + other.within,
            self.within_df + other.within_df,
            self.spread + other.spread,
        )


def rho_of_sums(sums: ClusterSums) -> float:
    """Intraclass correlation from pooled sums of squares, without numpy.

    Parameters
    ----------
    sums
        Pooled over the cells of one (eval, base_task).

    Returns
    -------
    float
        In [0, 1]. 0 where every item has one sample (nothing can repeat). 1, the careful end,
        where items do repeat but nothing tells items apart from noise: all samples right or all
        wrong, or one item a cell.

    How it misleads
    ---------------
    As `anova_rho`.

    Examples
    --------
    >>> rho_of_sums(ClusterSums(between=2.0, between_df=4, within=3.0, within_df=15, spread=16.0))
    0.2727272727272727
    """
    if sums.within_df <= 0.0:
        return 0.0
    total = sums.between + sums.within
    if sums.between_df <= 0.0 or total <= 1e-12 * (sums.between_df + sums.within_df):
        return 1.0
    mean_between = sums.between / sums.between_df
    mean_within = sums.within / sums.within_df
    size = sums.spread / sums.between_df
    below = mean_between + (size - 1.0) * mean_within
    if below <= 0.0:
        return 0.0
    return min(max((mean_between - mean_within) / below, 0.0), 1.0)


def anova_rho(
    items: ArrayLike,
    n: ArrayLike,
    sum_k: ArrayLike,
    sum_m2: ArrayLike,
    sum_k2_over_m: ArrayLike,
) -> float:
    """Intraclass correlation of repeats, by the ANOVA estimator pooled over cells.

    Parameters
    ----------
    items, n, sum_k
        Items, samples and right samples of each cell, shape (cells,).
    sum_m2
        Sum over a cell's items of the squared number of samples, shape (cells,).
    sum_k2_over_m
        Sum over a cell's items of (right samples)^2 / samples, shape (cells,).

    Returns
    -------
    float
        In [0, 1]; see `rho_of_sums` for the ends.

    How it misleads
    ---------------
    It is one number for all cells: items of a hard cell may be less alike than those of an easy
    one. It is pooled on purpose, because estimates per cell are so noisy that intervals built on
    them cover 35-59% at many repeats, against 91-95% when pooled. Cells that mix easy and hard
    items give a high value that says nothing about sampling noise.

    References
    ----------
    Donner, International Statistical Review 54 (1986); Ridout, Demetrio and Firth, Biometrics 55
    (1999).

    Examples
    --------
    Two cells of three items with four repeats, right in (4, 4, 0) and (3, 1, 2) of them:

    >>> rho = anova_rho([3, 3], [12, 12], [8, 6], [48, 48], [8.0, 3.5])
    >>> round(rho, 3)
    0.54
    """
    return rho_of_sums(cluster_sums(items, n, sum_k, sum_m2, sum_k2_over_m))


def cluster_sums(
    items: ArrayLike,
    n: ArrayLike,
    sum_k: ArrayLike,
    sum_m2: ArrayLike,
    sum_k2_over_m: ArrayLike,
) -> ClusterSums:
    """Pool the sums of squares of cells; parameters as `anova_rho`, cells without samples skipped.

    Raises
    ------
    ValueError
        If a cell has more items than samples.

    How it misleads
    ---------------
    The sums are of right and wrong, not of scores between them.

    Examples
    --------
    >>> cluster_sums([2], [4], [2], [8], [2.0])
    ClusterSums(between=1.0, between_df=1.0, within=0.0, within_df=2.0, spread=2.0)
    """
    import numpy as np

    counts = [
        np.atleast_1d(np.asarray(column, dtype=np.float64))
        for column in (items, n, sum_k, sum_m2, sum_k2_over_m)
    ]
    groups, samples, right, squares, shares = (c[counts[1] > 0.0] for c in counts)
    if np.any(groups > samples + 1e-9):
        raise ValueError("a cell has more items than samples")
    between = np.maximum(shares - right**2 / samples, 0.0)
    within = np.maximum(right - shares, 0.0)
    return ClusterSums(
        float(between.sum()),
        float((groups - 1.0).sum()),
        float(within.sum()),
        float((samples - groups).sum()),
        float((samples - squares / samples).sum()),
    )


def effective_count(n: float, sum_m2: float, items: float, rho: float) -> float:
    """`effective_size` of one group, without numpy.

    How it misleads
    ---------------
    As `effective_size`.

    Examples
    --------
    >>> effective_count(100, 2000, 5, 1.0)
    5.0
    """
    if n <= 0.0:
        return 0.0
    effect = 1.0 + (sum_m2 / n - 1.0) * rho
    return min(max(n / effect, items), n)


def effective_size(n: ArrayLike, sum_m2: ArrayLike, items: ArrayLike, rho: ArrayLike) -> FloatArray:
    """Return the independent samples that clustered ones amount to.

    n / (1 + (sum m^2 / sum m - 1) rho), at most n and at least the number of items.

    Parameters
    ----------
    n, sum_m2, items
        Samples, sum of squared samples per item, and items of each cell; shapes broadcast.
    rho
        Intraclass correlation in [0, 1], from `anova_rho`.

    Returns
    -------
    ndarray of float64
        Between ``items`` and ``n``; 0 where a cell is empty.

    How it misleads
    ---------------
    The floor at the number of items holds for equally repeated items; where one item has most of
    the samples, the plain share of right samples is noisier than this says.

    References
    ----------
    Kish, Survey Sampling (1965): the design effect.

    Examples
    --------
    >>> effective_size([100, 100], [2000, 2000], [5, 5], [0.0, 0.2]).round(1).tolist()
    [100.0, 20.8]
    """
    import numpy as np

    count = np.asarray(n, dtype=np.float64)
    groups = np.asarray(items, dtype=np.float64)
    size = np.where(count > 0.0, count, 1.0)
    alike = np.asarray(rho, dtype=np.float64)
    effect = 1.0 + (np.asarray(sum_m2, dtype=np.float64) / size - 1.0) * alike
    bounded = np.minimum(np.maximum(count / np.maximum(effect, 1e-12), groups), count)
    return np.asarray(np.where(count > 0.0, bounded, 0.0), dtype=np.float64)
