"""``export`` as a user types it: counts, exit codes, and what it does not write over."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reasonscape.runs.schema_results import result_schema
from tests.cli.typed import Type, log, refused, row, small


def test_a_table_by_its_ending(typed: Type) -> None:
    dataset = small(typed)
    done = typed("export", dataset, "--to", "out/x.parquet")
    assert (done.code, done.err) == (0, "")
    assert done.out == "wrote 60 rows without texts to out/x.parquet (parquet)\n"
    done = typed("export", dataset, "--to", "x.csv", "--columns", "item_id,length",
                 "--columns", "correct", "--filters", '{"length": 3}')  # fmt: skip
    assert done.out == "wrote 15 rows without texts to x.csv (csv)\n"
    with Path("x.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 15
    assert list(rows[0]) == ["item_id", "param.length", "correct"]
    assert {row["param.length"] for row in rows} == {"3"}


def test_a_folder_goes_out_and_comes_back(typed: Type) -> None:
    dataset = small(typed)
    done = typed("export", dataset, "--to", "out")
    assert done.code == 0
    first, second = done.out.splitlines()
    assert first == "wrote 60 rows with texts to out (eee)"
    assert second.endswith("_samples.jsonl: 60 rows")
    done = typed("import", "out", "--dataset", "again.json")
    assert done.code == 0
    assert done.out.startswith("read 60 rows from 1 every_eval_ever log(s)")
    done = typed("import", "out", "--dataset", dataset)
    assert "60 unchanged" in done.out


def test_answers_are_what_the_schema_says(typed: Type) -> None:
    check = Draft202012Validator(result_schema("export")).validate
    dataset = small(typed)
    for place in ("x.parquet", "x.csv", "out"):
        check(json.loads(typed("export", dataset, "--to", place, "--format", "json").out))
    check(json.loads(Path("out/summary.json").read_text()))


def test_json_has_counts_and_files(typed: Type) -> None:
    log("u.jsonl", [row(), row(item_id="2", correct=None, score=None, response="=x")])
    typed("import", "u.jsonl", "--dataset", "d.json")
    done = typed("export", "d.json", "--to", "out", "--format", "json")
    found = json.loads(done.out)
    assert (found["command"], found["ok"], found["rows"]) == ("export", True, 1)
    assert found["left_out"] == {"ungraded": 1}
    assert found["counts"]["matched"] == 2
    (file,) = found["files"]
    assert (file["rows"], file["bytes"]) == (1, (Path("out") / file["path"]).stat().st_size)
    assert "1 ungraded rows were left out" in found["warnings"][0]
    assert done.err == f"note: {found['warnings'][0]}\n"
    summary = json.loads(Path("out/summary.json").read_text())
    assert (summary["command"], summary["rows"], len(summary["artifacts"])) == ("export", 1, 2)
    done = typed("export", "d.json", "--to", "x.csv", "--texts", "--format", "json")
    assert "--escape-formulas" in json.loads(done.out)["warnings"][0]
    done = typed("export", "d.json", "--to", "x.csv", "--texts", "--escape-formulas", "--force")
    assert done.err == ""
    assert "'=x" in Path("x.csv").read_text()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--to", "x.parquet", "--filters", '{"model": "nobody"}'], 3, "no row of d matches"),
        (["--to", "x.parquet", "--filters", '{"modle": "m"}'], 2, "did you mean model?"),
        (["--to", "x.parquet", "--columns", "lenght"], 2, "no column 'lenght'"),
        (["--to", "s3://bucket/x.parquet"], 2, "is a URL"),
        (["--to", "x.txt"], 2, "names no export format"),
        (["--to", "d.json"], 2, "names no export format"),
        (["--to", "d.json", "--as", "csv"], 2, "d.json is in the way"),
        (["--to", "d/x.csv"], 2, "inside the store"),
        (["--to", "good.jsonl/x.csv"], 2, "good.jsonl is a file"),
        (["--to", "good.jsonl", "--as", "eee"], 2, "is a file"),
        (["--to", "out", "--columns", "model"], 2, "no --columns"),
        (["--to", "out", "--as", "xlsx"], 2, "xlsx"),
        ([], 2, "--to"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    typed: Type, words: list[str], code: int, said: str
) -> None:
    dataset = small(typed)
    before = sorted(Path().rglob("*"))
    done = typed("export", dataset, *words)
    refused(done, code)
    assert said in done.err
    after = [path for path in Path().rglob("*") if "cache" not in path.parts]
    assert sorted(after) == [path for path in before if "cache" not in path.parts]


def test_errors_are_json_where_it_is_asked_for(typed: Type) -> None:
    dataset = small(typed)
    Path("x.csv").write_text("mine")
    done = typed("export", dataset, "--to", "x.csv", "--format", "json")
    assert done.code == 2
    assert json.loads(done.out)["error"]["code"] == "output"
    assert Path("x.csv").read_text() == "mine"
