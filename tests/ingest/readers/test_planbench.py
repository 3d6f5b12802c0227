"""PlanBench response files: golden files by value, traps, broken rows, and real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.axes import parse_axes
from reasonscape.ingest.formats import sniff
from reasonscape.ingest.lines import Lines
from reasonscape.ingest.mapping import load_mapping
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.mapped import MAPPED
from reasonscape.ingest.readers.planbench.problem import (
    object_count,
    plan_length,
    prompt_style,
    task_family,
)
from reasonscape.ingest.readers.planbench.reader import read_planbench
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal
from tests.ingest.golden_edits import content_of

GOLDEN = Path(__file__).parent.parent / "golden" / "planbench"
ZERO = "task_1_plan_generation_zero_shot"
THINKER = f"blocksworld_3/thinker-api/{ZERO}.json"
HIDDEN = f"blocksworld_3/hidden_chat/{ZERO}.json"
PLAIN = "blocksworld_3/plain_aws/task_1_plan_generation.json"
PDDL = f"unsolvable_blocksworld/plain_aws/{ZERO}_pddl.json"
OLDER = "mystery_blocksworld/old_chat/task_1_zero_shot_plan_generation.json"


def samples(path: Path, options: ReadOptions | None = None) -> list[Sample]:
    records = list(read_planbench(path, options or ReadOptions()))
    assert all(isinstance(one, Sample) for one in records), records
    return [one for one in records if isinstance(one, Sample)]


def golden(name: str, options: ReadOptions | None = None) -> list[Sample]:
    return samples(GOLDEN / name, options)


def write(folder: Path, *instances: Any, **changes: Any) -> Path:
    """A file with a few instances, or with other members."""
    log = {
        "task": ZERO,
        "prompt_type": "zeroshot",
        "domain": "blocksworld",
        "instances": list(instances),
        "engine": "e_chat",
    }
    path = folder / f"{ZERO}.json"
    path.write_text(json.dumps(log | changes))
    return path


def instance(**changes: Any) -> dict[str, Any]:
    made = {
        "instance_id": 1,
        "query": "Plan.",
        "ground_truth_plan": "(pick-up a)\n",
        "llm_raw_response": "pick up a",
        "extracted_llm_plan": "(pick-up a)",
        "llm_correct": True,
    }
    return made | changes


def body(**changes: Any) -> dict[str, Any]:
    choice = {"finish_reason": "stop", "message": {"content": "pick up a", "role": "assistant"}}
    return {"choices": [choice], "model": "served-1", **changes}


def only(path: Path) -> Sample:
    (found,) = samples(path)
    return found


def refused(path: Path) -> list[tuple[str, str, int]]:
    records = read_planbench(path, ReadOptions())
    return [(one.reason, one.field, one.row) for one in records if isinstance(one, Refusal)]


def test_reasoning_beside_the_answer_by_value() -> None:
    first = golden(THINKER)[0]
    assert first == Sample(
        model="thinker-api",
        template="zero_shot",
        sampler="",
        base_task="blocksworld_3",
        task="blocksworld_3",
        item_id="1",
        repeat=None,
        params={"n_objects": 2.0, "optimal_plan_length": 2.0},
        labels={"prompt_style": "zero_shot"},
        prompt="I move one block at a time, and only one that nothing lies on. What do I do?\n\n"
        "[STATEMENT]\nAt first the red block is on the table, the blue block is on the table.\n"
        "In the end I want that the red block is on the blue block.\n\nGive me the actions.",
        reasoning="First I look at problem 1.",
        reasoning_kind="full",
        response="The plan:\n1. pick up a\n2. stack a b",
        answer="(pick-up a)\n(stack a b)",
        target="(pick-up a)\n(stack a b)\n",
        correct=True,
        grade_source="native",
        answered=True,
        stop="stop",
        stop_source="native",
        prompt_tokens=100,
        completion_tokens=60,
        reasoning_tokens=40,
        tokens_source="native",
        source=(GOLDEN / THINKER).as_posix(),
        source_row=1,
    )


def test_how_completions_end() -> None:
    options = ReadOptions()
    found = golden(THINKER, options)
    assert [(one.item_id, one.source_row, one.stop, one.correct) for one in found] == [
        ("1", 1, "stop", True),
        ("2", 2, "stop", False),
        ("3", 3, "length", None),  # PlanBench grades no empty response
        ("4", 4, "filter", None),
        ("6", 6, "unknown", True),  # instance 5 was not answered
    ]
    assert options.notices.lines() == (
        "left out: an instance without a response, which was not answered (1 row)",
    )
    assert found[4].reasoning == "All of it."
    assert found[4].response == (
        "The plan:\n1. unstack a d\n2. put down a\n3. unstack c b\n4. put down c\n5. pick up d\n"
        "6. stack d c\n7. pick up b\n8. stack b d"
    )


def test_reasoning_that_is_counted_and_not_shown() -> None:
    found = golden(HIDDEN)
    assert {(one.reasoning, one.reasoning_kind, one.reasoning_tokens) for one in found} == {
        (None, "hidden", 256)
    }
    assert [one.completion_tokens for one in found] == [300, 301, 302]


def test_a_further_run_is_a_repeat() -> None:
    again = golden(f"blocksworld_3/hidden_chat/{ZERO}_run1.json")
    assert [(one.item_id, one.repeat) for one in again] == [("1", 1), ("2", 1)]
    first = golden(HIDDEN)[0]
    assert first.repeat is None
    assert content_of(again[0]) == {**content_of(first), "repeat": 1}


def test_one_example_and_no_response_objects() -> None:
    found = golden(PLAIN)
    assert {(one.template, one.labels["prompt_style"]) for one in found} == {
        ("one_shot", "one_shot")
    }
    # Objects and plan are those of the problem, not of the example before it.
    assert [(one.item_id, *one.params.values()) for one in found] == [
        ("2", 2, 4),
        ("3", 3, 4),
        ("4", 3, 6),
        ("5", 4, 4),
        ("6", 4, 8),
    ]
    assert [(one.answer, one.answered, one.correct) for one in found[1:]] == [
        (None, False, False),  # no plan could be read
        ("", None, False),  # perhaps the answer that there is none
        ("(unstack c b)\n(put-down c)\n(pick-up d)\n(stack d b)", True, True),
        (None, None, None),
    ]
    assert (found[0].stop, found[0].stop_source, found[0].tokens_source) == (
        *("unknown", "unknown"),
        None,
    )
    anthropic, empty = found[3:]
    assert (anthropic.stop, anthropic.prompt_tokens, anthropic.completion_tokens) == (
        *("stop", 210),
        77,
    )
    assert (empty.stop, empty.response, empty.correct) == ("error", "", None)


def test_pddl_files_call_themselves_oneshot_and_are_not() -> None:
    found = golden(PDDL)
    assert {(one.template, one.base_task) for one in found} == {
        ("zero_shot_pddl", "unsolvable_blocksworld")
    }
    # Without a plan there is no length of it; the line with the cost is no action.
    assert [one.params for one in found] == [
        {"n_objects": 4.0},
        {"n_objects": 4.0},
        {"n_objects": 5.0},
        {"n_objects": 5.0, "optimal_plan_length": 8.0},
    ]
    assert [one.target for one in found[:3]] == ["", "", "unsolvable"]


def test_grades_by_hand_are_taken_on_demand() -> None:
    options = ReadOptions()
    assert [one.correct for one in golden(PDDL, options)] == [False, False, False, True]
    assert options.notices.lines() == (
        "graded by 'llm_correct'; --metric takes another: correct (4 rows)",
    )
    options = ReadOptions(metric="correct")
    assert [one.correct for one in golden(PDDL, options)] == [None, True, False, True]
    assert "ungraded: 'correct' is neither 0 nor 1 (1 row)" in options.notices.lines()
    with pytest.raises(UsageError, match="has the grade 'accuracy'") as caught:
        golden(PDDL, ReadOptions(metric="accuracy"))
    assert caught.value.remedy == "name one of llm_correct, correct"


def test_older_files_have_lists_and_another_grade() -> None:
    options = ReadOptions()
    first, second = golden(OLDER, options)
    assert (first.base_task, first.template) == ("mystery_blocksworld", "zero_shot")
    assert (first.target, first.correct) == ("(pick-up a)\n(stack a b)\n", True)
    assert (second.answer, second.correct) == ("(put-down a)\n(pick-up b)\n(stack b a)\n", False)
    # What came of relaxed checks is no coordinate of the question.
    assert second.params == {"n_objects": 2.0, "optimal_plan_length": 4.0}
    assert options.notices.lines() == ()


@pytest.mark.parametrize("name", [THINKER, HIDDEN, PLAIN, PDDL, OLDER])
def test_accuracy_is_that_of_planbench(name: str) -> None:
    # PlanBench counts the instances that it graded.
    instances = orjson.loads((GOLDEN / name).read_bytes())["instances"]
    grades = [one.get("llm_correct", one.get("correct")) for one in instances]
    graded = [grade for grade in grades if grade is not None]
    ours = [one.correct for one in golden(name) if one.correct is not None]
    assert len(ours) == len(graded)
    assert sum(ours) / len(ours) == pytest.approx(sum(graded) / len(graded), abs=1e-9)


def test_names_of_tasks() -> None:
    names = {
        "task_1_plan_generation": ("plan_generation", "one_shot"),
        "task_1_plan_generation_zero_shot_pddl": ("plan_generation", "zero_shot_pddl"),
        "task_1_plan_generation_pddl": ("plan_generation", "one_shot_pddl"),
        "task_1_plan_generation_state_tracking": ("plan_generation", "one_shot_state_tracking"),
        "task_3_plan_verification_with_llm_plans": (
            "plan_verification_with_llm_plans",
            "one_shot",
        ),
        "task_8_2_full_to_partial": ("full_to_partial", "one_shot"),
        "t1": ("plan_generation", "one_shot"),
        "": ("plan_generation", "one_shot"),
    }
    assert {one: (task_family(one), prompt_style(one, "oneshot")) for one in names} == names


def test_objects_of_each_kind_of_prompt() -> None:
    rules = "the green block\n[STATEMENT]\nobject f\n[STATEMENT]\n"
    assert object_count(f"{rules}the red block is on the blue block. The red block") == 2
    assert object_count(f"{rules}object b craves object c, planet object b") == 2
    assert object_count(f"{rules}x9 object_0 object_11, y object_0") == 2
    assert object_count(f"{rules}package_0 is at location_0_1, location_0_1 is in city_0") == 3
    assert object_count("the red block") is None
    assert object_count("[STATEMENT]\nNothing is known.") is None
    assert object_count("(:objects a b)\n(:objects a b c - block d - (either x y))") == 2
    assert object_count("(:OBJECTS\n a ; b\n c - block t - truck)") == 3
    assert object_count("(:objects )") is None


def test_length_of_what_is_no_plan() -> None:
    assert plan_length("; cost = 0 (unit cost)") is None
    assert plan_length("The plan is valid.\n(stack a b)") is None
    assert plan_length(None) is None


def test_other_tasks_are_tasks_of_their_own(tmp_path: Path) -> None:
    grades = {"llm_correct_binary": True, "llm_correct_w_type": False, "llm_correct_w_expl": False}
    made = instance(**grades, extracted_llm_plan={"valid": True}, extra={"level": 3})
    del made["llm_correct"]
    options = ReadOptions()
    (found,) = samples(write(tmp_path, made, task="task_3_plan_verification"), options)
    assert (found.base_task, found.correct) == ("blocksworld/plan_verification", True)
    assert found.answer == '{"valid":true}'
    assert found.params["extra.level"] == 3
    options = ReadOptions(axes=parse_axes(["level=instance.extra.level"]))
    (found,) = samples(write(tmp_path, made), options)
    assert found.params == {"level": 3.0, "optimal_plan_length": 1.0}


def test_the_model_is_the_engine_else_the_one_that_answered(tmp_path: Path) -> None:
    answered = instance(response_object=body())
    assert only(write(tmp_path, answered)).model == "e_chat"
    assert only(write(tmp_path, answered, engine=None)).model == "served-1"
    assert refused(write(tmp_path, instance(), engine=None)) == [("missing_field", "model", 1)]


def test_of_several_choices_the_first_counts(tmp_path: Path) -> None:
    choices = [{"index": n, "finish_reason": "stop", "message": {"content": "x"}} for n in (0, 1)]
    usage = {"prompt_tokens": 5, "completion_tokens": 9}
    found = only(write(tmp_path, instance(response_object=body(choices=choices, usage=usage))))
    assert (found.repeat, found.prompt_tokens, found.completion_tokens) == (None, 5, None)
    assert found.response == "pick up a"


def test_cached_input_is_not_counted_by_anthropic(tmp_path: Path) -> None:
    usage = {"input_tokens": 7, "output_tokens": 3, "cache_read_input_tokens": 90}
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "x"}
    made = {"type": "message", "content": [thought], "stop_reason": "max_tokens", "usage": usage}
    found = only(write(tmp_path, instance(response_object=made)))
    assert (found.prompt_tokens, found.completion_tokens, found.stop) == (None, 3, "length")
    assert (found.reasoning, found.reasoning_kind) == ("Hm.", "full")


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"query": 3}, "wrong_type", "prompt"),
        ({"instance_id": {}}, "wrong_type", "item_id"),
        ({"llm_correct": "yes"}, "wrong_type", "llm_correct"),
        ({"llm_raw_response": ["x"]}, "wrong_type", "response"),
        ({"ground_truth_plan": [1]}, "wrong_type", "ground_truth_plan"),
        ({"extracted_llm_plan": 7}, "wrong_type", "extracted_llm_plan"),
        ({"response_object": "x"}, "wrong_type", "response_object"),
        ({"response_object": body(choices=[])}, "missing_field", "choices"),
        ({"response_object": body(choices=[3])}, "wrong_type", "choices"),
        ({"response_object": body(usage=[])}, "wrong_type", "usage"),
        ({"response_object": body(usage={"prompt_tokens": -1})}, "out_of_range", "prompt_tokens"),
        ({"response_object": {"type": "message", "usage": 3}}, "wrong_type", "usage"),
        (
            {"response_object": {"type": "message", "stop_reason": "tired"}},
            *("bad_value", "stop"),
        ),
    ],
)
def test_a_broken_row_is_refused_and_the_rest_go_on(
    tmp_path: Path, changes: dict[str, Any], reason: str, field: str
) -> None:
    path = write(tmp_path, instance(), instance(**changes), instance(instance_id=3))
    assert refused(path) == [(reason, field, 2)]
    assert sum(isinstance(one, Sample) for one in read_planbench(path, ReadOptions())) == 2


def test_what_is_no_instance(tmp_path: Path) -> None:
    assert refused(write(tmp_path, 3, None, [])) == [("wrong_type", "", n) for n in (1, 2, 3)]
    assert samples(write(tmp_path)) == []


@pytest.mark.parametrize(
    "changes", [{"instances": {}}, {"domain": 3}, {"domain": ""}, {"task": []}, {"prompt_type": 1}]
)
def test_what_is_no_response_file(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="is no response file of PlanBench"):
        samples(write(tmp_path, instance(), **changes))


def test_real_files_are_what_the_json_lines_say(shared_data: Path, tmp_path: Path) -> None:
    """Every field of 600 rows, against the rows that others converted from the same files."""
    lines = tmp_path / "converted.jsonl"
    every = Lines(shared_data / "samples" / "planbench.jsonl.zst")
    rows = [line for _, line in every if isinstance(line, bytes)]
    lines.write_bytes(b"\n".join(row for row in rows if b'"task": "blocksworld_3"' in row))
    converted = {
        (one.model, one.template, one.item_id): content_of(one)
        for one in MAPPED.read(lines, ReadOptions(mapping=load_mapping("planbench")))
        if isinstance(one, Sample)
    }
    paths = sorted((shared_data / "native" / "planbench").rglob("*.json"))
    assert len(paths) == 6
    found = [one for path in paths for one in sniff(path).read(path, ReadOptions())]
    assert len(found) == 600
    for one in found:
        assert isinstance(one, Sample)
        assert content_of(one) == converted[one.model, one.template, one.item_id]
    whole = [one for one in found if isinstance(one, Sample) and one.reasoning]
    assert {one.model for one in whole} == {"deepseek-r1-api"}
    assert sum(one.correct is True for one in whole) == 99
