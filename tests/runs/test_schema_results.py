"""What commands print and write against the schemas that ``schema --results`` prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reasonscape.cli.app import run
from reasonscape.errors import UsageError
from reasonscape.findings.finding import Finding
from reasonscape.findings.hypothesis import Hypothesis
from reasonscape.runs.schema_results import COMMANDS, result_definitions, result_schema

CLIFF = '{"model": "cliff"}'
THREE = '{"model": ["target-model", "gpt-4o"], "base_task": ["zebra", "counting", "sort"]}'
Call = Callable[..., dict[str, Any]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Type a command with ``--format json``; the single object it prints."""

    def typed(*words: object) -> dict[str, Any]:
        capsys.readouterr()
        run([*map(str, words), "--format", "json"])
        (line,) = capsys.readouterr().out.splitlines()
        answer: dict[str, Any] = json.loads(line, parse_constant=_refused)
        return answer

    return typed


def _refused(constant: str) -> None:
    raise AssertionError(f"{constant} is no strict JSON")


def problems(name: str, answer: object) -> list[str]:
    """What a validator says against an answer."""
    found = Draft202012Validator(result_schema(name)).iter_errors(answer)
    return [f"{list(one.path)[:5]}: {one.message[:300]}" for one in found]


@pytest.mark.parametrize("name", ["all", *COMMANDS, "finding", "hypothesis", "error"])
def test_every_schema_is_one_and_refers_to_what_it_has(name: str) -> None:
    schema = result_schema(name)
    Draft202012Validator.check_schema(schema)
    text = json.dumps(schema)
    named = {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert named <= set(schema["$defs"])
    assert json.loads(text) == schema


def test_an_unknown_result_is_refused() -> None:
    with pytest.raises(UsageError, match="no result 'lens'"):
        result_schema("lens")


def test_fields_are_those_of_the_dataclasses() -> None:
    found = result_definitions()
    assert list(found["finding"]["properties"]) == list(Finding.__slots__)
    assert list(found["hypothesis"]["properties"]) == list(Hypothesis.__slots__)
    assert found["finding"]["properties"]["q"] == {
        "anyOf": [{"type": ["number", "null"]}, {"type": "null"}]
    }


def test_every_record_is_closed() -> None:
    def records(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict):
            if "properties" in value:
                yield value
            for inside in value.values():
                yield from records(inside)
        elif isinstance(value, list):
            for inside in value:
                yield from records(inside)

    found = list(records(result_definitions()))
    assert len(found) > 30
    assert all(one["additionalProperties"] is False for one in found)


@pytest.mark.parametrize("command", ["surface", "fft", "compression", "hazard", "diagnose"])
@pytest.mark.parametrize("more", [(), ("--detail",), ("--limit", "1")])
def test_a_lens_and_a_diagnosis(
    command: str, more: tuple[str, ...], call: Call, plant: Callable[..., Path]
) -> None:
    answer = call(command, plant("cliff"), "--filters", CLIFF, *more)
    assert answer["ok"]
    assert problems(command, answer) == []


@pytest.mark.parametrize("command", ["surface", "diagnose", "compare", "triage"])
def test_the_folder_and_the_gates(
    command: str, call: Call, plant: Callable[..., Path], tmp_path: Path
) -> None:
    # Nothing is drawn, so that `not_drawn` is there and no browser is started.
    figures = () if command == "triage" else ("--figures", "0")
    condition = "difference<1" if command == "compare" else "accuracy<1"
    answer = call(
        command, plant("cliff"), "--output-dir", tmp_path / "o", *figures, "--fail-on", condition
    )
    assert [gate["state"] for gate in answer["gates"]] == ["holds"]
    assert problems(command, answer) == []
    written = json.loads((tmp_path / "o" / "summary.json").read_text(encoding="utf-8"))
    assert problems(command, written) == []


@pytest.mark.parametrize("more", [(), ("--detail",), ("--limit", "1")])
def test_a_screen(more: tuple[str, ...], call: Call, plant: Callable[..., Path]) -> None:
    answer = call("triage", plant("workflow", "dataset-m12x"), *more)
    assert answer["systemic"]
    assert problems("triage", answer) == []


@pytest.mark.parametrize("more", [(), ("--detail", "--limit", "500")])
def test_a_diagnosis_of_several_tasks(
    more: tuple[str, ...], call: Call, plant: Callable[..., Path]
) -> None:
    path = plant("workflow", "dataset-m12x")
    answer = call("diagnose", path, "--filters", THREE, "--baseline", "gpt-4o", *more)
    assert problems("diagnose", answer) == []


@pytest.mark.parametrize("more", [(), ("--detail",), ("--power",)])
def test_a_comparison(more: tuple[str, ...], call: Call, plant: Callable[..., Path]) -> None:
    path = plant("workflow", "dataset-m12x")
    answer = call("compare", path, "base-model", "finetuned-model", "--limit", "30",
                  *more)  # fmt: skip
    assert problems("compare", answer) == []


@pytest.mark.parametrize("command", ["evals", "tasks"])
@pytest.mark.parametrize("more", [(), ("--detail",)])
def test_a_listing(
    command: str, more: tuple[str, ...], call: Call, plant: Callable[..., Path]
) -> None:
    assert problems(command, call(command, plant("cliff"), *more)) == []


def test_an_error(call: Call, plant: Callable[..., Path]) -> None:
    answer = call("surface", plant("cliff"), "--filters", '{"modle": "cliff"}')
    assert problems("error", answer) == []
    assert problems("surface", answer) != []


def test_a_field_that_nobody_declared_is_found(call: Call, plant: Callable[..., Path]) -> None:
    answer = call("surface", plant("cliff"))
    answer["findings"][0]["mood"] = "fine"
    assert problems("surface", answer) != []
