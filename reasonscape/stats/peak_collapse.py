"""Whether the peaks of easy prompts' spectra are missing from hard ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import numbered
from reasonscape.stats.level_halves import easier_levels
from reasonscape.stats.mean_ratio import mean_ratio
from reasonscape.stats.spectral_peaks import Peaks, shuffled_floor, spectral_peaks, spread_floor

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PeakCollapse:
    """Prominence of the harder levels over that of the easier ones.

    Attributes
    ----------
    ratio, low, high
        Estimate and one-sided bounds, each at `level`; NaN and infinite where nothing was chosen
        or the judging half does not confirm it.
    p
        One-sided p of no fall; 1 where it cannot be tested.
    easier, harder
        Mean pooled prominence of the judging half of the easier levels, and of the harder levels.
    peaks
        What was chosen on the other half of the easier levels.
    n_chosen, n_easier, n_harder
        Clusters that chose, and those that were compared.
    reason
        ``no_peaks``: nothing stands above the floor, so nothing can collapse; ``few_levels``;
        ``few_samples``: a side has fewer than `least` clusters; else None.
    """

    ratio: float
    low: float
    high: float
    p: float
    easier: float
    harder: float
    peaks: Peaks
    n_chosen: int
    n_easier: int
    n_harder: int
    reason: Literal["no_peaks", "few_levels", "few_samples"] | None
    level: float = 0.95


def peak_collapse(
    relative: ArrayLike,
    level: ArrayLike,
    half: ArrayLike,
    *,
    cluster: ArrayLike | None = None,
    size: ArrayLike | None = None,
    variance: ArrayLike | None = None,
    floor: ArrayLike | None = None,
    limit: int = 3,
    least: int = 5,
    confidence: float = 0.95,
) -> PeakCollapse:
    """Compare the prominence of the easier levels' peaks with that of the harder levels.

    Parameters
    ----------
    relative
        Relative spectrum of each distinct prompt, shape (n, K); rows of NaN are left out.
    level
        Level of each prompt along the axis, harder = larger, shape (n,).
    half
        True for the items that choose peaks, shape (n,), as from
        `reasonscape.stats.level_halves.alternating_half`.
    cluster
        Item of each prompt, shape (n,): several prompts of one item on one side count once.
    size
        Tokens of each prompt, shape (n,). A text that all prompts share has a smaller part in
        longer prompts, and its peaks fade without being destroyed; with sizes given, power in
        excess (prominence times size) has to fall as well, and the larger ratio is returned.
    variance
        Variance of `relative` under shuffling, shape (n, K), for the floor of peaks.
    floor
        That floor itself, a number or shape (K,). Without both the prompts' own spread is used.
    limit
        Largest number of peaks.
    least
        Clusters that each of the three sets needs.
    confidence
        Coverage of each one-sided bound.

    Returns
    -------
    PeakCollapse

    Raises
    ------
    ValueError
        If lengths differ, or an item lies in both halves.

    How it misleads
    ---------------
    A period that changes with the level (numbers with more digits) leaves its bin as one that is
    destroyed does: look for new peaks in the harder levels. It says nothing about accuracy.

    References
    ----------
    Fieller, JRSS B 16 (1954); Cox, Biometrika 62 (1975), for judging on another half.

    Examples
    --------
    >>> flat = np.tile([[0.9, 1.0], [1.1, 1.0]], (10, 4))
    >>> peaked = flat + [0, 0, 2, 0, 0, 0, 0, 0]
    >>> found = peak_collapse(np.vstack([peaked, flat]), [0] * 20 + [1] * 20, [0, 0, 1, 1] * 10)
    >>> found.peaks.bins.tolist(), round(found.ratio, 2), found.high < 0.1
    ([2], 0.0, True)
    """
    spectra = np.asarray(relative, dtype=np.float64)
    sides = _Sides.of(spectra, np.asarray(level), np.asarray(half, dtype=bool), cluster)
    rows = sides.means(spectra, sides.chosen)
    if floor is None:
        floor = spread_floor(rows)
        if variance is not None:
            floor = shuffled_floor(np.asarray(variance, dtype=np.float64)[sides.chosen])
    peaks = spectral_peaks(rows.mean(axis=0) if len(rows) else spectra[:0].sum(0), floor, limit)
    pooled = peaks.pooled(spectra)
    found = [pooled]
    if size is not None:
        found.append(pooled * np.asarray(size, dtype=np.float64))
    ratios = [
        mean_ratio(sides.means(x, sides.hard), sides.means(x, sides.judged), confidence)
        for x in found
    ]
    reason = sides.reason(least) or (None if len(peaks) else "no_peaks")
    worst = max(ratios, key=lambda one: math.inf if math.isnan(one.ratio) else one.ratio)
    known = reason is None
    return PeakCollapse(
        ratio=worst.ratio if known else math.nan,
        low=worst.low if known else -math.inf,
        high=max(one.high for one in ratios) if known else math.inf,
        p=max(one.p_below for one in ratios) if known else 1.0,
        easier=ratios[0].reference,
        harder=ratios[0].mean,
        peaks=peaks,
        n_chosen=sides.counts[0],
        n_easier=sides.counts[1],
        n_harder=sides.counts[2],
        reason=reason,
        level=confidence,
    )


@dataclass(frozen=True, slots=True)
class _Sides:
    """Rows that choose, that judge, and those of the harder levels, each in a fixed order."""

    chosen: IntArray
    judged: IntArray
    hard: IntArray
    item: IntArray
    counts: tuple[int, int, int]

    @classmethod
    def of(
        cls, spectra: FloatArray, level: NDArray[Any], half: BoolArray, cluster: ArrayLike | None
    ) -> _Sides:
        n = len(spectra)
        item = np.arange(n) if cluster is None else numbered(np.asarray(cluster))
        if spectra.ndim != 2 or any(a.shape != (n,) for a in (level, half, item)):
            raise ValueError("spectra, levels, halves and clusters must agree in length")
        if len(np.unique(item)) != len(np.unique(item * 2 + half)):
            raise ValueError("prompts of one item must lie in one half")
        keep = np.flatnonzero(np.isfinite(spectra).all(axis=1))
        # Sums must not depend on the order of rows.
        tie = np.zeros(len(keep)) if cluster is None else item[keep]
        keep = keep[np.lexsort((*spectra[keep, :2].T, level[keep], tie))]
        easy = easier_levels(level[keep], item[keep])
        parts = keep[easy & half[keep]], keep[easy & ~half[keep]], keep[~easy]
        first, second, third = (len(np.unique(item[part])) for part in parts)
        return cls(*parts, item, (first, second, third))

    def reason(self, least: int) -> Literal["few_levels", "few_samples"] | None:
        if not self.counts[2]:
            return "few_levels"
        return "few_samples" if min(self.counts) < least else None

    def means(self, values: FloatArray, part: IntArray) -> FloatArray:
        """Mean of the values of each item of a part; as they are where each item has one."""
        names, place = np.unique(self.item[part], return_inverse=True)
        if len(names) == len(part):
            return np.asarray(values[part])
        sums = np.zeros((len(names), *values.shape[1:]))
        np.add.at(sums, place.reshape(-1), values[part])
        count = np.bincount(place.reshape(-1)).astype(np.float64)
        return np.asarray(sums / count.reshape(-1, *[1] * (values.ndim - 1)))
