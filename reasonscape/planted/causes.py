"""Stores that fail by one cause, with everything else varied: what a diagnosis is tried on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

import numpy as np

from reasonscape.errors import UsageError
from reasonscape.planted.cause_mechanisms import CAUSES, WAYS, Case
from reasonscape.planted.cause_settings import DRAWN, SETTINGS, Drawn, Settings
from reasonscape.planted.design import Plan, PlannedAxis, PlannedEval, PlannedTask
from reasonscape.planted.mechanisms import Mechanism, Thinking, reference
from reasonscape.planted.nuisance import OTHER_KINDS, Nuisance, OtherKind, Reasoning
from reasonscape.planted.pairs import PAIRS

Rng = np.random.Generator
SPACES: Final = "prob_dewhitespace"
WRITING: Final = "writing"
MODEL: Final = "planted"
"""The model that fails; another one in the store is healthy."""

_OWN: Final[Mapping[str, tuple[OtherKind, ...]]] = {
    "working_memory_limit": ("loops", "long"),
    "reasoning_inefficiency": ("loops", "long"),
    "underthinking": ("short",),
    "context_truncation": ("cut",),
}
"""Kinds of failing that are the cause's own and so no contamination."""

_CAPS: Final = tuple(round(2**half) for half in np.arange(10, 18, 0.5))


@dataclass(frozen=True, slots=True)
class PlantedCause:
    """A plan and the cause that is planted in it.

    Attributes
    ----------
    cause, way
        The cause, and the variant of its mechanism, one of ``WAYS``.
    plan
        One task; the eval of the model ``MODEL`` fails, in some stores another is healthy.
    strength
        Strength of the effect: 0 is barely decidable, 1 strong.
    written
        Axis that changes how a question is written and costs accuracy; empty where none does.
    """

    cause: str
    way: str
    plan: Plan
    strength: float
    written: str = ""


def planted_cause(cause: str, seed: int, settings: Settings = "tuning") -> PlantedCause:
    """Draw a store that fails by one cause.

    Parameters
    ----------
    cause
        A key of ``CAUSES``.
    seed
        Everything is drawn from it.
    settings
        ``tuning``, or ``held-out``: other grids, sizes, lengths, tails, effects and grammars, on
        which no rule and no threshold was tried while it was chosen.

    Returns
    -------
    PlantedCause
        Equal for equal arguments.

    Raises
    ------
    UsageError
        No cause, or no settings, of that name.

    Examples
    --------
    >>> planted_cause("underthinking", 3).plan == planted_cause("underthinking", 3).plan
    True
    """
    if cause not in CAUSES:
        raise UsageError(f"no planted cause {cause!r}", remedy=f"use one of {', '.join(CAUSES)}")
    if settings not in DRAWN:
        raise UsageError(f"no settings {settings!r}", remedy=f"use one of {', '.join(SETTINGS)}")
    drawn = DRAWN[settings]
    rng = np.random.default_rng([seed, SETTINGS.index(settings), list(CAUSES).index(cause)])
    way = str(rng.choice(WAYS[cause]))
    written = {"confounder": SPACES, "period": SPACES, "format": WRITING}.get(way, "")
    axes = _axes(rng, drawn, written, way)
    thinking = _thinking(rng, drawn)
    strength, width = float(rng.uniform(*drawn.effect)), float(rng.uniform(*drawn.break_width))
    mechanism = CAUSES[cause](Case(rng, axes, thinking, strength, width, written), way)
    mechanism = _capped(mechanism, rng)
    nuisance = _nuisance(rng, drawn, cause)
    plan = Plan(
        f"{cause}-{settings}-{seed}",
        (_task(rng, drawn, axes, way),),
        _evals(rng, mechanism, PAIRS if way == "numbers" else ""),
        seed=seed,
        item_sd=float(rng.choice(drawn.item_sd)),
        trace_chars=(100, round(float(rng.uniform(*drawn.chars)) * mechanism.thinking.cap)),
        nuisance=nuisance,
    )
    return PlantedCause(cause, way, plan, strength, written)


def _thinking(rng: Rng, drawn: Drawn) -> Thinking:
    easy = float(rng.uniform(*drawn.easy))
    growth, spread = float(rng.uniform(*drawn.growth)), float(rng.uniform(*drawn.spread))
    return Thinking(easy=easy, hard=easy * growth, spread=spread)


