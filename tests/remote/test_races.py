"""Two who write to one store behind a URL, and pushes that end in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reasonscape.errors import StoreError, UsageError
from reasonscape.store.commits import commit_files
from reasonscape.store.log import read_snapshot
from reasonscape.store.remote.files import RemoteFiles
from reasonscape.store.tables import Store
from reasonscape.store.verifying import verify
from reasonscape.store.writing import ConflictError, ImportWriter
from tests.remote.conftest import sample

Place = tuple[Any, str]


class Killed(BaseException):
    """As if the process had ended here."""


def writer_on(url: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> ImportWriter:
    """An import on a machine of its own."""
    monkeypatch.setenv("REASONSCAPE_CACHE", str(cache))
    return ImportWriter(Store.create(url))


def test_two_imports_at_once_both_land(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"{place[1]}/x"
    first = writer_on(url, tmp_path / "a", monkeypatch)
    second = writer_on(url, tmp_path / "b", monkeypatch)
    with first, second:
        first.add([sample(n) for n in range(10)])
        # Another param as well: the columns race, too.
        second.add([sample(n, params={"depth": 1.0}) for n in range(5, 15)])
        second.add([sample(n, base_task="mul") for n in range(3)])
        assert first.commit().added == 10
        with pytest.raises(ConflictError, match="5 rows are in the store"):
            second.commit()
    third = writer_on(url, tmp_path / "b", monkeypatch)
    fourth = writer_on(url, tmp_path / "c", monkeypatch)
    with third, fourth:
        third.add([sample(n, params={"width": 1.0}) for n in range(20, 30)])
        fourth.add([sample(n, labels={"style": "a"}) for n in range(30, 40)])
        assert fourth.commit().added == 10
        assert third.commit().added == 10
    for folder in "abcd":
        monkeypatch.setenv("REASONSCAPE_CACHE", str(tmp_path / folder))
        store = Store.open(url)
        assert store.row_count() == 30
        assert {"param.width", "label.style"} <= set(store.columns())
        assert verify(store).is_sound and verify(store).orphan_texts == 0


def test_the_same_rows_from_two_machines_are_stored_once(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"{place[1]}/x"
    writers = [writer_on(url, tmp_path / name, monkeypatch) for name in "ab"]
    for writer in writers:
        writer.add([sample(n) for n in range(10)])
    results = [writer.commit() for writer in writers]
    assert [(r.added, r.unchanged) for r in results] == [(10, 0), (0, 10)]
    store = Store.open(url)
    assert store.row_count() == 10 and len(store.texts.files) == 1


@pytest.mark.slow
def test_many_processes_on_one_new_dataset(bucket: str, tmp_path: Path, make_rows: Any) -> None:
    processes = []
    for number in range(4):
        log = tmp_path / f"{number}.jsonl"
        log.write_bytes(make_rows(100 * number, 100 * number + 100, model=f"m{number}"))
        command = [sys.executable, "analyze.py", "import", str(log), "--no-features"]
        command += ["--dataset", f"{bucket}/data/x.json"]
        environment = {**os.environ, "REASONSCAPE_CACHE": str(tmp_path / f"cache{number % 2}")}
        processes.append(
            subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        )
    for process in processes:
        said = process.communicate(timeout=300)[0]
        assert process.returncode == 0, said.decode()
    store = Store.open(f"{bucket}/data/x")
    assert store.row_count() == 400
    assert verify(store).is_sound
    from reasonscape.datasets.config import Dataset

    config = Dataset.open(f"{bucket}/data/x.json").config
    assert sorted(one.label for one in config.evals) == ["m0", "m1", "m2", "m3"]


@pytest.mark.parametrize("at", ["upload", "create"])
@pytest.mark.parametrize("call", [1, 2])
def test_a_push_that_ends_in_the_middle_leaves_the_store_as_it_was(
    place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, at: str, call: int
) -> None:
    url = f"{place[1]}/x"
    with writer_on(url, tmp_path / "a", monkeypatch) as writer:
        writer.add([sample(n) for n in range(10)])
        writer.commit()
    calls = 0
    whole = getattr(RemoteFiles, at)

    def ending(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls >= call:
            raise Killed
        return whole(*given)

    with monkeypatch.context() as patch:
        dying = writer_on(url, tmp_path / "a", monkeypatch)
        patch.setattr(RemoteFiles, at, ending)
        dying.add([sample(n) for n in range(10, 20)])
        with pytest.raises(Killed):
            dying.commit()
    for cache in ("a", "b"):
        monkeypatch.setenv("REASONSCAPE_CACHE", str(tmp_path / cache))
        store = Store.open(url)
        assert store.row_count() == 10
        assert verify(store).is_sound
    with writer_on(url, tmp_path / "a", monkeypatch) as again:
        again.add([sample(n) for n in range(10, 20)])
        assert again.commit().added == 10
    assert verify(Store.open(url)).is_sound


def test_a_process_that_is_killed_between_data_and_log(
    bucket: str, tmp_path: Path, make_rows: Any, s3: Any
) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(make_rows(0, 40))
    program = (
        "import os, sys\n"
        "from reasonscape.store.remote.files import RemoteFiles\n"
        "from reasonscape.ingest.importing import import_logs\n"
        "whole = RemoteFiles.create\n"
        "def create(self, key, data):\n"
        "    if key.startswith('samples/') and b'\"add\"' in data: os._exit(9)\n"
        "    return whole(self, key, data)\n"
        "RemoteFiles.create = create\n"
        "import_logs([sys.argv[1]], sys.argv[2])\n"
    )
    command = [sys.executable, "-c", program, str(log), f"{bucket}/x.json"]
    assert subprocess.run(command, check=False, timeout=120).returncode == 9
    assert s3.find(f"{bucket.partition('://')[2]}/x/samples/base_task=add")
    store = Store.open(f"{bucket}/x")
    assert store.row_count() == 0
    report = verify(store)
    assert report.is_sound and report.orphan_texts == 40
    done = subprocess.run(
        [sys.executable, "analyze.py", "import", str(log), "--dataset", f"{bucket}/x.json"],
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    store.refresh()
    assert store.row_count() == 40


@pytest.mark.parametrize("error", [TimeoutError, FileExistsError])
def test_an_answer_that_was_lost_is_no_lost_race(
    memory: Any, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    store = Store.create("memory://b/x")
    whole = type(memory).pipe_file

    def answering_late(self: Any, path: str, value: bytes, mode: str = "overwrite") -> None:
        whole(self, path, value, mode=mode)
        raise error

    monkeypatch.setattr(type(memory), "pipe_file", answering_late)
    with ImportWriter(store) as writer:
        writer.add([sample(1)])
        assert writer.commit().added == 1
    monkeypatch.undo()
    store.refresh()
    assert store.row_count() == 1
    assert len(memory.find("/b/x/samples/_delta_log")) == store.version + 1


def test_a_server_that_does_not_answer_leaves_the_store_as_it_was(
    memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.create("memory://b/x")

    def silent(*_: Any, **__: Any) -> None:
        raise TimeoutError

    writer = ImportWriter(store)
    monkeypatch.setattr(type(memory), "pipe_file", silent)
    writer.add([sample(1)])
    with pytest.raises(UsageError, match="its server does not answer"):
        writer.commit()
    monkeypatch.undo()
    store.refresh()
    assert store.row_count() == 0


def test_a_server_that_writes_over_files_is_refused(
    memory: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with writer_on("memory://b/x", tmp_path / "a", monkeypatch) as writer:
        writer.add([sample(1)])
        writer.commit()
    whole = type(memory).pipe_file
    monkeypatch.setattr(
        type(memory), "pipe_file", lambda self, path, value, mode="": whole(self, path, value)
    )
    before = {name: memory.cat_file(name) for name in memory.find("/b")}
    with writer_on("memory://b/x", tmp_path / "b", monkeypatch) as writer:
        writer.add([sample(2)])
        with pytest.raises(StoreError, match="writes over files that it is told only to create"):
            writer.commit()
    logs = {name: data for name, data in before.items() if "_delta_log" in name}
    assert {name: memory.cat_file(name) for name in memory.find("/b") if "_log" in name} == logs


def test_checkpoints_that_commits_make_are_there_for_all(
    memory: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with writer_on("memory://b/x", tmp_path / "a", monkeypatch) as writer:
        writer.add([sample(1)])
        writer.commit()
    folder = Store.open("memory://b/x").path / "texts"
    for _ in range(101):
        commit_files(folder, read_snapshot(folder).version, (), (), {"nothing": "new"})
    names = [name.rpartition("/")[2] for name in memory.find("/b/x/texts/_delta_log")]
    assert "_last_checkpoint" in names
    assert any(name.endswith(".checkpoint.parquet") for name in names)
    monkeypatch.setenv("REASONSCAPE_CACHE", str(tmp_path / "b"))
    store = Store.open("memory://b/x")
    assert verify(store).is_sound and verify(store).texts == 1
    assert len(list((store.path / "texts" / "_delta_log").glob("*.json"))) < 10
