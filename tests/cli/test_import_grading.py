"""import --grade, --grade-pattern, --grades, --requests, --base-task: typed as a user does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.typed import Type, log, refused


def ungraded(name: str = "log.jsonl") -> str:
    rows = [
        {
            "model": "m", "base_task": "t", "item_id": str(n), "params": {"n": n % 3},
            "response": f"Result: {n}", "target": str(n + (n % 5 == 0)),
        }
        for n in range(30)
    ]  # fmt: skip
    return log(name, [json.dumps(row) for row in rows])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--grade", "exakt"], "did you mean exact"),
        (["--grade", "regex"], "--grade-pattern"),
        (["--grade", "exact", "--grade-pattern", "(a)"], "takes no pattern"),
        (["--grade-pattern", "(a)"], "add --grade regex"),
        (["--grade", "regex", "--grade-pattern", "(a"], "cannot be used"),
        (["--grades", "nowhere.csv"], "there is no file of grades"),
        (["--grades", "empty.csv"], "is empty"),
        (["--grades", "twice.csv"], "grades '1' twice, in rows 2 and 3"),
        (["--grades", "."], "cannot be read"),
        (["--requests", "nowhere.jsonl", "--as", "openai"], "there is no file of requests"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(typed: Type, words: list[str], said: str) -> None:
    log("twice.csv", ["id,correct", "1,1", "1,0"])
    Path("empty.csv").touch()
    name = ungraded()
    if "openai" in words:
        name = log("b.jsonl", ['{"custom_id": "a", "response": null, "error": {}}'])
    done = typed("import", name, "--dataset", "d.json", *words)
    refused(done)
    assert said in done.err
    assert not Path("d.json").exists()


def test_without_the_option_nothing_is_graded(typed: Type) -> None:
    done = typed("import", ungraded(), "--dataset", "d.json")
    assert done.code == 4
    assert "30 missing_field" in done.err


@pytest.mark.parametrize(
    ("words", "right"),
    [
        (["--grade", "numeric"], 24),
        (["--grade", "regex", "--grade-pattern", r"Result: (\w+)"], 24),
        (["--grade", "exact"], 0),
    ],
)
def test_a_grader_grades_and_results_say_so(typed: Type, words: list[str], right: int) -> None:
    done = typed("import", ungraded(), "--dataset", "d.json", *words)
    assert done.code == 0, done.err
    assert f"graded by {words[1]} (--grade), not by the log (30 rows)" in done.err
    listed = typed("evals", "d.json", "--format", "json")
    document = json.loads(listed.out)
    assert document["evals"][0]["correct"] == right
    note = f"not all grades are the log's own: of 30 graded, 30 by {words[1]} (--grade)"
    assert document["warnings"] == [note]
    assert note in typed("surface", "d.json").out
    again = typed("import", "log.jsonl", "--dataset", "d.json", *words, "--format", "json")
    assert json.loads(again.out)["unchanged"] == 30


def test_another_grader_is_a_conflict_until_it_is_settled(typed: Type) -> None:
    name = ungraded()
    assert typed("import", name, "--dataset", "d.json", "--grade", "exact").code == 0
    words = ("import", name, "--dataset", "d.json", "--grade", "numeric")
    assert "different content" in typed(*words).err
    done = typed(*words, "--on-conflict", "replace", "--format", "json")
    assert json.loads(done.out)["replaced"] == 30
    assert typed("store", "verify", "d.json").code == 0


def test_the_dry_run_grades_too_and_its_command_keeps_the_options(typed: Type) -> None:
    words = ["--grade", "numeric", "--base-task", "sums"]
    done = typed("import", ungraded(), "--dry-run", *words)
    assert done.code == 0
    assert "80.0% right" in done.out
    assert "--base-task sums --grade numeric" in done.out
    assert [path.name for path in Path().iterdir()] == ["log.jsonl"]
