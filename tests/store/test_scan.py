from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reasonscape.errors import StoreError
from reasonscape.store import scan
from reasonscape.store.sample import Sample
from reasonscape.store.schema import SAMPLE_COLUMNS, TEXT_COLUMNS
from reasonscape.store.tables import Store

MakeSample = Callable[..., Sample]
Fill = Callable[..., Any]

HOSTILE = (
    "plain",
    "it's; DROP TABLE x --",
    '"quoted"',
    "../../up",
    "a/b\\c",
    "line\nbreak",
    "emoji \U0001f600 ü",
    "%41 [a]*?{b}",
    "=",
    "5",
    " ",
)


def test_an_empty_store_has_typed_columns_and_no_rows(store: Store) -> None:
    described = store.rows(f"DESCRIBE SELECT * FROM {store.scan()}")
    assert {row[0]: row[1] for row in described} == {c.name: c.type for c in SAMPLE_COLUMNS}
    described = store.rows(f"DESCRIBE SELECT * FROM {store.scan_texts()}")
    assert {row[0]: row[1] for row in described} == {c.name: c.type for c in TEXT_COLUMNS}
    assert store.rows(f'SELECT "param.x" FROM {store.scan(("param.x",))}') == []
    assert (store.base_tasks(), store.row_count()) == ((), 0)


@pytest.mark.parametrize("branches", [24, 1])
def test_names_of_all_kinds_come_back(
    store: Store,
    fill: Fill,
    make_sample: MakeSample,
    monkeypatch: pytest.MonkeyPatch,
    branches: int,
) -> None:
    monkeypatch.setattr(scan, "_MAX_BRANCHES", branches)
    fill(
        store,
        [
            make_sample(
                n,
                base_task=name,
                task=name,
                model=name,
                item_id=name,
                params={name: 1.0},
                labels={},
            )
            for n, name in enumerate(HOSTILE)
        ],
    )
    assert store.base_tasks() == tuple(sorted(HOSTILE))
    for tasks in (None, HOSTILE, HOSTILE[:3]):
        names = ("base_task", "task", "model", "item_id")
        rows = store.rows(f"SELECT * FROM {store.scan(names, tasks)}")
        assert sorted(rows) == sorted((name,) * 4 for name in tasks or HOSTILE)
    for name in HOSTILE:
        column = f"param.{name}"
        source = store.scan((column, "base_task"))
        assert store.columns()[column] == "DOUBLE"
        quoted = '"' + column.replace('"', '""') + '"'
        found = store.rows(f"SELECT base_task FROM {source} WHERE {quoted} = 1")
        assert found == [(name,)]


def test_columns_that_some_files_lack_are_null(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    for number, params in enumerate([{"a": 1.0}, {"b": 2.0}, {}]):
        fill(store, [make_sample(number, base_task=f"t{number}", params=params, labels={})])
    source = store.scan(("base_task", "param.a", "param.b", "label.none"))
    rows = store.rows(f"SELECT * FROM {source}")
    assert sorted(rows, key=str) == [
        ("t0", 1.0, None, None),
        ("t1", None, 2.0, None),
        ("t2", None, None, None),
    ]
    types = store.rows(f"DESCRIBE SELECT * FROM {source}")
    assert [row[1] for row in types] == ["VARCHAR", "DOUBLE", "DOUBLE", "VARCHAR"]


def test_only_the_files_of_the_selected_tasks_are_opened(
    store: Store, fill: Fill, make_sample: MakeSample
) -> None:
    fill(store, [make_sample(n, base_task=f"t{n % 2}") for n in range(4)])
    for file in store.samples.files:
        if file.base_task == "t1":
            (store.path / "samples" / file.path).write_bytes(b"not Parquet")
    assert store.rows(f"SELECT count(*) FROM {store.scan(('model',), ['t0'])}") == [(2,)]
    with pytest.raises(StoreError, match="verify"):
        store.rows(f"SELECT count(*) FROM {store.scan(('model',))}")


@pytest.mark.parametrize("folder", ["task=5", "base_task=x", "a[1]*?", "it's", "ü \U0001f600"])
def test_folders_above_the_store_do_not_matter(
    tmp_path: Path, fill: Fill, make_sample: MakeSample, folder: str
) -> None:
    store = Store.create(tmp_path / folder / "store")
    fill(store, [make_sample(n, base_task=f"t{n}") for n in range(2)])
    fill(store, [make_sample(0, base_task="t0", answer="new")], on_conflict="replace")
    rows = store.rows(f"SELECT base_task, task FROM {store.scan(('base_task', 'task'))}")
    assert sorted(rows) == [("t0", "arithmetic/easy"), ("t1", "arithmetic/easy")]


def test_anyone_may_read_the_files(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    fill(store, [make_sample(n) for n in range(3)])
    pattern = str(store.path / "samples" / "**" / "*.parquet").replace("'", "''")
    sql = f"SELECT count(*), any_value(base_task) FROM '{pattern}'"
    assert store.rows(sql) == [(3, "arithmetic")]


def test_arrays_decide_about_null(store: Store) -> None:
    sql = "SELECT * FROM (VALUES (1.5::DOUBLE, 'a'), (NULL, NULL)) AS t(x, s)"
    found = store.arrays(sql)
    assert found["x"][0] == 1.5 and np.isnan(found["x"][1])
    assert found["s"].tolist() == ["a", None]
    for kind in ("INTEGER", "BOOLEAN"):
        with pytest.raises(ValueError, match="NULL"):
            store.arrays(f"SELECT NULL::{kind} AS n")
    assert store.arrays("SELECT 1::INTEGER AS n WHERE false")["n"].shape == (0,)


def test_a_store_reads_one_version(store: Store, fill: Fill, make_sample: MakeSample) -> None:
    reader = Store.open(store.path)
    fill(store, [make_sample(0)])
    assert reader.row_count() == 0 and store.row_count() == 1
    before = reader.content_hash()
    reader.refresh()
    assert reader.row_count() == 1 and reader.content_hash() != before
    assert reader.content_hash() == Store.open(store.path).content_hash()
