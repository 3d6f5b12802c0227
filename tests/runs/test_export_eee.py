"""An export to Every Eval Ever has the structure of the format, and comes back as it was."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

import reasonscape as rs
from reasonscape.errors import NoRowsError, OutputError, UsageError
from reasonscape.runs.export_eee_rows import TaskSums
from tests.runs.exported import ROWS, contents, make

Plant = Callable[..., Path]
NAME = re.compile(
    r"data/[^/]+/[^/]+/[^/]+/"
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}_samples\.jsonl"
)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> rs.Dataset:
    return make(tmp_path_factory.mktemp("exported"))


@pytest.fixture(scope="module")
def folder(dataset: rs.Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("eee") / "out"
    rs.export(dataset, to=place)
    return place


def aggregates(folder: Path) -> list[dict[str, Any]]:
    files = sorted(folder.glob("data/*/*/*/*.json"))
    return [json.loads(file.read_bytes()) for file in files]


def rows(folder: Path, document: dict[str, Any]) -> list[dict[str, Any]]:
    path = folder / document["detailed_evaluation_results"]["file_path"]
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def all_rows(folder: Path) -> list[dict[str, Any]]:
    return [row for document in aggregates(folder) for row in rows(folder, document)]


def graded(dataset: rs.Dataset) -> dict[str, str]:
    frame = rs.samples(dataset, columns="sample_uid,content_hash,correct")
    return dict(frame.drop_nulls("correct").drop("correct").iter_rows())


def test_what_comes_back_is_what_went_out(
    dataset: rs.Dataset, folder: Path, tmp_path: Path
) -> None:
    report = rs.import_logs(folder, tmp_path / "again.json", features=False)
    assert (report.formats, report.refused, report.passed) == ({"every_eval_ever": 2}, 0, ())
    assert report.notices == ()
    assert contents(tmp_path / "again.json") == graded(dataset)
    assert report.added == len(ROWS) - 1


def test_a_planted_dataset_comes_back(plant: Plant, tmp_path: Path) -> None:
    rs.export(plant("truncation"), {"base_task": "arithmetic"}, to=tmp_path / "out")
    rs.import_logs(tmp_path / "out", tmp_path / "again.json", features=False)
    assert contents(tmp_path / "again.json") == contents(plant("truncation"))


def test_without_texts_the_numbers_come_back(dataset: rs.Dataset, tmp_path: Path) -> None:
    report = rs.export(dataset, {"item_id": "a"}, to=tmp_path / "out", texts=False)
    assert not report.texts
    (document,) = aggregates(tmp_path / "out")
    assert {row["input"]["raw"] for row in rows(tmp_path / "out", document)} == {""}
    rs.import_logs(tmp_path / "out", tmp_path / "again.json", features=False)
    columns = "item_id,repeat,correct,score,stop,stop_source,max_tokens,param.*,label.*"
    again = rs.samples(tmp_path / "again.json", columns=columns)
    assert again.equals(rs.samples(dataset, {"item_id": "a"}, columns=again.columns))


def test_aggregates_have_the_structure_of_the_format(folder: Path) -> None:
    for document in aggregates(folder):
        assert set(document) == {
            *("schema_version", "evaluation_id", "retrieved_timestamp", "source_metadata"),
            *("eval_library", "model_info", "evaluation_results", "detailed_evaluation_results"),
        }
        assert document["schema_version"] == "0.3.0"
        assert document["retrieved_timestamp"].isdecimal()
        assert document["source_metadata"]["source_type"] == "evaluation_run"
        assert document["model_info"]["additional_details"] == {
            "deployment_type": "unknown",
            "model_availability": "unknown",
        }
        detail = document["detailed_evaluation_results"]
        path = folder / detail["file_path"]
        assert NAME.fullmatch(detail["file_path"])
        assert detail["checksum"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert detail["total_rows"] == len(rows(folder, document))
        names = [one["evaluation_result_id"] for one in document["evaluation_results"]]
        assert len(names) == len(set(names))
        for one in document["evaluation_results"]:
            metric = one["metric_config"]
            assert metric["lower_is_better"] is False
            assert metric.get("score_type") != "continuous" or metric.keys() >= {
                *("min_score", "max_score")
            }
            assert one["source_data"]["source_type"] == "other"
            details = one["score_details"]["details"]
            assert all(isinstance(value, str) for value in details.values())
            args = one["generation_config"]["generation_args"]
            assert set(args) <= {"max_tokens"}


def test_rows_have_the_structure_of_the_format(folder: Path) -> None:
    needed = {
        *("schema_version", "evaluation_id", "model_id", "evaluation_name", "sample_id"),
        *("interaction_type", "input", "answer_attribution", "evaluation"),
    }
    known = needed | {
        *("evaluation_result_id", "sample_hash", "output", "token_usage", "error", "metadata"),
    }
    for row in all_rows(folder):
        assert needed <= set(row) <= known
        assert row["interaction_type"] == "single_turn"
        assert isinstance(row["input"]["raw"], str)
        assert all(isinstance(text, str) for text in row["input"]["reference"])
        assert all(isinstance(text, str) for text in row["output"]["raw"])
        assert type(row["evaluation"]["score"]) is float
        assert type(row["evaluation"]["is_correct"]) is bool
        assert all(isinstance(value, str) for value in row["metadata"].values())
        for one in row["answer_attribution"]:
            assert set(one) == {
                *("turn_idx", "source", "extracted_value", "extraction_method", "is_terminal"),
            }
        usage = row.get("token_usage")
        assert usage is None or usage["total_tokens"] == (
            usage["input_tokens"] + usage["output_tokens"]
        )


def test_rows_by_value(folder: Path) -> None:
    by_item = {(row["sample_id"], row["metadata"].get("reasonscape.repeat")): row
               for row in all_rows(folder)}  # fmt: skip
    first = by_item["a", "0"]
    assert first["model_id"] == "acme/thinker"
    assert (first["evaluation_name"], first["evaluation_result_id"]) == (
        "sums/hard",
        "score:sums:sums/hard",
    )
    assert first["input"] == {"raw": "1 + 2 = ?", "reference": ["3"]}
    assert first["output"] == {"raw": ["=3"], "reasoning_trace": ["one and two"]}
    assert first["evaluation"] == {"score": 0.99, "is_correct": True}
    assert first["token_usage"]["reasoning_tokens"] == 15
    metadata = first["metadata"]
    assert metadata["stop_reason"] == "stop"
    assert metadata["reasonscape.stop_source"] == "native"
    assert metadata["reasonscape.param.terms"] == "3.0"
    assert metadata["reasonscape.label.format"] == "infix"
    assert metadata["reasonscape.chance"] == "0.25"
    cut = by_item["a", "1"]["metadata"]
    assert (cut["stop_reason"], cut["reasonscape.stop_source"]) == ("length", "inferred_cap")
    assert by_item["b", "0"]["error"]
    assert "error" not in first


def test_the_means_are_those_of_the_rows(folder: Path) -> None:
    for document in aggregates(folder):
        found = rows(folder, document)
        for one in document["evaluation_results"]:
            name = one["evaluation_result_id"]
            mine = [row for row in found if row["evaluation_result_id"] == name]
            mean = fmean(row["evaluation"]["score"] for row in mine)
            assert one["score_details"]["score"] == pytest.approx(mean, abs=1e-9)
            right = fmean(row["evaluation"]["is_correct"] for row in mine)
            assert float(one["score_details"]["details"]["accuracy"]) == right


def test_the_mean_of_many_scores_is_exact() -> None:
    sums = TaskSums("t", "t")
    scores = [1e8, 0.1, -1e8] * 1000
    for score in scores:
        sums.add({"score": score, "correct": True})
    result = sums.result("", "")
    assert result["score_details"]["score"] == pytest.approx(fmean(scores), abs=1e-9)
    assert result["metric_config"]["metric_id"] == "score"


def test_scores_beyond_all_sums_give_numbers_still() -> None:
    sums = TaskSums("t", "t")
    for score in (1.7e308, 1.7e308, -1.7e308):
        sums.add({"score": score, "correct": True})
    details = sums.result("", "")["score_details"]
    json.dumps(details, allow_nan=False)


def test_ungraded_rows_are_left_out_and_said(dataset: rs.Dataset, tmp_path: Path) -> None:
    report = rs.export(dataset, {"model": "flat model: v1"}, to=tmp_path / "out")
    assert (report.rows, dict(report.left_out)) == (2, {"ungraded": 1})
    assert "1 ungraded rows were left out" in report.notes[-1]
    with pytest.raises(NoRowsError, match="is graded"):
        rs.export(dataset, {"item_id": "u"}, to=tmp_path / "none")


def test_the_same_store_gives_the_same_files(
    dataset: rs.Dataset, folder: Path, tmp_path: Path
) -> None:
    rs.export(dataset, to=tmp_path / "out")
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "summary.json":
            assert (tmp_path / "out" / path.relative_to(folder)).read_bytes() == path.read_bytes()


def test_an_earlier_export_is_replaced_and_nothing_else(
    dataset: rs.Dataset, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    rs.export(dataset, to=out)
    (out / "mine.txt").write_text("mine")
    rs.export(dataset, {"model": "acme/thinker"}, to=out)
    assert len(aggregates(out)) == 1
    assert (out / "mine.txt").read_text() == "mine"
    assert not [path for path in out.iterdir() if path.name.startswith(".")]
    (out / "summary.json").write_text('{"command": "hazard", "artifacts": [{"path": "mine.txt"}]}')
    with pytest.raises(OutputError, match="not that of an earlier export"):
        rs.export(dataset, to=out)
    assert (out / "mine.txt").exists()
    with pytest.raises(OutputError, match="is a file"):
        rs.export(dataset, to=out / "mine.txt", format="eee")
    with pytest.raises(UsageError, match="no --columns"):
        rs.export(dataset, to=tmp_path / "new", columns="model")


def test_names_become_portable_paths(tmp_path: Path) -> None:
    models = ["../../up", "/", "CON", "a/b/c:d", "x" * 300, "…" * 200, "a\\b", ".", "data"]
    table = {
        "model": models,
        "base_task": ["t"] * len(models),
        "correct": [True] * len(models),
    }
    import pyarrow as pa

    rs.import_table(pa.table(table), tmp_path / "data.json", features=False)
    out = tmp_path / "deep" / "out"
    rs.export(tmp_path / "data.json", to=out)
    assert len(aggregates(out)) == len(models)
    for document in aggregates(out):
        assert NAME.fullmatch(document["detailed_evaluation_results"]["file_path"])
    assert {one["model_info"]["id"] for one in aggregates(out)} == set(models)
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"out"}
    rs.import_logs(out, tmp_path / "again.json", features=False)
    assert contents(tmp_path / "again.json") == contents(tmp_path / "data.json")
