"""Features computed again: which files, in one commit, beside imports, and when it is killed."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from reasonscape.errors import StoreError
from reasonscape.store import measuring, refreshing
from reasonscape.store.maintenance import compact, delete_import, info, verify
from reasonscape.store.refreshing import refresh_features
from reasonscape.store.sample import Sample
from reasonscape.store.schema import FEATURE_COLUMNS
from reasonscape.store.tables import Store
from reasonscape.store.writing import ImportWriter
from tests.store.traces import Measure

MakeSample = Callable[..., Sample]
Fill = Callable[..., Any]

SPAWN = multiprocessing.get_context("spawn")
NAMES = tuple(column.name for column in FEATURE_COLUMNS)


def samples(make_sample: MakeSample, numbers: range, **changes: Any) -> list[Sample]:
    """Samples of two base tasks; every fifth has no text at all."""
    gone = dict.fromkeys(("prompt", "reasoning", "answer", "target"))
    return [
        make_sample(
            n,
            base_task=f"t{n % 2}",
            response=None if n % 5 == 4 else "r" * n,
            **{**(gone if n % 5 == 4 else {}), **changes},
        )
        for n in numbers
    ]


def everything(store: Store) -> list[tuple[Any, ...]]:
    """All rows with all their columns, features last, sorted."""
    store.refresh()
    names = [name for name in sorted(store.columns()) if name not in NAMES]
    chosen = ", ".join(f'"{name}"' for name in ("sample_uid", *names, *NAMES))
    return store.rows(f"SELECT {chosen} FROM {store.scan((*names, *NAMES))} ORDER BY sample_uid")


def without_features(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [row[: -len(NAMES)] for row in rows]


def test_a_refresh_makes_what_an_import_makes(
    store: Store, fill: Fill, make_sample: MakeSample, tmp_path: Path
) -> None:
    for part in range(3):
        fill(store, samples(make_sample, range(part, 60, 3)))
    before = without_features(everything(store))
    report = refresh_features(store, Measure(), 1)
    assert (report.rows, report.files, report.version) == (60, 6, 1)
    other = Store.create(tmp_path / "other")
    fill(other, samples(make_sample, range(60)), make_features=Measure())
    measured = {row[0]: row[-len(NAMES) :] for row in everything(other)}
    after = everything(store)
    assert without_features(after) == before
    assert {row[0]: row[-len(NAMES) :] for row in after} == measured
    assert verify(store).is_sound and info(store).features == {"version 1": 60}
    assert len(store.samples.files) == 6


def test_only_what_is_older_is_computed(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    fill(store, samples(make_sample, range(10)), make_features=Measure(1))
    fill(store, samples(make_sample, range(10, 20)), make_features=Measure(3))
    assert refresh_features(store, Measure(1), 1).rows == 0
    version = store.version
    assert refresh_features(store, Measure(2), 2).rows == 10
    assert info(store).features == {"version 2": 10, "version 3": 10}
    assert store.version == version + 1  # one commit, and no columns were missing
    again = Measure(2)
    assert refresh_features(store, again, 2).rows == 0 and again.rows == []
    assert refresh_features(store, Measure(4), 4, force=True).rows == 20
    forced = Measure(4)
    assert refresh_features(store, forced, 4, force=True).rows == 20 and sum(forced.rows) == 20
    assert fill(store, samples(make_sample, range(20))).unchanged == 20


def test_a_file_of_several_versions_is_computed_whole(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    fill(store, samples(make_sample, range(0, 10, 2)), make_features=Measure(1))
    fill(store, samples(make_sample, range(10, 20, 2)))
    compact(store, retention=0)
    assert info(store).features == {"none": 5, "version 1": 5}
    assert refresh_features(store, Measure(1), 1).rows == 10
    assert info(store).features == {"version 1": 10}
    compact(store, retention=0)
    assert verify(store).replaced_files == 0 and verify(store).is_sound


def test_the_latest_texts_are_measured(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    """A replaced row leaves texts that nothing names any more."""
    fill(store, samples(make_sample, range(4)))
    changed = make_sample(2, base_task="t0", response="r" * 30)
    assert fill(store, [changed], on_conflict="replace").replaced == 1
    refresh_features(store, Measure(), 1)
    found = store.rows(
        f'SELECT item_id, "f.bytes" FROM {store.scan(("item_id", "f.bytes"))} ORDER BY 1'
    )
    assert found == [("item-0", 0), ("item-1", 1), ("item-2", 30), ("item-3", 3)]


def test_rows_keep_their_order_and_batches_do_not_matter(
    store: Store, fill: Fill, make_sample: MakeSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, samples(make_sample, range(0, 200, 2)))
    file = store.samples.files[0]
    read = "SELECT item_id FROM read_parquet('{}', hive_partitioning = false)"
    order = store.rows(read.format(store.samples.folder / file.path))
    monkeypatch.setattr(measuring, "_BATCH", 7)
    refresh_features(store, Measure(), 1)
    assert store.rows(read.format(store.samples.folder / store.samples.files[0].path)) == order
    want = [(n, n) for n in range(0, 200, 2) if n % 5 != 4]
    found = store.rows(f'SELECT item_id, "f.bytes" FROM {store.scan()} WHERE "f.bytes" IS NOT NULL')
    assert sorted((int(item.split("-")[1]), size) for item, size in found) == want


def test_an_import_that_lands_meanwhile_stays(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    """The refresh loses the race, reads again, and computes the new file only."""
    fill(store, samples(make_sample, range(0, 20, 2)))
    late = iter([samples(make_sample, range(20, 30, 2)), []])

    class Interrupted(Measure):
        def __call__(self, rows: pa.Table, texts: pa.Table) -> pa.Table:
            if more := next(late, []):
                fill(Store.open(store.path), more)
            return super().__call__(rows, texts)

    measure = Interrupted()
    report = refresh_features(store, measure, 1)
    assert (report.rows, sum(measure.rows)) == (15, 15)
    assert info(store).features == {"version 1": 15}
    checked = verify(store)
    assert checked.is_sound and checked.leftover_files == 0


def test_what_was_deleted_meanwhile_is_gone(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    first = fill(store, samples(make_sample, range(0, 20, 2)))
    fill(store, samples(make_sample, range(20, 30, 2)))

    class Interrupted(Measure):
        def __call__(self, rows: pa.Table, texts: pa.Table) -> pa.Table:
            if not self.rows:
                delete_import(Store.open(store.path), first.import_id)
            return super().__call__(rows, texts)

    assert refresh_features(store, Interrupted(), 1).rows == 5
    assert info(store).features == {"version 1": 5} and verify(store).leftover_files == 0


def test_a_store_without_texts_or_rows(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    assert refresh_features(store, Measure(), 1).rows == 0
    fill(store, samples(make_sample, range(4, 30, 5)))
    assert refresh_features(store, Measure(), 1).rows == 6
    assert store.rows(f'SELECT DISTINCT "f.trace" FROM {store.scan(("f.trace",))}') == [("none",)]


def test_failures_leave_the_store_as_it_was(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    fill(store, samples(make_sample, range(10)))
    before, rows = store.content_hash(), everything(store)

    class Broken(Measure):
        def __call__(self, rows: pa.Table, texts: pa.Table) -> pa.Table:
            if self.rows:
                raise OSError("no room left")
            return super().__call__(rows, texts)

    with pytest.raises(StoreError, match="could not refresh the features of"):
        refresh_features(store, Broken(), 1)
    assert store.content_hash() == before and everything(store) == rows
    checked = verify(store)
    assert (checked.leftover_files, checked.dead_imports) == (0, 0) and checked.is_sound


def killed_refresh(path: Path, moment: str) -> None:
    class Deadly(Measure):
        def __call__(self, rows: pa.Table, texts: pa.Table) -> pa.Table:
            if moment == "second file" and self.rows:
                os._exit(9)
            return super().__call__(rows, texts)

    if moment == "before the commit":
        vars(refreshing)["commit_files"] = lambda *_: os._exit(9)
    refresh_features(Store.open(path), Deadly(), 1)


@pytest.mark.parametrize("moment", ["second file", "before the commit"])
def test_a_killed_refresh_leaves_the_store_as_it_was(
    store: Store, fill: Fill, make_sample: MakeSample, moment: str
) -> None:
    fill(store, samples(make_sample, range(10)))
    before, rows = store.content_hash(), everything(store)
    process = SPAWN.Process(target=killed_refresh, args=(store.path, moment))
    process.start()
    process.join(100)
    assert process.exitcode == 9
    store.refresh()
    assert store.content_hash() == before and everything(store) == rows
    checked = verify(store)
    assert checked.is_sound and checked.dead_imports == 1
    assert checked.leftover_files == {"second file": 1, "before the commit": 2}[moment]
    compact(store, retention=0)
    assert refresh_features(store, Measure(), 1).rows == 10
    checked = verify(store)
    assert (checked.leftover_files, checked.dead_imports) == (0, 0) and checked.is_sound


def import_some(path: Path, start: int) -> None:
    from tests.store.conftest import sample

    for number in range(start, start + 40, 10):
        with ImportWriter(Store.open(path)) as writer:
            writer.add([sample(n, base_task="t0") for n in range(number, number + 10)])
            writer.commit()


def test_imports_and_a_refresh_at_once_all_land(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    fill(store, [make_sample(n, base_task="t0") for n in range(20)])
    others = [SPAWN.Process(target=import_some, args=(store.path, s)) for s in (100, 200)]
    for process in others:
        process.start()
    while any(process.is_alive() for process in others):
        refresh_features(store, Measure(), 1)
    for process in others:
        process.join()
        assert process.exitcode == 0
    refresh_features(store, Measure(), 1)
    assert info(store).features == {"version 1": 100}
    assert verify(store).is_sound and verify(store).leftover_files == 0
