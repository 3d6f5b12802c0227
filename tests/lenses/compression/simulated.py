"""Stores without a disk: planted draws with simulated features, for tests of what the lens claims.

The features follow what the mechanisms plant in texts: novelty falls slowly along a trace, a loop
takes it to nearly nothing, circling halves it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.cells import Axis, ObservedLevel, cut_axis
from reasonscape.datasets.task_traces import EvalTraces, TaskTraces
from reasonscape.findings.finding import Finding
from reasonscape.findings.verdict import Subject, judge
from reasonscape.lenses.compression.claims import claims
from reasonscape.lenses.compression.measurement import measure
from reasonscape.lenses.compression.options import CompressionOptions
from reasonscape.lenses.compression.result import CompressionResult
from reasonscape.lenses.compression.selection import TaskRows
from reasonscape.planted.design import Plan, mechanism_plan
from reasonscape.planted.draws import Draws, draw_group
from reasonscape.store.selection.trace_rows import TraceRows

POINTS = 32
BYTES_A_TOKEN = 4.0
BLOCK = 512


@dataclass(frozen=True)
class Sample:
    """Columns of one (eval, task), as the store would give them."""

    item: NDArray[np.int64]
    repeat: NDArray[np.int64]
    coords: NDArray[np.int64]
    outcome: NDArray[np.int8]
    tokens: NDArray[np.float64]
    looped: NDArray[np.bool_]
    circling: NDArray[np.bool_]
    cap: float = 8192.0
    chance: float = 0.0


def planted(plan: Plan) -> Sample:
    """Draws of the plan's first (eval, task)."""
    task = plan.tasks[0]
    _, draws = draw_group(plan, task, plan.evals[0])
    shape = tuple(len(axis.levels) for axis in task.axes)
    coords = np.stack(np.unravel_index(draws.cell, shape), axis=1)
    return Sample(
        item=(draws.cell.astype(np.int64) * task.items + draws.item),
        repeat=draws.repeat.astype(np.int64),
        coords=coords.astype(np.int64),
        outcome=_outcome(draws),
        tokens=draws.tokens.astype(np.float64),
        looped=draws.looped,
        circling=draws.circling,
        chance=task.chance,
    )


def _outcome(draws: Draws) -> NDArray[np.int8]:
    ended = np.where(draws.answered, 1, 3)
    return np.where(draws.correct, 0, np.where(draws.truncated, 2, ended)).astype(np.int8)


def mechanism(kind: str, seed: int, *, axes: int = 2, items: int = 12, repeats: int = 2) -> Sample:
    """One model with a planted mechanism at its reference effect."""
    return planted(
        mechanism_plan(
            kind, seed=seed, axes=axes, items=items, repeats=repeats, baseline=False, texts=False
        )
    )


@dataclass(frozen=True)
class Null:
    """A store in which failing does not go with the trace: what is drawn and how."""

    cells: int = 16
    items: int = 12
    repeats: int = 2
    accuracy: float = 0.7
    item_sd: float = 1.0
    length_sd: float = 0.5
    length_share: float = 0.5
    cap: float = 8192.0
    loops: float = 0.003


def null(world: Null, seed: int) -> Sample:
    """Log-normal lengths with item effects, failure independent of them within a cell.

    Harder cells have longer traces and more failures, so whoever compares across cells is fooled.
    """
    rng = np.random.default_rng(seed)
    n_items = world.cells * world.items
    cell = np.repeat(np.arange(world.cells), world.items * world.repeats)
    item = np.repeat(np.arange(n_items), world.repeats)
    hard = np.linspace(-1.0, 1.0, world.cells) if world.cells > 1 else np.zeros(1)
    centre = np.log(world.accuracy / (1 - world.accuracy)) - 1.2 * hard
    odds = centre[cell] + world.item_sd * rng.standard_normal(n_items)[item]
    right = rng.random(len(item)) < 1 / (1 + np.exp(-odds))
    noise = np.sqrt(world.length_share) * rng.standard_normal(n_items)[item]
    noise += np.sqrt(1 - world.length_share) * rng.standard_normal(len(item))
    tokens = np.ceil(800.0 * np.exp(0.7 * hard[cell] + world.length_sd * noise))
    cut = tokens >= world.cap
    looped = rng.random(len(item)) < world.loops
    unread = rng.random(len(item)) < 0.03
    outcome = np.where(cut, 2, np.where(right, 0, np.where(unread, 3, 1)))
    return Sample(
        item=item,
        repeat=np.tile(np.arange(world.repeats), n_items),
        coords=cell[:, None].astype(np.int64),
        outcome=outcome.astype(np.int8),
        tokens=np.minimum(tokens, world.cap),
        looped=looped,
        circling=np.zeros(len(item), dtype=bool),
        cap=world.cap,
    )


