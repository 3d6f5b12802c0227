"""Bad input of every kind, as a user meets it: one sentence, the right code, the store unharmed."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from tests.cli.typed import GOOD, Type, log, refused, row, small

BYTES = {
    "empty": b"",
    "blank lines": b"\n\n  \n",
    "zeros": b"\0" * 1000,
    "noise": b"\x93\xfe\x00\x81" * 500,
    "text": b"hello\nworld\n",
    "numbers": b"1\n2\n",
    "array": json.dumps([GOOD, GOOD]).encode(),
    "array over lines": json.dumps([GOOD, GOOD], indent=1).encode(),
    "document over lines": json.dumps(GOOD, indent=1).encode(),
    "utf-16": row().encode("utf-16"),
    "gzip noise": b"\x1f\x8b" + b"noise" * 50,
    "zstd noise": b"\x28\xb5\x2f\xfd" + b"noise" * 50,
    "gzip of nothing": gzip.compress(b""),
}


@pytest.mark.parametrize("content", BYTES.values(), ids=BYTES)
def test_a_file_that_is_no_log_is_refused_and_makes_nothing(typed: Type, content: bytes) -> None:
    Path("log.jsonl").write_bytes(content)
    refused(typed("import", "log.jsonl", "--dataset", "x.json"))
    assert [p.name for p in Path().iterdir()] == ["log.jsonl"]


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress, bytes])
def test_a_cut_log_gives_the_rows_before_the_cut(
    typed: Type, compress: Callable[[bytes], bytes]
) -> None:
    rows = [row(item_id=str(i), prompt=os.urandom(90).hex()) for i in range(2000)]
    whole = compress("\n".join(rows).encode())
    Path("cut.jsonl").write_bytes(whole[: len(whole) * 2 // 3])
    done = typed("import", "cut.jsonl", "--dataset", "x.json", "--format", "json")
    report = json.loads(done.out)
    assert done.code == 4
    assert 500 < report["added"] < 1500
    assert set(report["refused_by_reason"]) <= {"broken_compression", "truncated_row"}
    assert report["refused"] == 1
    assert typed("store", "verify", "x.json").code == 0


def test_a_pipe_is_no_log_and_nothing_waits_for_it(typed: Type) -> None:
    os.mkfifo("pipe.jsonl")
    refused(typed("import", "pipe.jsonl", "--dataset", "x.json"))
    log("good.jsonl", [row()])
    assert typed("import", ".", "--dataset", "x.json").code == 0


def test_a_large_row_is_kept_and_one_beyond_the_bound_is_refused(typed: Type) -> None:
    rows = [row(item_id="a"), row(item_id="big", response="x" * 50_000_000), row(item_id="b")]
    assert typed("import", log("log.jsonl", rows), "--dataset", "x.json").code == 0
    rows[1] = row(item_id="huge", response="x" * 70_000_000)
    done = typed("import", log("log.jsonl", rows), "--dataset", "x.json")
    assert done.code == 4
    assert "row_too_large" in done.err
    assert typed("store", "verify", "x.json").code == 0


BAD_ROWS = {
    "not_object": ["[]", "1", "null", '"x"'],
    "bad_json": ["nope", '{"model": "m",}', row(score=9).replace("9", "9" * 5000)],
    "duplicate_key": [row()[:-1] + ', "correct": false}'],
    "missing_field": ["{}", row(model=None), row(base_task=""), '{"model": "m", "base_task": "t"}'],
    "wrong_type": [
        row(model=5), row(correct="yes"), row(score="1"), row(repeat=1.5), row(params=[]),
        row(prompt=["a"]), row(item_id={"a": 1}), row(answered="no"), row(prompt_tokens="7"),
    ],
    "out_of_range": [
        row(repeat=-1), row(max_tokens=10**20), row(chance=1), row(params={"a": 9**999}),
    ],
    "not_finite": [row(score=float("inf")), row(params={"a": float("-inf")})],
    "too_deep": ["[" * 100_000, '{"a":' * 100_000],
    "bad_name": [row(params={"": 1}), row(params={"a\0b": 1})],
    "duplicate_param": [row(params={"a": 1, "A": 2})],
    "bad_value": [row(stop="banana")],
    "name_too_long": [row(base_task="x" * 300)],
}  # fmt: skip


def test_every_bad_row_is_refused_by_reason_and_costs_no_other(typed: Type) -> None:
    rows = [row(item_id="first"), *(one for rows in BAD_ROWS.values() for one in rows), row()]
    done = typed("import", log("l.jsonl", rows), "--dataset", "d.json", "--format", "json")
    report = json.loads(done.out)
    assert done.code == 4
    assert report["refused_by_reason"] == {k: len(v) for k, v in sorted(BAD_ROWS.items())}
    assert report["added"] == 2
    assert typed("store", "verify", "d.json").code == 0


def test_odd_rows_that_can_be_kept_are_kept_with_a_notice(typed: Type) -> None:
    rows = [
        row(item_id="nan")[:-1] + ', "params": {"a": NaN}}',
        row(item_id="text", params={"a": "1"}),
        row(item_id="number", params={"a": 1}),
        row(item_id="unknown", respons="x"),
        row(item_id="half \ud83d", model="m\ud800", prompt="\udfff", params={"k\ud800": "v"}),
        row(item_id=77),
    ]
    done = typed("import", log("l.jsonl", rows), "--dataset", "d.json")
    assert done.code == 0, done.err
    assert "did you mean response" in done.err
    assert "surrogates" in done.err
    for command in ("evals", "tasks", "surface", "schema"):
        assert typed(command, "d.json").code == 0
    assert json.loads(typed("evals", "d.json", "--filters", '{"a": "1"}', "--format", "json").out)
    assert typed("store", "verify", "d.json").code == 0


def test_a_log_of_bad_rows_alone_makes_no_store(typed: Type) -> None:
    done = typed("import", log("l.jsonl", ["{}"] * 3), "--as", "samples", "--dataset", "x.json")
    assert done.code == 4
    assert "next:" not in done.out
    assert [p.name for p in Path().iterdir()] == ["l.jsonl"]


def test_a_list_of_refused_rows_never_replaces_another_file(typed: Type) -> None:
    name = log("l.jsonl", [row(), "{}"])
    before = Path(name).read_bytes()
    refused(typed("import", name, "--dataset", "d.json", "--refusals", name))
    assert Path(name).read_bytes() == before
    for _ in range(2):  # an earlier list may be replaced
        assert typed("import", name, "--dataset", "d.json", "--refusals", "list.jsonl").code == 4
    for place in ("no/such/folder", "."):
        refused(typed("import", name, "--dataset", "d.json", "--refusals", place))
    if Path("/dev/full").exists():
        refused(typed("import", name, "--dataset", "d.json", "--refusals", "/dev/full"))
    assert typed("store", "verify", "d.json").code == 0


def test_a_store_is_not_put_among_other_files(typed: Type) -> None:
    Path("logs").mkdir()
    log("logs/a.jsonl", [row()])
    refused(typed("import", "logs", "--dataset", "logs.json"))
    refused(typed("import", "logs", "--dataset", "logs"))
    refused(typed("import", "logs", "--dataset", "name-without-ending"))
    refused(typed("import", "logs", "--dataset", "/dev/null/x.json"))
    assert [p.name for p in Path("logs").iterdir()] == ["a.jsonl"]


DAMAGE: dict[str, Callable[[Path], object]] = {
    "data file gone": lambda d: _data(d).unlink(),
    "data file cut": lambda d: _data(d).write_bytes(_data(d).read_bytes()[:300]),
    "data file empty": lambda d: _data(d).write_bytes(b""),
    "commit cut": lambda d: _commit(d).write_bytes(_commit(d).read_bytes()[:50]),
    "commit is a list": lambda d: _commit(d).write_bytes(b"[1]\n"),
    "log gone": lambda d: shutil.rmtree(d / "samples" / "_delta_log"),
    "store gone": lambda d: shutil.rmtree(d),
    "newer schema": lambda d: [
        f.write_text(f.read_text().replace("schema 1", "schema 9"))
        for f in (d / "samples/_delta_log").glob("*.json")
    ],
}


def _data(store: Path) -> Path:
    return next((store / "samples").rglob("*.parquet"))


def _commit(store: Path) -> Path:
    return max((store / "samples" / "_delta_log").glob("*.json"))


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_store_is_named_and_never_a_traceback(
    typed: Type, damage: Callable[[Path], object]
) -> None:
    dataset = small(typed)
    damage(Path("d"))
    for command in ("evals", "tasks", "surface"):
        refused(typed(command, dataset))
    assert typed("store", "verify", dataset).code in (1, 2)
    assert typed("store", "compact", dataset).code == 2
    more = log("more.jsonl", [row(item_id="new", model="other")])
    assert typed("import", more, "--dataset", dataset).code in (0, 2)


def test_a_damaged_checkpoint_is_passed_over_and_named(typed: Type) -> None:
    """It only shortens the log, all of which is there."""
    dataset = small(typed)
    Path("d/samples/_delta_log/_last_checkpoint").write_text("x")
    for command in ("evals", "tasks", "surface"):
        assert typed(command, dataset).code == 0
    damaged = typed("store", "verify", dataset)
    assert damaged.code == 1 and "wrong_checkpoint" in damaged.out
    assert typed("store", "compact", dataset).code == 0
    assert typed("store", "verify", dataset).code == 0


def test_a_store_without_rows_says_so(typed: Type) -> None:
    dataset = small(typed)
    listed = json.loads(typed("store", "imports", dataset, "--format", "json").out)
    assert typed("store", "delete", dataset, listed["imports"][0]["import_id"]).code == 0
    for command in ("evals", "tasks", "surface"):
        refused(typed(command, dataset), code=3)
    for verb in ("verify", "info", "compact", "imports"):
        assert typed("store", verb, dataset).code == 0
