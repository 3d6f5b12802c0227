"""Mapping files: what they make of foreign rows, and what is wrong with wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pytest

from reasonscape.errors import ConfigError, UsageError
from reasonscape.ingest.mapping import RowMapping, load_mapping, parse_mapping, shipped_mappings
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.mapped import read_mapped
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

Read = Callable[..., list[Sample | Refusal]]

COLUMNS = {"model": "m", "base_task": "t", "score": "s"}
ROW = {"m": "x", "t": "y", "s": 0.7}


def mapping(**tree: Any) -> RowMapping:
    return parse_mapping(orjson.dumps({"columns": COLUMNS, **tree}), "map.json")


def mapped(read: Read, rows: list[Any], **tree: Any) -> list[Sample | Refusal]:
    return read(rows, ReadOptions(mapping=mapping(**tree)), "mapped")


def test_every_field_may_be_mapped(read: Read) -> None:
    columns = {
        **COLUMNS,
        "template": {"const": "cot"},
        "sampler": "join('=', 't', cfg.temp)",
        "task": "join('/', t, level)",
        "item_id": "id",
        "repeat": "i",
        "prompt": "messages[0].content",
        "response": "messages[-1].content",
        "reasoning": "think",
        "reasoning_kind": {"const": "summary"},
        "answer": "a",
        "target": "gold",
        "correct": "s >= 0.5",
        "chance": 0.25,
        "chance_source": "'row'",
        "answered": "a != null",
        "stop": {"from": "fin", "lookup": {"len": "length", "7": "stop"}},
        "stop_source": {"const": "native"},
        "max_tokens": "cfg.cap",
        "prompt_tokens": "use.p",
        "completion_tokens": "use.c",
        "reasoning_tokens": "use.r",
        "tokens_source": {"from": "counter", "default": "native"},
    }
    row = {
        **ROW,
        "level": "hard",
        "id": 12,
        "i": 2,
        "messages": [{"content": "6*7"}, {"content": "42"}],
        "think": "hm",
        "a": 42,
        "gold": "42",
        "fin": 7,
        "cfg": {"temp": 0.6, "cap": 100},
        "use": {"p": 3, "c": 50, "r": 40},
        "p": {"len": 3, "deep": {"er": 1}, "skip_me": 9, "kind": "k"},
        "cat": "maths",
    }
    (sample,) = mapped(
        read,
        [row],
        columns=columns,
        param_objects=["p"],
        params={"cat": "cat", "half": "p.len / 2", "o": "use"},
        drop_params=["skip_*"],
    )
    assert isinstance(sample, Sample)
    assert sample == Sample(
        model="x",
        base_task="y",
        template="cot",
        sampler="t=0.6",
        task="y/hard",
        item_id="12",
        repeat=2,
        params={"len": 3.0, "deep.er": 1.0, "half": 1.5, "o.p": 3.0, "o.c": 50.0, "o.r": 40.0},
        labels={"kind": "k", "cat": "maths"},
        grade_source="native",
        correct=True,
        score=0.7,
        chance=0.25,
        chance_source="row",
        answered=True,
        stop="stop",
        stop_source="native",
        max_tokens=100,
        prompt_tokens=3,
        completion_tokens=50,
        reasoning_tokens=40,
        tokens_source="native",
        source=sample.source,
        source_row=1,
        prompt="6*7",
        reasoning="hm",
        reasoning_kind="summary",
        response="42",
        answer="42",
        target="42",
    )


def test_correct_at_and_markers(read: Read) -> None:
    (sample,) = mapped(
        read,
        [{**ROW, "r": "[R]a[/R]b"}],
        columns={**COLUMNS, "response": "r"},
        correct_at=0.7,
        markers={"open": "[R]", "close": "[/R]"},
    )
    assert isinstance(sample, Sample)
    assert (sample.correct, sample.reasoning, sample.response) == (True, "a", "b")


@pytest.mark.parametrize(
    ("row", "field", "reason"),
    [
        ({"t": "y", "s": 1}, "model", "missing_field"),
        ({**ROW, "s": "high"}, "score", "wrong_type"),
        ({**ROW, "lvl": 3}, "task", "expression"),
        ({**ROW, "fin": "odd"}, "columns.stop", "lookup"),
        ({**ROW, "p": 3}, "p", "wrong_type"),
        ({**ROW, "x": "text"}, "params.half", "expression"),
    ],
)
def test_refused_rows_name_the_column(
    read: Read, row: dict[str, Any], field: str, reason: str
) -> None:
    columns = {
        **COLUMNS,
        "task": "lower(lvl)",
        "stop": {"from": "fin", "lookup": {"eos": "stop"}},
    }
    records = mapped(
        read, [row, ROW], columns=columns, param_objects=["p"], params={"half": "x / 2"}
    )
    assert isinstance(records[0], Refusal)
    assert (records[0].reason, records[0].row) == (reason, 1)
    assert field.endswith(records[0].field) or records[0].field.endswith(field)
    assert isinstance(records[1], Sample)


def test_a_path_that_no_row_has_is_named(read: Read) -> None:
    tree = {"columns": {**COLUMNS, "sampler": "greedy", "answer": "a"}}
    options = ReadOptions(mapping=mapping(**tree))
    read([{**ROW, "a": None}] * 1000, options, "mapped")
    (line,) = options.notices.lines()
    assert "columns.sampler reads 'greedy'" in line


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"colums": {}}, "map.json: colums is no key.*did you mean columns"),
        ({"columns": {**COLUMNS, "modle": "m"}}, r"columns\.modle is no key.*did you mean model"),
        ({"columns": {"model": "m", "score": "s"}}, r"columns\.base_task is missing"),
        ({"columns": {"model": "m", "base_task": "t"}}, "neither columns.correct nor"),
        ({"columns": {**COLUMNS, "task": "a +"}}, r"columns\.task: 'a \+' is no valid expression"),
        ({"columns": {**COLUMNS, "task": ["a"]}}, r"columns\.task is a list"),
        (
            {"columns": {**COLUMNS, "task": {"form": "a"}}},
            r"columns\.task\.form .*did you mean from",
        ),
        ({"columns": {**COLUMNS, "task": {"lookup": {}}}}, r"columns\.task\.from is missing"),
        ({"columns": {**COLUMNS, "task": {"from": "a", "lookup": 1}}}, r"task\.lookup is a number"),
        ({"columns": {**COLUMNS, "task": {"const": 1, "from": "a"}}}, r"columns\.task\.const"),
        ({"columns": []}, "columns is a list"),
        ({"params": {"x": "a b"}}, r"params\.x: 'a b'"),
        ({"param_objects": "p"}, "param_objects is text"),
        ({"param_objects": [1]}, r"param_objects\[0\] is a number"),
        ({"drop_params": ["a", None]}, r"drop_params\[1\] is null"),
        ({"markers": {"opens": "x"}}, r"markers\.opens .*did you mean open"),
        ({"markers": {"open": ""}}, r"markers\.open is text"),
        ({"correct_at": "high"}, "correct_at is text"),
        ({"detect": {}}, "detect is an object"),
    ],
)
def test_wrong_mappings_name_the_json_path(tree: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        mapping(**tree)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"columns": {}, "columns": {}}', b"\xff"])
def test_what_is_no_json_object_is_a_config_error(raw: bytes) -> None:
    with pytest.raises(ConfigError, match="is no mapping"):
        parse_mapping(raw, "map.json")


def test_shipped_mappings_are_found_by_name_and_others_by_path(tmp_path: Path) -> None:
    assert shipped_mappings() == ("planbench", "rg_eval", "rg_vllm")
    for name in shipped_mappings():
        loaded = load_mapping(name)
        assert loaded.detect
        assert loaded.description
    path = tmp_path / "mine.json"
    path.write_bytes(orjson.dumps({"columns": COLUMNS}))
    assert load_mapping(path).name == "mine.json"
    with pytest.raises(ConfigError, match="did you mean rg_eval"):
        load_mapping("rg_evl")


def test_a_mapped_read_without_mapping_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none was given"):
        read_mapped(tmp_path / "x", ReadOptions())


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("rg_eval_easy_c0", "rg_eval"),
        ("rg_eval_easy_c12", "rg_eval"),
        ("rg_eval_hard", "rg_eval"),
        ("rg_vllm", "rg_vllm"),
        ("planbench", "planbench"),
    ],
)
def test_shipped_mappings_on_the_real_logs(shared_data: Path, file: str, name: str) -> None:
    """Each value against the row itself, read in another way."""
    import io

    import zstandard

    path = shared_data / "samples" / f"{file}.jsonl.zst"
    samples = list(islice(read_mapped(path, ReadOptions(mapping=load_mapping(name))), 2000))
    with path.open("rb") as stream:
        text = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(stream), "utf-8")
        rows = [orjson.loads(line) for line in islice(text, 2000)]
    assert all(isinstance(sample, Sample) for sample in samples)
    keys = set()
    for number, (sample, row) in enumerate(zip(samples, rows, strict=True), 1):
        assert isinstance(sample, Sample)
        assert (sample.source_row, sample.model, sample.base_task) == (
            number,
            row["model"],
            row["task"],
        )
        assert sample.item_id == str(row["sample_index"])
        assert sample.correct is row["correct"]
        assert sample.prompt == row["prompt"]
        assert (sample.answer, sample.target) == (row["answer"], row["target"])
        if row.get("reasoning") is None:
            markers = row["response"].count("<think>") * 7 + row["response"].count("</think>") * 8
            kept = len(sample.reasoning or "") + len(sample.response or "")
            assert 0 <= kept + markers - len(row["response"]) <= markers
        for key, number_ in sample.params.items():
            if key != "params_exact":
                assert number_ == row["params"][key]
        assert (
            sample.task
            == {
                "rg_eval": f"{row['task']}/{row.get('level')}",
                "rg_vllm": f"{row['task']}/{row.get('source_path', '/').split('/')[1]}",
                "planbench": row["task"],
            }[name]
        )
        keys.add(
            (
                sample.model,
                sample.template,
                sample.task,
                sample.item_id,
                sample.repeat,
                sample.prompt,
            )
        )
        if name == "rg_vllm":
            assert (sample.stop == "length") is (row["truncated"] is True) or row[
                "truncated"
            ] is None
    if name != "planbench":
        assert len(keys) == len(rows)
