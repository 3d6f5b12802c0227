"""One eval's measurement as the plain arrays that the drawing room takes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.cells import Axis
from reasonscape.datasets.task_axes import View
from reasonscape.figures.content import (
    DifferenceGrid,
    LevelAxis,
    OutcomeCounts,
    Projection,
    SurfaceGrid,
)
from reasonscape.findings.thresholds import MIN_SAMPLES_SHOWN
from reasonscape.lenses.surface.cells import Cells
from reasonscape.lenses.surface.result import (
    Difference,
    EvalSurface,
    SurfaceResult,
)
from reasonscape.stats.proportions import accuracy_of_excess

NO_AXIS = LevelAxis("", ("all",), kind="factor")


def grid_of(result: SurfaceResult, one: EvalSurface, view: View) -> SurfaceGrid:
    """One surface of one eval; cells with fewer than five samples are masked."""
    measured = next(grid for grid in one.grids if grid.view == view)
    x, y = _axes(result, view)
    shape = (len(y.levels), len(x.levels))
    cells = measured.cells
    at = _places(cells, view)
    shown = cells.n >= MIN_SAMPLES_SHOWN

    def floats(values: NDArray[np.float64]) -> NDArray[np.float64]:
        out = np.full(shape, np.nan)
        out[at] = np.where(shown, values, np.nan)
        return out

    def counts(values: NDArray[np.float64]) -> NDArray[np.int64]:
        out = np.zeros(shape, dtype=np.int64)
        out[at] = values.astype(np.int64)
        return out

    state = np.full(shape, "masked", dtype="<U8")
    state[at] = np.where(shown, np.array(measured.state, dtype="<U8"), "masked")
    return SurfaceGrid(
        title=result.label,
        eval_label=one.label,
        x=x,
        y=y,
        accuracy=floats(cells.accuracy),
        low=floats(measured.low),
        high=floats(measured.high),
        items=counts(cells.items),
        samples=counts(cells.n),
        truncated_share=floats(cells.truncated / cells.n),
        truncated_low=floats(measured.truncated_low),
        state=state,
        chance=one.chance,
        capable=float(accuracy_of_excess(result.capable, one.chance)),
    )


def projection_of(result: SurfaceResult, one: EvalSurface, number: int) -> Projection:
    """Accuracy along one axis; the fitted curve where the axis has an order."""
    along = one.along[number]
    size = len(along.axis.levels)
    samples = _spread(along.cells, along.cells.n, size, 0.0)
    shown = samples >= MIN_SAMPLES_SHOWN
    curve = along.curve
    fit: dict[str, Any] = {}
    if curve is not None and curve.n_levels > 1:
        fit = {
            "fitted": curve.fitted, "fitted_low": curve.low, "fitted_high": curve.high,
            "fall": curve.fall, "fall_low": curve.fall_low, "fall_high": curve.fall_high,
        }  # fmt: skip
        if curve.p < 0.05:
            # A step that is not shown has no place to point at.
            fit |= {
                "last_good": curve.last_good,
                "first_bad": curve.first_bad,
                "shape": curve.shape,
            }
    return Projection(
        title=result.label,
        eval_label=one.label,
        axis=level_axis(along.axis),
        accuracy=np.where(shown, along.accuracy, np.nan),
        low=np.where(shown, along.low, np.nan),
        high=np.where(shown, along.high, np.nan),
        items=_spread(along.cells, along.cells.items, size, 0.0).astype(np.int64),
        samples=samples.astype(np.int64),
        truncated_share=_spread(along.cells, along.cells.truncated / along.cells.n, size),
        chance=one.chance,
        **fit,
    )


def difference_of(result: SurfaceResult, difference: Difference) -> DifferenceGrid:
    """Accuracy of one eval minus another's, paired by item, over the first surface."""
    x, y = _axes(result, difference.view)
    shape = (len(y.levels), len(x.levels))
    at = _spots(difference.coords, difference.view)
    found = difference.cells
    shown = found.pairs >= MIN_SAMPLES_SHOWN

    def place(values: NDArray[np.float64]) -> NDArray[np.float64]:
        out = np.full(shape, np.nan)
        out[at] = np.where(shown, values, np.nan)
        return out

    pairs = np.zeros(shape, dtype=np.int64)
    pairs[at] = found.pairs.astype(np.int64)
    significant = np.zeros(shape, dtype=bool)
    significant[at] = shown & (found.q < 0.05)
    return DifferenceGrid(
        title=result.label,
        eval_a=difference.a.label,
        eval_b=difference.b.label,
        x=x,
        y=y,
        difference=place(found.difference),
        low=place(found.low),
        high=place(found.high),
        pairs=pairs,
        significant=significant,
    )


def outcomes_of(result: SurfaceResult, one: EvalSurface) -> OutcomeCounts:
    """Outcomes of one eval where there is no axis at all."""
    counts = {
        name: np.array([one.outcomes[name]], dtype=np.int64)
        for name in ("correct", "incorrect", "unanswered", "truncated")
    }
    return OutcomeCounts(title=result.label, eval_label=one.label, axis=NO_AXIS, **counts)


def level_axis(axis: Axis) -> LevelAxis:
    """An axis as the drawing room takes it."""
    # "Terms (terms)" says nothing twice.
    unit = "" if axis.unit.casefold() == axis.label.casefold() else axis.unit
    return LevelAxis(axis.label, axis.levels, unit=unit, kind=axis.kind)


def _spread(
    cells: Cells, values: NDArray[np.float64], size: int, empty: float = np.nan
) -> NDArray[np.float64]:
    out = np.full(size, empty)
    out[cells.coords[:, 0]] = values
    return out


def _axes(result: SurfaceResult, view: View) -> tuple[LevelAxis, LevelAxis]:
    x = level_axis(result.axes[view.x])
    return x, NO_AXIS if view.y is None else level_axis(result.axes[view.y])


def _places(cells: Cells, view: View) -> tuple[Any, Any]:
    return _spots(cells.coords, view)


def _spots(coords: NDArray[np.int64], view: View) -> tuple[Any, Any]:
    x = coords[:, 0]
    return (np.zeros_like(x), x) if view.y is None else (coords[:, 1], x)
