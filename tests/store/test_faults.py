"""What goes wrong around a commit: nothing that it names is taken away, and all can be finished."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import deltalake
import pyarrow.parquet as pq
import pytest

from reasonscape.errors import StoreError
from reasonscape.store import commits, deleting, landing
from reasonscape.store.commits import CommitRaceError
from reasonscape.store.deleting import delete_import
from reasonscape.store.maintenance import compact, verify
from reasonscape.store.sample import Sample
from reasonscape.store.tables import Store
from reasonscape.store.turns import PATIENCE, turn
from reasonscape.store.writing import ImportWriter

MakeSample = Callable[..., Sample]
Fill = Callable[..., Any]


def fails_after_commit(monkeypatch: pytest.MonkeyPatch, error: BaseException, table: str) -> None:
    real = deltalake.DeltaTable.create_write_transaction

    def commit(self: Any, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        if self.table_uri.rstrip("/").endswith(table):
            raise error

    monkeypatch.setattr(deltalake.DeltaTable, "create_write_transaction", commit)


def kinds(store: Store) -> list[str]:
    return [problem.kind for problem in verify(store).problems]


def test_a_failure_after_the_commit_is_none(
    store: Store, fill: Fill, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a checkpoint for which the disk has no room: the files of the commit must stay."""
    fill(store, [make_sample(n) for n in range(4)])
    fails_after_commit(monkeypatch, OSError("no room for a checkpoint"), "")
    changed = [make_sample(0, response="other"), make_sample(9)]
    result = fill(store, changed, on_conflict="replace")
    assert (result.added, result.replaced) == (1, 1)
    assert verify(store).is_sound and store.row_count() == 5


@pytest.mark.parametrize(("table", "rows"), [("texts", 4), ("samples", 5)])
def test_an_interrupt_after_the_commit_takes_nothing_away(
    store: Store,
    fill: Fill,
    make_sample: MakeSample,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    rows: int,
) -> None:
    fill(store, [make_sample(n) for n in range(4)])
    changed = [make_sample(0, response="other"), make_sample(1), make_sample(9)]
    with monkeypatch.context() as patched:
        fails_after_commit(patched, KeyboardInterrupt(), table)
        with pytest.raises(KeyboardInterrupt):
            fill(store, changed, on_conflict="replace")
    store.refresh()
    assert verify(store).is_sound and store.row_count() == rows
    fill(store, changed, on_conflict="replace")
    assert verify(store).is_sound and store.row_count() == 5


