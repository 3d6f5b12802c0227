"""The oracle rejects strong effects, and rejects nothing where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reasonscape.planted.cause_mechanisms import CAUSES
from reasonscape.planted.causes import PlantedCause, planted_cause
from reasonscape.planted.mechanisms import Mechanism, Thinking
from reasonscape.planted.nuisance import Nuisance
from reasonscape.planted.oracle import DECIDABLE, oracle

STORES = 60


def changed(
    made: PlantedCause, mechanism: Mechanism, *, items: int = 0, nuisance: Nuisance | None = None
) -> PlantedCause:
    """The same store with another mechanism, size, or nuisance."""
    plan = made.plan
    task = replace(plan.tasks[0], items=items or plan.tasks[0].items)
    planned = replace(plan.evals[0], mechanism=mechanism)
    new = replace(plan, tasks=(task,), evals=(planned,), nuisance=nuisance or plan.nuisance)
    return replace(made, plan=new)


def mechanism_of(made: PlantedCause) -> Mechanism:
    return made.plan.evals[0].mechanism


@pytest.mark.parametrize("cause", CAUSES)
def test_strong_effects_in_large_stores_are_decided(cause: str) -> None:
    strong = [
        made
        for seed in range(STORES)
        if (made := planted_cause(cause, seed)).strength > 0.6
        and made.plan.nuisance is not None
        and made.plan.nuisance.tokens
        and made.plan.nuisance.reasoning != "missing"
    ]
    p = [oracle(changed(made, mechanism_of(made), items=60)) for made in strong]
    assert len(p) >= 10
    # Beyond a deep cliff hardly any right trace is left to compare wrong ones with.
    least = 0.75 if cause == "working_memory_limit" else 0.95
    assert np.mean(np.array(p) < DECIDABLE) >= least


def without(made: PlantedCause) -> Mechanism:
    """The same loss of accuracy without what the cause does."""
    mechanism = mechanism_of(made)
    plain = Thinking(mechanism.thinking.easy, mechanism.thinking.hard, cap=mechanism.thinking.cap)
    if made.cause == "context_truncation":
        return Mechanism("uniform", high=0.6, thinking=replace(plain, easy=200, hard=400))
    if made.cause == "tokenization_problem":
        return replace(mechanism, high=0.6, low=0.6, costs=(), fragmented_odds=1.0)
    if made.cause == "unstable_surface":
        return Mechanism("uniform", high=0.6, thinking=plain)
    return replace(mechanism, thinking=plain)


NULL = [cause for cause in CAUSES if cause not in ("healthy", "capability_gap")]


@pytest.mark.parametrize("cause", NULL)
def test_without_the_mechanism_nothing_is_decided(cause: str) -> None:
    p = [
        oracle(changed(made, without(made), nuisance=Nuisance()))
        for made in (planted_cause(cause, seed) for seed in range(STORES))
    ]
    # Expected: 0.001 of them; two of 60 have a chance of 0.002.
    assert np.sum(np.array(p) < DECIDABLE) <= 1


def test_an_accuracy_at_the_border_is_neither_lost_nor_healthy() -> None:
    made = [planted_cause("capability_gap", seed) for seed in range(STORES)]
    even = [one for one in made if one.way == "even"]
    at_border = [changed(one, Mechanism("uniform", high=0.9), nuisance=Nuisance()) for one in even]
    assert sum(oracle(one) < DECIDABLE for one in at_border) <= 1
    healthy = [replace(one, cause="healthy") for one in at_border]
    assert sum(oracle(one) < DECIDABLE for one in healthy) <= 3


@pytest.mark.parametrize(
    ("cause", "way"), [("reasoning_inefficiency", "loops"), ("working_memory_limit", "circles")]
)
def test_what_the_log_does_not_show_cannot_be_decided(cause: str, way: str) -> None:
    made = next(one for seed in range(100) if (one := planted_cause(cause, seed)).way == way)
    bare = changed(made, mechanism_of(made), nuisance=Nuisance(reasoning="missing"))
    assert oracle(bare) == 1.0


def test_lengths_are_seen_in_tokens_or_in_characters() -> None:
    made = next(
        one for seed in range(100) if (one := planted_cause("underthinking", seed)).strength > 0.7
    )
    kept = oracle(changed(made, mechanism_of(made), nuisance=Nuisance(tokens=False)))
    assert kept < DECIDABLE
    none = Nuisance(tokens=False, reasoning="missing")
    assert oracle(changed(made, mechanism_of(made), nuisance=none)) == 1.0
