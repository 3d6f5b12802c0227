"""Stores without a disk: planted draws and nulls as ends, for tests of what the lens claims."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.cells import Axis, ObservedLevel, cut_axis
from reasonscape.findings.finding import Finding
from reasonscape.findings.later import Later
from reasonscape.findings.verdict import Subject, judge
from reasonscape.lenses.hazard.claims import claims
from reasonscape.lenses.hazard.ends import CUT_OFF, RIGHT, WRONG, Ends
from reasonscape.lenses.hazard.measurement import eval_hazard, measure
from reasonscape.lenses.hazard.options import HazardOptions
from reasonscape.lenses.hazard.result import HazardResult
from reasonscape.lenses.hazard.selection import EvalTimes, TaskTimes, counted_ends
from reasonscape.planted.design import mechanism_plan
from reasonscape.planted.draws import draw_group


@dataclass(frozen=True)
class Null:
    """A store in which failing does not go with where a trace ends; what is drawn and how.

    Attributes
    ----------
    caps
        Caps that items are dealt at random.
    shape
        ``lognormal``, or ``two_habits``: a third of the traces are four times as long, right and
        wrong ones alike.
    hard
        How far cells lie apart in the log of length and in the log odds of being right.
    """

    cells: int = 12
    items: int = 20
    repeats: int = 2
    accuracy: float = 0.7
    item_sd: float = 1.0
    length_sd: float = 0.5
    length_share: float = 0.5
    caps: tuple[float, ...] = (8192.0,)
    shape: str = "lognormal"
    hard: float = 0.7


def null(world: Null, seed: int) -> Ends:
    """Log-normal lengths with item effects; harder cells have longer traces and more failures."""
    rng = np.random.default_rng(seed)
    n_items = world.cells * world.items
    item = np.repeat(np.arange(n_items), world.repeats)
    cell = item // world.items
    spread = np.linspace(-1.0, 1.0, world.cells) if world.cells > 1 else np.zeros(1)
    centre = np.log(world.accuracy / (1 - world.accuracy)) - 1.7 * world.hard * spread
    odds = centre[cell] + world.item_sd * rng.standard_normal(n_items)[item]
    right = rng.random(len(item)) < 1 / (1 + np.exp(-odds))
    noise = np.sqrt(world.length_share) * rng.standard_normal(n_items)[item]
    noise += np.sqrt(1 - world.length_share) * rng.standard_normal(len(item))
    log_length = np.log(800.0) + world.hard * spread[cell] + world.length_sd * noise
    if world.shape == "two_habits":
        log_length += np.log(4.0) * (rng.random(len(item)) < 0.35)
    cap = rng.choice(np.array(world.caps), n_items)[item]
    return cut_at(
        ends(np.ceil(np.exp(log_length)), np.where(right, RIGHT, WRONG), item, cell[:, None]), cap
    )


def planted(
    kind: str, seed: int, *, axes: int = 2, items: int = 12, repeats: int = 2, item_sd: float = 0.8
) -> tuple[Ends, tuple[int, ...]]:
    """One model with a planted mechanism at its reference effect, and the levels of its axes."""
    plan = mechanism_plan(
        kind, seed=seed, axes=axes, items=items, repeats=repeats, item_sd=item_sd,
        baseline=False, texts=False,
    )  # fmt: skip
    task = plan.tasks[0]
    truth, drawn = draw_group(plan, task, plan.evals[0])
    shape = tuple(len(axis.levels) for axis in task.axes)
    coords = np.stack(np.unravel_index(drawn.cell, shape), axis=1).astype(np.int64)
    cause = np.where(drawn.truncated, CUT_OFF, np.where(drawn.correct, RIGHT, WRONG))
    item = drawn.cell.astype(np.int64) * task.items + drawn.item
    found = ends(drawn.tokens.astype(np.float64), cause, item, coords)
    cap = float(truth.mechanism.thinking.cap)
    return replace(found, cap=np.full(len(found), cap)), shape


def ends(
    time: NDArray[np.float64],
    cause: NDArray[np.int64],
    item: NDArray[np.int64],
    coords: NDArray[np.int64] | None = None,
    cap: float = np.nan,
) -> Ends:
    """Ends from plain arrays."""
    n = len(time)
    return Ends(
        time=np.asarray(time, dtype=np.float64),
        cause=np.asarray(cause, dtype=np.int64),
        item=np.asarray(item, dtype=np.int64),
        coords=np.zeros((n, 1), dtype=np.int64) if coords is None else coords.astype(np.int64),
        cap=np.full(n, cap),
        stop_known=np.ones(n, dtype=bool),
        dropped={"failed": 0, "ungraded": 0, "no_time": 0},
    )


def cut_at(whole: Ends, cap: NDArray[np.float64] | float) -> Ends:
    """The same traces under caps: what would have gone on is cut off there."""
    caps = np.broadcast_to(np.asarray(cap, dtype=np.float64), whole.time.shape).copy()
    over = whole.time > caps
    return replace(
        whole,
        time=np.where(over, caps, whole.time),
        cause=np.where(over, CUT_OFF, whole.cause),
        cap=caps,
    )


def measured(
    *samples: Ends, n_levels: tuple[int, ...] | None = None, options: HazardOptions | None = None
) -> HazardResult:
    """Run the lens's mathematics on one or several evals, e1 and on."""
    options = options or HazardOptions()
    return measure(task_of(*samples, n_levels=n_levels, options=options), options)


def task_of(
    *samples: Ends, n_levels: tuple[int, ...] | None = None, options: HazardOptions
) -> TaskTimes:
    """The rows of one task with several evals, as selection would give them."""
    shape = n_levels or tuple(
        int(max(one.coords[:, a].max(initial=0) for one in samples)) + 1
        for a in range(samples[0].coords.shape[1])
    )
    axes = tuple(_axis(f"param.a{i}", size) for i, size in enumerate(shape))
    panels = axes[0] if options.axes else None
    evals = tuple(
        EvalTimes(
            Subject(f"e{i + 1}", "m", "t"), f"e{i + 1}", "tokens", one,
            Later(partial(counted_ends, one, one.coords[:, 0] if panels is not None else None)),
        )
        for i, one in enumerate(samples)
    )  # fmt: skip
    return TaskTimes("t", "t", axes, panels, evals, ())


def _axis(column: str, size: int) -> Axis:
    levels = [ObservedLevel(float(i), 20, 40, 20) for i in range(size)]
    return cut_axis(levels, column=column, max_levels=size)


def judged(result: HazardResult) -> dict[str, dict[str, Finding]]:
    """Findings by eval and pattern."""
    return {
        one.subject.eval_id: {f.pattern: f for f in judge(one.subject, one.claims)}
        for one in claims(result)
    }


def found(
    sample: Ends, n_levels: tuple[int, ...] | None = None, options: HazardOptions | None = None
) -> dict[str, Finding]:
    """Findings of one simulated eval, by pattern; no curves are made for them."""
    options = options or HazardOptions()
    task = task_of(sample, n_levels=n_levels, options=options)
    one = eval_hazard(task.evals[0], task, options)
    result = HazardResult("t", "t", task.axes, None, (one,), Later(lambda: None), (), ())
    return judged(result)["e1"]
