from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from reasonscape.planted.design import PlannedAxis, PlannedTask, mechanism_plan
from reasonscape.planted.mechanisms import KINDS
from reasonscape.planted.samples import CONFOUNDER, planted_samples, task_items
from reasonscape.planted.traces import Passages
from reasonscape.store.sample import Sample


def key(sample: Sample) -> tuple[str, str, str | None, int | None]:
    return sample.model, sample.base_task, sample.item_id, sample.repeat


@pytest.mark.parametrize("kind", KINDS)
def test_same_plan_same_samples_another_seed_others(kind: str) -> None:
    plan = mechanism_plan(kind, items=2, axes=3)
    first = list(planted_samples(plan))
    assert first == list(planted_samples(plan))
    assert len(first) == plan.rows == len({key(s) for s in first})
    assert first != list(planted_samples(replace(plan, seed=1)))


def test_one_eval_more_changes_no_row_of_the_others() -> None:
    two = {key(s): s for s in planted_samples(mechanism_plan("cliff", items=2))}
    one = list(planted_samples(mechanism_plan("cliff", items=2, baseline=False)))
    for sample in one:
        other = two[key(sample)]
        assert replace(sample, source_row=0) == replace(other, source_row=0)


@pytest.mark.parametrize("kind", KINDS)
def test_caps_stops_and_answers_agree(kind: str) -> None:
    outcomes: Counter[str] = Counter()
    for sample in planted_samples(mechanism_plan(kind, items=6, baseline=False)):
        assert sample.completion_tokens is not None
        assert sample.max_tokens is not None
        assert sample.stop_source == "native"
        if sample.stop == "length":
            assert sample.completion_tokens == sample.max_tokens
            assert (sample.correct, sample.answered) == (False, False)
            assert (sample.answer, sample.response) == (None, None)
            outcomes["truncated"] += 1
            continue
        assert 8 <= sample.completion_tokens < sample.max_tokens
        if sample.correct:
            assert sample.answered
            assert sample.answer == sample.target
        elif sample.answered:
            assert sample.answer != sample.target
        else:
            assert sample.answer is None
            outcomes["unanswered"] += 1
    assert outcomes["truncated"] < 20 or kind == "truncation"
    if kind == "truncation":
        assert outcomes["truncated"] > 200
    if kind == "cliff":
        assert 0 < outcomes["unanswered"] < 40


def test_prompts_belong_to_items_not_to_evals() -> None:
    prompts: dict[str | None, str | None] = {}
    for sample in planted_samples(mechanism_plan("cliff", items=3)):
        assert prompts.setdefault(sample.item_id, sample.prompt) == sample.prompt


def test_coordinates_go_to_params_and_labels() -> None:
    samples = list(planted_samples(mechanism_plan("healthy", axes=3, items=1, repeats=1)))
    assert {s.params["length"] for s in samples} == {3, 6, 9, 12, 15, 18, 21, 24}
    assert {s.labels["format"] for s in samples} == {"plain", "spaced", "quoted"}
    long = [s for s in samples if s.params["length"] == 24]
    assert all(s.prompt is not None and s.prompt.count(" ") > 40 for s in long)


def test_longer_completions_have_longer_traces() -> None:
    plan = mechanism_plan("truncation", trace_chars=(0, 4096))
    samples = list(planted_samples(plan))
    assert {s.max_tokens for s in samples} == {4096}
    for sample in samples:
        assert sample.reasoning is not None
        assert sample.completion_tokens is not None
        assert abs(len(sample.reasoning) - sample.completion_tokens) < 150


def test_texts_can_be_left_out_and_nothing_else_changes() -> None:
    plan = mechanism_plan("gradual", items=2)
    for full, bare in zip(
        planted_samples(plan), planted_samples(replace(plan, texts=False)), strict=True
    ):
        assert bare.prompt is bare.reasoning is bare.response is bare.answer is bare.target is None
        assert (full.correct, full.completion_tokens) == (bare.correct, bare.completion_tokens)


def test_a_text_bank_gives_the_words() -> None:
    bank = Passages(("Of the sea and its depths there is much to tell.",))
    sample = next(planted_samples(mechanism_plan("healthy"), bank))
    assert sample.reasoning is not None
    assert sample.reasoning.startswith("Of the sea")


def test_odd_levels_still_make_questions() -> None:
    axes = (
        PlannedAxis("temperature", (0.1, 0.2, 0.9)),
        PlannedAxis(CONFOUNDER, (0.0, 1.0), confounder=True),
    )
    task = PlannedTask("t", axes, items=2)
    items = task_items(mechanism_plan("healthy"), task)
    assert len(items) == 12
    assert items[2].prompt.count(" ") == 3
