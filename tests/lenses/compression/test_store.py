"""The lens on a store: it reads no text unless asked, and what is shown is what was written."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import reasonscape as rs
from reasonscape.errors import UsageError
from reasonscape.lenses.compression.options import CompressionOptions
from reasonscape.runs.lens_run import LensRun
from tests.cli.typed import Type, log, row

FILTERS = {"model": "loops"}


@pytest.fixture(scope="module")
def loops(plant: Callable[..., Path]) -> Path:
    return plant("loops", "loops")


@pytest.fixture(scope="module")
def run(loops: Path) -> LensRun:
    return rs.compression(rs.open(loops), FILTERS)


def test_a_planted_loop_is_found_in_texts(run: LensRun) -> None:
    findings = {f.pattern: f for f in run.findings}
    assert findings["broken_loops"].verdict == "present"
    # .4 of the 40% that are wrong end in a loop
    effect = findings["broken_loops"].effect
    assert effect is not None
    assert effect.low <= 0.16 <= effect.high
    assert findings["underthink"].verdict == findings["overthink"].verdict == "absent"


def test_no_text_is_read(loops: Path, run: LensRun, tmp_path: Path) -> None:
    """Every file of the texts is gone, and the lens says the same."""
    shutil.copytree(loops.parent, tmp_path / "copy")
    copy = tmp_path / "copy" / loops.name
    files = list(rs.open(copy).store().texts.folder.rglob("*.parquet"))
    assert files
    for file in files:
        file.unlink()
    again = rs.compression(copy, FILTERS)
    assert [f.statement for f in again.findings] == [f.statement for f in run.findings]
    assert again.table.equals(run.table)


def test_texts_are_read_when_asked_for(loops: Path) -> None:
    shown = rs.compression(loops, FILTERS, show_text=2)
    examples = [one for one in shown.results[0].evals[0].examples if one.text is not None]
    assert [one.pattern for one in examples] == ["broken_loops"] * 2
    assert all(one.text and len(one.text) < 4100 for one in examples)


def test_the_command_prints_somebody_s_words_as_such(typed: Type, loops: Path) -> None:
    done = typed("compression", str(loops), "--filters", json.dumps(FILTERS), "--show-text", "1")
    assert done.code == 0
    assert "what the model wrote, line by line:" in done.out
    after = done.out.split("line by line:\n", 1)[1]
    assert all(line.startswith("  | ") for line in after.splitlines() if line)
    as_json = typed("compression", str(loops), "--show-text", "1", "--format", "json")
    assert json.loads(as_json.out)["ok"]


def test_a_folder_has_tables_pictures_and_a_report(
    typed: Type, loops: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    done = typed(
        "compression", str(loops), "--axis", "length", "--bins", "3", "--output-dir", str(folder)
    )
    assert done.code == 0
    tables = {path.stem for path in (folder / "tables").glob("*.csv")}
    assert tables == {"traces", "shifts", "loops", "novelty", "longer", "examples"}
    with (folder / "tables" / "shifts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["axis"] for row in rows} == {"length"}
    assert len(rows) == 2 * (1 + 3)
    names = {path.name for path in folder.glob("*.html")}
    for kind in ("traces", "shifts", "longer", "loops", "novelty"):
        assert any(f"-{kind}-" in name for name in names), kind
    assert "broken" in (folder / "report.md").read_text(encoding="utf-8")


def test_what_cannot_be_asked_is_refused(typed: Type, loops: Path) -> None:
    done = typed("compression", str(loops), "--axis", "lenght")
    assert done.code == 2
    assert "length" in done.err
    for wrong in ({"axes": ("a", "b")}, {"bins": 1}, {"show_text": 21}):
        with pytest.raises(UsageError):
            CompressionOptions(**wrong)


def test_a_store_without_features_says_what_to_run(typed: Type, tmp_path: Path) -> None:
    sample = {"model": "m", "base_task": "t", "response": "some words", "correct": True}
    log = tmp_path / "log.jsonl"
    rows = [{**sample, "item_id": str(i), "params": {"x": i % 3}} for i in range(30)]
    log.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert typed("import", str(log), "--dataset", "d.json", "--no-features").code == 0
    done = typed("compression", "d.json")
    assert done.code == 0
    assert "store refresh" in done.out
    assert "no_trace" in done.out


def test_a_note_says_that_right_and_wrong_seldom_share_a_cell(typed: Type) -> None:
    """Also where fifths of predicted difficulty, which hold one cell each, would bring nothing."""
    words = [f"word{j}" for j in range(13)]
    for name, right in (("steep", (0, 1, 4)), ("even", (0, 1, 2, 3))):
        rows = [
            row(
                item_id=str(i), params={"n": i % 4}, correct=i % 8 in right,
                reasoning=" ".join(words[i * j % 13] for j in range(60 + i % 7)), response="x",
            )
            for i in range(120)
        ]  # fmt: skip
        log(f"{name}.jsonl", rows)
        assert typed("import", f"{name}.jsonl", "--dataset", f"{name}.json").code == 0
        said = typed("compression", f"{name}.json", "--format", "json").out
        assert ("seldom share a cell" in said) == (name == "steep")
