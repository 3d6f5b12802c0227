"""Imports at the same time, in processes of their own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest

from reasonscape.store import writing
from reasonscape.store.commits import CommitRaceError, commit_files
from reasonscape.store.maintenance import compact, imports, verify
from reasonscape.store.sample import Sample
from reasonscape.store.tables import Store
from reasonscape.store.writing import ImportWriter

SPAWN = multiprocessing.get_context("spawn")


def rows(task: str, param: str, count: int = 30) -> list[Sample]:
    return [
        Sample(
            "m",
            task,
            item_id=str(n),
            params={param: float(n)},
            prompt=f"{task} {n}",
            source=f"{task}.jsonl",
            source_row=n + 1,
        )
        for n in range(count)
    ]


def import_rows(path: Path, task: str, param: str, barrier: Barrier, answers: Any) -> None:
    store = Store.create(path)
    with ImportWriter(store) as writer:
        writer.add(rows(task, param))
        barrier.wait(60)
        result = writer.commit()
    answers.put((result.added, result.unchanged, len(result.refused)))


def make_store(path: Path, barrier: Barrier, answers: Any) -> None:
    barrier.wait(60)
    answers.put((Store.create(path).version, 0, 0))


def at_once(target: Any, arguments: Sequence[tuple[Any, ...]]) -> list[tuple[int, int, int]]:
    barrier = SPAWN.Barrier(len(arguments))
    answers = SPAWN.Queue()
    processes = [SPAWN.Process(target=target, args=(*args, barrier, answers)) for args in arguments]
    for process in processes:
        process.start()
    found = [answers.get(timeout=100) for _ in processes]
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    return sorted(found)


@pytest.mark.parametrize("tasks", [("a", "a2"), ("b", "b")])
def test_imports_with_other_params_both_land(tmp_path: Path, tasks: tuple[str, str]) -> None:
    """Also into one base task, where the second must look at what the first brought."""
    path = tmp_path / "store"
    if tasks[0] == tasks[1]:
        # Other items of the same base task: the params tell them apart, the keys too.
        found = at_once(import_rows, [(path, tasks[0], "same"), (path, "other", "p2")])
    else:
        found = at_once(import_rows, [(path, tasks[0], "p1"), (path, tasks[1], "p2")])
    assert found == [(30, 0, 0), (30, 0, 0)]
    store = Store.open(path)
    assert store.row_count() == 60 and len(imports(store)) == 2
    assert {name for name in store.columns() if name.startswith("param.")} in (
        {"param.p1", "param.p2"},
        {"param.same", "param.p2"},
    )
    assert verify(store).is_sound and verify(store).orphan_texts == 0


def test_the_same_log_at_once_lands_once(tmp_path: Path) -> None:
    path = tmp_path / "store"
    Store.create(path)
    found = at_once(import_rows, [(path, "t", "x")] * 3)
    assert found == [(0, 30, 0), (0, 30, 0), (30, 0, 0)]
    store = Store.open(path)
    report = verify(store)
    assert store.row_count() == 30 and report.is_sound and report.orphan_texts == 0
    assert (report.leftover_files, report.dead_imports) == (0, 0)


def test_texts_are_taken_back_also_where_that_loses_a_race(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next attempt has nothing to store, so nothing else would take them back."""
    path = tmp_path / "store"
    store = Store.create(path)
    lost: list[str] = []

    def commit(folder: Path, version: int, added: Any, removed: Any, *args: Any, **kw: Any) -> None:
        if folder.name == "samples" and "samples" not in lost:
            lost.append("samples")
            with ImportWriter(Store.open(path)) as winner:
                winner.add(rows("t", "x"))
                winner.commit()
        if folder.name == "texts" and removed and "texts" not in lost:
            lost.append("texts")
            raise CommitRaceError("another import took its texts back")
        commit_files(folder, version, added, removed, *args, **kw)

    monkeypatch.setattr(writing, "commit_files", commit)
    with ImportWriter(store) as writer:
        writer.add(rows("t", "x"))
        result = writer.commit()
    assert lost == ["samples", "texts"] and (result.added, result.unchanged) == (0, 30)
    report = verify(store)
    assert report.is_sound and (report.texts, report.orphan_texts) == (30, 0)


def test_a_store_is_made_once(tmp_path: Path) -> None:
    assert at_once(make_store, [(tmp_path / "store",)] * 3) == [(0, 0, 0)] * 3


def test_compacting_hurts_no_import_under_way(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    for part in range(3):
        with ImportWriter(store) as writer:
            writer.add(rows("t", "x")[part * 10 : part * 10 + 10])
            writer.commit()
    with ImportWriter(store) as writer:
        writer.add(rows("u", "y"))
        report = compact(Store.open(store.path), retention=0)
        assert report.files_after == 2
        assert writer.commit().added == 30
    assert Store.open(store.path).row_count() == 60 and verify(store).is_sound
