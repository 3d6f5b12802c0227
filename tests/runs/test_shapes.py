"""Shapes of failures in a diagnosis, and pooled lenses as programs read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import reasonscape
from reasonscape.cli.app import run as typed
from reasonscape.runs.agent_tools import Toolbox
from reasonscape.runs.diagnosis_summary import summarise
from reasonscape.runs.gate_conditions import parse_gates
from reasonscape.runs.gates import check_gates
from reasonscape.runs.schema_results import result_schema

BOUND = 8_000
"""Characters of an answer: about 2,000 tokens."""

Answer = Callable[..., tuple[int, str]]


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    @cache
    def made(mechanism: str) -> Path:
        path = tmp_path_factory.mktemp(mechanism) / "d.json"
        reasonscape.plant(mechanism, path, items=8)
        return path

    return made


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Answer:
    """Type a command; its exit code and stdout."""

    def answer(*words: object) -> tuple[int, str]:
        capsys.readouterr()
        code = typed([*map(str, words)])
        return code, capsys.readouterr().out

    return answer


@pytest.fixture(scope="session")
def both(planted: Callable[[str], Path]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Summaries of a diagnosis with and without shapes."""
    path = planted("kinds-by-model")
    told = [summarise(reasonscape.diagnose(path, shapes=shapes)) for shapes in (True, False)]
    return told[0], told[1]


def test_a_diagnosis_tells_of_clusters_and_phrases(
    both: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    shapes = both[0]["shapes"]
    assert len(shapes["clusters"]) == 2
    assert sum(one["failures"] for one in shapes["clusters"]) == shapes["failures"]
    assert all(one["phrases"] and one["typical"] for one in shapes["clusters"])
    assert shapes["phrases"]
    lenses = {one["lens"] for one in both[0]["findings"]}
    assert {"failures", "traces"} <= lenses
    assert not {"failures", "traces"} & {one["lens"] for one in both[1]["findings"]}
    assert not both[1].get("shapes")


def test_causes_and_the_four_lenses_are_the_same_without_them(
    both: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    def four(summary: dict[str, Any]) -> str:
        kept = [f for f in summary["findings"] if f["lens"] not in ("failures", "traces")]
        return json.dumps([summary["hypotheses"], kept])

    assert four(both[0]) == four(both[1])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("failures", ("--permutations", 99)),
        ("traces", ("--analysis", "phrases", "--analysis", "clusters")),
        ("diagnose", ()),
        ("diagnose", ("--no-shapes",)),
    ],
)
def test_answers_are_as_their_schema_says_and_bounded(
    planted: Callable[[str], Path], call: Answer, name: str, words: tuple[object, ...]
) -> None:
    path = planted("kinds-by-model")
    code, out = call(name, path, *words, "--format", "json")
    assert code == 0
    (line,) = out.splitlines()
    answer = json.loads(line)
    found = Draft202012Validator(result_schema(name)).iter_errors(answer)
    assert [f"{list(one.path)}: {one.message[:200]}" for one in found] == []
    assert len(out) < BOUND, len(out)
    code, out = call(name, path, *words)
    assert code == 0
    assert len(out) < BOUND, len(out)


def test_a_gate_on_a_dominant_cluster(
    planted: Callable[[str], Path], call: Answer, both: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    words = ("--permutations", 99, "--fail-on", "pattern:dominant_cluster")
    code, _ = call("failures", planted("kinds-by-model"), *words)
    assert code not in (0, 1, 2)
    assert call("failures", planted("kinds"), *words)[0] == 0
    gated = check_gates(both[0], parse_gates(["pattern:dominant_cluster"], "diagnose"))
    assert [one["state"] for one in gated] == ["holds"]


@pytest.mark.parametrize("lens", ["failures", "traces"])
def test_the_tool_answers_as_the_command_would(planted: Callable[[str], Path], lens: str) -> None:
    path = planted("kinds")
    answer = Toolbox([path]).call("lens", {"lens": lens})
    assert answer["command"] == lens
    assert len(json.dumps(answer)) < BOUND
    found = Draft202012Validator(result_schema(lens)).iter_errors(json.loads(json.dumps(answer)))
    assert [one.message[:200] for one in found] == []


def test_runs_of_python_have_a_table_figures_and_a_folder(
    planted: Callable[[str], Path], tmp_path: Path
) -> None:
    failed = reasonscape.failures(planted("kinds"), permutations=99)
    assert failed.table["cluster"].to_list() == [1, 2, 3]
    drawings = {one.name: one for one in failed.drawings}
    assert {"alignment", "cards", "clusters-by-kind", "map"} <= set(drawings)
    assert failed.figure(drawings["alignment"]).data
    summary = failed.save(tmp_path / "a", figures=0)
    assert summary["command"] == "failures"
    assert (tmp_path / "a" / "tables" / "members.csv").is_file()
    traced = reasonscape.traces(planted("kinds"), analysis="phrases")
    assert len(traced.table) > 0
    assert set(traced.figures) == {"phrases"}
    assert traced.save(tmp_path / "b", figures=0)["command"] == "traces"


@pytest.mark.parametrize("name", ["failures", "traces"])
def test_an_option_out_of_its_range_is_refused(planted: Callable[[str], Path], name: str) -> None:
    call = getattr(reasonscape, name)
    for wrong in ({"k": 0}, {"k": 51}, {"most": 0}, {"part": "all"}, {"show_text": 21}):
        with pytest.raises(reasonscape.errors.UsageError):
            call(planted("kinds"), **wrong)
