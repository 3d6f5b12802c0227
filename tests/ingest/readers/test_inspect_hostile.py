"""Logs of Inspect with values of the wrong kind, or that are none: each costs itself, in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.documents import MAX_DOCUMENT_BYTES
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal
from tests.ingest.readers.inspect_logs import (
    answer,
    document,
    header,
    read,
    refusals_of,
    sample,
)


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"id": None}, "missing_field", "id"),
        ({"id": {"a": 1}}, "wrong_type", "item_id"),
        ({"epoch": 0}, "bad_value", "epoch"),
        ({"epoch": "1"}, "bad_value", "epoch"),
        ({"input": 5}, "wrong_type", "input"),
        ({"input": [5]}, "wrong_type", "input"),
        ({"input": [{"role": "user", "content": [{"type": "hologram"}]}]}, "wrong_type", "input"),
        ({"output": []}, "wrong_type", "output"),
        ({"output": {"choices": {}}}, "wrong_type", "choices"),
        ({"output": {"choices": [1]}}, "wrong_type", "output.choices"),
        ({"output": {"choices": [{"message": 1}]}}, "wrong_type", "message"),
        ({"output": {"completion": 5}}, "wrong_type", "completion"),
        ({"output": answer("2", "tired")}, "bad_value", "stop"),
        ({"output": answer([{"type": "reasoning", "reasoning": 5}])}, "wrong_type", "output"),
        ({"output": answer("2", usage=[])}, "wrong_type", "output.usage"),
        ({"output": answer("2", usage={"output_tokens": -1})}, "out_of_range", "completion_tokens"),
        ({"output": answer("2", usage={"output_tokens": "5"})}, "wrong_type", "completion_tokens"),
        ({"scores": []}, "wrong_type", "scores"),
        ({"scores": {"match": 1}}, "wrong_type", "scores"),
        ({"scores": {"match": {"value": 1, "answer": []}}}, "wrong_type", "answer"),
        ({"scores": {"match": {"value": float("inf")}}}, "not_finite", "score"),
        ({"scores": {"match": {"value": 10**400}}}, "out_of_range", "score"),
        ({"metadata": []}, "wrong_type", "metadata"),
        ({"limit": {"type": "mood"}}, "bad_value", "limit"),
        ({"limit": 5}, "bad_value", "limit"),
        ({"target": {"a": 1}}, "wrong_type", "target"),
        ({"messages": {"assistant": "assistant"}}, "wrong_type", "messages"),
        ({"messages": ["assistant", "assistant"]}, "wrong_type", "messages"),
    ],
)
def test_wrong_values_cost_their_row(
    tmp_path: Path, changes: dict[str, Any], reason: str, field: str
) -> None:
    wrong = {**sample(), **changes}
    path = document(tmp_path / "log.json", sample(id=7), wrong)
    records = read(path)
    assert isinstance(records[0], Sample)
    assert isinstance(records[1], Refusal)
    assert (records[1].reason, records[1].field, records[1].row) == (reason, field, 2)


def test_rows_of_a_document_that_are_no_objects(tmp_path: Path) -> None:
    path = document(tmp_path / "log.json", 5, None, [], sample())
    assert refusals_of(path) == [("not_object", "")] * 3
    path.write_text(path.read_text().replace('"status"', '"x": NaN, "status"'))
    assert refusals_of(path) == [("not_object", "")] * 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("{", "is no intact Inspect log"),
        ("[]", "is no intact Inspect log"),
        ('{"eval": 5}', "has no object 'eval'"),
        ('{"eval": {}, "samples": {}}', "expected a list"),
        ('{"eval": {}, "samples": null, "status": "error"}', "has the status 'error'"),
        ('{"eval": {}, "eval": {}}', "is there twice"),
    ],
)
def test_documents_that_are_no_log(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "log.json"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read(path)
    assert words in str(caught.value)
    assert caught.value.remedy


def test_a_document_that_is_too_large_says_how_to_convert_it(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    with path.open("wb") as file:
        file.write(b"{")
        file.truncate(MAX_DOCUMENT_BYTES + 2)
    with pytest.raises(UsageError) as caught:
        read(path)
    assert "more than 128 MiB" in str(caught.value)
    assert "inspect log convert" in str(caught.value.remedy)


def test_a_header_of_wrong_types_never_breaks_the_reading(tmp_path: Path) -> None:
    for wrong in (5, "x", [], [5], {"a": 5}, None):
        names = ("eval", "plan", "results", "status", "error", "invalidated")
        for name in names:
            log = {**header(), name: wrong, "samples": [sample()]}
            (tmp_path / "log.json").write_text(json.dumps(log))
            try:
                read(tmp_path / "log.json")
            except UsageError as error:
                assert name == "eval" and error.remedy
        for name in (*header()["eval"], "scorers", "task_args_passed", "headline_metric"):
            path = document(tmp_path / "log.json", sample(), head=header(**{name: wrong}))
            assert len(read(path)) == 1
