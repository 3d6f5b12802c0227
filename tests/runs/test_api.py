"""The Python API says the same as the commands, and shows itself in a notebook without harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import reasonscape as rs
from reasonscape.errors import FilterError, NoRowsError, UsageError

Plant = Callable[..., Path]


@pytest.fixture
def dataset(plant: Plant) -> rs.Dataset:
    return rs.open(plant("cliff"))


def test_every_public_name_is_there() -> None:
    for name in rs.__all__:
        assert getattr(rs, name) is not None
    with pytest.raises(AttributeError):
        _ = rs.no_such_name


def test_surface_gives_findings_a_frame_and_figures(dataset: rs.Dataset) -> None:
    run = rs.surface(dataset, filters={"model": "cliff"})
    assert run.findings[0].pattern == "accuracy_cliff"
    assert run.table.height == 48
    assert run.table["samples"].sum() == run.counts["used"] == 1152
    assert set(run.figures) == {drawing.name for drawing in run.drawings}
    assert "arithmetic-map-length-depth" in next(n for n in run.figures if "map" in n)


def test_a_run_can_be_saved(dataset: rs.Dataset, tmp_path: Path) -> None:
    summary = rs.surface(dataset).save(tmp_path / "out", figures=0)
    assert json.loads((tmp_path / "out" / "summary.json").read_text()) == summary


@pytest.mark.parametrize(("path", "figures"), [("", None), ("out", -1), ("out", 1.5)])
def test_saving_nowhere_or_a_negative_number_of_pictures_is_refused(
    dataset: rs.Dataset, path: str, figures: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = rs.surface(dataset)
    with pytest.raises(UsageError):
        run.save(path, figures=figures)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", [{"axis": ["length"]}, {"axis": 5}, {"bins": 1}])
@pytest.mark.parametrize("lens", [rs.compression, rs.hazard, rs.fft])
def test_what_no_command_line_could_ask_is_one_sentence_too(
    dataset: rs.Dataset, lens: Callable[..., object], wrong: dict[str, object]
) -> None:
    with pytest.raises(UsageError):
        lens(dataset, **wrong)


def test_filters_may_be_text_or_mapping(dataset: rs.Dataset) -> None:
    text = rs.surface(dataset, filters='{"length": {"max": 12}}')
    mapping = rs.surface(dataset, filters={"length": {"max": 12}})
    assert text.findings == mapping.findings


def test_errors_are_of_one_tree(dataset: rs.Dataset) -> None:
    with pytest.raises(FilterError):
        rs.surface(dataset, filters={"nonsense": 1})
    with pytest.raises(NoRowsError):
        rs.evals(dataset, filters={"length": 999})


def test_evals_and_tasks_are_frames_too(dataset: rs.Dataset) -> None:
    assert rs.evals(dataset).frame()["samples"].to_list() == [1152, 1152]
    assert rs.tasks(dataset).frame()["base_task"].to_list() == ["arithmetic"]


def test_a_hostile_name_is_text_in_a_notebook(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    row = {"model": "<script>alert(1)</script>", "base_task": "<b>t", "correct": True}
    log.write_text(json.dumps(row | {"prompt": "p"}))
    report = rs.import_logs(log, tmp_path / "d.json")
    assert report.added == 1
    dataset = rs.open(tmp_path / "d.json")
    for shown in (rs.evals(dataset)._repr_html_(), rs.surface(dataset)._repr_html_()):
        assert "<script>" not in shown
        assert "&lt;script&gt;" in shown


def test_planting_from_python(tmp_path: Path) -> None:
    report = rs.plant("uniform", tmp_path / "u.json", items=3, seed=5)
    assert report.rows == rs.open(tmp_path / "u.json").store().row_count()
