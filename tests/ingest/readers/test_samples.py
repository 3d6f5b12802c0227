"""The native format: every field by value, every bad value by its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.ingest.fields import FIELDS
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.params import NAN_MISSING, ParamReader
from reasonscape.ingest.rows import SURROGATES
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

Read = Callable[..., list[Sample | Refusal]]
LEAST: dict[str, Any] = {"model": "m", "base_task": "t", "correct": True}

GOLDEN: dict[str, Any] = {
    "model": "m",
    "template": "cot",
    "sampler": "greedy",
    "base_task": "arithmetic",
    "task": "arithmetic/easy",
    "item_id": "a-17",
    "repeat": 3,
    "prompt": "6 * 7 =",
    "reasoning": "six sevens",
    "reasoning_kind": "summary",
    "response": "It is 42",
    "answer": "42",
    "target": "forty-two",
    "correct": True,
    "score": 0.75,
    "chance": 0.25,
    "chance_source": "row",
    "answered": True,
    "stop": "length",
    "stop_source": "inferred_cap",
    "max_tokens": 8192,
    "prompt_tokens": 90,
    "completion_tokens": 512,
    "reasoning_tokens": 400,
    "tokens_source": "o200k_base",
}


def only(records: list[Sample | Refusal]) -> Sample:
    (record,) = records
    assert isinstance(record, Sample), record
    return record


def refused(records: list[Sample | Refusal]) -> Refusal:
    (record,) = records
    assert isinstance(record, Refusal), record
    return record


def test_every_field_by_value(read: Read) -> None:
    assert set(GOLDEN) == set(FIELDS)
    params = {"length": 18, "depth": 2.5, "format": "infix", "neg": True, "none": None}
    sample = only(read([{**GOLDEN, "params": {**params, "a": {"b": 1}, "list": [1, "x"]}}]))
    for field, value in GOLDEN.items():
        assert getattr(sample, field) == value, field
    assert sample.params == {"length": 18.0, "depth": 2.5, "neg": 1.0, "a.b": 1.0}
    assert sample.labels == {"format": "infix", "list": '[1,"x"]'}
    assert sample.source.endswith("log.jsonl")
    assert sample.source_row == 1


def test_defaults(read: Read) -> None:
    assert only(read([LEAST])) == Sample(
        model="m",
        base_task="t",
        task="t",
        correct=True,
        grade_source="native",
        source=only(read([LEAST])).source,
        source_row=1,
    )


def test_null_is_missing(read: Read) -> None:
    nulls = {field: None for field in FIELDS if field not in LEAST}
    sample = only(read([{**LEAST, **nulls, "params": None}]))
    assert sample == only(read([LEAST]))


@pytest.mark.parametrize(
    ("row", "correct"),
    [
        ({"score": 1}, True),
        ({"score": 0.99}, False),
        ({"score": 0.2, "correct": True}, True),
        ({"score": 1, "correct": None}, True),
        ({"correct": None}, None),
        ({"score": None}, None),
        ({"correct": 1}, True),
        ({"correct": 0.0}, False),
    ],
)
def test_correct_from_score(read: Read, row: dict[str, Any], correct: bool | None) -> None:
    assert only(read([{"model": "m", "base_task": "t", **row}])).correct is correct


def test_correct_at_of_the_dataset(read: Read) -> None:
    options = ReadOptions(correct_at={"t": 0.5})
    assert only(read([{"model": "m", "base_task": "t", "score": 0.5}], options)).correct is True
    assert only(read([{"model": "m", "base_task": "u", "score": 0.5}], options)).correct is False


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ({"model": None}, "model", "missing_field"),
        ({"model": ""}, "model", "missing_field"),
        ({"base_task": 3}, "base_task", "wrong_type"),
        ({"template": []}, "template", "wrong_type"),
        ({"prompt": {}}, "prompt", "wrong_type"),
        ({"item_id": [1]}, "item_id", "wrong_type"),
        ({"correct": "yes"}, "correct", "wrong_type"),
        ({"correct": 2}, "correct", "wrong_type"),
        ({"score": "1"}, "score", "wrong_type"),
        ({"chance": 2}, "chance", "out_of_range"),
        ({"chance": 0.5, "chance_source": 1}, "chance_source", "wrong_type"),
        ({"answered": "no"}, "answered", "wrong_type"),
        ({"repeat": 1.5}, "repeat", "wrong_type"),
        ({"repeat": -1}, "repeat", "out_of_range"),
        ({"max_tokens": "8k"}, "max_tokens", "wrong_type"),
        ({"max_tokens": True}, "max_tokens", "wrong_type"),
        ({"completion_tokens": 2**31}, "completion_tokens", "out_of_range"),
        ({"stop": "bored"}, "stop", "bad_value"),
        ({"stop": "stop", "stop_source": "guess"}, "stop_source", "bad_value"),
        ({"reasoning_kind": "secret"}, "reasoning_kind", "bad_value"),
        ({"params": [1]}, "params", "wrong_type"),
        ({"params": {"a.b": 1, "a": {"b": 2}}}, "params.a.b", "duplicate_param"),
        (
            {"params": {"a": {"b": {}} | {"c": "x"}, "A": {"c": "y"}}},
            "params.a.c",
            "duplicate_param",
        ),
    ],
)
def test_wrong_values_are_refused(read: Read, row: dict[str, Any], field: str, reason: str) -> None:
    found = refused(read([{**LEAST, **row}]))
    assert (found.row, found.field, found.reason) == (1, field, reason)
    assert found.detail


@pytest.mark.parametrize(
    ("raw", "field", "reason"),
    [
        (b'"score": Infinity', "score", "not_finite"),
        (b'"score": 1e999', "score", "not_finite"),
        (b'"score": 1' + b"0" * 400, "score", "out_of_range"),
        (b'"max_tokens": 99999999999999999999', "max_tokens", "out_of_range"),
        (b'"max_tokens": 1' + b"0" * 400, "max_tokens", "out_of_range"),
        (b'"params": {"n": 1' + b"0" * 400 + b"}", "params.n", "out_of_range"),
        (b'"params": {"n": -Infinity}', "params.n", "not_finite"),
        (b'"params": {"a": ' + b'{"a": ' * 50 + b"1" + b"}" * 51, None, "too_deep"),
        (b'"model": "n"', "model", "duplicate_key"),
    ],
)
def test_numbers_and_nesting_beyond_bounds(
    read: Read, raw: bytes, field: str | None, reason: str
) -> None:
    found = refused(read([b'{"model": "m", "base_task": "t", "correct": true, ' + raw + b"}"]))
    assert found.reason == reason
    assert field is None or found.field == field


def test_nan_is_missing_and_counted(read: Read) -> None:
    options = ReadOptions()
    row = b'{"model": "m", "base_task": "t", "correct": NaN, "score": NaN, "params": {"n": NaN}}'
    sample = only(read([row], options))
    assert (sample.correct, sample.score, sample.params) == (None, None, {})
    assert options.notices.counts == {NAN_MISSING: 2}


def test_neither_correct_nor_score_is_refused(read: Read) -> None:
    found = refused(read([{"model": "m", "base_task": "t"}]))
    assert (found.field, found.reason) == ("correct", "missing_field")


def test_good_rows_around_bad_ones_are_kept(read: Read) -> None:
    records = read([LEAST, b"{oops", LEAST, b"[]", b'{"model": 1}', LEAST])
    assert [type(record) for record in records].count(Sample) == 3
    assert [record.row for record in records if isinstance(record, Refusal)] == [2, 4, 5]


def test_a_cut_last_row_is_named_so(read: Read) -> None:
    records = read(b'{"model": "m", "base_task": "t", "correct": true}\n{"model": "m", "ba')
    assert isinstance(records[1], Refusal)
    assert records[1].reason == "truncated_row"


def test_unknown_keys_are_named_with_near_misses_and_cost_no_row(read: Read) -> None:
    options = ReadOptions()
    assert len(read([{**LEAST, "respons": "x", "zzz": 1}] * 3, options)) == 3
    first, second = options.notices.lines()
    assert "'respons'" in first
    assert "did you mean response" in first
    assert "(3 rows)" in first
    assert "'zzz'" in second


def test_numbers_as_text_keep_their_digits(read: Read) -> None:
    raw = (
        b'{"model": "m", "base_task": "t", "correct": true, "item_id": 7, '
        b'"answer": 123456789012345678901234567890, "target": 0.1}'
    )
    sample = only(read([raw]))
    assert sample.item_id == "7"
    assert sample.answer == "123456789012345678901234567890"
    assert sample.target == "0.1"


def test_a_param_may_be_text_in_one_row_and_a_number_in_another(read: Read) -> None:
    one, two = read([{**LEAST, "params": {"size": 3}}, {**LEAST, "params": {"size": "big"}}])
    assert isinstance(one, Sample)
    assert isinstance(two, Sample)
    assert (one.params, one.labels) == ({"size": 3.0}, {})
    assert (two.params, two.labels) == ({}, {"size": "big"})


def test_names_that_differ_only_in_case_become_one(read: Read) -> None:
    options = ReadOptions(spellings=("Length",))
    samples = read(
        [{**LEAST, "params": {"length": 3}}, {**LEAST, "params": {"LENGTH": 4}}], options
    )
    assert [one.params for one in samples if isinstance(one, Sample)] == [
        {"Length": 3.0},
        {"Length": 4.0},
    ]
    assert len(options.notices.counts) == 2


def test_a_thousand_names_a_row_is_too_much(read: Read) -> None:
    rows = [{**LEAST, "params": {f"p{n}_{i}": 1 for i in range(1000)}} for n in range(6)]
    records = read(rows)
    assert [type(record).__name__ for record in records] == ["Sample"] * 4 + ["Refusal"] * 2
    assert isinstance(records[-1], Refusal)
    assert records[-1].reason == "too_many_params"


@pytest.mark.parametrize("field", ["model", "template", "sampler", "base_task", "task", "item_id"])
@pytest.mark.parametrize(
    "name",
    ["'; drop table samples; --", 'say "x"', "../../etc/passwd", "two\nlines", "\U0001f600", "\\"],
)
def test_hostile_names_come_through_unchanged(read: Read, field: str, name: str) -> None:
    assert getattr(only(read([{**LEAST, field: name}])), field) == name


def test_lone_surrogates_in_texts_and_names(read: Read) -> None:
    options = ReadOptions()
    raw = b'{"model": "m\\ud800", "base_task": "t", "correct": true, "response": "cut \\ud83d"}'
    sample = only(read([raw], options))
    assert (sample.model, sample.response) == ("m\ufffd", "cut \ufffd")
    assert options.notices.counts == {SURROGATES: 1}


def test_reasoning_is_split_where_it_is_not_given(read: Read) -> None:
    sample = only(read([{**LEAST, "response": "<think>a</think>b"}]))
    assert (sample.reasoning, sample.reasoning_kind, sample.response) == ("a", "full", "b")
    given_apart = {**LEAST, "reasoning": "r", "response": "<think>a</think>b"}
    sample = only(read([given_apart]))
    assert (sample.reasoning, sample.response) == ("r", "<think>a</think>b")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"stop": "max_tokens"}, ("length", "native")),
        ({"stop": None, "max_tokens": 10, "completion_tokens": 9}, ("length", "inferred_cap")),
        ({"max_tokens": 10, "completion_tokens": 3}, ("stop", "inferred_cap")),
        ({"response": "<think>and so"}, ("length", "inferred_unclosed_think")),
        ({"response": "<think>a</think>b"}, ("unknown", "unknown")),
    ],
)
def test_stop_and_its_source(read: Read, row: dict[str, Any], expected: tuple[str, str]) -> None:
    sample = only(read([{**LEAST, **row}]))
    assert (sample.stop, sample.stop_source) == expected


def test_tokens_source_is_native_only_with_counts(read: Read) -> None:
    assert only(read([{**LEAST, "completion_tokens": 3}])).tokens_source == "native"
    assert only(read([LEAST])).tokens_source is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=5))
def test_params_are_finite_numbers_and_texts_or_refused(source: dict[str, Any]) -> None:
    from reasonscape.ingest.rows import RowError

    params, labels = dict[str, float](), dict[str, str]()
    try:
        ParamReader(Notices()).read(source, params, labels)
    except RowError as error:
        assert error.field.startswith("params")
    assert all(type(v) is float and abs(v) < float("inf") for v in params.values())
    assert all(type(v) is str for v in labels.values())
    assert not params.keys() & labels.keys()