def _capped(mechanism: Mechanism, rng: Rng) -> Mechanism:
    """The same under a cap of which the longest traces stay clear but for the tail."""
    thinking = mechanism.thinking
    if mechanism.kind == "truncation":
        return mechanism
    longest = thinking.hard * max(thinking.wrong_ratio, 1.0)
    least = longest * math.exp(float(rng.uniform(2.5, 3.5)) * thinking.spread)
    cap = next((cap for cap in _CAPS if cap >= least), _CAPS[-1])
    return replace(mechanism, thinking=replace(thinking, cap=cap))


def _evals(rng: Rng, mechanism: Mechanism, tokenizer: str) -> tuple[PlannedEval, ...]:
    """The model that fails and, in one store of seven, a healthy one beside it."""
    failing = PlannedEval(MODEL, mechanism, tokenizer=tokenizer)
    if rng.random() >= 1 / 7:
        return (failing,)
    cap = mechanism.thinking.cap
    lengths = Thinking(easy=cap / 40, hard=cap / 15, cap=cap)
    healthy = replace(reference("healthy"), thinking=lengths)
    return failing, PlannedEval("healthy", healthy, tokenizer=tokenizer)


def _nuisance(rng: Rng, drawn: Drawn, cause: str) -> Nuisance:
    others = tuple(kind for kind in OTHER_KINDS if kind not in _OWN.get(cause, ()))
    if not drawn.mixed:
        some = rng.permutation(len(others))[: int(rng.integers(1, len(others) + 1))]
        others = tuple(others[int(i)] for i in sorted(some))
    shown = cast("Reasoning", str(rng.choice(["kept"] * 14 + ["visible"] * 4 + ["missing"])))
    return Nuisance(
        tail=float(rng.uniform(*drawn.tail)),
        tail_size=float(rng.uniform(*drawn.tail_size)),
        freedom=float(rng.choice(drawn.freedom)),
        contamination=float(rng.uniform(*drawn.contamination)),
        others=others,
        long_right=float(rng.uniform(0.0, drawn.right)),
        stumbling=float(rng.uniform(0.0, drawn.right)),
        reasoning=shown,
        tokens=bool(rng.random() >= (0.5 if shown == "missing" else 0.06)),
        stops=bool(rng.random() >= 0.1),
    )


def _axes(rng: Rng, drawn: Drawn, written: str, way: str) -> tuple[PlannedAxis, ...]:
    levels = int(rng.integers(drawn.levels[0], drawn.levels[1] + 1))
    # A table of fewer rows has hardly a period to lose.
    first, step = (12, 2) if way == "period" else (3, int(rng.integers(1, 4)))
    axes = [PlannedAxis("length", tuple(float(first + step * i) for i in range(levels)))]
    # A few cells in a row are no surface that could be rough.
    rough = way == "cells" and levels < 8
    if rng.random() < 0.6 or rough:
        others = int(rng.integers(drawn.others[0], drawn.others[1] + 1))
        others = max(others, 3) if rough else others
        axes.append(PlannedAxis("depth", tuple(float(i) for i in range(others))))
    chance = rng.random()
    if written == SPACES or (not written and chance < 0.2):
        axes.append(PlannedAxis(SPACES, (0.0, 0.5, 1.0), "Spaces left out", confounder=True))
    elif written == WRITING or chance < 0.3:
        names = ("spaced", "narrow", "joined")
        axes.append(PlannedAxis(WRITING, names, "Writing", confounder=True))
    elif chance < 0.45:
        axes.append(PlannedAxis("topic", ("red", "green", "blue"), "Topic"))
    return tuple(axes)


def _task(rng: Rng, drawn: Drawn, axes: tuple[PlannedAxis, ...], way: str) -> PlannedTask:
    cells = math.prod(len(axis.levels) for axis in axes)
    repeats = int(rng.choice(drawn.repeats))
    fewest, most = drawn.rows
    rows = math.exp(rng.uniform(math.log(fewest), math.log(most)))
    items = max(2, round(rows / cells / repeats))
    chance = float(rng.choice(drawn.chance))
    grammar = str(rng.choice(drawn.grammars))
    if way in ("confounder", "format"):
        # The other grammars know no spaces to leave out.
        grammar = "arithmetic"
    grammar = {"numbers": "long-sums", "period": "table"}.get(way, grammar)
    return PlannedTask("planted", axes, items, repeats, chance, grammar)
