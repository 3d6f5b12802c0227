"""What the rows of a task say of its axes: levels, coordinates, and which way is harder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.cells import Axis, ObservedLevel

if TYPE_CHECKING:
    from reasonscape.store.selection.raw_cells import RawCells


def has_value(raw: RawCells, column: str) -> NDArray[np.bool_]:
    """Which entries have a value in a column: no ``None``, and no NaN."""
    return np.array([v is not None and v == v for v in raw.axes[column].tolist()], dtype=bool)


def observed_levels(raw: RawCells, column: str) -> list[ObservedLevel]:
    """Values of one column with items, samples and right answers over all evals.

    Items are those of the eval that has most of them there: evals share items, and their sum
    would count the shared ones again.
    """
    values = raw.axes[column]
    known = has_value(raw, column)
    if not known.any():
        return []
    names, at = np.unique(values[known].astype(str if values.dtype == object else float),
                          return_inverse=True)  # fmt: skip
    evals, who = np.unique(raw.eval_id[known].astype(str), return_inverse=True)
    both = at * len(evals) + who
    size = len(names) * len(evals)
    items = np.bincount(both, raw.sums["items"][known], size).reshape(len(names), -1).max(axis=1)
    samples = np.bincount(at, raw.sums["n"][known], len(names))
    right = np.bincount(at, raw.sums["k"][known], len(names))
    return [
        ObservedLevel(name, int(i), int(n), int(k))
        for name, i, n, k in zip(names.tolist(), items, samples, right, strict=True)
    ]


def coordinates(
    values: Mapping[str, NDArray[Any]], axes: Sequence[Axis], count: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Level of each entry along each axis, and which entries have a value on all of them.

    An entry without a value has the number after the last level.
    """
    coords = np.zeros((count, len(axes)), dtype=np.int64)
    kept = np.ones(count, dtype=bool)
    for i, axis in enumerate(axes):
        column = values[axis.column]
        if axis.kind == "factor":
            places = {value: at for at, value in enumerate(axis.values)}
            found = np.array([places.get(value, -1) for value in column], dtype=np.int64)
        else:
            number = column.astype(np.float64)
            # Only inner edges decide, as in Axis.index.
            borders = np.array(axis.values[1:] if axis.edges is None else axis.edges[1:-1])
            found = np.searchsorted(borders, number, side="right").astype(np.int64)
            found[np.isnan(number)] = -1
        coords[:, i] = np.where(found >= 0, found, len(axis.levels))
        kept &= found >= 0
    return coords, kept


def directed(axis: Axis, raw: RawCells) -> Axis:
    """Guess which way is harder within evals: a weak eval asked at easy levels tells nothing.

    Levels and accuracies are taken as differences from each eval's own means before they are
    correlated; an eval that was asked at one level only has no say.
    """
    if axis.kind != "ordered" or axis.harder_source == "config":
        return axis
    coords, kept = coordinates(raw.axes, [axis], len(raw.eval_id))
    kept &= raw.sums["n"] > 0
    _, who = np.unique(raw.eval_id[kept].astype(str), return_inverse=True)
    if not len(who):
        return axis
    weight = raw.sums["items"][kept]
    level = coords[kept, 0].astype(np.float64)
    accuracy = raw.sums["k"][kept] / raw.sums["n"][kept]

    def centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
        means = np.bincount(who, weight * values) / np.maximum(np.bincount(who, weight), 1e-300)
        return np.asarray(values - means[who])

    x, y = centred(level), centred(accuracy)
    scale = float(np.sqrt((weight * x * x).sum() * (weight * y * y).sum()))
    correlation = float((weight * x * y).sum()) / scale if scale > 1e-12 else 0.0
    if abs(correlation) < 1e-9:
        return replace(axis, harder=None, harder_source="unknown")
    return replace(axis, harder="up" if correlation < 0 else "down", harder_source="data")
