"""``triage`` as a user types it: bounded, strict, and its next commands work."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.typed import Type
from tests.cli.workflow import Analyze

DATASET = "data/dataset-m12x.json"


@pytest.fixture
def cliff(plant: Callable[..., Path]) -> str:
    return str(plant("cliff"))


def test_a_whole_store_in_one_bounded_answer(analyze: Analyze) -> None:
    code, out, err = analyze("triage", DATASET)
    assert (code, err) == (0, "")
    assert len(out) < 8000
    assert "production-model" in out
    assert "systemic truncation: 11 of 12 tasks" in out
    assert "diagnose decides" in out
    shown = [line for line in out.splitlines() if line.startswith("model-a ")]
    assert len(shown) == 1
    assert shown[0].count(",") == 11
    assert "no_suspicion: arithmetic" in shown[0]


def test_json_is_strict_and_counts_what_it_leaves_out(analyze: Analyze) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not strict JSON")

    code, out, _ = analyze("triage", DATASET, "--format", "json", "--limit", "4")
    found = json.loads(out, parse_constant=refuse)
    assert code == 0
    assert (found["command"], found["ok"], len(found["suspects"])) == ("triage", True, 4)
    assert found["omitted"] == found["verdicts"]["suspect"] - 4
    assert sum(found["verdicts"].values()) == 108
    one = found["suspects"][0]
    assert {"id", "rank", "eval_id", "base_task", "suspected", "strength", "n"} <= set(one)
    assert {"name", "effect", "q_run"} == set(one["signals"][0])
    assert len(out) < 8000


def test_next_commands_work_when_pasted(typed: Type, cliff: str) -> None:
    steps = json.loads(typed("triage", cliff, "--format", "json").out)["next"]
    words = shlex.split(steps[0]["run"])
    assert words[:3] == ["python", "analyze.py", "diagnose"]
    done = typed(*words[2:])
    assert done.code == 0
    assert "arithmetic" in done.out


def test_csv_has_a_row_for_each_pair(typed: Type, cliff: str) -> None:
    rows = list(csv.DictReader(io.StringIO(typed("triage", cliff, "--format", "csv").out)))
    assert sorted(row["verdict"] for row in rows) == ["no_suspicion", "suspect"]
    assert rows[0]["model"] == "cliff"


def test_markdown_and_detail(typed: Type, cliff: str) -> None:
    assert typed("triage", cliff, "--format", "markdown").out.startswith("# triage")
    assert "no_suspicion" in typed("triage", cliff, "--detail").out
    whole = json.loads(typed("triage", cliff, "--detail", "--format", "json").out)
    assert len(whole["screened"]) == 2
    assert "threshold" in whole["screened"][0]["signals"][0]


def test_a_folder_and_exit_codes(typed: Type, cliff: str) -> None:
    done = typed("triage", cliff, "--output-dir", "out")
    assert done.code == 0
    assert "summary.json to out" in done.err
    assert (Path("out") / "report.md").exists()
    assert typed("triage", cliff, "--filters", '{"model": "nobody"}').code == 3
    assert typed("triage", cliff, "--filters", "{").code == 2
    assert typed("triage", "nowhere.json").code == 2
