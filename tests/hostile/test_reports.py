"""Reports in Markdown: foreign text is text in every one of them, and steers no terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fuzz_report import steers
from benchmarks.hostile_pages import in_markdown
from reasonscape.cli.app import run
from tests.cli.typed import row

HOSTILE = "<img src=x onerror=a>|`[x](javascript:a)![y](http:z){{7*7}}\x1b[31m\x9b1m\u2028# h"


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("reasonscape.runs.pictures.find_browser", lambda: None)
    rows = [
        row(
            model=f"m{i % 2}" + HOSTILE,
            base_task="t" + HOSTILE[:40],
            item_id=f"{i // 2}" + HOSTILE,
            correct=i % 4 == 0 and i % 2 == 0,
            stop="stop" if i % 3 else "length",
            params={"n" + HOSTILE: i % 3},
        )
        for i in range(240)
    ]
    Path("log.jsonl").write_text("\n".join(rows))
    assert run(["import", "log.jsonl", "--dataset", "d.json"]) == 0
    return "d.json"


@pytest.mark.parametrize("command", ["triage", "compare"])
def test_foreign_text_stays_text(hostile: str, command: str) -> None:
    sides = ["m0" + HOSTILE, "m1" + HOSTILE] if command == "compare" else []
    figures = ["--figures", "0"] if command == "compare" else []
    assert run([command, hostile, *sides, *figures, "--output-dir", "out"]) == 0
    report = Path("out/report.md")
    text = report.read_text()
    assert "img src" in text
    assert not steers(text)
    assert in_markdown(report) == []
