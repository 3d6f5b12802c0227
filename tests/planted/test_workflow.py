from __future__ import annotations

from reasonscape.planted.samples import planted_samples
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
