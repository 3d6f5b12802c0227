"""The whole import: logs in, store and config out, and nothing lost or harmed on the way."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from reasonscape.errors import ConfigError, OutputError, ReasonScapeError, UsageError
from reasonscape.ingest.importing import ImportReport, import_logs
from reasonscape.store.tables import Store

Write = Callable[..., Path]
ROW: dict[str, Any] = {"model": "m", "base_task": "t", "correct": True}


def rows(count: int, **more: Any) -> list[Any]:
    return [{**ROW, "item_id": str(n), "params": {"n": n}, **more} for n in range(count)]


def query(dataset: Path, sql: str) -> list[tuple[Any, ...]]:
    store = Store.open(dataset.with_suffix("") if dataset.suffix else dataset)
    return store.rows(sql.format(samples=store.scan(), texts=store.scan_texts()))


def count(dataset: Path) -> int:
    return int(query(dataset, "SELECT count(DISTINCT sample_uid) FROM {samples}")[0][0])


def check_sum(report: ImportReport) -> None:
    parts = report.added + report.unchanged + report.replaced + report.repeated + report.refused
    assert report.rows == parts


def test_an_import_makes_a_dataset(write: Write, tmp_path: Path) -> None:
    log = write(rows(5, prompt="p", response="<think>a</think>b", template="cot"))
    dataset = tmp_path / "data" / "x.json"
    report = import_logs([log], dataset)
    check_sum(report)
    assert (report.rows, report.added, report.refused, report.complete) == (5, 5, 0, True)
    assert report.formats == {"samples": 1}
    assert (report.config, report.store) == (dataset, tmp_path / "data" / "x")
    config = json.loads(dataset.read_text())
    assert config["evals"][0]["filters"] == {"model": "m", "template": "cot", "sampler": ""}
    assert list(config["base_tasks"]) == ["t"]
    found = query(
        dataset,
        'SELECT item_id, "param.n", correct, source_row, reasoning, response FROM {samples} '
        "JOIN {texts} t USING (sample_uid, import_id) ORDER BY ALL",
    )
    assert found == [(str(n), float(n), True, n + 1, "a", "b") for n in range(5)]


def test_importing_again_changes_nothing(write: Write, tmp_path: Path) -> None:
    dataset = tmp_path / "x.json"
    log = write([*rows(5), ROW, ROW])
    import_logs([log], dataset)
    before = Store.open(tmp_path / "x").content_hash(), dataset.read_bytes()
    report = import_logs([log], dataset)
    check_sum(report)
    assert (report.added, report.unchanged) == (0, 7)
    assert (Store.open(tmp_path / "x").content_hash(), dataset.read_bytes()) == before


def test_refused_rows_are_counted_listed_and_cost_nothing_else(
    write: Write, tmp_path: Path
) -> None:
    good = rows(3)
    log = write([good[0], b"{oops", good[1], {"model": "m"}, b"[]", {**ROW, "score": "x"}, good[2]])
    listed = tmp_path / "refused.jsonl"
    report = import_logs([log], tmp_path / "x.json", refusals=listed)
    check_sum(report)
    assert not report.complete
    assert report.refused_by_reason == {
        "bad_json": 1,
        "missing_field": 1,
        "not_object": 1,
        "wrong_type": 1,
    }
    assert [(one.row, one.field) for one in report.refusals] == [
        (2, ""),
        (4, "correct"),
        (5, ""),
        (6, "score"),
    ]
    assert all(one.source == log.as_posix() and one.detail for one in report.refusals)
    assert count(tmp_path / "x.json") == 3
    assert [orjson.loads(line)["row"] for line in listed.read_bytes().splitlines()] == [2, 4, 5, 6]
    assert import_logs([log], tmp_path / "x.json", allow_partial=True).complete


def test_with_no_good_row_no_store_is_made(write: Write, tmp_path: Path) -> None:
    report = import_logs([write([{"model": "m", "base_task": "t"}])], tmp_path / "x.json")
    assert (report.rows, report.refused, report.import_id) == (1, 1, None)
    assert [path.name for path in tmp_path.iterdir()] == ["log.jsonl"]


def test_a_thousand_refusals_of_a_reason_are_kept(write: Write, tmp_path: Path) -> None:
    report = import_logs([write([b"{"] * 1500 + rows(1))], tmp_path / "x.json", format="samples")
    assert report.refused_by_reason == {"bad_json": 1500}
    assert len(report.refusals) == 1000


def test_a_broken_stream_keeps_its_good_rows(write: Write, tmp_path: Path) -> None:
    packed = gzip.compress(b"".join(orjson.dumps(row) + b"\n" for row in rows(5000)))
    log = write(packed[: len(packed) // 2], "log.jsonl.gz")
    report = import_logs([log], tmp_path / "x.json")
    check_sum(report)
    assert report.refused_by_reason == {"broken_compression": 1}
    assert count(tmp_path / "x.json") == report.added > 1000


def test_conflicts(write: Write, tmp_path: Path) -> None:
    dataset = tmp_path / "x.json"
    import_logs([write(rows(3), "a.jsonl")], dataset)
    changed = write([*rows(2, correct=False), *rows(4)[3:]], "b.jsonl")
    before = Store.open(tmp_path / "x").content_hash()
    with pytest.raises(ReasonScapeError) as caught:
        import_logs([changed], dataset)
    assert caught.value.exit_code in (2, 4)
    assert Store.open(tmp_path / "x").content_hash() == before
    report = import_logs([changed], dataset, on_conflict="replace")
    check_sum(report)
    assert (report.added, report.replaced) == (1, 2)
    assert query(dataset, "SELECT count(*) FROM {samples} WHERE NOT correct") == [(2,)]
    import_logs([write(rows(1, score=0.5), "c.jsonl")], dataset, on_conflict="repeat")
    assert count(dataset) == 5


def test_files_and_folders_in_one_import(write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(orjson.dumps({**ROW, "base_task": "a"}))
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(orjson.dumps({**ROW, "base_task": "b"})))
    seen: list[tuple[int, int]] = []
    report = import_logs(
        [folder, write([ROW])],
        tmp_path / "x.json",
        progress=lambda done, all_: seen.append((done, all_)),
    )
    assert report.added == 3
    assert len(report.files) == 3
    assert seen[-1][0] == seen[-1][1] == sum(path.stat().st_size for path in report.files)
    assert seen == sorted(seen)
    assert query(tmp_path / "x.json", "SELECT DISTINCT base_task FROM {samples} ORDER BY 1") == [
        ("a",),
        ("b",),
        ("t",),
    ]


def test_a_mapping_and_the_config_s_correct_at(write: Write, tmp_path: Path) -> None:
    dataset = tmp_path / "x.json"
    dataset.write_text('{"store": "st", "base_tasks": {"t": {"correct_at": 0.5}}, "evals": []}')
    mapping = tmp_path / "map.json"
    mapping.write_text('{"columns": {"model": "m", "base_task": "task", "score": "s"}}')
    log = write([{"m": "x", "task": "t", "s": 0.6}, {"m": "x", "task": "u", "s": 0.6}])
    report = import_logs([log], dataset, mapping=mapping)
    assert report.formats == {"mapped": 1}
    assert query(tmp_path / "st", "SELECT base_task, correct FROM {samples} ORDER BY 1") == [
        ("t", True),
        ("u", False),
    ]
    config = json.loads(dataset.read_text())
    assert config["base_tasks"]["t"] == {"correct_at": 0.5}
    assert config["evals"][0]["filters"]["model"] == "x"


def test_a_bare_store_folder_gets_no_config(write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "st"
    folder.mkdir()
    report = import_logs([write(rows(2))], folder)
    assert report.config is None
    assert count(folder) == 2


@pytest.mark.parametrize("field", ["model", "template", "sampler", "base_task", "task", "item_id"])
def test_hostile_names_reach_the_store_unchanged(write: Write, tmp_path: Path, field: str) -> None:
    names = [
        "'; drop table samples; --",
        'a "b"',
        "../../x",
        "two\nlines",
        "\U0001f600",
        "%2e",
        "a=b",
    ]
    report = import_logs(
        [write([{**ROW, field: name} for name in names])], tmp_path / "d" / "x.json"
    )
    assert (report.added, report.refused) == (len(names), 0)
    found = query(tmp_path / "d" / "x.json", f"SELECT {field} FROM {{samples}}")
    assert sorted(name for (name,) in found) == sorted(names)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d", "log.jsonl"]


def test_hostile_and_mixed_params_reach_the_store(write: Write, tmp_path: Path) -> None:
    params = {"it's": 1, 'a"b': 2, "x;y": 3, "\U0001f600": 4, "a.b": {"c": 5}, "size": "big"}
    import_logs(
        [write([{**ROW, "params": params}, {**ROW, "params": {"size": 7}}])], tmp_path / "x.json"
    )
    columns = Store.open(tmp_path / "x").columns()
    for name in ("it's", 'a"b', "x;y", "\U0001f600", "a.b.c", "size"):
        assert f"param.{name}" in columns
    assert query(
        tmp_path / "x.json",
        'SELECT "param.size", "label.size", "param.a.b.c" FROM {samples} ORDER BY repeat',
    ) == [(None, "big", 5.0), (7.0, None, None)]


def test_a_row_of_fifty_megabytes(write: Write, tmp_path: Path) -> None:
    big = 50 << 20
    log = write([ROW, {**ROW, "response": "x" * big}, {**ROW, "item_id": "z"}])
    # A command measures one as large (tests/cli/test_bad_input.py).
    assert import_logs([log], tmp_path / "x.json", features=False).added == 3
    assert query(tmp_path / "x.json", "SELECT max(length(response)) FROM {texts}") == [(big,)]


def test_a_row_over_the_bound(write: Write, tmp_path: Path) -> None:
    log = write([ROW, {**ROW, "response": "x" * (3 << 20)}, {**ROW, "item_id": "z"}])
    report = import_logs([log], tmp_path / "y.json", max_row_bytes=1 << 20)
    assert (report.added, report.refused_by_reason) == (2, {"row_too_large": 1})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"[\n]", "JSON array where lines are expected"),
        (b"\xff\xfe{", "UTF-16"),
        (b"nothing", "no known log format"),
    ],
)
def test_bad_files_are_one_clear_error_and_harm_nothing(
    write: Write, tmp_path: Path, content: bytes, words: str
) -> None:
    good, bad = write(rows(2), "good.jsonl"), write(content, "bad.jsonl")
    with pytest.raises(UsageError, match=words) as caught:
        import_logs([good, bad], tmp_path / "x.json")
    assert caught.value.exit_code == 2
    assert not (tmp_path / "x").exists()
    assert not (tmp_path / "x.json").exists()


def test_a_json_array_read_under_a_forced_format_is_the_same_error(
    write: Write, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="JSON array where lines are expected"):
        import_logs([write(b"[\n]")], tmp_path / "x.json", format="samples")


def test_targets_that_cannot_be(write: Write, tmp_path: Path) -> None:
    log = write(rows(1))
    with pytest.raises(UsageError, match="neither there nor the name of a config"):
        import_logs([log], tmp_path / "x")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(ConfigError):
        import_logs([log], tmp_path / "bad.json")
    refused = write([b"{oops", *rows(1)], "r.jsonl")
    with pytest.raises(OutputError, match="cannot be written"):
        import_logs([refused], tmp_path / "x.json", refusals=tmp_path / "no" / "r.jsonl")
    assert not list((tmp_path / "x").rglob("*.parquet"))
