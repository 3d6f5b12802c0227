"""The dry run says what the import then does, whatever the rows, the store and the mode."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reasonscape.errors import ImportIncompleteError
from reasonscape.ingest.importing import ImportReport, SurveyReport, import_logs, survey_logs
from reasonscape.store.writing import OnConflict

LONG_NAME = "x" * 300


def row(item: int, **more: Any) -> dict[str, Any]:
    return {"model": "m", "base_task": "t", "item_id": str(item), "correct": True, **more}


STORED = [row(1), row(2), row(3, params={"Size": 1})]
FIRST = [
    row(1),
    row(2, correct=False),
    row(4),
    row(5, repeat=0),
    row(5, repeat=0, correct=False),  # the same log contradicts itself
    row(6, base_task=LONG_NAME),
    row(7, params={"n\0": 1}),
    row(8, params={"size": 2}),
    b"{",
]
SECOND = [row(4), row(9), row(1, correct=False), row(5, repeat=0, score=0.5)]


@pytest.mark.parametrize("mode", ["error", "replace", "repeat"])
@pytest.mark.parametrize("stored", [False, True])
def test_it_counts_what_the_import_then_does(
    write: Callable[..., Path], tmp_path: Path, mode: OnConflict, stored: bool
) -> None:
    dataset = tmp_path / "d.json"
    if stored:
        import_logs([write(STORED, "stored.jsonl")], dataset, features=False)
    logs = [write(FIRST, "first.jsonl"), write(SECOND, "second.jsonl")]
    before = sorted(tmp_path.rglob("*"))
    said = survey_logs(logs, dataset, on_conflict=mode)
    assert sorted(tmp_path.rglob("*")) == before, "a dry run writes nothing"
    if mode == "error":
        with pytest.raises(ImportIncompleteError) as caught:
            import_logs(logs, dataset, features=False)
        assert said.conflict == str(caught.value)
        assert said.conflicts > said.conflicts_within > 0 if stored else said.conflicts_within
        return
    assert not said.conflicts
    agree(said, import_logs(logs, dataset, features=False, on_conflict=mode))
    assert survey_logs(logs, dataset, on_conflict=mode).unchanged > said.unchanged


def agree(said: SurveyReport, done: ImportReport) -> None:
    assert said.rows == done.rows == len(FIRST) + len(SECOND)
    assert said.unchanged == done.unchanged
    assert said.good == done.added + done.unchanged + done.replaced + done.repeated
    assert said.refused_by_reason == done.refused_by_reason
    assert {"bad_name", "name_too_long", "same_key_differs"} < said.refused_by_reason.keys()
    assert said.refusals == done.refusals
