"""``import --dry-run``: what it prints, that it writes nothing, and where it leads."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from tests.cli.typed import Type, log, refused, row


def rows(count: int = 8) -> list[str]:
    return [
        row(item_id=str(i), correct=i % 2 == 0, params={"length": i % 4, "kind": "ab"[i % 2]})
        for i in range(count)
    ]


def test_it_says_what_is_there_and_what_is_not(typed: Type) -> None:
    log("log.jsonl", rows())
    done = typed("import", "log.jsonl", "--dry-run")
    assert done.code == 0
    assert done.out.startswith("would read 8 rows from 1 samples log(s): 8 good")
    assert "  m: 8 rows, 50.0% right" in done.out
    assert "  length: 4 values, 0 to 3" in done.out
    assert "  kind: 2 values: a, b" in done.out
    assert "unknown: completion_tokens: hazard measures time in bytes of the trace" in done.out
    assert [path.name for path in Path().iterdir()] == ["log.jsonl"]


def test_the_line_it_ends_with_imports(typed: Type) -> None:
    log("log.jsonl", rows())
    options = ("--axes", "double=params.length * 2", "--metric", "score")
    done = typed("import", "log.jsonl", *options, "--dry-run")
    last = done.out.strip().splitlines()[-1]
    assert last.startswith("next: python analyze.py import ")
    assert typed(*shlex.split(last)[3:]).code == 0
    listed = json.loads(typed("tasks", "data/new.json", "--format", "json").out)
    assert "double" in json.dumps(listed)


def test_json_holds_the_same_and_is_bounded(typed: Type) -> None:
    log("log.jsonl", [row(item_id=str(i), params={f"p{i}": 1}) for i in range(200)])
    done = typed("import", "log.jsonl", "--dry-run", "--format", "json")
    document = json.loads(done.out)
    assert document["rows"] == document["good"] == 200
    assert len(document["axes"]) == 12
    assert len(done.out) < 8000
    assert document["next"][0]["run"].endswith("--dataset data/new.json")


def test_refused_rows_are_listed_with_exit_4(typed: Type) -> None:
    log("log.jsonl", [*rows(), "{", "[]"])
    done = typed("import", "log.jsonl", "--dry-run")
    assert done.code == 4
    assert "8 good, 2 refused" in done.out
    assert "refused 2 rows (1 bad_json, 1 not_object)" in done.err
    assert typed("import", "log.jsonl", "--dry-run", "--allow-partial").code == 0


def test_without_a_dataset_only_a_dry_run_goes(typed: Type) -> None:
    log("log.jsonl", rows())
    done = typed("import", "log.jsonl")
    refused(done)
    assert "--dataset data/NAME.json" in done.err


def test_what_cannot_be_read_is_one_sentence(typed: Type) -> None:
    refused(typed("import", "absent.jsonl", "--dry-run"))
    log("log.jsonl", rows())
    refused(typed("import", "log.jsonl", "--dry-run", "--axes", "n=(("))


def test_control_characters_of_a_log_reach_no_terminal(typed: Type) -> None:
    log("log.jsonl", [row(model="m\x1b[31m", params={"k\x1b]0;x": "v\x07"})])
    done = typed("import", "log.jsonl", "--dry-run")
    assert not any(character in done.out + done.err for character in "\x1b\x07")
