"""What is true of a planted store: accuracy, truncation and breaks, cell by cell."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from reasonscape.planted.design import Plan, PlannedAxis, PlannedEval, PlannedTask
from reasonscape.planted.mechanisms import TEXT_KINDS, Mechanism

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# A cut-off share of exactly 0 has no log-normal; this much is planted where 0 is asked for.
LEAST_TRUNCATED = 0.001

_FALLING = (
    "gradual",
    "collapse",
    "collapse-harmless",
    "collapse-kept",
    "bandgain",
    "bandgain-even",
    *TEXT_KINDS,
)

EXPECTED: dict[str, tuple[str, ...]] = {
    "healthy": ("healthy_surface",),
    "cliff": ("accuracy_cliff",),
    "gradual": ("gradual_decline",),
    "truncation": ("truncation_dominant", "gradual_decline"),
    "chaos": ("chaotic_surface",),
    "uniform": ("uniform_loss",),
    "underthink": ("uniform_loss", "underthink"),
    "overthink": ("uniform_loss", "overthink"),
    "loops": ("uniform_loss", "broken_loops"),
    "early": ("uniform_loss", "early_hazard"),
    "delayed": ("uniform_loss", "delayed_hazard"),
    "threshold": ("uniform_loss", "hazard_threshold"),
    "collapse": ("peak_collapse",),
    "collapse-harmless": (),
    "collapse-kept": (),
    "bandgain": ("gradual_decline", "band_limited_gain"),
    "bandgain-even": ("gradual_decline",),
    "artifact": ("uniform_loss", "tokenization_artifact"),
    "artifact-chance": ("uniform_loss",),
    **dict.fromkeys(TEXT_KINDS, ("gradual_decline",)),
}


@dataclass(frozen=True, slots=True)
class Break:
    """Where something changes along an axis.

    ``position`` counts gaps from the first level (3.5: between the fourth and the fifth).
    ``before`` and ``after`` are the levels on its two sides, ``height`` the change over all
    levels, a share.
    """

    axis: str
    position: float
    before: float | str
    after: float | str
    height: float


@dataclass(frozen=True, slots=True)
class GroupTruth:
    """The truth of one (eval, task); arrays have one entry per cell, last axis fastest.

    Attributes
    ----------
    excess
        Excess accuracy of finished answers (share).
    accuracy
        Accuracy with truncated counted as wrong (share).
    truncated
        Cut-off share.
    median_right, median_wrong
        Median completion tokens, before the cap, of traces meant to be right and wrong.
    affected
        1 where traces are of the mechanism's kind, 0 where they are like any others.
    place
        Where accuracy breaks: half of the fall of a cliff or a decline.
    onset
        Where the cut-off share passes half of its largest value.
    expects
        Patterns that the lenses should claim at the reference sizes.
    """

    task: PlannedTask
    planned: PlannedEval
    mechanism: Mechanism
    excess: Floats
    accuracy: Floats
    truncated: Floats
    median_right: Floats
    median_wrong: Floats
    affected: Floats
    place: Break | None
    onset: Break | None
    expects: tuple[str, ...]

    @property
    def axis(self) -> PlannedAxis:
        """The axis along which the mechanism acts."""
        return self.task.axes[main_axis(self.task, self.mechanism)]

    def by_level(self, values: Floats) -> Floats:
        """Average cells over all other axes: one value per level of the main axis."""
        which = main_axis(self.task, self.mechanism)
        others = tuple(i for i in range(len(self.task.axes)) if i != which)
        averaged: Floats = values.reshape(self.task.shape).mean(axis=others)
        return averaged


def stream(plan: Plan, purpose: str, *names: str) -> np.random.Generator:
    """Return the random stream of that purpose and those names, the same in every order."""
    key = tuple(zlib.crc32(name.encode("utf-8", "surrogatepass")) for name in (purpose, *names))
    return np.random.default_rng(np.random.SeedSequence(plan.seed, spawn_key=key))


def main_axis(task: PlannedTask, mechanism: Mechanism) -> int:
    """Return the index of the axis along which the mechanism acts."""
    names = [axis.name for axis in task.axes]
    return names.index(mechanism.axis) if mechanism.axis in names else 0


def positions(task: PlannedTask) -> NDArray[np.int64]:
    """Return the level index of every cell along every axis: int array (cells, axes)."""
    grid = np.indices(task.shape).reshape(len(task.shape), -1)
    return np.ascontiguousarray(grid.T, dtype=np.int64)


def group_truth(plan: Plan, task: PlannedTask, planned: PlannedEval) -> GroupTruth:
    """Work out what is true of one (eval, task).

    Parameters
    ----------
    plan, task, planned
        The plan and one pair of its `groups`.

    Returns
    -------
    GroupTruth
        For the given plan, over infinitely many items. Exact, but where ``wrong_ends`` ties the
        outcome to the length: then as if the cap cut right and wrong ends alike.

    Examples
    --------
    >>> from reasonscape.planted.design import mechanism_plan
    >>> plan = mechanism_plan("cliff", axes=1)
    >>> truth = group_truth(plan, plan.tasks[0], plan.evals[0])
    >>> [round(float(a), 2) for a in truth.accuracy]
    [0.95, 0.95, 0.95, 0.95, 0.05, 0.05, 0.05, 0.05]
    """
    mechanism = planned.on(task)
    excess = _excess(plan, task, planned, mechanism)
    finished = task.chance + (1 - task.chance) * excess
    affected = _affected(task, mechanism)
    right, wrong = _medians(task, mechanism, affected)
    thinking = mechanism.thinking
    cut_right = _cut(right, thinking.spread, thinking.cap)
    cut_wrong = _cut(wrong, thinking.spread, thinking.cap)
    truncated = finished * cut_right + (1 - finished) * cut_wrong
    accuracy = finished * (1 - cut_right)
    which = main_axis(task, mechanism)
    others = tuple(i for i in range(len(task.axes)) if i != which)
    place = onset = None
    if mechanism.kind in ("cliff", "truncation", *_FALLING):
        by_level = accuracy.reshape(task.shape).mean(axis=others)
        place = _break(task.axes[which], by_level)
    if mechanism.kind == "truncation":
        onset = _break(task.axes[which], truncated.reshape(task.shape).mean(axis=others))
    return GroupTruth(
        task,
        planned,
        mechanism,
        excess,
        accuracy,
        truncated,
        right,
        wrong,
        affected,
        place,
        onset,
        EXPECTED[mechanism.kind],
    )


def _along(task: PlannedTask, how: Mechanism) -> Floats:
    """Position of every cell along the axis of the mechanism, in gaps."""
    coords = positions(task).astype(np.float64)
    which = main_axis(task, how)
    x = coords[:, which].copy()
    for index, axis in enumerate(task.axes):
        if index != which and axis.numeric and not axis.confounder:
            x += how.tilt * coords[:, index]
    return x


def _last_good(task: PlannedTask, how: Mechanism) -> int:
    return how.break_after or max(task.shape[main_axis(task, how)] // 2, 1)


def _affected(task: PlannedTask, how: Mechanism) -> Floats:
    if how.thinking.reach == "everywhere":
        return np.ones(task.cells)
    return np.asarray(_along(task, how) >= _last_good(task, how) - 1, dtype=np.float64)


def _excess(plan: Plan, task: PlannedTask, planned: PlannedEval, how: Mechanism) -> Floats:
    coords = positions(task).astype(np.float64)
    last = max(task.shape[main_axis(task, how)] - 1, 1)
    x = _along(task, how)
    if how.kind == "cliff":
        good = _last_good(task, how)
        steep = 2 * math.log(9) / how.width
        low_share = 1 / (1 + np.exp(np.clip(-steep * (x - (good - 0.5)), -700, 700)))
        excess = how.high + (how.low - how.high) * low_share
    elif how.kind in _FALLING:
        excess = how.high + (how.low - how.high) * np.clip(x / last, 0, 1)
    elif how.kind == "chaos":
        # A beta distribution has mean and variance exactly; a clipped normal has not.
        concentration = how.high * (1 - how.high) / how.spread**2 - 1
        rng = stream(plan, "cells", planned.model, planned.template, planned.sampler, task.name)
        excess = rng.beta(how.high * concentration, (1 - how.high) * concentration, size=task.cells)
    else:
        excess = np.full(task.cells, how.high)
    costs = dict(how.costs)
    for index, axis in enumerate(task.axes):
        share = costs.get(axis.name, 0.0)
        excess = excess * (1 - share * coords[:, index] / max(len(axis.levels) - 1, 1))
    return np.asarray(excess, dtype=np.float64)


def _medians(task: PlannedTask, how: Mechanism, affected: Floats) -> tuple[Floats, Floats]:
    coords = positions(task).astype(np.float64)
    thinking = how.thinking
    if how.kind == "truncation":
        which = main_axis(task, how)
        u = coords[:, which] / max(task.shape[which] - 1, 1)
        share = np.clip(how.truncated * (3 * u**2 - 2 * u**3), LEAST_TRUNCATED, 1 - 1e-6)
        z = np.array([NormalDist().inv_cdf(1 - float(s)) for s in share])
        right = (thinking.cap - 1) * np.exp(-thinking.spread * z)
    else:
        ordered = [i for i, axis in enumerate(task.axes) if axis.numeric and len(axis.levels) > 1]
        hardness = np.zeros(task.cells)
        if ordered:
            last = np.array([task.shape[i] - 1 for i in ordered])
            hardness = (coords[:, ordered] / last).mean(axis=1)
        right = thinking.easy * (thinking.hard / thinking.easy) ** hardness
    return right, right * np.where(affected > 0, thinking.wrong_ratio, 1.0)


def _cut(median: Floats, spread: float, cap: int) -> Floats:
    """Share of lengths that reach the cap: ceil(length) >= cap is length > cap - 1."""
    z = (math.log(cap - 1) - np.log(median)) / spread
    return np.array([0.5 * math.erfc(float(v) / math.sqrt(2)) for v in z])


def _break(axis: PlannedAxis, by_level: Floats) -> Break | None:
    """Place where the curve passes half way between its first and its last level."""
    if len(by_level) < 2 or not axis.numeric:
        return None
    half = (by_level[0] + by_level[-1]) / 2
    sign = 1.0 if by_level[-1] > by_level[0] else -1.0
    above = np.flatnonzero(sign * (by_level - half) > 0)
    if not len(above) or above[0] == 0:
        return None
    after = int(above[0])
    step = by_level[after] - by_level[after - 1]
    position = after - 1 + float((half - by_level[after - 1]) / step)
    height = float(abs(by_level[-1] - by_level[0]))
    return Break(axis.name, position, axis.levels[after - 1], axis.levels[after], height)
