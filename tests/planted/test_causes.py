"""Stores of one cause: drawn from the seed, and true to what they say is planted."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from reasonscape.errors import UsageError
from reasonscape.planted.cause_mechanisms import CAUSES, WAYS
from reasonscape.planted.cause_pairs import BASELINE, REGRESSION, planted_pair
from reasonscape.planted.cause_settings import DRAWN, SETTINGS, Settings
from reasonscape.planted.causes import MODEL, planted_cause
from reasonscape.planted.draws import draw_group
from reasonscape.planted.nuisance import Nuisance
from reasonscape.planted.oracle import DECIDABLE, oracle
from reasonscape.planted.samples import planted_samples
from reasonscape.planted.traces import Passages, varied_loop
from reasonscape.planted.truth import group_truth, positions

SEEDS = range(12)
BANK = Passages(
    tuple(f"Passage {i} says that {i} and {i + 1} make {2 * i + 1}." for i in range(99))
)


def digest(cause: str, seed: int) -> str:
    plan = planted_cause(cause, seed).plan
    rows = [asdict(sample) for sample in planted_samples(plan, BANK)]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


@pytest.mark.parametrize("cause", ["working_memory_limit", "tokenization_problem"])
def test_the_same_seed_gives_the_same_bytes(cause: str) -> None:
    assert digest(cause, 3) == digest(cause, 3)
    assert digest(cause, 3) != digest(cause, 4)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("cause", CAUSES)
def test_every_store_can_be_planted(cause: str, settings: Settings) -> None:
    drawn = DRAWN[settings]
    for seed in SEEDS:
        made = planted_cause(cause, seed, settings)
        task, nuisance = made.plan.tasks[0], made.plan.nuisance
        assert made.way in WAYS[cause]
        assert made.plan.evals[0].model == MODEL
        assert drawn.levels[0] <= task.shape[0] <= drawn.levels[1]
        assert 1 <= len(task.axes) <= 3
        assert nuisance is not None
        assert drawn.contamination[0] <= nuisance.contamination <= drawn.contamination[1]
        assert np.isfinite(group_truth(made.plan, task, made.plan.evals[0]).accuracy).all()


def test_settings_draw_other_stores() -> None:
    tuning, held = (planted_cause("underthinking", 1, settings).plan for settings in SETTINGS)
    assert tuning.fingerprint != held.fingerprint


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UsageError, match="no planted cause"):
        planted_cause("finetune_regression", 1)
    with pytest.raises(UsageError, match="no settings"):
        planted_cause("healthy", 1, "other")  # type: ignore[arg-type]


def test_contamination_is_never_of_the_causes_own_kind() -> None:
    for settings in SETTINGS:
        for seed in SEEDS:
            short = planted_cause("underthinking", seed, settings).plan.nuisance
            cut = planted_cause("context_truncation", seed, settings).plan.nuisance
            assert short is not None
            assert cut is not None
            assert "short" not in short.others
            assert "cut" not in cut.others


def test_working_memory_fails_otherwise_only_from_the_last_good_level_on() -> None:
    made = next(
        one
        for seed in range(200)
        if (one := planted_cause("working_memory_limit", seed)).way == "loops"
    )
    task = replace(made.plan.tasks[0], items=200, repeats=1)
    plan = replace(made.plan, tasks=(task,), nuisance=Nuisance())
    truth, draws = draw_group(plan, task, plan.evals[0])
    last_good = (truth.mechanism.break_after or 1) - 1
    beyond = positions(task)[:, 0][draws.cell] >= last_good
    wrong = ~draws.correct & ~draws.truncated
    assert draws.looped[wrong & beyond].mean() > 0.3
    assert not draws.looped[~beyond].any()
    ratio = truth.median_wrong / truth.median_right
    assert set(np.round(ratio[positions(task)[:, 0] < last_good], 9)) <= {1.0}
    assert (ratio[positions(task)[:, 0] >= last_good] > 1.1).all()


def test_healthy_stores_are_right_nearly_always() -> None:
    for settings in SETTINGS:
        for seed in SEEDS:
            made = planted_cause("healthy", seed, settings)
            task = made.plan.tasks[0]
            truth = group_truth(made.plan, task, made.plan.evals[0])
            assert truth.excess.min() >= 0.95


def test_caps_cut_hardly_anything_but_where_they_are_the_cause() -> None:
    for cause in CAUSES:
        for seed in SEEDS:
            made = planted_cause(cause, seed)
            task = made.plan.tasks[0]
            truth = group_truth(made.plan, task, made.plan.evals[0])
            if cause == "context_truncation":
                assert truth.truncated.max() > 0.3
            else:
                assert truth.truncated.max() < 0.02


def test_what_is_written_otherwise_costs_accuracy() -> None:
    found = set()
    for seed in range(40):
        made = planted_cause("tokenization_problem", seed)
        task = made.plan.tasks[0]
        found.add(made.way)
        if not made.written:
            assert made.way == "numbers"
            continue
        truth = group_truth(made.plan, task, made.plan.evals[0])
        which = [axis.name for axis in task.axes].index(made.written)
        assert task.axes[which].confounder
        level = positions(task)[:, which]
        fall = truth.accuracy[level == 0].mean() - truth.accuracy[level == level.max()].mean()
        assert fall > 0.05
    assert found == set(WAYS["tokenization_problem"])


def test_prompts_written_without_spaces_have_none_at_the_last_level() -> None:
    made = next(
        one
        for seed in range(100)
        if (one := planted_cause("tokenization_problem", seed)).way == "format"
    )
    made_plan = replace(made.plan, tasks=(replace(made.plan.tasks[0], items=1, repeats=1),))
    spaces: dict[str, list[int]] = {"spaced": [], "joined": []}
    for sample in planted_samples(made_plan, BANK):
        kind = sample.labels["writing"]
        if kind in spaces and sample.model == MODEL:
            spaces[kind].append((sample.prompt or "").count(" "))
    # What is left is the frame: "What is ... ?".
    assert max(spaces["joined"]) == 3
    assert min(spaces["spaced"]) > 3


@pytest.mark.parametrize("chars", [1, 40, 300, 5000])
def test_loops_of_any_kind_have_their_length(chars: int) -> None:
    for seed in range(30):
        loop = varied_loop(chars, [seed, 5], ["Two and two make four, as everyone knows by now."])
        assert len(loop) == chars
        assert loop == varied_loop(
            chars, [seed, 5], ["Two and two make four, as everyone knows by now."]
        )


def test_a_pair_answers_the_same_items_and_one_of_it_lost() -> None:
    found = set()
    for seed in range(40):
        made = planted_pair(seed)
        task = made.plan.tasks[0]
        tuned, before = (group_truth(made.plan, task, planned) for planned in made.plan.evals)
        lost = before.accuracy.mean() - tuned.accuracy.mean()
        found.add(made.way)
        assert [planned.model for planned in made.plan.evals] == [MODEL, BASELINE]
        assert tuned.mechanism.thinking.cap == before.mechanism.thinking.cap
        if made.way == "none":
            assert made.cause != REGRESSION
            assert lost == 0
        else:
            assert made.cause == REGRESSION
            assert lost >= 0
            assert before.mechanism.thinking.loops == 0
    assert found == {"loss", "cliff", "short", "loops", "none"}
    with pytest.raises(UsageError, match="no settings"):
        planted_pair(1, "other")  # type: ignore[arg-type]


def test_a_pair_that_lost_is_decided_and_one_that_did_not_is_no_regression() -> None:
    pairs = [planted_pair(seed) for seed in range(60)]
    strong = [one for one in pairs if one.cause == REGRESSION and one.strength > 0.5]
    assert np.mean([oracle(one) < DECIDABLE for one in strong]) > 0.8
    equal = [replace(one, cause=REGRESSION) for one in pairs if one.way == "none"]
    assert len(equal) >= 5
    assert sum(oracle(one) < DECIDABLE for one in equal) <= 1
