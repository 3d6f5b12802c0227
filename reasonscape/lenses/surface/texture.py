"""The table that the chaos pattern is judged on: item means by cell of the first surface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from reasonscape.datasets.cells import Axis
from reasonscape.datasets.task_axes import View
from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED, SPREAD
from reasonscape.lenses.surface.cells import Cells, FloatArray
from reasonscape.stats.roughness import Roughness, roughness

HINT_ITEMS: Final = 2
HINT_CELLS: Final = 8
HINT_LEVELS: Final = 5
"""Smaller cells and fewer of them: no claim, but what diagnosis may weigh."""

SMALLEST_P: Final = 1e-300

HINT_SLICES: Final = 24
"""Combinations of levels of the axes outside the surface that a hint is looked for in."""


@dataclass(frozen=True, slots=True)
class ScatterHint:
    """Scatter of cells too small or too few to claim it; pooled over slices of further axes."""

    spread: float
    p: float
    cells: int


def texture(cells: Cells, axes: Sequence[Axis], view: View) -> Roughness | None:
    """Roughness of one surface; ``None`` where an axis has no order or there is no axis."""
    chosen = _ordered(axes, view)
    if not chosen:
        return None
    mean, items, var = _table(cells, axes, chosen)
    return roughness(
        mean, items, var, decreasing=_directions(axes, chosen), min_items=MIN_ITEMS_CLAIMED
    )


def scatter_hint(cells: Cells, axes: Sequence[Axis], view: View) -> ScatterHint | None:
    """Roughness of the smallest cells, each combination of the other axes by itself.

    Merging over a third axis averages chaos away, and cells of ten items are rare on three axes.
    """
    from scipy.special import chdtrc, chdtri

    chosen = _ordered(axes, view)
    others = [i for i in range(len(axes)) if i not in chosen]
    if not chosen:
        return None
    slices, where = np.unique(cells.coords[:, others], axis=0, return_inverse=True)
    if len(slices) > HINT_SLICES:
        return None
    total = squares = 0.0
    df = seen = 0
    for number in range(len(slices)):
        part = cells.at(where.ravel() == number)
        mean, items, var = _table(part, axes, chosen)
        rough = roughness(
            mean, items, var, decreasing=_directions(axes, chosen),
            min_items=HINT_ITEMS, min_cells=HINT_CELLS, min_levels=HINT_LEVELS,
        )  # fmt: skip
        if rough.df > 0:
            total += float(chdtri(rough.df, max(rough.p, SMALLEST_P)))
            squares += rough.df * rough.spread**2
            df += rough.df
            seen += rough.cells
    if not df:
        return None
    return ScatterHint(float(np.sqrt(squares / df)), float(chdtrc(df, total)), seen)


def _ordered(axes: Sequence[Axis], view: View) -> list[int]:
    """The surface's axes, if all of them have an order."""
    chosen = [i for i in (view.x, view.y) if i is not None and i >= 0]
    return chosen if all(axes[i].kind == "ordered" for i in chosen) else []


def _table(
    cells: Cells, axes: Sequence[Axis], chosen: Sequence[int]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean, items and variance between items of each cell of the surface."""
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
    return mean, items, var


def _directions(axes: Sequence[Axis], chosen: Sequence[int]) -> tuple[bool | None, bool | None]:
    decreasing = tuple(_falls(axes[i]) for i in chosen)
    return (decreasing[0], decreasing[1] if len(decreasing) > 1 else None)


def is_rough(rough: Roughness) -> bool:
    """Whether the scatter is large and more than sampling."""
    return rough.df > 0 and rough.p < 0.05 and rough.spread >= SPREAD


def _falls(axis: Axis) -> bool | None:
    return None if axis.harder is None else axis.harder == "up"
