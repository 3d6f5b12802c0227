"""HELM run folders that are odd, broken or hostile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.helm.reader import read_helm
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

Make = Callable[..., Path]
SPEC = {
    "method": "generation",
    "model": "m",
    "model_deployment": "host/m",
    "max_train_instances": 0,
    "temperature": 0.0,
    "max_tokens": 10,
    "num_outputs": 1,
}


def request(number: int = 1, **changes: Any) -> dict[str, Any]:
    """One request with its result; ``changes`` go one level down where both are objects."""
    made: dict[str, Any] = {
        "instance": {
            "id": f"id{number}",
            "input": {"text": "2+2?"},
            "references": [{"output": {"text": "4"}, "tags": ["correct"]}],
            "split": "test",
        },
        "train_trial_index": 0,
        "request": {"model": "m", "prompt": "2+2?", "max_tokens": 10},
        "result": {
            "success": True,
            "completions": [{"text": "4", "logprob": -1, "tokens": [{"text": "4", "logprob": -1}]}],
        },
        "prompt_truncated": False,
    }
    for name, change in changes.items():
        both = isinstance(change, dict) and isinstance(made.get(name), dict)
        made[name] = {**made[name], **change} if both else change
    return made


def stats_of(number: int, perturbation: Any = None, trial: int = 0, **means: Any) -> dict[str, Any]:
    named = [
        {"name": {"name": name.replace("_at_", "@")}, "count": 1, "mean": mean}
        for name, mean in means.items()
    ]
    entry = {"instance_id": f"id{number}", "train_trial_index": trial, "stats": named}
    return {**entry, "perturbation": perturbation} if perturbation else entry


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a run: requests, stats of instances, settings."""

    def write(
        requests: Any,
        stats: Any = None,
        *,
        spec: Any = None,
        name: str = "quiz:level=2,model=m",
        compact: bool = False,
    ) -> Path:
        style = 0 if compact else orjson.OPT_INDENT_2
        path = tmp_path / "scenario_state.json"
        state = {"adapter_spec": {**SPEC, **(spec or {})}, "request_states": requests}
        path.write_bytes(orjson.dumps(state, option=style))
        if stats is not None:
            tmp_path.joinpath("per_instance_stats.json").write_bytes(
                orjson.dumps(stats, option=style)
            )
        tmp_path.joinpath("run_spec.json").write_bytes(
            orjson.dumps({"name": name, "scenario_spec": {"args": {"level": 2}}})
        )
        return path

    return write


def records(path: Path, options: ReadOptions | None = None) -> list[Sample | Refusal]:
    return list(read_helm(path, options or ReadOptions()))


def one(path: Path, options: ReadOptions | None = None) -> Sample:
    (found,) = records(path, options)
    assert isinstance(found, Sample), found
    return found


def refusal(path: Path) -> tuple[str, str]:
    (found,) = records(path)
    assert isinstance(found, Refusal), found
    return found.reason, found.field


@pytest.mark.parametrize("compact", [True, False])
def test_one_line_or_indented_is_the_same(make: Make, compact: bool) -> None:
    requests = [request(number) for number in range(1, 5)]
    found = records(make(requests, [stats_of(2, exact_match=1)], compact=compact))
    assert [(s.item_id, s.correct) for s in found if isinstance(s, Sample)] == [
        ("id1", None),
        ("id2", True),
        ("id3", None),
        ("id4", None),
    ]


@pytest.mark.parametrize(
    ("reason", "stop", "source"),
    [
        ("stop", "stop", "native"),
        ("length", "length", "native"),
        ("endoftext", "stop", "native"),
        ("unknown", "stop", "inferred_cap"),
        ("RECITATION", "filter", "native"),
        ("FinishReason.SAFETY", "filter", "native"),
        ("The prompt violates OpenAI's content policy. See ...", "filter", "native"),
    ],
)
def test_words_of_an_end(make: Make, reason: str, stop: str, source: str) -> None:
    state = request()
    state["result"]["completions"][0]["finish_reason"] = {"reason": reason}
    found = one(make([state]))
    assert (found.stop, found.stop_source) == (stop, source)


def test_a_word_that_nobody_documents_is_not_guessed_at(make: Make) -> None:
    state = request()
    state["result"]["completions"][0]["finish_reason"] = {"reason": "because"}
    assert refusal(make([state])) == ("bad_value", "stop")


def test_stats_tell_the_end_where_the_completion_does_not(make: Make) -> None:
    stats = stats_of(1, finish_reason_length=1, finish_reason_stop=0)
    found = one(make([request()], [stats]))
    assert (found.stop, found.stop_source) == ("length", "native")


