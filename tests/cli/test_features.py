"""Features of traces at the command line: measured, left out, measured later, filtered by."""

from __future__ import annotations

import json

import pytest

import reasonscape as rs
from tests.cli.typed import Type, log, refused, row

COUNT = 60


def imported(typed: Type, *words: str, name: str = "d.json") -> str:
    """A dataset of 60 rows over two axes; answers are from 0 to 590 characters long."""
    rows = [
        row(
            item_id=str(i),
            correct=i % 3 > 0,
            params={"length": i % 4, "depth": i % 3, "bytes": i % 2},
            response="x y z. " * 90 if i == 7 else "n" * (i * 10),
        )
        for i in range(COUNT)
    ]
    done = typed("import", log("good.jsonl", rows), "--dataset", name, *words)
    assert done.code == 0, done.err
    return name


def samples(typed: Type, dataset: str, filters: str) -> int:
    done = typed("evals", dataset, "--filters", filters, "--format", "json")
    assert done.code in (0, 3), done.err
    return sum(e["samples"] for e in json.loads(done.out)["evals"]) if done.code == 0 else 0


COMMANDS = [
    ("evals", "{}"),
    ("tasks", "{}"),
    ("surface", "{}", "--format", "json"),
    ("compression", "{}", "--format", "json"),
    ("hazard", "{}", "--format", "json"),
    ("schema", "{}"),
    ("store", "info", "{}"),
    ("store", "verify", "{}"),
    ("store", "imports", "{}"),
    ("store", "compact", "{}"),
    ("evals", "{}", "--filters", '{"length": 2}'),
    ("store", "refresh", "{}"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_reads_a_store_without_features(typed: Type, words: tuple[str, ...]) -> None:
    dataset = imported(typed, "--no-features")
    done = typed(*(word.format(dataset) if word == "{}" else word for word in words))
    assert done.code == 0 and done.out, done.err


def test_refresh_measures_what_an_import_left_out(typed: Type) -> None:
    dataset = imported(typed, "--no-features")
    done = typed("store", "info", dataset, "--format", "json")
    assert json.loads(done.out)["features"] == {"none": COUNT}
    done = typed("store", "refresh", dataset, "--format", "json")
    assert json.loads(done.out) == {"ok": True, "version": 1, "rows": COUNT, "files": 1}
    again = typed("store", "refresh", dataset, "--format", "json")
    assert json.loads(again.out)["rows"] == 0
    forced = typed("store", "refresh", dataset, "--force", "--format", "json")
    assert json.loads(forced.out)["rows"] == COUNT
    assert "version 1 60" in typed("store", "info", dataset).out
    assert typed("store", "verify", dataset).code == 0


def test_features_are_filter_keys_by_their_full_name(typed: Type) -> None:
    dataset = imported(typed)
    assert samples(typed, dataset, '{"f.bytes": {"min": 300}}') == COUNT - 30 + 1
    assert samples(typed, dataset, '{"f.trace": "none"}') == 1
    assert samples(typed, dataset, '{"f.trace": {"not": null}}') == COUNT
    assert samples(typed, dataset, '{"bytes": 1}') == COUNT // 2  # a param of that name
    done = typed("evals", dataset, "--filters", '{"f.novelty_head": 1}')
    refused(done)
    assert "is a list" in done.err and "f.novelty_mean" in done.err
    done = typed("evals", dataset, "--filters", '{"f.byte": 1}')
    refused(done)
    assert "f.bytes" in done.err


def test_a_filter_on_features_that_are_not_there_says_what_to_type(typed: Type) -> None:
    dataset = imported(typed, "--no-features")
    done = typed("evals", dataset, "--filters", '{"f.loop_covered": {"min": 0.3}}')
    refused(done)
    assert "store refresh" in done.err


def test_schema_lists_features(typed: Type) -> None:
    dataset = imported(typed)
    described = json.loads(typed("schema", dataset).out)
    declared = {column["name"]: column["type"] for column in described["features"]}
    assert declared["f.novelty_head"] == "FLOAT[]"
    assert described["dataset"]["features"] == declared


def test_markers_of_reasoning(typed: Type) -> None:
    rows = [row(response="[R]so it is[/R]4")]
    words = ("--think-open", "[R]", "--think-close", "[/R]")
    assert typed("import", log("m.jsonl", rows), "--dataset", "m.json", *words).code == 0
    assert samples(typed, "m.json", '{"f.trace": "reasoning", "f.bytes": 8}') == 1
    refused(typed("import", log("m.jsonl", rows), "--dataset", "n.json", "--think-open", ""))


def test_the_python_api_imports_with_and_without(typed: Type) -> None:
    source = log("good.jsonl", [row(response="a b c")])
    assert rs.import_logs(source, "a.json").added == 1
    assert rs.import_logs(source, "b.json", features=False).added == 1
    assert rs.evals(rs.open("a.json"), {"f.words": 3}).rows
    with pytest.raises(rs.errors.FilterError, match="no trace of these rows was measured"):
        rs.evals(rs.open("b.json"), {"f.words": 3})
