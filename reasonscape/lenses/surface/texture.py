"""The table that the chaos pattern is judged on: item means by cell of the first surface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from reasonscape.datasets.cells import Axis
from reasonscape.datasets.task_axes import View
from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED, SPREAD
from reasonscape.lenses.surface.cells import Cells
from reasonscape.stats.roughness import Roughness, roughness

HINT_ITEMS: Final = 4
HINT_CELLS: Final = 8
HINT_LEVELS: Final = 5
"""Smaller cells and fewer of them: no claim, but what diagnosis may weigh."""


def texture(
    cells: Cells, axes: Sequence[Axis], view: View, *, hint: bool = False
) -> Roughness | None:
    """Roughness of one surface; ``None`` where an axis has no order or there is no axis."""
    chosen = [i for i in (view.x, view.y) if i is not None and i >= 0]
    if not chosen or any(axes[i].kind != "ordered" for i in chosen):
        return None
    merged = cells.collapsed(chosen)
    shape = tuple(len(axes[i].levels) for i in chosen)
    mean, var = np.full(shape, np.nan), np.full(shape, np.nan)
    items = np.zeros(shape)
    at = tuple(merged.coords[:, i] for i in range(len(chosen)))
    count = merged.items
    mean[at] = merged.sum_p / count
    spread = np.maximum(merged.sum_p2 - merged.sum_p**2 / count, 0.0)
    var[at] = np.where(count > 1, spread / np.maximum(count - 1, 1), np.nan)
    items[at] = count
    decreasing = tuple(_falls(axes[i]) for i in chosen)
    along = (decreasing[0], decreasing[1] if len(decreasing) > 1 else None)
    if hint:
        least = {"min_items": HINT_ITEMS, "min_cells": HINT_CELLS, "min_levels": HINT_LEVELS}
        return roughness(mean, items, var, decreasing=along, **least)
    return roughness(mean, items, var, decreasing=along, min_items=MIN_ITEMS_CLAIMED)


def is_rough(rough: Roughness) -> bool:
    """Whether the scatter is large and more than sampling."""
    return rough.df > 0 and rough.p < 0.05 and rough.spread >= SPREAD


def _falls(axis: Axis) -> bool | None:
    return None if axis.harder is None else axis.harder == "up"
