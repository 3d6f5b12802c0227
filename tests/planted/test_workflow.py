from __future__ import annotations

import numpy as np

from reasonscape.planted.records import dataset_config
from reasonscape.planted.samples import planted_samples, task_items
from reasonscape.planted.truth import group_truth
from reasonscape.planted.workflow import workflow_plan

PLAN = workflow_plan(texts=False)


def last_good_and_first_bad(model: str) -> tuple[object, object]:
    planned = next(e for e in PLAN.evals if e.model == model)
    place = group_truth(PLAN, PLAN.tasks[0], planned).place
    assert place is not None
    return place.before, place.after


def test_every_name_of_the_workflow_has_rows() -> None:
    seen = {(s.model, s.base_task) for s in planted_samples(PLAN)}
    models = {
        "gpt-4o", "llama-3.3-70b", "qwen-2.5-72b", "base-model", "finetuned-model",
        "production-model", "target-model", "model-a", "model-b",
    }  # fmt: skip
    assert {model for model, _ in seen} == models
    assert len({task for _, task in seen}) == 12
    assert len(seen) == 12 * 9
    assert {("production-model", "production-task"), ("gpt-4o", "arithmetic")} <= seen
    assert PLAN.rows <= 60_000


def test_boundaries_are_those_of_the_examples() -> None:
    assert last_good_and_first_bad("gpt-4o") == (18.0, 21.0)
    assert last_good_and_first_bad("qwen-2.5-72b") == (18.0, 21.0)
    assert last_good_and_first_bad("llama-3.3-70b") == (21.0, 24.0)
    base, tuned = last_good_and_first_bad("base-model"), last_good_and_first_bad("finetuned-model")
    assert (base, tuned) == ((21.0, 24.0), (12.0, 15.0))


def test_length_has_levels_between_18_and_24_and_no_more_than_are_left_uncut() -> None:
    levels = PLAN.tasks[0].axes[0].levels
    assert {18.0, 21.0, 24.0} <= set(levels)
    assert all(len(axis.levels) <= 8 for task in PLAN.tasks for axis in task.axes)


def test_the_production_model_is_cut_off_on_its_task() -> None:
    rows = [
        s for s in planted_samples(PLAN)
        if (s.model, s.base_task) == ("production-model", "production-task")
    ]  # fmt: skip
    cut = sum(s.stop == "length" for s in rows) / len(rows)
    assert 0.3 < cut < 0.6
    assert {s.max_tokens for s in rows} == {4096}


def test_spaces_cost_model_b_half_of_its_accuracy() -> None:
    rows = [s for s in planted_samples(PLAN) if (s.model, s.base_task) == ("model-b", "arithmetic")]
    right = {
        share: [s.correct for s in rows if s.params["prob_dewhitespace"] == share]
        for share in (0.0, 1.0)
    }
    kept, lost = (sum(map(bool, r)) / len(r) for r in right.values())
    assert 0.4 < lost / kept < 0.6


def test_all_evals_say_how_prompts_are_read_and_one_pair_reads_twice() -> None:
    read = {
        one["filters"]["model"]: one["tokenizer"]
        for one in dataset_config(PLAN, "dataset-m12x")["evals"]
    }
    assert read.pop("model-a") == "words"
    assert set(read.values()) == {"bytes"}
    assert len(read) == 8


def at_two_fifths(text: str) -> list[float]:
    """Symbolic power of bytes at 0.4 cycles a byte over the shuffled one, in windows of 30."""
    codes, found = np.frombuffer(text.encode(), dtype=np.uint8), []
    window = np.hanning(32)[1:-1]
    wave = window * np.exp(-0.8j * np.pi * np.arange(30))
    flat = (window**2).sum() - abs(wave.sum()) ** 2 / 30
    for start in range(0, len(codes) - 29, 15):
        part = codes[start : start + 30]
        share = [(part == a).mean() for a in np.unique(part)]
        power = sum(
            abs(wave[part == a].sum() - p * wave.sum()) ** 2
            for a, p in zip(np.unique(part), share, strict=True)
        )
        found.append(power / (flat * (1 - sum(p * p for p in share)) * 30 / 29))
    return found


def test_sums_have_a_period_of_five_bytes_that_goes_with_the_spaces() -> None:
    task = PLAN.tasks[0]
    prompts = [item.prompt for item in task_items(PLAN, task)]
    spaces = np.arange(len(prompts)) // task.items % 3
    whole, half, none = (
        np.mean([v for p, s in zip(prompts, spaces, strict=True) if s == at for v in
                 at_two_fifths(p)])
        for at in range(3)
    )  # fmt: skip
    assert whole > 2.5
    assert max(half, none) < 1.3
