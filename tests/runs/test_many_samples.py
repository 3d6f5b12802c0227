"""A run over more samples than are held at once says and shows what any other run does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from reasonscape.datasets.config import Dataset
from reasonscape.lenses.hazard import drawing
from reasonscape.lenses.lens import lens
from reasonscape.runs import lens_run
from reasonscape.runs.lens_run import LensRun, run_lens

Plant = Callable[..., Path]


def run(config: Path, name: str) -> LensRun:
    return run_lens(name, Dataset.open(config), {"model": "cliff"}, lens(name).Options())


@pytest.mark.parametrize("name", ["compression", "hazard"])
def test_findings_tables_and_pictures_are_the_same(
    name: str, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(plant("cliff"), name)
    monkeypatch.setattr(lens_run, "MANY_SAMPLES", 0)
    let_go = run(plant("cliff"), name)
    assert let_go.findings == whole.findings
    assert let_go.warnings == whole.warnings
    tables = lens(name).tables
    assert repr(tables(let_go.results)) == repr(tables(whole.results))
    assert [d.name for d in let_go.drawings] == [d.name for d in whole.drawings]
    shown = whole.drawings[0].name
    assert let_go.figures[shown].to_json() == whole.figures[shown].to_json()


def test_pictures_cost_nothing_where_nobody_asks_for_them(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("a picture was asked for")

    monkeypatch.setattr(drawing, "drawings", asked)
    monkeypatch.setattr("reasonscape.lenses.hazard.drawings", asked)
    assert run(plant("cliff"), "hazard").findings
