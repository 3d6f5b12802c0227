"""Differences between the spectra of two groups of prompts within strata, bin by bin."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import (
    effective_df,
    informative,
    small_strata,
    t_quantile,
    two_sided_p,
)
from reasonscape.stats.multiplicity import benjamini_hochberg

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_LEAST = 1e-4
"""Relative power taken for less: what is below -40 dB is rounding or a window's side lobes."""

_COLUMNS = 16
"""Bins worked on at once."""


@dataclass(frozen=True, slots=True)
class SpectrumDifference:
    """Second group minus first within strata; arrays of shape (K,).

    Attributes
    ----------
    difference, low, high
        Mean difference in dB and its interval; NaN and infinite where no stratum has both groups.
    p, q
        Two-sided p of no difference, and Benjamini-Hochberg over the bins.
    n_first, n_second, strata, clusters
        Rows, strata and clusters that carry information.
    """

    difference: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray
    q: FloatArray
    n_first: int
    n_second: int
    strata: int
    clusters: int
    level: float = 0.95


def spectrum_difference(
    relative: ArrayLike,
    second: ArrayLike,
    stratum: ArrayLike,
    cluster: ArrayLike,
    level: float = 0.95,
) -> SpectrumDifference:
    """Mantel and Haenszel's difference of mean dB in each bin, with item-cluster variance.

    Bin by bin the result is `reasonscape.stats.within_strata.mean_difference` of 10 log10 of
    relative power. For two evals on the same prompts take the prompt as stratum and as cluster:
    differences are then paired.

    Parameters
    ----------
    relative
        Relative power, one row for each sample, shape (n, K); rows with NaN are left out.
    second, stratum, cluster
        Which rows are of the second group (wrong, harder, or the other eval), and the stratum and
        item of each, shape (n,).
    level
        Coverage of each interval.

    Returns
    -------
    SpectrumDifference

    Raises
    ------
    ValueError
        If lengths differ or power is negative.

    How it misleads
    ---------------
    A mean of dB is not the dB of a mean: prompts with hardly any power at a frequency weigh as
    much as those with a lot. Neighbouring bins share a window's main lobe and are no separate
    findings. What differs within a stratum beside the outcome, such as length, can make it.

    References
    ----------
    Mantel and Haenszel, JNCI 22 (1959); Fieller, JRSS B 16 (1954); Benjamini and Hochberg, JRSS B
    57 (1995).

    Examples
    --------
    Twice the power in the second bin:

    >>> power = [[1.0, 1.0], [2.0, 1.1], [1.1, 2.2], [2.1, 2.0]]
    >>> found = spectrum_difference(power, [0, 0, 1, 1], [0] * 4, range(4))
    >>> found.difference.round(1).tolist()
    [0.3, 3.0]
    """
    power = np.atleast_2d(np.asarray(relative, dtype=np.float64))
    late, names, items = np.asarray(second, dtype=bool), np.asarray(stratum), np.asarray(cluster)
    if not (power.shape[:1] == late.shape == names.shape == items.shape):
        raise ValueError("relative, second, stratum and cluster must have as many rows")
    if np.any(power < 0.0):
        raise ValueError("power must not be negative")
    known = np.flatnonzero(np.isfinite(power).all(axis=1))
    kept, late, code, item = informative(known, late[known], names[known], items[known])
    bins = power.shape[1]
    if not len(kept):
        wide = np.full(bins, math.inf)
        nothing, ones = np.full(bins, math.nan), np.ones(bins)
        return SpectrumDifference(nothing, -wide, wide, ones, ones, 0, 0, 0, 0, level)
    # Sums are made in one order, so that the order of rows does not matter.
    rows = kept.astype(np.int64)
    order = np.lexsort((power[rows, -1], power[rows, 0], late, code, item))
    rows, late, code, item = rows[order], late[order], code[order], item[order]
    groups = _Groups.of(late, code, item)
    found = np.empty((4, bins))
    for first in range(0, bins, _COLUMNS):
        part = slice(first, first + _COLUMNS)
        decibel = 10.0 * np.log10(np.maximum(power[rows, part], _LEAST))
        found[:, part] = groups.differences(decibel, level)
    difference, low, high, p = found
    return SpectrumDifference(
        difference=difference,
        low=low,
        high=high,
        p=p,
        q=benjamini_hochberg(p),
        n_first=int((~late).sum()),
        n_second=int(late.sum()),
        strata=int(code.max()) + 1,
        clusters=len(groups.begin),
        level=level,
    )


@dataclass(frozen=True, slots=True)
class _Groups:
    """Rows by cluster, with what does not depend on the bin."""

    by_stratum: IntArray
    stratum_begin: IntArray
    size: FloatArray
    code: IntArray
    lead: FloatArray
    wide: FloatArray
    begin: IntArray
    room: float

    @classmethod
    def of(cls, late: NDArray[np.bool_], code: IntArray, item: IntArray) -> _Groups:
        size = np.bincount(code).astype(np.float64)
        lead = late - (np.bincount(code, weights=late) / size)[code]
        by_stratum = np.argsort(code, kind="stable")
        return cls(
            by_stratum=by_stratum,
            stratum_begin=np.flatnonzero(np.diff(code[by_stratum], prepend=-1)),
            size=size,
            code=code,
            lead=lead,
            wide=small_strata(code, item, len(size))[code],
            begin=np.flatnonzero(np.diff(item, prepend=-1)),
            room=float((lead * late).sum()),
        )

    def differences(self, values: FloatArray, level: float) -> FloatArray:
        """Difference, bounds and p of each column."""
        sums = np.add.reduceat(values[self.by_stratum], self.stratum_begin, axis=0)
        centred = values - (sums / self.size[:, None])[self.code]
        weighted = self.lead[:, None] * centred
        total = weighted.sum(axis=0)
        value = total / self.room
        # Clusters' sums of the score at a difference d are a - d b.
        a = np.add.reduceat(weighted * self.wide[:, None], self.begin, axis=0)
        b = np.add.reduceat(self.lead**2 * self.wide, self.begin)
        spread = (a**2).sum(axis=0)
        out = np.empty((4, values.shape[1]))
        out[0] = value
        for k in range(values.shape[1]):
            reach = t_quantile(level, effective_df(a[:, k] - value[k] * b))
            own, cross = float(spread[k]), float(a[:, k] @ b)
            out[1:3, k] = _fieller(float(total[k]), self.room, (own, cross, float(b @ b)), reach)
            z = float(total[k]) / math.sqrt(own) if own > 0.0 else 0.0
            out[3, k] = two_sided_p(z, effective_df(a[:, k]))
        return out


def _fieller(
    total: float, room: float, sums: tuple[float, float, float], reach: float
) -> tuple[float, float]:
    """Differences d at which (total - d room)^2 <= reach^2 sum (a - d b)^2."""
    aa, ab, bb = sums
    if not math.isfinite(reach) or aa <= 0.0:
        return -math.inf, math.inf
    square = reach * reach
    top = room**2 - square * bb
    if top <= 0.0:
        return -math.inf, math.inf
    middle = total * room - square * ab
    root = math.sqrt(max(middle**2 - top * (total**2 - square * aa), 0.0))
    return (middle - root) / top, (middle + root) / top
