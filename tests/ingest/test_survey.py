"""The dry run: everything counted, nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.importing import import_logs, survey_logs
from reasonscape.ingest.native import NativeRow, native_samples
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.survey import MAX_LEVELS, MAX_NAMES, Levels, Survey
from reasonscape.store.sample import Sample

ROWS: list[Any] = [
    {
        "model": "a",
        "base_task": "t",
        "correct": True,
        "params": {"n": 1, "kind": "x"},
        "stop": "stop",
    },
    {"model": "a", "base_task": "t", "correct": False, "params": {"n": 2, "kind": "y"}},
    {"model": "b", "base_task": "u", "task": "u/hard", "score": 1, "response": "r"},
    {"model": "b", "base_task": "u", "task": "u/hard", "correct": None, "score": None},
    {"model": "b"},
]


def test_everything_is_counted(write: Callable[..., Path], tmp_path: Path) -> None:
    log = write(ROWS)
    before = sorted(tmp_path.iterdir())
    report = survey_logs([log], tmp_path / "new.json")
    assert sorted(tmp_path.iterdir()) == before, "a dry run writes nothing"
    assert (report.rows, report.good, report.refused) == (5, 4, 1)
    assert report.formats == {"samples": 1}
    assert report.refused_by_reason == {"missing_field": 1}
    groups = {key: (g.rows, g.graded, g.right) for key, g in report.survey.evals.items()}
    assert groups == {("a", "", ""): (2, 2, 1), ("b", "", ""): (2, 1, 1)}
    assert {key: g.rows for key, g in report.survey.tasks.items()} == {
        ("t", "t"): 2,
        ("u", "u/hard"): 2,
    }
    known = {name: n for name, n in report.survey.fields.items() if n}
    assert known == {
        "model": 4, "base_task": 4, "task": 4, "response": 1, "correct": 3, "score": 1, "stop": 1,
        "stop_source": 1,
    }  # fmt: skip
    assert report.survey.stops == {("stop", "native"): 1, ("unknown", "unknown"): 3}
    assert report.unknown[:3] == ("prompt", "completion_tokens", "max_tokens")
    assert {axis.name: axis.levels.rows for axis in report.axes} == {"n": 2, "kind": 2}
    assert all(axis.taken for axis in report.axes)


def test_it_counts_what_the_import_then_stores(write: Callable[..., Path], tmp_path: Path) -> None:
    log = write(ROWS)
    survey = survey_logs([log])
    stored = import_logs([log], tmp_path / "d.json", features=False, allow_partial=True)
    assert (survey.rows, survey.good, survey.refused) == (stored.rows, stored.added, stored.refused)


def test_without_a_dataset_the_working_folder_does_not_matter(
    write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = write(ROWS[:3])
    import_logs([log], tmp_path / "d.json", features=False)
    monkeypatch.chdir(tmp_path / "d")  # a folder with a store in it
    assert survey_logs([log]).good == 3


def test_no_log_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no log at"):
        survey_logs([tmp_path / "absent"])


def metadata_survey(rows: list[dict[str, Any]]) -> Survey:
    survey = Survey()
    options = ReadOptions()
    options = ReadOptions(axes=type(options.axes)(watch=survey.watch))
    native = [NativeRow({"model": "m", "base_task": "t", "score": 1}, {"doc": one}) for one in rows]
    for sample in native_samples(Path("log"), options, native):
        assert isinstance(sample, Sample)
        survey.add(sample)
    return survey


def test_metadata_is_counted_by_path() -> None:
    survey = metadata_survey([{"level": 1, "q": "a", "odd name": True}, {"level": 2, "q": "b"}])
    assert {path: levels.rows for path, levels in survey.metadata.items()} == {
        "doc.level": 2,
        "doc.q": 2,
        "doc['odd name']": 1,
    }
    assert survey.axes["level"].values == {1.0: 1, 2.0: 1}


def test_an_ordinal_text_is_suggested_as_a_number(write: Callable[..., Path]) -> None:
    from reasonscape.ingest.surveying import _axes, _suggested

    rows = [{"level": "Level 1", "kind": "x"}, {"level": "Level 5", "kind": "y"}]
    survey = metadata_survey(rows)
    axes = tuple(_axes(survey))
    assert [(axis.name, axis.path) for axis in axes] == [
        ("level", "doc.level"),
        ("kind", "doc.kind"),
    ]
    assert list(_suggested(axes)) == ["level_number=number(part(doc.level, ' ', -1))"]


def test_a_survey_is_bounded() -> None:
    levels = Levels()
    for number in range(10 * MAX_LEVELS):
        levels.add(float(number))
    assert (len(levels.values), levels.more, levels.high) == (MAX_LEVELS, True, 10 * MAX_LEVELS - 1)
    survey = Survey()
    for number in range(MAX_NAMES + 5):
        survey.add(Sample(model=f"m{number}", base_task="t"))
    assert sum(group.rows for group in survey.evals.values()) == MAX_NAMES + 5
    assert len(survey.evals) == MAX_NAMES + 1
