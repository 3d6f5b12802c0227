"""``diagnose`` from the command line: bounded answers, honest exits, a folder that is complete."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from reasonscape.findings.hypothesis import CAUSES
from reasonscape.lenses.lens import LENSES
from reasonscape.runs.diagnosis_summary import ALIKE, STATED_OF_MANY
from tests.cli.workflow import Analyze

DATA = "data/dataset-m12x.json"
PLANTED = {
    ("target-model", "zebra"): "working_memory_limit",
    ("production-model", "boolean"): "context_truncation",
    ("finetuned-model", "ledger"): "underthinking",
    ("target-model", "letters"): "healthy",
    ("base-model", "sort"): "capability_gap",
}


def told(analyze: Analyze, *words: str, code: int = 0) -> dict[str, Any]:
    """What the command says as JSON."""
    found, stdout, stderr = analyze("diagnose", DATA, *words, "--format", "json")
    assert found == code, stderr
    said: dict[str, Any] = json.loads(stdout, parse_constant=lambda text: pytest.fail(text))
    return said


@pytest.mark.parametrize("pair", PLANTED)
def test_the_planted_cause_leads(analyze: Analyze, pair: tuple[str, str]) -> None:
    model, task = pair
    only = ("--no-shapes", "--filters", json.dumps({"model": model, "base_task": task}))
    said = told(analyze, *only)
    first = said["hypotheses"][0] if said["hypotheses"] else None
    assert said["causes"] == {PLANTED[pair]: 1}
    assert first is not None and first["cause"] == PLANTED[pair]
    assert first["confidence"] >= 0.6 and first["support"] and first["actions"]
    known = {one["id"] for one in said["findings"]}
    detail = told(analyze, *only, "--detail", "--limit", "99")
    everything = {one["id"] for one in detail["findings"]}
    assert known <= everything and set(first["support"]) <= everything


def test_a_whole_eval_is_answered_within_bounds_and_its_next_steps_work(
    analyze: Analyze, tmp_path: Path
) -> None:
    filters = json.dumps({"model": "production-model", "tier": "logic"})
    code, stdout, _ = analyze("diagnose", DATA, "--filters", filters, "--format", "json")
    said = json.loads(stdout)
    assert code == 0 and len(stdout) < 8000
    assert sum(said["causes"].values()) == 4
    assert sum(len(row) for row in said["overview"].values()) == 4
    assert said["overview_omitted"] == 0 and said["findings"] == []
    alike = Counter((one["eval_id"], one["cause"]) for one in said["hypotheses"])
    assert max(alike.values()) == ALIKE < max(said["causes"].values())
    assert said["systemic"][0]["cause"] == "context_truncation"
    assert all(len(one["statement"]) <= STATED_OF_MANY for one in said["hypotheses"])
    for step in said["next"][1:2]:
        words = shlex.split(step["run"])[2:]
        words[words.index("--output-dir") + 1] = str(tmp_path / "next")
        code, _, stderr = analyze(*words, "--figures", "0")
        assert code in (0, 4), stderr
        assert (tmp_path / "next" / "summary.json").exists()


def test_processes_do_not_change_the_answer(analyze: Analyze) -> None:
    filters = json.dumps({"model": "target-model", "tier": ["logic", "memory"]})
    words = ("--no-shapes", "--filters", filters, "--detail", "--limit", "999")
    alone, both = (told(analyze, *words, "--jobs", jobs) for jobs in ("1", "2"))
    assert alone["hypotheses"] == both["hypotheses"]
    assert alone["findings"] == both["findings"]


def test_a_wider_filter_changes_no_verdict_of_a_pair(analyze: Analyze) -> None:
    narrow = {"model": "target-model", "base_task": "gates"}
    wide = {"model": "target-model", "base_task": ["gates", "letters"]}
    one = told(analyze, "--filters", json.dumps(narrow), "--detail", "--limit", "99")
    two = told(analyze, "--filters", json.dumps(wide), "--detail", "--limit", "99")
    mine, same = (
        {
            f["id"]: (f["verdict"], f["q"])
            for f in said["findings"]
            # Shapes are of all that was selected, and so not of the pair.
            if f["base_task"] == "gates" and f["lens"] in LENSES
        }
        for said in (one, two)
    )
    assert len(mine) > 10
    assert mine == same


def test_a_baseline_shows_a_regression_and_what_is_new(analyze: Analyze) -> None:
    filters = json.dumps({"model": "finetuned-model", "base_task": "ledger"})
    said = told(analyze, "--filters", filters, "--baseline", "base-model")
    first, second = said["hypotheses"][:2]
    assert first["cause"] == "finetune_regression" and second["cause"] == "underthinking"
    assert "underthink" in first["statement"] and "below the baseline" in first["statement"]
    assert {one["eval_id"] for one in said["hypotheses"]} == {first["eval_id"]}
    # The other way round nothing was lost.
    filters = json.dumps({"model": "base-model", "base_task": "ledger"})
    back = told(analyze, "--filters", filters, "--baseline", "finetuned-model")
    assert "finetune_regression" not in back["causes"]


def test_an_eval_against_itself_has_not_regressed(analyze: Analyze) -> None:
    filters = json.dumps({"model": "base-model", "base_task": "ledger"})
    said = told(analyze, "--filters", filters, "--baseline", "base-model")
    assert "finetune_regression" not in said["causes"] and sum(said["causes"].values()) == 1


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--baseline", "nobody"), 2, "no eval is 'nobody'"),
        (("--baseline", "e"), 2, "no eval is 'e'"),
        (("--output", "page.png"), 2, "no .html file"),
        (("--filters", '{"model": "gpt-9"}'), 3, "no row"),
        (("--filters", '{"modell": "gpt-4o"}'), 2, "modell"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    analyze: Analyze, words: tuple[str, ...], code: int, says: str
) -> None:
    found, stdout, stderr = analyze("diagnose", DATA, *words, "--format", "json")
    assert found == code and says in stderr
    assert json.loads(stdout)["ok"] is False


def test_a_page_without_pictures(analyze: Analyze, tmp_path: Path) -> None:
    filters = json.dumps({"model": "target-model", "base_task": "gates"})
    words = ("--filters", filters, "--output-dir", str(tmp_path / "out"), "--figures", "0")
    code, _, stderr = analyze("diagnose", DATA, *words)
    assert code == 0, stderr
    assert (tmp_path / "out" / "index.html").exists()
    assert list((tmp_path / "out").rglob("*.png")) == []


def test_the_folder_is_complete_and_the_same_again(analyze: Analyze, tmp_path: Path) -> None:
    filters = json.dumps({"model": "target-model", "base_task": "gates"})
    written = []
    for name in ("one", "two"):
        words = ("--filters", filters, "--output-dir", str(tmp_path / name), "--figures", "2")
        code, _, stderr = analyze("diagnose", DATA, *words)
        assert code == 0, stderr
        summary = json.loads((tmp_path / name / "summary.json").read_text(encoding="utf-8"))
        listed = {artifact["path"] for artifact in summary["artifacts"]}
        there = {
            path.relative_to(tmp_path / name).as_posix()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        assert there == listed | {"summary.json"}
        assert {"index.html", "report.md", "tables/hypotheses.csv"} <= listed
        assert {one["cause"] for one in summary["hypotheses"]} <= set(CAUSES)
        page = (tmp_path / name / "index.html").read_text(encoding="utf-8")
        written.append({p: (tmp_path / name / p).read_bytes() for p in listed if "png" not in p})
        assert "unstable" in page.casefold()
        time = json.dumps(summary["provenance"]["time"])
        written[-1] = {p: b.replace(time.encode(), b"") for p, b in written[-1].items()}
    differing = [path for path in written[0] if written[0][path] != written[1].get(path)]
    assert [path for path in differing if path != "index.html"] == []
