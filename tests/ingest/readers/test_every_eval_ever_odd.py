"""Every Eval Ever rows that are old, odd or hostile."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.ingest.notices import Notices
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.every_eval_ever.aggregate import NO_RESULT, Result
from reasonscape.ingest.readers.every_eval_ever.own import own_metadata, read_own
from reasonscape.ingest.readers.every_eval_ever.reader import read_every_eval_ever
from reasonscape.ingest.readers.every_eval_ever.row import row_metadata, row_values
from reasonscape.ingest.rows import RowError
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

Write = Callable[..., Path]


def row(**more: Any) -> dict[str, Any]:
    return {
        "schema_version": "0.3.0",
        "evaluation_id": "run",
        "model_id": "m",
        "evaluation_name": "sums",
        "evaluation_result_id": "acc",
        "sample_id": "1",
        "interaction_type": "single_turn",
        "input": {"raw": "1 + 1?", "reference": ["2"]},
        "output": {"raw": ["2"]},
        "answer_attribution": [],
        "evaluation": {"score": 1.0, "is_correct": True},
        **more,
    }


def records(path: Path, options: ReadOptions | None = None) -> list[Sample | Refusal]:
    return list(read_every_eval_ever(path, options or ReadOptions()))


def one(path: Path, options: ReadOptions | None = None) -> Sample:
    (sample,) = records(path, options)
    assert isinstance(sample, Sample), sample
    return sample


def aggregate(**result: Any) -> dict[str, Any]:
    result = {
        "evaluation_name": "sums",
        "evaluation_result_id": "acc",
        "metric_config": {"lower_is_better": False, "max_score": 1},
        "generation_config": {"generation_args": {"max_tokens": 50}},
        **result,
    }
    return {
        "evaluation_id": "run",
        "model_info": {"id": "m"},
        "source_metadata": {},
        "evaluation_results": [result],
    }


def test_rows_of_schema_0_2_have_texts_where_lists_are_now(write: Write) -> None:
    old = row(
        schema_version="0.2.0",
        input={"raw": "1 + 1?", "reference": "2"},
        output={"raw": "it is 2", "reasoning_trace": "adding"},
    )
    del old["evaluation_result_id"]
    sample = one(write([old], "None_samples.jsonl"))
    assert (sample.response, sample.reasoning, sample.target) == ("it is 2", "adding", "2")
    talk = row(
        interaction_type="multi_turn",
        output=None,
        interactions=[{"turn_idx": 0, "role": "assistant", "content": "2"}],
    )
    assert one(write([talk])).response == "2"


def test_zeros_are_no_counts(write: Write) -> None:
    usage = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
    sample = one(write([row(token_usage=usage)]))
    assert (sample.prompt_tokens, sample.completion_tokens, sample.tokens_source) == (None,) * 3
    usage = {"input_tokens": 5, "output_tokens": 0, "total_tokens": 5}
    sample = one(write([row(token_usage=usage)]))
    assert (sample.prompt_tokens, sample.completion_tokens) == (5, None)


def test_references_that_are_all_choices_are_no_multiple_choice(write: Write) -> None:
    given = {"raw": "Who?", "reference": ["Ann", "Anna"], "choices": ["Ann", "Anna"]}
    assert one(write([row(input=given)])).chance is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3.0), ("-2.5", -2.5), ("1e-05", 1e-05), ("0", 0.0),
        ("007", "007"), ("1_000", "1_000"), ("٣", "٣"), ("nan", "nan"), ("True", "True"),
        (" 3", " 3"), ("12e45678", "12e45678"), ("9" * 16, "9" * 16),
    ],
)  # fmt: skip
def test_numbers_in_metadata(text: str, value: object) -> None:
    assert row_metadata({"metadata": {"level": text}}, all_of_it=False) == {"level": value}


def test_bookkeeping_is_no_coordinate(write: Write) -> None:
    kept = {"epoch": "2", "lm_eval_metrics": '{"acc": 1.0}', "tags": '["a"]', "level": "4"}
    sample = one(write([row(metadata=kept)]))
    assert (sample.params, sample.labels, sample.repeat) == ({"level": 4.0}, {}, 1)


def test_repeats_without_epochs_stay_and_doubles_do_not(write: Write) -> None:
    rows = [row(), row(), row(evaluation_result_id="acc:mean"), row(evaluation_result_id="f1")]
    found = records(write(rows))
    assert [getattr(sample, "source_row", None) for sample in found] == [1, 2]


def test_another_result_of_the_metric_is_a_sample_if_its_input_was_none(write: Write) -> None:
    changed = {"raw": "one + one?", "reference": ["2"]}
    rows = [row(evaluation_result_id="em:test"),
            row(evaluation_result_id="em:test:typos", input=changed),
            row(evaluation_result_id="em:test:typos")]  # fmt: skip
    found = records(write(rows))
    assert [getattr(sample, "prompt", None) for sample in found] == ["1 + 1?", "one + one?"]


def test_samples_that_only_other_metrics_score_are_refused_one_by_one(write: Write) -> None:
    rows = [row(), row(evaluation_result_id="f1"), row(evaluation_result_id="f1", sample_id="2")]
    sample, refusal = records(write(rows))
    assert isinstance(sample, Sample)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.field) == ("missing_field", "score")


def test_the_aggregate_is_found_by_name_or_by_its_id(write: Write) -> None:
    path = write([row()], "a_samples.jsonl.txt")
    lonely = ReadOptions()
    assert one(path, lonely).max_tokens is None
    assert "no aggregate" in "\n".join(lonely.notices.lines())
    path.with_name("zz.json").write_text(json.dumps(aggregate()))
    path.with_name("broken.json").write_text("{")
    assert one(path).max_tokens == 50
    named = write([row()], "b_samples.jsonl")
    wrong = {**aggregate(), "evaluation_id": "another"}
    named.with_name("b.json").write_text(json.dumps(wrong))
    assert one(named).max_tokens == 50


def test_the_best_score_decides_only_where_the_log_does_not(write: Write) -> None:
    path = write([row(evaluation={"score": 1.0}), row(evaluation={"score": 0.9})])
    assert [getattr(s, "correct", 0) for s in records(path)] == [None, None]
    path.with_name("a.json").write_text(json.dumps(aggregate()))
    assert [getattr(s, "correct", 0) for s in records(path)] == [True, False]
    lower = {"lower_is_better": True, "max_score": "Infinity"}
    path.with_name("a.json").write_text(json.dumps(aggregate(metric_config=lower)))
    assert [getattr(s, "correct", 0) for s in records(path)] == [None, None]


def test_a_hostile_aggregate_costs_nothing_but_itself(write: Write) -> None:
    path = write([row()], "a_samples.jsonl")
    odd: tuple[Any, ...] = (None, 3, [None, 3, {}], [{"evaluation_result_id": {}}])
    for results in (*odd, [{"evaluation_name": [], "metric_config": []}]):
        document = {**aggregate(), "evaluation_results": results}
        path.with_name("a.json").write_text(json.dumps(document))
        assert one(path).max_tokens is None
    settings = {"generation_args": {"max_tokens": "many", "temperature": {}}}
    path.with_name("a.json").write_text(json.dumps(aggregate(generation_config=settings)))
    (refusal,) = records(path)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.field) == ("wrong_type", "max_tokens")


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"evaluation": None}, "missing_field", "evaluation"),
        ({"evaluation": 3}, "wrong_type", "evaluation"),
        ({"evaluation": {"score": True}}, "wrong_type", "score"),
        ({"evaluation": {"score": "1"}}, "wrong_type", "score"),
        ({"evaluation": {"score": 1, "is_correct": "yes"}}, "wrong_type", "correct"),
        ({"input": []}, "wrong_type", "input"),
        ({"input": {"raw": 3}}, "wrong_type", "input.raw"),
        ({"input": {"raw": "x", "reference": [3]}}, "wrong_type", "input.reference"),
        ({"output": {"raw": [None]}}, "wrong_type", "output.raw"),
        ({"messages": "hi"}, "wrong_type", "messages"),
        ({"messages": [3]}, "wrong_type", "messages[0]"),
        ({"metadata": []}, "wrong_type", "metadata"),
        ({"metadata": {"stop_reason": "bored"}}, "bad_value", "stop"),
        ({"error": 3}, "wrong_type", "error"),
        ({"token_usage": {"input_tokens": "9"}}, "wrong_type", "token_usage.input_tokens"),
        ({"token_usage": {"output_tokens": 1e300}}, "wrong_type", "token_usage.output_tokens"),
        ({"token_usage": {"input_tokens": -1, "output_tokens": 1}}, "out_of_range", None),
        ({"answer_attribution": {}}, "wrong_type", "answer"),
        ({"answer_attribution": [3]}, "wrong_type", "answer_attribution"),
        ({"evaluation_result_id": 3}, "wrong_type", "evaluation_result_id"),
        ({"evaluation_name": ""}, "missing_field", "evaluation_name"),
        ({"evaluation_id": 3}, "wrong_type", "evaluation_id"),
        ({"model_id": None}, "missing_field", "model"),
        ({"metadata": {"reasonscape.export": "9"}}, "bad_value", "reasonscape.export"),
        ({"metadata": {"reasonscape.export": "1", "reasonscape.repeat": "x"}}, "bad_value",
         "repeat"),
        ({"metadata": {"reasonscape.export": "1", "reasonscape.param.n": "inf"}}, "bad_value",
         "param.n"),
        ({"metadata": {"reasonscape.export": "1", "reasonscape.answered": "si"}}, "bad_value",
         "answered"),
    ],
)  # fmt: skip
def test_a_wrong_field_refuses_its_row(
    write: Write, change: dict[str, Any], reason: str, field: str | None
) -> None:
    refusal, sample = records(write([row(**change), row()]))
    assert isinstance(refusal, Refusal), refusal
    assert refusal.reason == reason
    assert field is None or refusal.field == field
    assert isinstance(sample, Sample)
    assert sample.source_row == 2


def test_blank_and_broken_lines_keep_the_numbers_of_rows(write: Write) -> None:
    good = json.dumps(row()).encode()
    found = records(write(b"\n" + good + b"\n\n{\n" + good + b"\n" + good[:40]))
    assert [one.source_row if isinstance(one, Sample) else one.row for one in found] == [2, 4, 5, 6]
    assert [one.reason for one in found if isinstance(one, Refusal)] == [
        "bad_json",
        "truncated_row",
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(data=st.data())
def test_any_value_anywhere_is_a_refusal_at_worst(data: st.DataObject) -> None:
    changed = row(metadata={}, token_usage={}, messages=None)
    for _ in range(data.draw(st.integers(1, 3))):
        place: Any = changed
        key = data.draw(st.sampled_from(sorted(changed)))
        while isinstance(place[key], dict) and place[key] and data.draw(st.booleans()):
            place = place[key]
            key = data.draw(st.sampled_from(sorted(place)))
        place[key] = data.draw(json_values)
    result = Result(("acc",), 1.0, True, 5)
    for given_result in (NO_RESULT, result):
        try:
            row_values(changed, given_result, Notices())
            row_metadata(changed, all_of_it=True)
        except RowError:
            pass


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "template": st.text(max_size=3),
            "repeat": st.integers(0, 9),
            "chance": st.floats(0, 0.9),
            "answered": st.booleans(),
            "stop": st.sampled_from(["stop", "length", "error", "filter"]),
            "param.a b": st.floats(allow_nan=False, allow_infinity=False),
            "label.x.y": st.text(max_size=5),
        },
    )
)
def test_what_the_export_writes_is_read_back(sample: dict[str, Any]) -> None:
    written = own_metadata(sample, counted=False)
    assert all(isinstance(value, str) for value in written.values())
    found = read_own(written)
    assert found is not None
    values, coordinates = found
    assert written["stop_reason"] == sample.get("stop", "unknown")
    for name in ("template", "repeat", "chance", "answered"):
        assert values[name] == sample.get(name)
    assert coordinates == {
        name.partition(".")[2]: value
        for name, value in sample.items()
        if name.startswith(("param.", "label."))
    }
    assert read_own({}) is None
