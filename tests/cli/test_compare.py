"""The command line of ``compare``: what it prints, writes and refuses."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.typed import Type

Plant = Callable[..., Path]


@pytest.fixture
def demo(plant: Plant) -> str:
    return str(plant("cliff"))


def test_sentences_and_commands_that_work(typed: Type, demo: str) -> None:
    done = typed("compare", demo, "healthy", "cliff")
    assert done.code == 0
    assert "A is better" in done.out
    assert "shared items" in done.out
    assert "over 48 cells" in done.out
    steps = [line for line in done.out.splitlines() if line.startswith("next: ")]
    assert steps
    for step in steps:
        words = shlex.split(step.removeprefix("next: python analyze.py "))
        assert typed(*words).code == 0


def test_json_is_one_bounded_object(typed: Type, demo: str) -> None:
    done = typed("compare", demo, "healthy", "cliff", "--format", "json", "--power")
    told = json.loads(done.out)
    assert told["ok"] is True
    assert told["findings"] == []
    (one,) = told["comparisons"]
    assert one["verdict"] == "a_better"
    assert one["effect"]["low"] < one["effect"]["value"] < one["effect"]["high"]
    assert one["plan"]["items_to_detect"] > 0
    assert len(told["discordant_items"]) == 5
    assert len(told["different_cells"]) == 5
    assert told["different_cells_omitted"] > 0
    assert told["sides"]["a"]["label"].startswith("healthy")
    assert len(done.out) < 8000


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_other_forms(typed: Type, demo: str, form: str) -> None:
    done = typed("compare", demo, "healthy", "cliff", "--format", form)
    assert done.code == 0
    assert "a_better" in done.out or "A better" in done.out


def test_a_folder_twice_with_the_same_bytes(typed: Type, demo: str, tmp_path: Path) -> None:
    artifacts, summary = [], {}
    for _ in range(2):
        done = typed("compare", demo, "healthy", "cliff", "--output-dir", "out", "--figures", "1")
        assert done.code == 0
        summary = json.loads((tmp_path / "out" / "summary.json").read_text())
        artifacts.append(summary["artifacts"])
    names = {entry["path"] for entry in artifacts[0]}
    assert {"report.md", "tables/comparisons.csv", "tables/discordant.csv"} <= names
    assert {"tables/cells.csv", "differences.html"} <= names
    assert [one["title"] for one in summary["not_drawn"]] == ["differences by cell: Arithmetic"]
    assert artifacts[0] == artifacts[1]


def test_a_page_can_be_asked_for(typed: Type, demo: str, tmp_path: Path) -> None:
    assert typed("compare", demo, "healthy", "cliff", "--output", "f.html").code == 0
    assert "plotly" in (tmp_path / "f.html").read_text()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["healthy", "healthy"], 2, "are the same"),
        (["healthy"], 2, "only one side"),
        (["healthy", "clif"], 2, "did you mean cliff?"),
        (["healthy", '{"lenght": 3}'], 2, "did you mean length?"),
        (["healthy", "{length: 3}"], 2, "not valid"),
        (["healthy", '{"length": 3}'], 2, "both A and B"),
        (["healthy", "cliff", "--filters", '{"model": "cliff"}'], 3, "is A"),
        (["healthy", "cliff", "--margin", "1.5"], 2, "margin"),
        (["healthy", "cliff", "--output", "x.gif"], 2, "picture type"),
        (["healthy", "cliff", "--axis", "nope"], 2, "no axis"),
    ],
)
def test_refused_in_one_sentence(
    typed: Type, demo: str, words: list[str], code: int, said: str
) -> None:
    done = typed("compare", demo, *words)
    assert done.code == code
    assert said in done.err


def test_one_side_by_filters_of_another_level(typed: Type, demo: str) -> None:
    """Short against long items of one model share none: unpaired, with the warning."""
    short, long = '{"model": "cliff", "length": 3}', '{"model": "cliff", "length": 24}'
    done = typed("compare", demo, short, long)
    assert done.code == 0
    assert "not paired" in done.out
    assert "not to be compared" in done.out
