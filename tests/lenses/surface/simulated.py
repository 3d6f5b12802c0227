"""Stores without a disk: cell sums of simulated answers, for tests of what the lens claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.declaration import AxisConfig, BaseTask
from reasonscape.datasets.observed import coordinates
from reasonscape.datasets.task_axes import task_axes
from reasonscape.findings.finding import Finding
from reasonscape.findings.verdict import Subject, judge
from reasonscape.lenses.surface.claims import claims
from reasonscape.lenses.surface.measurement import measure
from reasonscape.lenses.surface.options import SurfaceOptions
from reasonscape.lenses.surface.result import SurfaceResult
from reasonscape.lenses.surface.selection import EvalRows, TaskRows, _cells
from reasonscape.store.selection.raw_cells import RawCells

FloatArray = NDArray[np.float64]
TASK = BaseTask("t", axes={"x": AxisConfig(harder="up"), "y": AxisConfig(harder="up")})


@dataclass(frozen=True)
class World:
    """A table of true accuracies [x, y] with how it is sampled.

    ``cut`` is the chance that a wrong answer was truncated instead, of the same shape.
    """

    accuracy: FloatArray
    items: int = 12
    repeats: int = 2
    item_sd: float = 0.0
    cut: FloatArray | None = None
    chance: float = 0.0


def simulate(world: World, seed: int, eval_id: str = "e1") -> RawCells:
    """Draw answers and sum them by cell, as the store's query does."""
    rng = np.random.default_rng(seed)
    rows = []
    cut = np.zeros_like(world.accuracy) if world.cut is None else world.cut
    for (x, y), p in np.ndenumerate(world.accuracy):
        if np.isnan(p):  # nothing was asked there
            continue
        item_p = _with_item_effects(p, world, rng)
        m = world.repeats
        k = rng.binomial(m, item_p)
        lost = rng.binomial(m - k, cut[x, y])
        share = k / m
        rows.append(
            (x, y, world.items, m * world.items, k.sum(), lost.sum(),
             (k**2 / m).sum(), share.sum(), (share**2).sum())
        )  # fmt: skip
    table = np.array(rows, dtype=float)
    x, y, items, n, k, truncated, k2, p1, p2 = table.T
    zero = np.zeros(len(table))
    sums = {
        "items": items, "n": n, "k": k, "truncated": truncated, "unanswered": zero,
        "incorrect": n - k - truncated, "ungraded": zero, "failed": zero, "stop_known": n,
        "sum_m2": items * world.repeats**2, "k2_over_m": k2, "sum_p": p1, "sum_p2": p2,
        "chance": n * world.chance,
    }  # fmt: skip
    axes = {"param.x": x, "param.y": y}
    return RawCells(np.array([eval_id] * len(table), dtype=object), axes, sums)


def _with_item_effects(p: float, world: World, rng: np.random.Generator) -> FloatArray:
    inside = min(max(p, 1e-6), 1 - 1e-6)
    latent = np.log(inside / (1 - inside)) + rng.normal(0.0, world.item_sd, world.items)
    return np.asarray(1.0 / (1.0 + np.exp(-latent)))


def together(*worlds: World) -> RawCells:
    """Several evals, e1 and on, each in a world of its own."""
    raws = [simulate(world, i, f"e{i + 1}") for i, world in enumerate(worlds)]
    return RawCells(
        np.concatenate([raw.eval_id for raw in raws]),
        {name: np.concatenate([raw.axes[name] for raw in raws]) for name in raws[0].axes},
        {name: np.concatenate([raw.sums[name] for raw in raws]) for name in raws[0].sums},
    )


def measured(
    raw: RawCells, task: BaseTask = TASK, options: SurfaceOptions | None = None
) -> SurfaceResult:
    """Run the lens's mathematics on simulated rows."""
    options = options or SurfaceOptions()
    axes = task_axes(raw, task, asked=options.axes, surface=options.surface, bins=options.bins)
    coords, kept = coordinates(raw.axes, axes.axes, len(raw.eval_id))
    evals = tuple(
        EvalRows(Subject(name, "m", "t"), name, _cells(raw, coords, (raw.eval_id == name) & kept))
        for name in sorted(set(raw.eval_id.tolist()))
    )
    return measure(TaskRows("t", "t", axes.axes, axes.views, evals, (), ()), options)


def judged(result: SurfaceResult) -> dict[str, dict[str, Finding]]:
    """Findings by eval and pattern."""
    return {
        one.subject.eval_id: {f.pattern: f for f in judge(one.subject, one.claims)}
        for one in claims(result)
    }


def found(world: World, seed: int) -> dict[str, Finding]:
    """Findings of one simulated eval, by pattern."""
    return judged(measured(simulate(world, seed)))["e1"]


def cliff(at: int = 4, high: float = 0.95, low: float = 0.05) -> FloatArray:
    """Accuracy that drops along x before level ``at``; 8 x 6 levels."""
    return np.where(np.arange(8)[:, None] < at, high, low) * np.ones((8, 6))


def slope(high: float = 0.95, low: float = 0.3) -> FloatArray:
    """Accuracy that falls evenly along x; 8 x 6 levels."""
    return np.linspace(high, low, 8)[:, None] * np.ones((8, 6))


def flat(p: float) -> FloatArray:
    """The same accuracy everywhere; 8 x 6 levels."""
    return np.full((8, 6), p)
