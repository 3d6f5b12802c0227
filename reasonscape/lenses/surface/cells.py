"""Sums over the cells of one eval and task, and their collapse onto fewer axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.clusters import anova_rho, effective_size

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cells:
    """Sums of one (eval, base_task), one entry a cell; all but ``coords`` have shape (cells,).

    Items lie in exactly one cell, so every sum over items adds up when cells are merged.

    Attributes
    ----------
    coords
        Level of each cell along each axis, shape (cells, axes).
    items, n, k
        Distinct items, samples used (graded, truncated or unanswered), samples right.
    truncated, unanswered, incorrect, ungraded, failed
        Samples of the other outcomes; ungraded and failed are not in ``n``.
    stop_known
        Samples of ``n`` whose stop reason is known or inferred.
    sum_m2
        Sum of squared samples an item.
    k2_over_m
        Sum over items of k_i^2 / m_i.
    sum_p, sum_p2
        Sums over items of the item's share right, and of its square.
    chance
        Mean success rate of guessing.
    """

    coords: IntArray
    items: FloatArray
    n: FloatArray
    k: FloatArray
    truncated: FloatArray
    unanswered: FloatArray
    incorrect: FloatArray
    ungraded: FloatArray
    failed: FloatArray
    stop_known: FloatArray
    sum_m2: FloatArray
    k2_over_m: FloatArray
    sum_p: FloatArray
    sum_p2: FloatArray
    chance: FloatArray

    @property
    def accuracy(self) -> FloatArray:
        """Share right, truncated counted as wrong; NaN where nothing was used."""
        return np.asarray(np.where(self.n > 0, self.k / np.maximum(self.n, 1e-300), np.nan))

    def rho(self) -> float:
        """Intra-item correlation pooled over the cells."""
        return anova_rho(self.items, self.n, self.k, self.sum_m2, self.k2_over_m)

    def effective(self, rho: float) -> FloatArray:
        """Independent samples that each cell is worth."""
        return effective_size(self.n, self.sum_m2, self.items, rho)

    def seen(self) -> Cells:
        """Only the cells in which something was used."""
        keep = self.n > 0
        return self if bool(keep.all()) else self.at(keep)

    def collapsed(self, axes: Sequence[int]) -> Cells:
        """Merge cells that agree along ``axes``; ``chance`` is averaged by samples."""
        kept = self.coords[:, list(axes)]
        if kept.shape[1]:
            keys, group = np.unique(kept, axis=0, return_inverse=True)
        else:
            keys, group = np.zeros((1, 0), dtype=np.int64), np.zeros(len(self.n), dtype=np.int64)
        group = group.reshape(-1)

        def add(values: FloatArray) -> FloatArray:
            return np.bincount(group, weights=values, minlength=len(keys)).astype(np.float64)

        sums: dict[str, Any] = {name: add(getattr(self, name)) for name in _SUMS}
        weight = np.maximum(sums["n"], 1e-300)
        return Cells(coords=keys, chance=add(self.chance * self.n) / weight, **sums)

    def at(self, keep: NDArray[np.bool_]) -> Cells:
        """Only some of the cells."""
        return replace(self, **{f.name: getattr(self, f.name)[keep] for f in fields(self)})


_SUMS = tuple(f.name for f in fields(Cells) if f.name not in {"coords", "chance"})
