"""Rows that contradict each other: what the import says of them, and its dry run before it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.cli.typed import Type, log, refused, row

TWO_RUNS = "differ from an earlier row of the same eval, task, question and repeat"


def two_runs() -> str:
    """A folder with two runs of one eval, which differ in two of four questions."""
    Path("runs").mkdir()
    log("runs/a.jsonl", [row(item_id=str(i)) for i in range(4)])
    log("runs/b.jsonl", [row(item_id=str(i), correct=i % 2 == 0) for i in range(4)])
    return "runs"


def test_two_runs_of_one_eval_contradict_each_other(typed: Type) -> None:
    done = typed("import", two_runs(), "--dataset", "d.json")
    refused(done, 4)
    assert f"2 rows of this import {TWO_RUNS}" in done.err
    assert "in the store" not in done.err
    assert "--on-conflict repeat (both stay, as for two runs of one eval)" in done.err


def test_the_dry_run_finds_it_and_leads_to_what_works(typed: Type) -> None:
    done = typed("import", two_runs(), "--dry-run")
    assert done.code == 4
    assert f"conflict: 2 rows of this import {TWO_RUNS}" in done.err
    assert "8 good, 2 of them known already" in done.out
    assert sorted(path.name for path in Path().iterdir()) == ["runs"]
    step = done.out.strip().splitlines()[-1].removeprefix("next: ")
    assert step.endswith("--on-conflict repeat")
    assert typed(*shlex.split(step)[2:]).code == 0
    assert typed("import", "runs", "--dry-run", "--on-conflict", "repeat").code == 0


def test_a_conflict_with_the_store_is_another_sentence(typed: Type) -> None:
    before = log("a.jsonl", [row(), row(item_id="2")])
    assert typed("import", before, "--dataset", "d.json").code == 0
    one = log("b.jsonl", [row(correct=False), row(item_id="2")])
    for more in ((), ("--dry-run",)):
        done = typed("import", one, "--dataset", "d.json", *more)
        assert done.code == 4
        assert "1 row is in the store already with different content" in done.err
    document = json.loads(
        typed("import", one, "--dataset", "d.json", "--dry-run", "--format", "json").out
    )
    assert (document["ok"], document["conflicts"], document["unchanged"]) == (False, 1, 1)
    assert document["next"][0]["run"].endswith("--on-conflict replace")


def test_conflicts_of_both_kinds_are_counted_apart(typed: Type) -> None:
    assert typed("import", log("a.jsonl", [row()]), "--dataset", "d.json").code == 0
    Path("new").mkdir()
    log("new/a.jsonl", [row(correct=False), row(item_id="2")])
    log("new/b.jsonl", [row(item_id="2", correct=False)])
    done = typed("import", "new", "--dataset", "d.json")
    assert f"2 rows of this import {TWO_RUNS}, 1 of them from one in the store" in done.err


@pytest.mark.parametrize("more", [("--dataset", "d.json"), ("--dry-run",)])
def test_a_name_that_cannot_be_stored(typed: Type, more: tuple[str, ...]) -> None:
    done = typed("import", log("l.jsonl", [row(params={"a\0b": 1})]), *more)
    assert done.code == 4
    assert "refused 1 row (1 bad_name):" in done.err
    assert "next:" not in done.out, "there is nothing to look at"


def test_a_dataset_without_a_row_says_so(typed: Type) -> None:
    typed("import", log("l.jsonl", [row(params={"a\0b": 1})]), "--dataset", "d.json")
    assert not Path("d.json").exists()
    done = typed("evals", "d")
    refused(done, 3)
    assert "holds no eval yet; import logs" in done.err


def test_a_file_that_cannot_be_read_is_no_row(typed: Type) -> None:
    log("a.jsonl", [row(), "{"])
    Path("b.jsonl").touch()
    for more in (("--dataset", "d.json"), ("--dry-run",)):
        done = typed("import", "a.jsonl", "b.jsonl", "--as", "samples", *more)
        assert done.code == 4
        assert "read 2 rows from 2 samples log(s)" in done.out
        assert "refused 1 row and 1 file (1 bad_json, 1 unreadable_file):" in done.err
        assert "  b.jsonl: b.jsonl is empty" in done.err


def test_line_breaks_of_names_stay_within_their_line(typed: Type) -> None:
    log("a\nerror: b.jsonl", [row(model="m\nerror: c"), "{"])
    Path("e\nerror: f.json").write_text("[]")
    done = typed("import", ".", "--dry-run")
    assert "  m error: c: 1 row, 100.0% right" in done.out
    assert not any(line.startswith("error") for line in (done.out + done.err).splitlines())
    assert "a error: b.jsonl row 2, row:" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--variant", "strict"), "--variant 'strict' is not used: logs of the format samples"),
        (("--metric", "f1"), "--metric 'f1' is not used"),
        (("--requests", "r.jsonl"), "--requests 'r.jsonl' is not used"),
        (("--base-task", "u"), "every row names its base task, so --base-task is not used"),
        (("--axes", "doc.level"), "--axes 'level' reads 'doc.level', which no row of the logs has"),
    ],
)
def test_what_was_chosen_in_vain_is_said(typed: Type, words: tuple[str, ...], said: str) -> None:
    name = log("a.jsonl", [row(), row(item_id="2", params={"n": 1})])
    for more in (("--dataset", "d.json"), ("--dry-run",)):
        done = typed("import", name, *words, *more)
        assert done.code == 0
        assert said in done.err
    assert typed("import", name, "--dry-run", "--axes", "x=params.n").err == ""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("link.jsonl", "link.jsonl is a link to nowhere.jsonl, where nothing is"),
        ("d.json", "d.json is the config of a dataset, not a log"),
        ("rows.csv", "rows.csv is CSV, which is not read as a log"),
    ],
)
def test_what_is_no_log_is_named(typed: Type, given: str, said: str) -> None:
    name = log("a.jsonl", [row(), row(item_id="2")])
    Path("link.jsonl").symlink_to("nowhere.jsonl")
    assert typed("import", name, "--dataset", "d.json").code == 0
    assert typed("export", "d.json", "--to", "rows.csv").code == 0
    done = typed("import", given, "--dataset", "e.json")
    refused(done)
    assert said in done.err


def test_a_dataset_needs_a_name_that_a_store_can_have(typed: Type) -> None:
    name = log("a.jsonl", [row()])
    for dataset in ("a\x1bb.json", "a\nb.json", "a\x7f/b.json"):
        done = typed("import", name, "--dataset", dataset)
        refused(done)
        assert "has a control character" in done.err
    assert [path.name for path in Path().iterdir()] == [name]
