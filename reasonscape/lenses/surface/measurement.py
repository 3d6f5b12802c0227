"""From cell sums to curves, zones and intervals for one base task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.cells import Axis
from reasonscape.datasets.task_axes import View
from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED
from reasonscape.lenses.surface.cells import Cells
from reasonscape.lenses.surface.differences import paired
from reasonscape.lenses.surface.options import SurfaceOptions
from reasonscape.lenses.surface.result import (
    AlongAxis,
    EvalSurface,
    MeasuredView,
    SurfaceResult,
)
from reasonscape.lenses.surface.selection import EvalRows, TaskRows
from reasonscape.lenses.surface.texture import is_rough, scatter_hint, texture
from reasonscape.stats.additive import AdditiveFit, fit_additive
from reasonscape.stats.curves import fit_curve, fit_onset
from reasonscape.stats.proportions import Proportion, wilson_bounds, wilson_interval
from reasonscape.stats.sensitivity import sensitivity
from reasonscape.stats.standardised import item_weighted_accuracy
from reasonscape.stats.zones import capability_border, capability_zone

FloatArray = NDArray[np.float64]

ENTANGLED = 0.5
"""Correlation of two axes from which a fall can hardly be laid on one of them."""


def measure(rows: TaskRows, options: SurfaceOptions) -> SurfaceResult:
    """Measure every eval of one base task on the same axes and cells."""
    evals = tuple(_eval_surface(one, rows, options) for one in rows.evals)
    return SurfaceResult(
        base_task=rows.base_task,
        label=rows.label,
        axes=rows.axes,
        views=rows.views,
        evals=evals,
        differences=paired(rows, evals),
        capable=options.capable,
        notes=rows.notes,
        confirmatory=rows.confirmatory,
    )


def _eval_surface(rows: EvalRows, task: TaskRows, options: SurfaceOptions) -> EvalSurface:
    cells = rows.cells.seen()
    views = task.views or (View("all", -1, None),)
    rho = cells.collapsed(_axes_of(views[0])).rho()
    n_eff = cells.effective(rho)
    grids = tuple(_grid(cells, view, task.axes, rho, options) for view in views)
    rough = texture(cells, task.axes, views[0])
    scatter = rough.spread if rough is not None and is_rough(rough) else 0.0
    whole = cells.collapsed(())
    return EvalSurface(
        subject=rows.subject,
        label=rows.label,
        outcomes=_outcomes(rows.cells),
        items=int(cells.items.sum()),
        rho=rho,
        accuracy=_pooled(cells, n_eff),
        best_case=float((whole.k + whole.truncated)[0] / whole.n[0]) if len(whole.n) else np.nan,
        standardised=item_weighted_accuracy(cells.sum_p, cells.sum_p2, cells.items, cells.n),
        chance=float(whole.chance[0]) if len(whole.n) else 0.0,
        stop_known=float(whole.stop_known[0] / whole.n[0]) if len(whole.n) else 0.0,
        entangled=_entangled(cells, task.axes, views[0]),
        along=tuple(
            _along(cells, task.axes, i, views[0], rho, scatter) for i in range(len(task.axes))
        ),
        sensitivity=_sensitivity(cells, task.axes, n_eff),
        grids=grids,
        roughness=rough,
        scatter_hint=scatter_hint(cells, task.axes, views[0]),
        truncated_share=_truncated_among_lost(grids[0], rho),
    )


def _pooled(cells: Cells, n_eff: FloatArray) -> Proportion:
    """Accuracy over all samples; cells count by their samples, as the headline does."""
    n = float(cells.n.sum())
    if n == 0:
        return Proportion(np.nan, 0.0, 1.0, 0.0)
    value = float(cells.k.sum()) / n
    trials = n * n / float((cells.n**2 / n_eff).sum())
    low, high = wilson_bounds(value * trials, trials)
    return Proportion(value, low, high, trials)


def _entangled(cells: Cells, axes: Sequence[Axis], view: View) -> tuple[str, str, float] | None:
    """The surface's axes and their correlation over items, where they move together."""
    if view.y is None or len(cells.n) < 2:
        return None
    x, y = (cells.coords[:, i].astype(np.float64) for i in (view.x, view.y))
    spread = np.cov(np.vstack([x, y]), aweights=cells.items, ddof=0)
    scale = float(np.sqrt(spread[0, 0] * spread[1, 1]))
    correlation = float(spread[0, 1]) / scale if scale > 0 else 0.0
    if abs(correlation) < ENTANGLED:
        return None
    return axes[view.x].name, axes[view.y].name, correlation


def _along(
    cells: Cells, axes: Sequence[Axis], number: int, view: View, rho: float, scatter: float
) -> AlongAxis:
    """Accuracy by level of one axis; its curve with the surface's other axis as additive terms.

    An axis outside the surface is adjusted for the surface's first one. More terms would cost
    more time than the rest of the lens and change little: what varies independently of an axis
    cannot bend its curve. Where cells scatter by more than sampling, the scatter is part of each
    cell's variance, so that a curve must rise above it.
    """
    axis = axes[number]
    levels = cells.collapsed((number,))
    low, high = _spread(levels, rho, len(axis.levels))
    curve = onset = None
    if axis.kind == "ordered":
        surface = _axes_of(view)
        inside = number in surface
        others = [i for i in surface if i != number] if inside else list(surface[:1])
        table = cells.collapsed((number, *others))
        trials = _trials(table, rho, scatter)
        shared = (table.coords[:, 0], axis.positions, table.coords[:, 1:] if others else None)
        curve = fit_curve(
            table.accuracy * trials,
            trials,
            *shared,
            chance=float(np.average(table.chance, weights=table.n)),
            direction=axis.harder,
        )
        if inside and table.truncated.sum() > 0:
            cut = table.truncated / table.n * trials
            onset = fit_onset(cut, trials, *shared, direction=curve.direction)
    accuracy = _placed(levels, levels.accuracy, len(axis.levels))
    return AlongAxis(axis, number, levels, accuracy, low, high, curve, onset)