def test_a_full_disk_leaves_nothing_open(
    store: Store, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(self: Any, *args: Any, **options: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", no_room)
    close = pq.ParquetWriter.close

    def no_end(self: Any) -> None:
        close(self)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "close", no_end)
    with pytest.raises(StoreError, match="No space left"), ImportWriter(store) as writer:
        writer.add([make_sample()])
        writer.commit()
    assert not list((store.path / "staging").iterdir())


def test_a_store_that_was_killed_while_it_was_made_is_made(tmp_path: Path) -> None:
    for table in ("texts", "samples"):
        log = tmp_path / "store" / table / "_delta_log"
        log.mkdir(parents=True)
        (log / f"{0:020d}.json#1").write_text("")
    with pytest.raises(StoreError, match="no store"):
        Store.open(tmp_path / "store")
    assert Store.create(tmp_path / "store").version == 0


def test_a_deletion_that_stopped_halfway_is_finished(
    store: Store, fill: Fill, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = fill(store, [make_sample(n) for n in range(3)]).import_id
    real = vars(deleting)["commit_files"]

    def no_room(folder: Path, *args: Any, **options: Any) -> None:
        if folder.name == "texts":
            raise StoreError("no room")
        real(folder, *args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(deleting, "commit_files", no_room)
        with pytest.raises(StoreError, match="their texts are not yet"):
            delete_import(store, imported)
    assert store.row_count() == 0 and verify(store).orphan_texts == 3
    assert delete_import(store, imported) == 0 and verify(store).texts == 0


def test_samples_and_texts_are_of_one_moment(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    fill(store, [make_sample(n) for n in range(3)])
    reader = Store.open(store.path)
    assert reader.row_count() == 3  # samples are read, texts are not yet
    fill(store, [make_sample(n, response="other") for n in range(3)], on_conflict="replace")
    assert compact(store).orphan_texts == 3
    query = (
        f"SELECT count(*) FROM {reader.scan_texts()} SEMI JOIN {reader.scan()} USING (import_id)"
    )
    assert reader.rows(query) == [(3,)]


def test_a_changed_byte_is_named(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    fill(store, [make_sample(n) for n in range(3)])
    path = store.samples.path(store.samples.files[0])
    data = bytearray(path.read_bytes())
    data[data.index(b"log.jsonl")] ^= 1  # the source is in no hash of a row
    path.write_bytes(bytes(data))
    assert "wrong_digest" in kinds(store)
    fill(store, [make_sample(9)])
    with pytest.raises(StoreError, match="not what was written"):
        compact(store)  # would copy it into a file of which nobody can tell
    assert "wrong_digest" in kinds(store)


def test_a_damaged_checkpoint_is_passed_over_and_mended(
    store: Store, fill: Fill, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "CHECKPOINT_EVERY", 2)
    fill(store, [make_sample(n) for n in range(3)])
    monkeypatch.setattr(landing, "CHECKPOINT_EVERY", 1000)
    log = store.path / "samples" / "_delta_log"
    checkpoint = next(log.glob("*.checkpoint.parquet"))
    assert (log / "_last_checkpoint").exists() and not kinds(store)
    checkpoint.write_bytes(checkpoint.read_bytes()[:100])
    assert Store.open(store.path).row_count() == 3 and kinds(store) == ["wrong_checkpoint"]
    compact(store)
    assert not kinds(store) and fill(store, [make_sample(7)]).added == 1


def test_a_lost_entry_is_named_and_its_log_imported_again(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    fill(store, [make_sample(n) for n in range(3)])
    (store.path / "samples" / "_delta_log" / f"{store.version:020d}.json").unlink()
    store.refresh()
    assert store.row_count() == 0 and "lost_entry" in kinds(store)
    assert fill(store, [make_sample(n) for n in range(3)]).added == 3
    compact(store, retention=0)
    assert verify(store).is_sound and store.row_count() == 3


def test_data_reaches_the_disk_before_its_entry_and_the_entry_after(
    store: Store, fill: Fill, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bool]] = []

    def note(paths: Iterable[Path]) -> None:
        for path in paths:
            entry = path.parent / f"{store.version + 1:020d}.json"
            seen.append((path.suffix, entry.exists()))

    for module in (commits, landing):
        monkeypatch.setattr(module, "sync_files", note)
    fill(store, [make_sample()])
    assert [suffix for suffix, _ in seen] == [".json", ".parquet", ".json", ".parquet", ".json"]


def test_who_lost_often_goes_alone(store: Store) -> None:
    lost: list[bool] = []

    def attempt() -> None:
        if len(lost) <= PATIENCE:
            lost.append(True)
            raise CommitRaceError("another was first")

    inside, leave, done = threading.Event(), threading.Event(), threading.Event()

    def beside() -> None:
        with turn(store.path, alone=False):
            inside.set()
            leave.wait(20)

    def loser() -> None:
        commits.retry(attempt, store.path)
        done.set()

    threads = [threading.Thread(target=beside), threading.Thread(target=loser)]
    threads[0].start()
    assert inside.wait(20)
    threads[1].start()
    assert not done.wait(0.5) and len(lost) == PATIENCE  # it waits for who is at work
    leave.set()
    assert done.wait(20) and len(lost) == PATIENCE + 1
    for thread in threads:
        thread.join()