def test_messages_and_media_become_text(make: Make) -> None:
    chat = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2+2?"}]
    media = {
        "media_objects": [
            {"content_type": "image/png", "location": "x.png"},
            {"content_type": "text/plain", "text": "What is it?"},
        ]
    }
    found = records(
        make(
            [
                request(1, request={"prompt": "", "messages": chat}),
                request(2, request={"prompt": "", "multimodal_prompt": media}),
                request(3, request={"prompt": "", "messages": [{"role": "user", "content": "q"}]}),
            ]
        )
    )
    assert [s.prompt for s in found if isinstance(s, Sample)] == [
        "system: Be brief.\n\nuser: 2+2?",
        "[image/png]What is it?",
        "q",
    ]


def test_a_prompt_that_was_cut_is_a_notice_and_no_cut_answer(make: Make) -> None:
    options = ReadOptions()
    found = one(make([request(prompt_truncated=True)], []), options)
    assert found.stop == "stop"
    assert "prompt cut to fit the model's window (1 row)" in options.notices.lines()


def test_a_run_that_was_never_sent_has_no_samples(make: Make) -> None:
    assert refusal(make([request(result=None)])) == ("missing_field", "result")


def test_the_same_request_again_is_a_repeat_without_a_grade(make: Make) -> None:
    spec = {"num_trials": 2, "num_train_trials": 2}
    again = request(request={"random": "1"})
    states = [request(), again, request(train_trial_index=1)]
    stats = [stats_of(1, exact_match=1), stats_of(1, None, 1, exact_match=0)]
    found = records(make(states, stats, spec=spec))
    assert [(s.repeat, s.correct) for s in found if isinstance(s, Sample)] == [
        (0, True),
        (1, None),
        (2, False),
    ]


def test_a_perturbation_joins_by_all_it_says(make: Make) -> None:
    changes: list[Any] = [
        None,
        {"name": "typos", "prob": 0.1, "robustness": True, "fairness": False},
        {"robustness": True, "fairness": False, "prob": 0.2, "name": "typos", "seed": 3},
    ]
    states = [
        request(instance={**request()["instance"], "perturbation": change}) for change in changes
    ]
    stats = [
        stats_of(1, change and dict(reversed(change.items())), exact_match=index % 2)
        for index, change in enumerate(changes)
    ]
    found = [s for s in records(make(states, stats)) if isinstance(s, Sample)]
    assert [(s.task, s.item_id, s.correct) for s in found] == [
        ("quiz:level=2/generation/0-shot", "id1", False),
        ("quiz:level=2/generation/0-shot/typos,prob=0.1", "id1", True),
        ("quiz:level=2/generation/0-shot/typos,prob=0.2,seed=3", "id1", False),
    ]
    assert found[2].params == {"level": 2.0, "perturbation.prob": 0.2, "perturbation.seed": 3.0}


def references(right: int, number: int = 2) -> list[dict[str, Any]]:
    return [
        {"output": {"text": f"no {place}"}, "tags": ["correct"] if place == right else []}
        for place in range(number)
    ]


def separate(place: int, logprobs: list[float], **changes: Any) -> dict[str, Any]:
    text = f"no {place}"
    tokens = [
        {"text": letter, "logprob": value} for letter, value in zip(text, logprobs, strict=True)
    ]
    completions = [{"text": text, "logprob": 0, "tokens": [{"text": "q", "logprob": -9}, *tokens]}]
    return request(
        instance={**request()["instance"], "references": references(1)},
        reference_index=place,
        request_mode="original",
        request={"prompt": f"Q: {text}", "max_tokens": 0},
        result={"completions": completions},
        **changes,
    )


def test_a_group_with_a_bad_request_is_one_refusal(make: Make) -> None:
    bad = separate(
        1,
        [-1, -1, -1, -1],
    )
    bad["reference_index"] = 7
    spec = {"method": "multiple_choice_separate_original"}
    states = [separate(0, [-1, -1, -1, -1]), bad, request(2)]
    found = records(make(states, spec=spec))
    assert [type(record) for record in found] == [Refusal, Sample]


def test_tokens_that_do_not_spell_a_reference_give_no_answer(make: Make) -> None:
    spec = {"method": "multiple_choice_separate_original"}
    states = [separate(0, [-1, -1, -1, -1]), separate(1, [-2, -2, -2, -2])]
    assert one(make(states, spec=spec)).answer == "no 0"
    states[1]["result"]["completions"][0]["tokens"].pop()
    found = one(make(states, spec=spec))
    assert (found.answer, found.answered, found.target) == (None, None, "no 1")


def test_a_ranking_is_one_sample_without_an_answer(make: Make) -> None:
    states = [separate(0, [-1, -1, -1, -1]), separate(1, [-2, -2, -2, -2])]
    found = one(make(states, [stats_of(1, RR_at_10=0.5)], spec={"method": "ranking_binary"}))
    assert (found.answer, found.chance, found.score, found.correct) == (None, None, None, None)
    found = one(make(states, [stats_of(1, RR_at_10=0.5)]), ReadOptions(metric="RR@10"))
    assert (found.score, found.correct) == (0.5, None)


