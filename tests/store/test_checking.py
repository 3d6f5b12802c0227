from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.store.checking import (
    Spellings,
    refusal,
    refusals,
    task_folder,
    whole_characters,
)
from reasonscape.store.sample import Sample

MakeSample = Callable[..., Sample]

FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"model": 3}, "model", "wrong_type"),
    ({"model": "a\ud800"}, "model", "lone_surrogate"),
    ({"item_id": "a\ud800"}, "item_id", "lone_surrogate"),
    ({"base_task": ""}, "base_task", "missing"),
    ({"base_task": "a\0b"}, "base_task", "bad_name"),
    ({"base_task": "ü" * 100}, "base_task", "name_too_long"),
    ({"stop": "eos"}, "stop", "bad_value"),
    ({"repeat": -1}, "repeat", "out_of_range"),
    ({"repeat": 2**31}, "repeat", "out_of_range"),
    ({"max_tokens": 10**30}, "max_tokens", "out_of_range"),
    ({"max_tokens": 1.5}, "max_tokens", "wrong_type"),
    ({"prompt_tokens": True}, "prompt_tokens", "wrong_type"),
    ({"correct": 1}, "correct", "wrong_type"),
    ({"answered": "yes"}, "answered", "wrong_type"),
    ({"score": float("nan")}, "score", "not_finite"),
    ({"score": float("inf")}, "score", "not_finite"),
    ({"score": "1"}, "score", "wrong_type"),
    ({"chance": 10**400}, "chance", "not_finite"),
    ({"params": {"length": float("nan")}}, "params.length", "not_finite"),
    ({"params": {"length": "3"}}, "params.length", "wrong_type"),
    ({"params": {"": 1.0}}, "params", "bad_name"),
    ({"params": {"a\0": 1.0}}, "params", "bad_name"),
    ({"labels": {"format": 3}}, "labels.format", "wrong_type"),
    ({"labels": {"format": "\udfff"}}, "labels.format", "lone_surrogate"),
    ({"labels": {"\udfff": "x"}}, "labels", "bad_name"),
    ({"prompt": b"bytes"}, "prompt", "wrong_type"),
]


@pytest.mark.parametrize(("changes", "field", "reason"), FAULTS)
def test_each_fault_is_named_and_spares_the_other_rows(
    make_sample: MakeSample, changes: dict[str, Any], field: str, reason: str
) -> None:
    samples = [make_sample(0), make_sample(1, **changes), make_sample(2)]
    found = refusals(samples)
    assert found[0] is None and found[2] is None
    assert found[1] is not None
    assert (found[1].field, found[1].reason, found[1].row) == (field, reason, 2)
    assert found[1].detail


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(),
    st.text(st.characters(exclude_categories=[]), max_size=4),
)
IDENTITY = ["model", "task", "item_id", "repeat", "tokens_source", "source_row"]
CONTENT = ["correct", "score", "chance", "answered", "stop", "max_tokens", "prompt", "answer"]
FIELDS = st.sampled_from([*IDENTITY, *CONTENT])


@given(FIELDS, VALUES)
def test_looking_at_columns_and_at_rows_agree(field: str, value: Any) -> None:
    sample = Sample(model="m", base_task="t")
    setattr(sample, field, value)
    assert refusals([sample]) == [refusal(sample)]


@given(st.dictionaries(st.text(st.characters(exclude_categories=[]), max_size=3), VALUES))
def test_looking_at_coordinates_agrees(coordinates: dict[str, Any]) -> None:
    for name in ("params", "labels"):
        sample = Sample(model="m", base_task="t")
        setattr(sample, name, coordinates)
        assert refusals([sample]) == [refusal(sample)]


def test_sums_that_overflow_refuse_nothing(make_sample: MakeSample) -> None:
    large = [make_sample(n, params={"x": 1.7e308}) for n in range(3)]
    assert refusals(large) == [None] * 3


@given(st.text(min_size=1))
def test_no_name_leaves_its_folder(name: str) -> None:
    try:
        folder = task_folder(name)
    except UnicodeEncodeError:
        return
    assert "/" not in folder and folder.startswith("base_task=") and folder != ".."


def test_half_characters_are_marked_and_pairs_mended() -> None:
    assert whole_characters("cut \ud83d") == "cut \N{REPLACEMENT CHARACTER}"
    assert whole_characters("\ud83d\ude00") == "\N{GRINNING FACE}"
    assert whole_characters("plain ü") == "plain ü"
    assert whole_characters(None) is None


def test_names_that_differ_in_case_only_are_refused(make_sample: MakeSample) -> None:
    spellings = Spellings(["param.length"])
    rows = [
        make_sample(0, params={"length": 1.0, "N": 1.0}),
        make_sample(1, params={"n": 1.0}),
        make_sample(2, params={"Length": 1.0}),
        make_sample(3, params={"N": 1.0}, labels={"n": "x"}),
    ]
    found = spellings.clashes(rows)
    assert [each and each.field for each in found] == [None, "param.n", "param.Length", None]
    assert found[1] is not None and found[1].reason == "name_clash"