def _trials(table: Cells, rho: float, scatter: float) -> FloatArray:
    """Effective samples of each cell; the variance between cells bounds what one cell is worth."""
    trials = table.effective(rho)
    if scatter == 0.0:
        return trials
    whole = float(table.k.sum() / table.n.sum())
    return np.asarray(1.0 / (1.0 / trials + scatter**2 / max(whole * (1.0 - whole), 1e-6)))


def _spread(levels: Cells, rho: float, count: int) -> tuple[FloatArray, FloatArray]:
    trials = levels.effective(rho)
    low, high = wilson_interval(levels.accuracy * trials, trials)
    return _placed(levels, low, count), _placed(levels, high, count)


def _placed(levels: Cells, values: FloatArray, count: int) -> FloatArray:
    """Values of the seen levels at their places among all levels; NaN where unseen."""
    out = np.full(count, np.nan)
    out[levels.coords[:, 0]] = values
    return out


def _sensitivity(cells: Cells, axes: Sequence[Axis], n_eff: FloatArray) -> Mapping[str, float]:
    if not axes or len(cells.n) < 2:
        return {}
    share = sensitivity(
        cells.accuracy * n_eff,
        n_eff,
        cells.coords,
        [len(axis.levels) for axis in axes],
        cells.chance,
    )
    return {axis.name: float(s) for axis, s in zip(axes, share, strict=True)}


def _grid(
    cells: Cells, view: View, axes: Sequence[Axis], rho: float, options: SurfaceOptions
) -> MeasuredView:
    chosen = _axes_of(view)
    merged = cells.collapsed(chosen)
    trials = merged.effective(rho)
    right = merged.accuracy * trials
    low, high = wilson_interval(right, trials)
    cut = merged.truncated / merged.n * trials
    truncated_low, truncated_high = wilson_interval(cut, trials)
    sizes = [len(axes[i].levels) for i in chosen]
    fit = _fit(right, trials, merged, sizes)
    zone = capability_zone(
        fit.low(),
        right,
        trials,
        merged.items,
        capable=options.capable,
        chance=merged.chance,
        min_items=MIN_ITEMS_CLAIMED,
    )
    border = _border(zone.state, merged, axes, chosen)
    return MeasuredView(
        view=view,
        cells=merged,
        low=low,
        high=high,
        truncated_low=truncated_low,
        truncated_high=truncated_high,
        fitted=fit.fitted,
        fitted_low=fit.low(),
        state=tuple(zone.names()),
        capable_share=zone.capable_cells,
        failing_cells=int((zone.state < 0).sum()),
        border=border,
    )


def _fit(right: FloatArray, trials: FloatArray, cells: Cells, sizes: list[int]) -> AdditiveFit:
    if sizes:
        return fit_additive(right, trials, cells.coords, sizes, cells.chance)
    one = np.zeros((len(trials), 1), dtype=np.int64)
    return fit_additive(right, trials, one, [1], cells.chance)


def _border(
    state: NDArray[np.int8], cells: Cells, axes: Sequence[Axis], chosen: Sequence[int]
) -> tuple[tuple[str, str], ...]:
    """For each level of y the hardest capable level of x; empty where x has no order."""
    if not chosen or axes[chosen[0]].kind != "ordered":
        return ()
    x = axes[chosen[0]]
    sizes = [len(axes[i].levels) for i in chosen]
    found = capability_border(state, cells.coords, sizes, 0, harder=x.harder or "up")
    rows = []
    for others, last in zip(found.others, found.last, strict=True):
        where = axes[chosen[1]].levels[int(others[0])] if len(chosen) > 1 else ""
        rows.append((where, x.levels[int(last)] if last >= 0 else ""))
    return tuple(rows)


def _truncated_among_lost(grid: MeasuredView, rho: float) -> Proportion | None:
    """Truncated among all not-correct samples, in the cells that are not capable."""
    cells = grid.cells
    open_ = np.array([state != "capable" for state in grid.state], dtype=bool)
    lost = (cells.n - cells.k)[open_]
    total = float(lost.sum())
    if total <= 0:
        return None
    # Lost samples of one item go together as its samples do: shrink by the same design effect.
    trials = float((lost * (cells.effective(rho) / cells.n)[open_]).sum())
    share = float(cells.truncated[open_].sum()) / total
    low, high = wilson_bounds(share * trials, trials)
    return Proportion(share, low, high, trials)


def _outcomes(cells: Cells) -> Mapping[str, int]:
    return {
        "correct": int(cells.k.sum()),
        "incorrect": int(cells.incorrect.sum()),
        "truncated": int(cells.truncated.sum()),
        "unanswered": int(cells.unanswered.sum()),
        "ungraded": int(cells.ungraded.sum()),
        "failed": int(cells.failed.sum()),
    }


def _axes_of(view: View) -> tuple[int, ...]:
    if view.x < 0:
        return ()
    return (view.x,) if view.y is None else (view.x, view.y)