def test_a_run_without_a_metric_of_right_and_wrong_says_so(make: Make) -> None:
    options = ReadOptions()
    stats = [stats_of(1, wildbench_score=7, num_references=1)]
    found = one(make([request()], stats), options)
    assert (found.score, found.correct) == (None, None)
    (notice,) = options.notices.lines()
    assert notice == (
        "not graded: no metric of the run says right or wrong; --metric takes one of "
        "wildbench_score (1 row)"
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"instance": 3}, ("wrong_type", "instance")),
        ({"instance": {"id": None}}, ("wrong_type", "instance.id")),
        ({"instance": {"perturbation": "typos"}}, ("wrong_type", "perturbation")),
        ({"instance": {"perturbation": {"robustness": True}}}, ("missing_field", "perturbation")),
        ({"instance": {"perturbation": {"name": 7}}}, ("wrong_type", "perturbation.name")),
        ({"instance": {"references": {}}}, ("wrong_type", "references")),
        ({"instance": {"references": [{"output": "4"}]}}, ("wrong_type", "references")),
        ({"instance": {"references": [4]}}, ("wrong_type", "references")),
        ({"instance": {"split": 4}}, ("wrong_type", "split")),
        ({"instance": {"extra_data": [1]}}, ("wrong_type", "extra_data")),
        ({"train_trial_index": "0"}, ("wrong_type", "train_trial_index")),
        ({"train_trial_index": True}, ("wrong_type", "train_trial_index")),
        ({"reference_index": 3}, ("out_of_range", "reference_index")),
        ({"reference_index": "a"}, ("wrong_type", "reference_index")),
        ({"output_mapping": []}, ("wrong_type", "output_mapping")),
        ({"output_mapping": {"4": 4}}, ("wrong_type", "output_mapping")),
        ({"request": []}, ("wrong_type", "request")),
        ({"request": {"prompt": 4}}, ("wrong_type", "request.prompt")),
        ({"request": {"max_tokens": -5}}, None),
        ({"request": {"max_tokens": 2**40}}, ("out_of_range", "max_tokens")),
        ({"request": {"prompt": "", "messages": "q"}}, ("wrong_type", "request.messages")),
        ({"request": {"prompt": "", "messages": [1]}}, ("wrong_type", "request.messages")),
        ({"result": []}, ("wrong_type", "result")),
        ({"result": {"completions": []}}, ("missing_field", "completions")),
        ({"result": {"completions": {}}}, ("wrong_type", "completions")),
        ({"result": {"completions": [1]}}, ("not_object", "completions")),
        ({"result": {"completions": [{"text": 1}]}}, ("wrong_type", "completions.text")),
        ({"result": {"completions": [{"thinking": "x"}]}}, ("wrong_type", "thinking")),
        ({"result": {"completions": [{"finish_reason": "x"}]}}, ("wrong_type", "finish_reason")),
        ({"result": {"completions": [{}, {"logprob": "x"}]}}, ("wrong_type", "logprob")),
    ],
)
def test_a_wrong_type_anywhere_costs_one_row(
    make: Make, changes: dict[str, Any], expected: tuple[str, str] | None
) -> None:
    found = records(make([request(1, **changes), request(2)]))
    assert isinstance(found[1], Sample)
    if expected is None:
        assert isinstance(found[0], Sample)
    else:
        assert isinstance(found[0], Refusal), found[0]
        assert (found[0].reason, found[0].field) == expected


def test_stats_that_cannot_be_read_cost_the_grade(make: Make) -> None:
    options = ReadOptions()
    stats: list[Any] = [
        3,
        {"instance_id": 3, "train_trial_index": 0, "stats": []},
        {"instance_id": "id1", "train_trial_index": 0, "stats": {}},
        {"instance_id": "id1", "train_trial_index": 0, "stats": [3]},
        stats_of(2, exact_match="1"),
        stats_of(3, exact_match=1),
    ]
    found = records(make([request(number) for number in (1, 2, 3)], stats), options)
    assert [s.correct for s in found if isinstance(s, Sample)] == [None, None, True]
    assert options.notices.counts["per-instance stats that cannot be read: wrong_type"] == 4
    assert options.notices.counts["per-instance stats that cannot be read: not_object"] == 1


def test_broken_companions_are_passed_over_with_a_notice(make: Make, tmp_path: Path) -> None:
    path = make([request()])
    tmp_path.joinpath("run_spec.json").write_bytes(b"{")
    tmp_path.joinpath("scenario.json").write_bytes(b"[]")
    options = ReadOptions()
    assert one(path, options).base_task == tmp_path.name
    assert sum("is passed over" in line for line in options.notices.lines()) == 2


def test_the_model_must_be_there(make: Make) -> None:
    assert refusal(make([request()], spec={"model": None})) == ("missing_field", "model")
