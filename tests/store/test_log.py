from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from reasonscape.errors import StoreError
from reasonscape.store.log import read_snapshot
from reasonscape.store.sample import Sample
from reasonscape.store.tables import Store

MakeSample = Callable[..., Sample]
Fill = Callable[..., Any]


def agrees_with_deltalake(folder: Path) -> None:
    table = DeltaTable(str(folder))
    snapshot = read_snapshot(folder)
    assert snapshot.version == table.version()
    assert [*snapshot.columns] == [field.name for field in table.schema().fields]
    assert {str(folder / file.path) for file in snapshot.files} == set(table.file_uris())
    assert all((folder / file.path).is_file() for file in snapshot.files)


@pytest.fixture
def filled(store: Store, fill: Fill, make_sample: MakeSample) -> Store:
    """Several versions: adds, removes, new columns, names of all kinds."""
    fill(store, [make_sample(n, base_task=f"a/{n % 2} %é'\n") for n in range(6)])
    fill(store, [make_sample(n, base_task="b", params={"new": 1.0}) for n in range(3)])
    fill(store, [make_sample(1, base_task="b", answer="other")], on_conflict="replace")
    return store


def test_a_snapshot_agrees_with_the_library(filled: Store) -> None:
    agrees_with_deltalake(filled.path / "samples")
    agrees_with_deltalake(filled.path / "texts")


def test_checkpoints_are_read(filled: Store, fill: Fill, make_sample: MakeSample) -> None:
    folder = filled.path / "samples"
    before = read_snapshot(folder)
    table = DeltaTable(str(folder))
    table.create_checkpoint()
    # What log clean-up leaves: the commit of the checkpoint, and none before it.
    for old in sorted((folder / "_delta_log").glob("0*.json"))[:-1]:
        old.unlink()
    after = read_snapshot(folder)
    assert (before.version, before.columns) == (after.version, after.columns)
    assert [(f.path, f.size, f.base_task, f.rows) for f in before.files] == [
        (f.path, f.size, f.base_task, f.rows) for f in after.files
    ]
    assert before.removed == after.removed
    fill(filled, [make_sample(9, base_task="b")])
    agrees_with_deltalake(folder)


def test_statistics_spare_opening_files(filled: Store) -> None:
    file = next(f for f in filled.samples.files if f.base_task == "b" and f.rows == 1)
    assert file.columns is not None and "param.length" in file.columns
    assert file.stats["minValues"]["eval_id"] == file.stats["maxValues"]["eval_id"]
    assert "sample_uid" not in file.stats["minValues"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda log: (log / f"{0:020d}.json").unlink(),
        lambda log: (log / f"{1:020d}.json").write_text("{"),
        lambda log: (log / f"{1:020d}.json").write_text('{"add": {}}'),
        lambda log: (log / f"{1:020d}.json").write_bytes(b"\xff\xfe"),
        lambda log: [path.unlink() for path in log.iterdir()],
        lambda log: (
            (log / "_last_checkpoint").write_text('{"version": 1}'),
            (log / f"{0:020d}.json").unlink(),
        ),
    ],
)
def test_a_damaged_log_is_said_in_a_sentence(filled: Store, damage: Callable[[Path], Any]) -> None:
    damage(filled.path / "samples" / "_delta_log")
    with pytest.raises(StoreError) as caught:
        Store.open(filled.path)
    assert "\n" not in str(caught.value).strip() and caught.value.remedy


def change_first(folder: Path, kind: str, key: str, value: object) -> None:
    path = folder / "_delta_log" / f"{0:020d}.json"
    actions = [json.loads(line) for line in path.read_text().splitlines()]
    for action in actions:
        if kind in action:
            action[kind][key] = value
    path.write_text("\n".join(map(json.dumps, actions)))


def test_a_newer_schema_is_refused(store: Store) -> None:
    change_first(store.path / "samples", "metaData", "description", "ReasonScape, schema 99")
    with pytest.raises(StoreError, match="schema 99"):
        Store.open(store.path)


def test_a_table_with_features_we_do_not_read_is_refused(store: Store) -> None:
    change_first(store.path / "samples", "protocol", "minReaderVersion", 3)
    with pytest.raises(StoreError, match="reader version 3"):
        Store.open(store.path)


def test_no_store_is_said_in_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(StoreError, match="there is no store") as caught:
            Store.open(path)
        assert caught.value.exit_code == 2


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        Store.create(tmp_path / "file" / "store")


def test_making_a_store_twice_changes_nothing(store: Store) -> None:
    assert Store.create(store.path).version == 0
