"""Null worlds: stores of one (eval, task) in which patterns are false, and which ones those are.

In every world failures are independent of the trace given the item, wrong and right traces come
from one distribution of lengths, and hard cells have longer traces. What differs is the accuracy:
see `WORLDS`. Everything else is drawn for each store: grid, items, repeats, chance, item effects,
lengths and their tails, the cap, grammar, tokenizer, what the log leaves out.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reasonscape.findings.thresholds import (
    CAPABLE,
    DECLINE_FALL,
    FAILURE_PATTERNS,
    LOOP_SHARE,
    TRUNCATION_SHARE,
)
from reasonscape.planted.design import Plan, PlannedAxis, PlannedEval, PlannedTask, mechanism_plan
from reasonscape.planted.draws import draw_group
from reasonscape.planted.mechanisms import Mechanism, Thinking
from reasonscape.planted.nuisance import Nuisance
from reasonscape.planted.pairs import PAIRS
from reasonscape.planted.truth import positions

Rng = np.random.Generator
LARGE: Final = 60_000
"""Completions of the same plan that stand for all there could be."""
NO_CAP: Final = 2**22
EFFORT: Final = "effort"
"""A third ordered axis: accuracy and lengths go with it, prompts do not."""
LIST_GRAMMARS: Final = ("arithmetic", "boolean", "ordering", "tracking", "counting", "sorting")
TABLES: Final = ("table", "kept-table")
EVEN: Final = "mixed-terms"
PROMPT_NULLS: Final = ("collapse-harmless", "collapse-kept", "bandgain-even", "artifact-chance")


@dataclass(frozen=True)
class Drawn:
    """A store to plant.

    Attributes
    ----------
    plan
        One task, one eval.
    true
        Failure patterns that hold of it, measured on `LARGE` completions of the same plan.
    open
        Patterns that hold or not by details of their definition; nothing is counted for them.
    """

    plan: Plan
    true: tuple[str, ...]
    open: tuple[str, ...] = ()


@dataclass(frozen=True)
class World:
    """How accuracy is drawn.

    Attributes
    ----------
    strict
        Whether no failure pattern is true: these are the null stores of the whole run.
    says
        One line for the table.
    """

    draw: Callable[[Rng, int], Plan]
    strict: bool
    says: str
    open: tuple[str, ...] = field(default=())


def drawn_store(world: str, seed: int, number: int) -> Drawn:
    """Draw one store of a world; equal arguments give equal plans."""
    chosen = WORLDS[world]
    rng = np.random.default_rng([seed, list(WORLDS).index(world), number])
    plan = chosen.draw(rng, int(rng.integers(2**31)))
    true, undecided = true_patterns(plan)
    # A table that grows after a fixed sentence has more of its period the longer it is.
    rows = ("band_limited_gain",) if plan.tasks[0].grammar in TABLES else ()
    return Drawn(plan, true, (*chosen.open, *undecided, *rows))


def true_patterns(plan: Plan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Failure patterns that hold of a plan without an effect of the trace, and borderline ones."""
    task = plan.tasks[0]
    many = replace(task, items=max(LARGE // task.cells // task.repeats, task.items))
    _, draws = draw_group(plan, many, plan.evals[0])
    correct = draws.correct.reshape(task.cells, -1).mean(axis=1)
    cut = draws.truncated.reshape(task.cells, -1).mean(axis=1)
    excess = (correct - task.chance) / (1 - task.chance)
    ordered = [i for i, axis in enumerate(task.axes) if axis.numeric]
    levels = positions(task)
    fall = max(
        float(excess[levels[:, i] == 0].mean() - excess[levels[:, i] == levels[:, i].max()].mean())
        for i in ordered
    )
    true, undecided = [], []
    if fall >= DECLINE_FALL:
        true.append("gradual_decline")
    elif excess.mean() < CAPABLE - 0.005:
        true.append("uniform_loss")
    weak = excess < CAPABLE
    for cells in (weak, weak | True):
        lost = float((1 - correct)[cells].sum())
        if lost > 0 and float(cut[cells].sum()) >= TRUNCATION_SHARE * lost:
            undecided.append("truncation_dominant")
    if plan.evals[0].mechanism.thinking.loops * float(1 - correct.mean()) >= LOOP_SHARE:
        true.append("broken_loops")
    return tuple(true), tuple(dict.fromkeys(undecided))


def facts(plan: Plan) -> dict[str, Any]:
    """What was drawn for a store, to see afterwards where a rule fails."""
    task, planned = plan.tasks[0], plan.evals[0]
    how, thinking = planned.mechanism, planned.mechanism.thinking
    return {
        "rows": plan.rows,
        "cells": task.cells,
        "items": task.items,
        "repeats": task.repeats,
        "chance": task.chance,
        "grammar": task.grammar,
        "tokenizer": planned.tokenizer,
        "axes": [axis.name for axis in task.axes],
        "item_sd": plan.item_sd,
        "high": how.high,
        "low": how.low,
        "kind": how.kind,
        "spread": thinking.spread,
        "item_share": thinking.item_share,
        "growth": thinking.hard / thinking.easy,
        "cap": thinking.cap,
        "loops": thinking.loops,
    }


def _flat(low: float, high: float, *, cap: bool = True) -> Callable[[Rng, int], Plan]:
    def draw(rng: Rng, seed: int) -> Plan:
        how = Mechanism("uniform", high=float(rng.uniform(low, high)))
        return _plan(rng, seed, how, _axes(rng), str(rng.choice(LIST_GRAMMARS)), cap=cap)

    return draw


def _gentle(rng: Rng, seed: int) -> Plan:
    high = float(rng.uniform(0.97, 0.995))
    return _falling(rng, seed, high, high - float(rng.uniform(0.02, 0.06)))


def _steep(rng: Rng, seed: int) -> Plan:
    high = float(rng.uniform(0.8, 0.97))
    return _falling(rng, seed, high, high - float(rng.uniform(0.35, 0.7)))


def _falling(rng: Rng, seed: int, high: float, low: float) -> Plan:
    """Along an axis that prompts do not show, or along the length of prompts of one mixture."""
    if rng.random() < 0.5:
        how = Mechanism("gradual", high=high, low=low)
        return _plan(rng, seed, how, (_length(rng, 5, 9),), EVEN)
    how = Mechanism("gradual", high=high, low=low, axis=EFFORT)
    effort = PlannedAxis(EFFORT, tuple(float(i) for i in range(1, int(rng.integers(6, 10)))))
    others = (_length(rng, 1, 3), PlannedAxis("depth", (0.0, 1.0)[: int(rng.integers(1, 3))]))
    return _plan(rng, seed, how, (*others, effort), str(rng.choice(LIST_GRAMMARS)))


def _growing(rng: Rng, seed: int) -> Plan:
    high = float(rng.uniform(0.8, 0.97))
    how = Mechanism("gradual", high=high, low=high - float(rng.uniform(0.35, 0.7)))
    axes = (_length(rng, 5, 9), PlannedAxis("depth", (0.0, 1.0, 2.0)[: int(rng.integers(1, 4))]))
    return _plan(rng, seed, how, axes, str(rng.choice(LIST_GRAMMARS)))


def _prompts(rng: Rng, seed: int) -> Plan:
    """The planted nulls of the lens for prompts, each with its own prompts, sizes drawn."""
    kind = str(rng.choice(PROMPT_NULLS))
    periodic = kind != "artifact-chance"
    plan = mechanism_plan(
        kind,
        seed=seed,
        baseline=False,
        axes=None if periodic else int(rng.integers(1, 3)),
        items=int(rng.integers(15, 46) if kind == "bandgain-even" else rng.integers(5, 21)),
        repeats=int(rng.integers(1, 4)),
        chance=float(rng.choice([0.0, 0.0, 0.25])),
        item_sd=float(rng.choice([0.0, 0.8, 1.5])),
        trace_chars=(100, 3000),
    )
    one = plan.evals[0]
    tokenizer = one.tokenizer if not periodic else str(rng.choice(["", "words", "o200k_base"]))
    return replace(plan, evals=(replace(one, tokenizer=tokenizer),))


def _length(rng: Rng, fewest: int, most: int) -> PlannedAxis:
    step = int(rng.integers(1, 4))
    n = int(rng.integers(fewest, most + 1))
    return PlannedAxis("length", tuple(float(4 + step * i) for i in range(n)))


def _axes(rng: Rng) -> tuple[PlannedAxis, ...]:
    axes = [_length(rng, 6, 10)]
    if rng.random() < 0.6:
        depth = int(rng.integers(2, 7))
        axes.append(PlannedAxis("depth", tuple(float(i) for i in range(depth))))
    if len(axes) == 1 or len(axes[0].levels) * len(axes[1].levels) <= 20:
        third = rng.random()
        if third < 0.25:
            axes.append(PlannedAxis("topic", ("red", "green", "blue"), "Topic"))
        elif third < 0.4:
            spaces = (0.0, 0.5, 1.0)
            axes.append(PlannedAxis("prob_dewhitespace", spaces, "Spaces left out", "", True))
    return tuple(axes)


def _plan(
    rng: Rng,
    seed: int,
    how: Mechanism,
    axes: tuple[PlannedAxis, ...],
    grammar: str,
    *,
    cap: bool = True,
) -> Plan:
    cells = math.prod(len(axis.levels) for axis in axes)
    repeats = int(rng.choice([1, 2, 4, 8]))
    rows = math.exp(rng.uniform(math.log(200), math.log(3000)))
    items = max(2, round(rows / cells / repeats))
    easy = float(rng.uniform(200, 800))
    thinking = Thinking(
        easy=easy,
        hard=easy * float(rng.uniform(1.0, 6.0)),
        spread=float(rng.uniform(0.3, 0.8)),
        item_share=float(rng.choice([0.2, 0.5, 0.9])),
        # Fewer than a third of the loops from which they are a pattern.
        loops=float(rng.choice([0.0, 0.0, 0.3 * LOOP_SHARE / max(1 - how.low, 0.06)])),
        cap=NO_CAP,
    )
    how = replace(how, thinking=thinking)
    tokenizer = str(rng.choice(["", "words", "o200k_base"]))
    if rng.random() < 0.15 and grammar == "arithmetic":
        grammar, tokenizer = "long-sums", PAIRS
    plan = Plan(
        f"null-{seed}",
        (
            PlannedTask(
                "arithmetic", axes, items, repeats, float(rng.choice([0, 0, 0.25])), grammar
            ),
        ),
        (PlannedEval("null", how, tokenizer=tokenizer),),
        seed=seed,
        item_sd=float(rng.choice([0.0, 0.8, 1.5])),
        nuisance=Nuisance(
            tail=float(rng.uniform(0, 0.1)),
            tail_size=float(rng.uniform(0.3, 0.9)),
            freedom=float(rng.choice([0, 0, 4])),
            contamination=0.0,
            reasoning="kept" if rng.random() < 0.9 else "visible",
            tokens=bool(rng.random() >= 0.05),
            stops=bool(rng.random() >= 0.1),
        ),
    )
    return _capped(plan, rng, binds=cap and rng.random() < 0.5)


def _capped(plan: Plan, rng: Rng, *, binds: bool) -> Plan:
    """Under a cap that is never reached, or reached by up to three in ten of the failures."""
    task, one = plan.tasks[0], plan.evals[0]
    many = replace(task, items=max(LARGE // task.cells // task.repeats, task.items))
    _, draws = draw_group(plan, many, one)
    share = float(rng.uniform(0.05, 0.3)) * float(1 - draws.correct.mean())
    cap = int(np.quantile(draws.tokens, 1 - share)) if binds else 4 * int(draws.tokens.max())
    chars = round(float(rng.uniform(0.7, 2.0)) * float(np.quantile(draws.tokens, 0.9)))
    slope = min(chars * cap / float(np.quantile(draws.tokens, 0.9)), 2**31 - 1)
    thinking = replace(one.mechanism.thinking, cap=cap)
    one = replace(one, mechanism=replace(one.mechanism, thinking=thinking))
    return replace(plan, evals=(one,), trace_chars=(100, round(slope)))


WORLDS: Final[Mapping[str, World]] = {
    "healthy": World(_flat(0.91, 0.99), True, "accuracy .91 to .99 in every cell"),
    "edge": World(_flat(0.9, 0.9, cap=False), True, "accuracy .90, where a loss would begin"),
    "gentle": World(_gentle, True, "falls by 2 to 6 points along an axis, from .97 to .995"),
    "loss": World(_flat(0.15, 0.85), False, "accuracy .15 to .85 in every cell"),
    "decline": World(_steep, False, "falls by 35 to 70 points; prompts do not show it"),
    "prompts": World(
        _prompts, False, "prompts of collapse, bandgain, artifact; no link",
        open=("gradual_decline", "uniform_loss"),
    ),
    "growing": World(
        _growing, False, "falls by 35 to 70 points as prompts grow",
        open=("band_limited_gain", "peak_collapse"),
    ),
}  # fmt: skip
"""By name. Open in ``prompts``: its falls of 20 to 25 points lie on the threshold. In ``growing``:
a list that grows after a fixed instruction changes its bands, and failures grow with it. Open
wherever they are not excluded by a wide margin: cut-offs as most of what is lost."""

PATTERNS: Final = tuple(p for patterns in FAILURE_PATTERNS.values() for p in patterns)
