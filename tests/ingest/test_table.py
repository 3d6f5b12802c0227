"""Data frames, Arrow tables and Parquet files: the same rows however they are given."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import reasonscape as rs
from reasonscape.errors import UsageError
from reasonscape.ingest.formats import sniff
from reasonscape.ingest.importing import ImportReport
from reasonscape.ingest.mapping import parse_mapping
from reasonscape.ingest.options import ReadOptions
from reasonscape.store.sample import Sample

Given = Callable[[list[dict[str, Any]]], Any]

ROWS: list[dict[str, Any]] = [
    {"model": "m", "base_task": "sums", "item_id": "1", "correct": True, "score": 0.5,
     "param.terms": 3.0, "label.kind": "infix", "prompt": "1 + 2", "response": "<think>x</think>3",
     "max_tokens": 9, "completion_tokens": 8},
    {"model": "m", "base_task": "sums", "item_id": "2", "correct": None, "score": 1.0,
     "param.terms": None, "label.kind": None, "prompt": None, "response": None,
     "max_tokens": None, "completion_tokens": None},
]  # fmt: skip


def columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row.get(name) for row in rows] for name in rows[0]}


def arrow(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.table(columns(rows))


KINDS: dict[str, Given] = {
    "arrow": arrow,
    "batch": lambda rows: arrow(rows).to_batches()[0],
    "reader": lambda rows: arrow(rows).to_reader(1),
    "polars": lambda rows: pl.DataFrame(columns(rows)),
    "lazy": lambda rows: pl.LazyFrame(columns(rows)),
    "pandas": lambda rows: pd.DataFrame(columns(rows)),
    "categories": lambda rows: pd.DataFrame(columns(rows)).astype({"model": "category"}),
}


def taken(dataset: Path, names: str) -> list[dict[str, Any]]:
    return rs.samples(dataset, columns=names).sort("item_id").to_dicts()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_gives_the_same_rows(kind: str, tmp_path: Path) -> None:
    report = rs.import_table(KINDS[kind](ROWS), tmp_path / "data.json", source="notebook")
    assert isinstance(report, ImportReport)
    assert (report.added, report.refused, report.formats) == (2, 0, {"table": 1})
    names = "item_id,correct,score,terms,kind,stop,stop_source,reasoning,response,source,source_row"
    assert taken(tmp_path / "data.json", names) == [
        {"item_id": "1", "correct": True, "score": 0.5, "param.terms": 3.0, "label.kind": "infix",
         "stop": "length", "stop_source": "inferred_cap", "reasoning": "x", "response": "3",
         "source": "notebook", "source_row": 1},
        {"item_id": "2", "correct": True, "score": 1.0, "param.terms": None, "label.kind": None,
         "stop": "unknown", "stop_source": "unknown", "reasoning": None, "response": None,
         "source": "notebook", "source_row": 2},
    ]  # fmt: skip
    again = rs.import_table(KINDS[kind](ROWS), tmp_path / "data.json")
    assert (again.added, again.unchanged) == (0, 2)


def test_a_parquet_file_is_a_log(tmp_path: Path) -> None:
    pq.write_table(arrow(ROWS), tmp_path / "rows.parquet")
    report = rs.import_logs(tmp_path, tmp_path / "a.json")
    assert (report.added, report.formats) == (2, {"table": 1})
    rs.import_table(arrow(ROWS), tmp_path / "b.json")
    hashes = [taken(tmp_path / name, "item_id,content_hash") for name in ("a.json", "b.json")]
    assert hashes[0] == hashes[1]


def test_columns_can_be_named(tmp_path: Path) -> None:
    table = pl.DataFrame({"who": ["m"], "right": [1], "n": [4], "how": ["x"], "left": [0]})
    report = rs.import_table(
        table,
        tmp_path / "data.json",
        columns={
            "model": "who",
            "base_task": {"const": "sums"},
            "correct": "right",
            "param.terms": "n",
            "label.kind": "how",
        },
    )
    assert report.notices == ("the column 'left' is unknown and was left out (1 row)",)
    found = taken(tmp_path / "data.json", "item_id,model,base_task,correct,terms,kind")
    assert found == [
        {"item_id": "1", "model": "m", "base_task": "sums", "correct": True, "param.terms": 4.0,
         "label.kind": "x"}
    ]  # fmt: skip


def test_params_may_be_a_struct_or_a_map(tmp_path: Path) -> None:
    structs = pl.DataFrame(
        {**columns(ROWS), "params": [{"a": 1, "b": "x"}, {"a": None, "b": "y"}]}
    ).drop("param.terms", "label.kind")
    rs.import_table(structs, tmp_path / "a.json")
    assert taken(tmp_path / "a.json", "item_id,a,b") == [
        {"item_id": "1", "param.a": 1.0, "label.b": "x"},
        {"item_id": "2", "param.a": None, "label.b": "y"},
    ]
    maps = pa.table(
        {
            **columns(ROWS),
            "more": pa.array([[("a", 1.5)], []], pa.map_(pa.string(), pa.float64())),
        }
    )
    rs.import_table(maps, tmp_path / "b.json", columns={"params": "more"})
    assert [row["param.a"] for row in taken(tmp_path / "b.json", "item_id,a")] == [1.5, None]


def test_a_mapping_reads_foreign_tables(tmp_path: Path) -> None:
    mapping = parse_mapping(
        json.dumps(
            {
                "columns": {
                    "model": "meta.model",
                    "base_task": {"const": "sums"},
                    "item_id": "id",
                    "correct": "points >= 1",
                },
                "params": {"year": "number(part(day, '-', 0))", "price": "price"},
            }
        ).encode(),
        "map.json",
    )
    table = pa.table(
        {
            "meta": [{"model": "m"}, {"model": None}],
            "id": ["a", "b"],
            "points": [1, 0],
            "day": [date(2026, 1, 2), None],
            "price": [Decimal("1.50"), None],
        }
    )
    report = rs.import_table(table, tmp_path / "a.json", mapping=mapping)
    assert (report.added, dict(report.refused_by_reason)) == (1, {"missing_field": 1})
    assert taken(tmp_path / "a.json", "item_id,correct,year,price") == [
        {"item_id": "a", "correct": True, "param.year": 2026.0, "param.price": 1.5}
    ]
    # A foreign Parquet file is read through the same mapping.
    pq.write_table(table, tmp_path / "x.parquet")
    found = rs.import_logs(tmp_path / "x.parquet", tmp_path / "b.json", mapping=mapping)
    assert (found.added, found.refused) == (1, 1)
    with pytest.raises(UsageError, match="both columns and a mapping"):
        rs.import_table(table, tmp_path / "c.json", mapping=mapping, columns={})


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"repeat": "x"}, "wrong_type", "repeat"),
        ({"score": float("inf")}, "not_finite", "score"),
        ({"stop": "bored"}, "bad_value", "stop"),
        ({"chance": 2.0}, "out_of_range", "chance"),
        ({"param.terms": "many"}, "wrong_type", "param.terms"),
        ({"label.kind": b"\xff"}, "wrong_type", "label.kind"),
        ({"prompt": b"\xff"}, "wrong_type", "prompt"),
        ({"params": 3}, "wrong_type", "params"),
        ({"model": ""}, "missing_field", "model"),
    ],
)
def test_a_refusal_names_the_column(
    change: dict[str, Any], reason: str, field: str, tmp_path: Path
) -> None:
    table = pa.table({**columns(ROWS[:1]), **{name: [value] for name, value in change.items()}})
    report = rs.import_table(table, tmp_path / "data.json")
    (refusal,) = report.refusals
    assert (refusal.reason, refusal.field, refusal.row) == (reason, field, 1)
    assert not report.complete


def test_a_renamed_column_is_named_as_the_table_has_it(tmp_path: Path) -> None:
    table = pa.table({"who": [3], "base_task": ["t"], "correct": [True]})
    report = rs.import_table(table, tmp_path / "data.json", columns={"model": "who"})
    assert report.refusals[0].field == "who"


def test_text_that_is_not_utf8_costs_its_row(tmp_path: Path) -> None:
    broken = pa.array([b"\xff", b"ok"], pa.binary()).view(pa.string())
    table = pa.table({"model": broken, "base_task": ["t", "t"], "correct": [True, True]})
    report = rs.import_table(table, tmp_path / "data.json")
    assert (report.added, dict(report.refused_by_reason)) == (1, {"not_utf8": 1})
    assert report.refusals[0].field == "model"


@pytest.mark.parametrize(
    ("table", "given", "words"),
    [
        ({"base_task": ["t"], "correct": [True]}, None, "no column 'model'"),
        ({"model": ["m"], "base_task": ["t"]}, None, "no column 'correct' and no column 'score'"),
        ({"model": ["m"]}, {"base_task": "task"}, "no column 'task' for 'base_task'"),
        ({"model": ["m"]}, {"modle": "model"}, "'modle', which is no field"),
        ({"model": ["m"]}, {"task": 3}, "no column 3 for 'task'"),
    ],
)
def test_columns_that_are_needed_are_named(
    table: dict[str, Any], given: dict[str, Any] | None, words: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=words):
        rs.import_table(pa.table(table), tmp_path / "data.json", columns=given)
    assert not (tmp_path / "data.json").exists()


def test_what_is_no_table_is_an_error(tmp_path: Path) -> None:
    for table in (3, [{"model": "m"}], None, "rows.parquet"):
        with pytest.raises(UsageError, match="is no table"):
            rs.import_table(table, tmp_path / "data.json")
    mixed = pd.DataFrame({"model": ["m", 3], "base_task": ["t", "t"], "correct": [1, 1]})
    with pytest.raises(UsageError, match="column model"):
        rs.import_table(mixed, tmp_path / "data.json")
    twice = pa.Table.from_arrays([pa.array(["m"]), pa.array(["n"])], names=["model", "model"])
    with pytest.raises(UsageError, match="the column 'model' twice"):
        rs.import_table(twice, tmp_path / "data.json")


def test_an_empty_table_makes_nothing(tmp_path: Path) -> None:
    empty = arrow(ROWS).slice(0, 0)
    report = rs.import_table(empty, tmp_path / "data.json")
    assert (report.rows, report.import_id) == (0, None)
    assert not (tmp_path / "data").exists()


def test_parquet_that_is_not_ours(tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    pq.write_table(pa.table({"x": [1]}), other)
    with pytest.raises(UsageError, match="is a Parquet file"):
        sniff(other)
    with pytest.raises(UsageError, match="no column 'model'"):
        rs.import_logs(other, tmp_path / "data.json", format="table")
    details = tmp_path / "details.parquet"
    rows = {"__doc__": [{"a": 1}], "__metric__": [{"a": 1}], "__model_response__": [{"a": 1}]}
    pq.write_table(pa.table(rows), details)
    assert sniff(details).name != "table"
    cut = tmp_path / "cut.parquet"
    pq.write_table(arrow(ROWS), cut)
    cut.write_bytes(cut.read_bytes()[:-20])
    with pytest.raises(UsageError):
        rs.import_logs(cut, tmp_path / "data.json")
    with pytest.raises(UsageError, match="no intact Parquet file"):
        rs.import_logs(cut, tmp_path / "data.json", format="table")


def test_a_file_that_inflates_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.parquet"
    table = pa.table({"model": ["m"], "base_task": ["t"], "correct": [True], "prompt": [""]})
    long = table.set_column(3, "prompt", pa.array(["a" * (100 << 20)]))
    pq.write_table(long, bomb, compression="zstd", use_dictionary=False, write_statistics=False)
    with pytest.raises(UsageError, match="inflates 100 MiB"):
        rs.import_logs(bomb, tmp_path / "data.json")
    many = pa.table({"model": pa.nulls(10**6, pa.string())})
    many = many.append_column("base_task", many["model"]).append_column("correct", many["model"])
    pq.write_table(many, bomb, compression="zstd")
    with pytest.raises(UsageError, match="declares 1,000,000 rows"):
        rs.import_logs(bomb, tmp_path / "data.json")


@pytest.mark.parametrize("inside", [False, True])
def test_one_long_text_of_many_rows_is_held_once(inside: bool, tmp_path: Path) -> None:
    rows = 1000
    long = pa.array(["words " * 50_000])  # 300 kB, and 300 MB where each row has its own
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), long)
    column = pa.StructArray.from_arrays([texts], names=["why"]) if inside else texts
    table = pa.table(
        {"model": ["m"] * rows, "base_task": ["t"] * rows, "correct": [True] * rows,
         "item_id": [str(n) for n in range(rows)], "params" if inside else "prompt": column}
    )  # fmt: skip
    path = tmp_path / "rows.parquet"
    pq.write_table(table, path, compression="zstd")
    format_ = sniff(path)
    held = pa.total_allocated_bytes()
    most = count = 0
    for record in format_.read(path, ReadOptions()):
        assert isinstance(record, Sample)
        count += 1
        most = max(most, pa.total_allocated_bytes() - held)
    assert count == rows
    assert most < 320 << 20 if inside else most < 20 << 20


@pytest.mark.parametrize("kind", [pl.Categorical, pl.Enum(["m", "t", "infix"])])
def test_categories_of_polars_are_texts(kind: Any, tmp_path: Path) -> None:
    rows = {"model": ["m", "m"], "base_task": ["t", "t"], "correct": [True, False]}
    frame = pl.DataFrame({**rows, "label.kind": ["infix", None]})
    frame = frame.with_columns(pl.col(pl.String).cast(kind))
    assert rs.import_table(frame, tmp_path / "d.json", features=False).added == 2
    found = rs.samples(tmp_path / "d.json", columns="model,label.kind")
    assert set(found.rows()) == {("m", "infix"), ("m", None)}
