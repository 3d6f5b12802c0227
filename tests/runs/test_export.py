"""Exports say what the store says, and nothing is written over."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

import reasonscape as rs
from reasonscape.errors import FilterError, NoRowsError, OutputError, UsageError
from reasonscape.store.schema import SAMPLE_COLUMNS, TEXT_FIELDS
from tests.runs.exported import ROWS, contents, make

Plant = Callable[..., Path]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> rs.Dataset:
    return make(tmp_path_factory.mktemp("exported"))


def test_samples_are_a_frame_in_a_fixed_order(dataset: rs.Dataset) -> None:
    frame = rs.samples(dataset)
    assert isinstance(frame, pl.DataFrame)
    assert frame.height == len(ROWS)
    assert frame.columns[: len(SAMPLE_COLUMNS)] == [column.name for column in SAMPLE_COLUMNS]
    assert not set(frame.columns) & set(TEXT_FIELDS)
    tasks = frame["base_task"].to_list()
    assert tasks == sorted(tasks)
    assert frame.equals(rs.samples(dataset))
    assert frame.filter(item_id="a")["param.terms"].to_list() == [3.0, 3.0]
    assert dict(zip(frame["item_id"], frame["outcome"], strict=True))["u"] == "ungraded"


def test_columns_are_chosen_by_name_by_bare_name_and_by_pattern(dataset: rs.Dataset) -> None:
    frame = rs.samples(dataset, {"base_task": "sums"}, columns="item_id, terms,label.*")
    assert frame.columns == ["item_id", "param.terms", "label.format", "label.level"]
    # A text that is named is asked for.
    assert rs.samples(dataset, {"item_id": "a"}, columns="target")["target"].to_list() == ["3"] * 2
    words = rs.samples(dataset, {"item_id": "=1+1"}, columns=["item_id"], texts=True)
    assert words["reasoning_kind"].to_list() == ["summary"]
    with pytest.raises(UsageError, match="no column 'modell'") as caught:
        rs.samples(dataset, columns="modell")
    assert caught.value.did_you_mean[0] == "model"
    odd: Any
    for odd in (3, ["model", 3], len, b"model"):
        with pytest.raises(UsageError, match="which is no name"):
            rs.samples(dataset, columns=odd)


def test_wrong_filters_and_no_rows(dataset: rs.Dataset, tmp_path: Path) -> None:
    with pytest.raises(NoRowsError):
        rs.samples(dataset, {"model": "nobody"})
    with pytest.raises(FilterError):
        rs.export(dataset, {"modle": "x"}, to=tmp_path / "x.parquet")
    with pytest.raises(NoRowsError):
        rs.export(dataset, {"model": "nobody"}, to=tmp_path / "x.parquet")
    assert not list(tmp_path.glob("*x.parquet*"))


def test_parquet_and_back(dataset: rs.Dataset, tmp_path: Path) -> None:
    report = rs.export(dataset, to=tmp_path / "x.parquet", texts=True)
    assert (report.format, report.rows, report.texts) == ("parquet", len(ROWS), True)
    assert report.columns == tuple(pq.read_schema(tmp_path / "x.parquet").names)
    assert pl.read_parquet(tmp_path / "x.parquet").equals(rs.samples(dataset, texts=True))
    again = rs.import_logs(tmp_path / "x.parquet", tmp_path / "again.json", features=False)
    assert (again.formats, again.notices, again.refused) == ({"table": 1}, (), 0)
    assert contents(tmp_path / "again.json") == contents(dataset)


def test_a_frame_and_back(dataset: rs.Dataset, tmp_path: Path) -> None:
    frame = rs.samples(dataset, texts=True)
    report = rs.import_table(frame, tmp_path / "again.json", features=False)
    assert (report.added, report.notices) == (len(ROWS), ())
    assert contents(tmp_path / "again.json") == contents(dataset)
    # The same rows into the dataset they are from change nothing.
    report = rs.import_table(frame, dataset.path)
    assert (report.added, report.unchanged) == (0, len(ROWS))


def test_csv_keeps_all_characters_and_tells_null_from_empty(
    dataset: rs.Dataset, tmp_path: Path
) -> None:
    report = rs.export(dataset, to=tmp_path / "x.csv", texts=True)
    frame = rs.samples(dataset, texts=True)
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    read = pl.read_csv(tmp_path / "x.csv", infer_schema=False)
    assert read.columns == frame.columns
    assert read.select(texts).equals(frame.select(texts))
    with (tmp_path / "x.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    scores = [None if row["score"] == "" else float(row["score"]) for row in rows]
    assert scores == frame["score"].to_list()
    assert [row["correct"] for row in rows] == [
        "" if value is None else str(value).lower() for value in frame["correct"]
    ]
    # `=1+1` as item, `=3` and `-1` as responses.
    assert report.notes[-1].startswith("3 cells begin with one of = + - @")


def test_csv_can_disarm_formulas(dataset: rs.Dataset, tmp_path: Path) -> None:
    report = rs.export(
        dataset, to=tmp_path / "x.csv", columns="item_id,score,response", escape_formulas=True
    )
    assert "formulas" not in "".join(report.notes)
    text = (tmp_path / "x.csv").read_text()
    assert '"\'=1+1",-3.5,"\'-1"' in text
    assert ',"\'=3"' in text


def test_lists_stand_in_csv_as_json(plant: Plant, tmp_path: Path) -> None:
    rs.export(plant("cliff"), to=tmp_path / "x.csv", columns="sample_uid,f.novelty_head")
    frame = rs.samples(plant("cliff"), columns="f.novelty_head")
    with (tmp_path / "x.csv").open(newline="") as file:
        first = next(csv.DictReader(file))
    assert json.loads(first["f.novelty_head"]) == pytest.approx(
        frame["f.novelty_head"][0].to_list()
    )


def test_only_an_earlier_export_is_written_over(dataset: rs.Dataset, tmp_path: Path) -> None:
    place = tmp_path / "x.parquet"
    rs.export(dataset, to=place)
    first = place.read_bytes()
    rs.export(dataset, to=place)
    assert place.read_bytes() == first
    pl.DataFrame({"mine": [1]}).write_parquet(place)
    with pytest.raises(OutputError, match="is in the way"):
        rs.export(dataset, to=place)
    rs.export(dataset, to=place, force=True)
    assert place.read_bytes() == first
    rs.export(dataset, to=tmp_path / "x.csv")
    with pytest.raises(OutputError, match="does not say where it is from"):
        rs.export(dataset, to=tmp_path / "x.csv")
    rs.export(dataset, to=tmp_path / "x.csv", force=True)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        rs.export(dataset, to=tmp_path / "folder.csv", force=True, format="csv")


def test_places_that_are_none(dataset: rs.Dataset, tmp_path: Path) -> None:
    for name in ("samples/x.parquet", "x.csv"):
        with pytest.raises(OutputError, match="inside the store"):
            rs.export(dataset, to=dataset.store_path / name)
    with pytest.raises(OutputError, match="inside the store"):
        rs.export(dataset, to=dataset.store_path)
    with pytest.raises(UsageError, match="names no export format"):
        rs.export(dataset, to=tmp_path / "x.xlsx")
    with pytest.raises(UsageError, match="no export format 'xlsx'"):
        rs.export(dataset, to=tmp_path / "x", format="xlsx")
    with pytest.raises(OutputError, match="is a file"):
        rs.export(dataset, to=dataset.path / "x.csv")
    assert not list(tmp_path.glob(".*part"))
