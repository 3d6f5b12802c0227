"""Results say in one line that grades are not the log's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from reasonscape.datasets.config import Dataset
from reasonscape.ingest.importing import import_logs
from reasonscape.runs.comparison import compare
from reasonscape.runs.listing import list_evals
from reasonscape.runs.selection import compiled
from reasonscape.runs.triage import triage
from reasonscape.store.maintenance import compact
from reasonscape.store.selection import grade_sources


def write(folder: Path, name: str, graded: bool) -> Path:
    rows = [
        {
            "model": name, "base_task": "t", "item_id": n, "response": str(n), "target": str(n),
            "params": {"n": n % 4}, **({"correct": n % 3 > 0} if graded else {}),
        }
        for n in range(40)
    ]  # fmt: skip
    path = folder / f"{name}.jsonl"
    path.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    return path


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """One model that its log graded, one that a grader graded."""
    logs = [write(tmp_path, "a", True), write(tmp_path, "b", False)]
    import_logs(logs, tmp_path / "d.json", grade="exact", features=False)
    return Dataset.open(tmp_path / "d.json")


NOTE = "not all grades are the log's own: of 80 graded, 40 by the log, 40 by exact (--grade)"


@pytest.mark.parametrize("compacted", [False, True])
def test_results_say_who_graded(dataset: Dataset, compacted: bool) -> None:
    if compacted:
        compact(dataset.store())
    shown: list[tuple[str, ...]] = [
        compiled(dataset, None).notes,
        list_evals(dataset).notes,
        triage(dataset).warnings,
        compare(dataset, None, "a", "b").warnings,
    ]
    assert [notes.count(NOTE) for notes in shown] == [1, 1, 1, 1]


def test_only_the_selected_rows_count(dataset: Dataset) -> None:
    assert compiled(dataset, {"model": "a"}).notes == ()
    alone = "not all grades are the log's own: of 40 graded, 40 by exact (--grade)"
    assert alone in compiled(dataset, {"model": "b"}).notes
    assert compiled(dataset, {"grade_source": "exact"}).counts["matched"] == 40


def test_a_store_of_native_grades_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_logs([write(tmp_path, "a", True)], tmp_path / "n.json", features=False)

    def asked(*_: Any) -> Callable[..., str]:
        raise AssertionError

    native = Dataset.open(tmp_path / "n.json")
    monkeypatch.setattr(grade_sources, "selected", asked)
    assert compiled(native, None).notes == ()
