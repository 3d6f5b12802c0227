from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reasonscape.datasets.config import Dataset
from reasonscape.errors import ConfigError, FilterError, StoreError
from reasonscape.store.filters import parse_filters

IDS = ("e1a2b3c4d5e6f", "e1a2c00000000", "e9f0000000000")
CONFIG = {
    "store": "tables",
    "evals": [
        {"filters": {"model": "big"}, "label": "Big", "groups": ["size:large", "family:x"]},
        {"filters": {"model": {"like": "small*"}}, "groups": ["family:x"], "tokenizer": "bytes"},
    ],
    "base_tasks": {"a": {"label": "Task A", "chance": 0.25, "tiers": ["math"]}},
    "tiers": {"math": {"base_task": "b"}, "hard": {"length": {"min": 18}}, "t": {"tier": "hard"}},
}


class FakeStore:
    """A table in memory with the methods of a store that a dataset uses."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.scans: list[Any] = []
        self.connection.execute(
            "CREATE TABLE t (eval_id VARCHAR, model VARCHAR, base_task VARCHAR,"
            ' "param.length" DOUBLE, "param.depth" DOUBLE, "label.depth" VARCHAR)'
        )
        rows = [
            (IDS[0], "big", "a", 18, 1, None),
            (IDS[0], "big", "a", 20, 2, None),
            (IDS[1], "small-1", "a", 24, None, None),
            (IDS[2], "small-2", "b", None, None, "deep"),
        ]
        for row in rows:
            self.connection.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", row)

    def columns(self) -> dict[str, str]:
        return {
            "eval_id": "VARCHAR",
            "model": "VARCHAR",
            "base_task": "VARCHAR",
            "param.length": "DOUBLE",
            "param.depth": "DOUBLE",
            "label.depth": "VARCHAR",
        }

    def base_tasks(self) -> tuple[str, ...]:
        return ("a", "b")

    def scan(
        self, columns: Collection[str] | None = None, base_tasks: Collection[str] | None = None
    ) -> str:
        self.scans.append((columns, base_tasks))
        if base_tasks is None:
            return "t"
        listed = ", ".join(f"'{name}'" for name in sorted(base_tasks))
        return f"(SELECT * FROM t WHERE base_task IN ({listed or 'NULL'}))"

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, list(params)).fetchall()


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(CONFIG))
    opened = Dataset.open(path)
    opened.__dict__["_store"] = FakeStore()
    return opened


def selected(dataset: Dataset, written: Any) -> list[str]:
    where = dataset.where(parse_filters(written))
    sql = f"SELECT model FROM t WHERE {where.sql} ORDER BY model"
    return [row[0] for row in dataset.store().rows(sql, where.params)]


def test_names_and_paths(dataset: Dataset, tmp_path: Path) -> None:
    assert dataset.name == "x"
    assert dataset.store_path == tmp_path / "tables"
    assert dataset.base_task("a").chance == 0.25
    assert dataset.base_task("zzz").label == ""
    assert dataset.base_task_label("a") == "Task A"
    assert dataset.eval_label(IDS[0], "big", "cot", "") == "Big"
    assert dataset.eval_label(IDS[1], "small-1", "cot", "greedy") == "small-1 (cot, greedy)"
    assert dataset.eval_label(IDS[1], "") == IDS[1]
    entry = dataset.eval_entry(IDS[2], "small-2")
    assert entry is not None
    assert entry.reading.tokenizer == "bytes"
    assert dataset.eval_entry(IDS[2], "other") is None


@pytest.mark.parametrize(
    ("written", "models"),
    [
        ({}, ["big", "big", "small-1", "small-2"]),
        ({"groups": "size:large"}, ["big", "big"]),
        ({"groups": ["size:large", "family:x"]}, ["big", "big", "small-1", "small-2"]),
        ({"groups": [["size:large", "family:x"]]}, ["big", "big"]),
        ({"groups": {"not": "size:large"}}, ["small-1", "small-2"]),
        ({"tier": "math"}, ["big", "big", "small-1", "small-2"]),
        ({"tiers": "hard"}, ["big", "big", "small-1"]),
        ({"tier": ["t"], "model_name": "big"}, ["big", "big"]),
        ({"tier": {"not": "hard"}}, ["small-2"]),
        ({"eval_id": ["e1a2b", "e9f0"]}, ["big", "big", "small-2"]),
        ({"depth": [1, "deep"]}, ["big", "small-2"]),
        ({"any": [{"base_task": "b", "depth": "deep"}, {"length": 24}]}, ["small-1", "small-2"]),
    ],
)
def test_tiers_groups_and_prefixes_become_conditions(
    dataset: Dataset, written: Any, models: list[str]
) -> None:
    assert selected(dataset, written) == models


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"tier": "mat"}, "no tier 'mat'; did you mean math?"),
        ({"groups": "size:larg"}, "did you mean size:large?"),
        ({"eval_id": "e1a2"}, "beginning of 2 evals"),
        ({"lenght": 3}, "no key 'lenght'; did you mean length?"),
        ({"base_task": "b", "length": 3}, "no key 'length' in base task 'b'"),
    ],
)
def test_what_is_not_there_is_an_error_that_helps(
    dataset: Dataset, written: Any, message: str
) -> None:
    with pytest.raises(FilterError) as caught:
        selected(dataset, written)
    assert message in str(caught.value)


def test_the_keys_listed_are_those_of_what_is_selected(dataset: Dataset) -> None:
    with pytest.raises(FilterError) as caught:
        selected(dataset, {"base_task": "b", "length": 3})
    assert "depth" in caught.value.remedy
    assert "length" not in caught.value.remedy


def test_notes(dataset: Dataset) -> None:
    where = dataset.where(parse_filters({"base_task": "a", "length": [18, 24]}))
    assert where.notes == ('matched exactly 18 and 24; for the range write {"min": 18, "max": 24}',)
    where = dataset.where(parse_filters({"base_task": ["a", "arithmetik"]}))
    assert where.notes == ("no base task 'arithmetik' in x",)


def test_a_plain_filter_costs_no_query(dataset: Dataset) -> None:
    dataset.where(parse_filters({"model": "big", "eval_id": IDS[0], "base_task": "a"}))
    store: Any = dataset.store()
    assert store.scans == []


def test_tiers_in_a_circle_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"store": "s", "tiers": {"a": {"tier": "b"}, "b": {"any": [{"tier": "a"}]}}}')
    with pytest.raises(ConfigError, match="a -> b -> a"):
        Dataset.open(path).resolved(parse_filters({"tier": "a"}))


def test_a_bare_store_folder_is_a_dataset(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    opened = Dataset.open(folder)
    assert (opened.name, opened.store_path) == ("store", folder)
    with pytest.raises(StoreError):
        opened.store()
    with pytest.raises(FilterError, match="names no tiers"):
        opened.resolved(parse_filters({"tier": "a"}))


def test_files_that_are_no_config(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text("{}")
    with pytest.raises(ConfigError) as caught:
        Dataset.open(tmp_path / "demos.json")
    assert caught.value.did_you_mean == (str(tmp_path / "demo.json"),)
    bad = tmp_path / "bad.json"
    for content, message in (
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b"\xff\xff", "not UTF-8"),
        (b'{"store": "a", "store": "b"}', "stands twice"),
        (b'{"store": "a", "base_tasks": {"t": {"label": "a", "label": "b"}}}', "stands twice"),
        (b'{"store": "a", "name": NaN}', "not a JSON value"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "needs an object"),
    ):
        bad.write_bytes(content)
        with pytest.raises(ConfigError, match=message):
            Dataset.open(bad)
    with pytest.raises(ConfigError):
        Dataset.open("a\0b")
