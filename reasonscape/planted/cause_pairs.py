"""A model and what became of it after tuning: stores for a diagnosis against a baseline."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from reasonscape.errors import UsageError
from reasonscape.planted.cause_settings import SETTINGS, Settings
from reasonscape.planted.causes import MODEL, PlantedCause, planted_cause
from reasonscape.planted.design import PlannedEval
from reasonscape.planted.mechanisms import Mechanism, Thinking

BASELINE: Final = "baseline"
REGRESSION: Final = "finetune_regression"

_FAILS: Final = {
    "loss": "capability_gap",
    "cliff": "working_memory_limit",
    "short": "underthinking",
    "loops": "reasoning_inefficiency",
    "none": "capability_gap",
}


def planted_pair(seed: int, settings: Settings = "tuning") -> PlantedCause:
    """Draw a store of a tuned model (``MODEL``) and its ``BASELINE``, which answer the same items.

    Parameters
    ----------
    seed
        Everything is drawn from it.
    settings
        As of `planted_cause`.

    Returns
    -------
    PlantedCause
        Its cause is ``finetune_regression`` where the tuned model lost: accuracy (``loss``), a
        level of difficulty (``cliff``), or as it thinks too little (``short``) or in ``loops``.
        In one of five (``none``) both are alike and the cause is the one that both have.

    Raises
    ------
    UsageError
        No settings of that name.

    Examples
    --------
    >>> [planned.model for planned in planted_pair(1).plan.evals]
    ['planted', 'baseline']
    """
    if settings not in SETTINGS:
        raise UsageError(f"no settings {settings!r}", remedy=f"use one of {', '.join(SETTINGS)}")
    rng = np.random.default_rng([seed, SETTINGS.index(settings), 1009])
    way = str(rng.choice(list(_FAILS)))
    made = planted_cause(_FAILS[way], seed, settings)
    tuned = made.plan.evals[0].mechanism
    before = tuned if way == "none" else _before(tuned, made, rng)
    plan = replace(
        made.plan,
        name=f"{REGRESSION}-{settings}-{seed}",
        evals=(PlannedEval(MODEL, tuned), PlannedEval(BASELINE, before)),
        item_agreement=float(rng.uniform(0.4, 0.9)),
    )
    cause = made.cause if way == "none" else REGRESSION
    return replace(made, cause=cause, way=way, plan=plan)


def _before(tuned: Mechanism, made: PlantedCause, rng: np.random.Generator) -> Mechanism:
    """The model that thinks as it should and answers more of the same questions."""
    thinking = tuned.thinking
    plain = Thinking(thinking.easy, thinking.hard, spread=thinking.spread, cap=thinking.cap)
    gained = 0.05 + 0.25 * min(max(made.strength, 0.0), 1.0)
    if tuned.kind == "cliff":
        last = made.plan.tasks[0].shape[0] - 1
        later = (tuned.break_after or 1) + int(rng.integers(1, 4))
        return replace(tuned, break_after=min(later, last), thinking=plain)
    if tuned.kind == "uniform":
        return replace(tuned, high=min(tuned.high + gained, 0.98), thinking=plain)
    return replace(tuned, low=min(tuned.low + 1.5 * gained, tuned.high), thinking=plain)