def rows_of(sample: Sample, seed: int) -> TraceRows:
    """The columns that the lens reads, with features drawn for them."""
    rng = np.random.default_rng([seed, 77])
    n = len(sample.item)
    size = sample.tokens * BYTES_A_TOKEN
    style = 0.15 * rng.standard_normal(int(sample.item.max(initial=0)) + 1)[sample.item]
    blocks = np.clip(np.ceil(size / BLOCK), 1, POINTS).astype(np.int64)
    place = (np.arange(POINTS) + 0.5) / blocks[:, None]
    where = place * size[:, None] / 1000.0
    level = 2.2 - 0.15 * np.log1p(where) + style[:, None]
    level = level + 0.25 * rng.standard_normal((n, POINTS))
    second = place > 0.5
    level = np.where(second & sample.circling[:, None], 0.45 * level, level)
    level = np.where(second & sample.looped[:, None], 0.03, level)
    shape = np.where(np.arange(POINTS) < blocks[:, None], np.maximum(level, 0.01), np.nan)
    last = np.arange(POINTS) >= blocks[:, None] - -(-blocks[:, None] // 4)
    tail = np.nanmean(np.where(last, shape, np.nan), axis=1)
    covered = np.where(sample.looped, 0.5, 0.0)
    onset = np.where(sample.looped, 0.5 * size, np.nan)
    numbers = {
        "max_tokens": np.full(n, sample.cap),
        "completion_tokens": sample.tokens,
        "f.version": np.ones(n),
        "f.bytes": size,
        "f.chars": size,
        "f.bits_per_char": np.nanmean(shape, axis=1),
        "f.novelty_tail": tail,
        "f.loop_onset": onset,
        "f.loop_onset_tokens": onset / BYTES_A_TOKEN,
        "f.loop_period": np.where(sample.looped, 120.0, np.nan),
        "f.loop_covered": covered,
    }
    words = {
        "sample_uid": np.array([f"s{i:06d}" for i in range(n)], dtype=object),
        "f.trace": np.array(["reasoning"] * n, dtype=object),
        "f.loop_kind": np.array(["exact" if one else None for one in sample.looped], dtype=object),
    }
    return TraceRows(
        evals=("e1",),
        eval=np.zeros(n, dtype=np.int32),
        item=sample.item,
        repeat=sample.repeat,
        outcome=sample.outcome,
        axes={},
        numbers=numbers,
        words=words,
        curves={"f.novelty_shape": shape.astype(np.float32)},
    )


def axes_of(sample: Sample) -> tuple[Axis, ...]:
    """One ordered axis a column of coordinates."""
    return tuple(
        cut_axis(
            [ObservedLevel(float(v), 50, 50, 25) for v in range(int(column.max()) + 1)],
            column=f"param.x{i}",
            bins=50,
        )
        for i, column in enumerate(sample.coords.T)
    )


def task_of(sample: Sample, rows: TraceRows) -> TaskRows:
    """The unit that the lens measures."""
    part = EvalTraces(Subject("e1", "m", "t"), "m", rows, sample.coords, sample.chance)
    return TaskRows("t", TaskTraces("t", "t", axes_of(sample), (), (part,), ()))


def measured(
    sample: Sample, seed: int = 0, options: CompressionOptions | None = None
) -> CompressionResult:
    """Run the lens's mathematics on simulated rows."""
    return measure(task_of(sample, rows_of(sample, seed)), options or CompressionOptions())


def judged(result: CompressionResult) -> dict[str, Finding]:
    """Findings of the first eval by pattern."""
    one = claims(result)[0]
    return {f.pattern: f for f in judge(one.subject, one.claims)}


def found(sample: Sample, seed: int = 0) -> dict[str, Finding]:
    """Findings of one simulated eval, by pattern."""
    return judged(measured(sample, seed))
