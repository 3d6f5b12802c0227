"""reasoning-gym's own result files, both layouts."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.logs import find_logs
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.reasoning_gym import read_reasoning_gym
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

DATASET: dict[str, Any] = {
    "name": "products",
    "category": "arithmetic",
    "average_best_score": 0.5,
    "total_examples": 2,
    "config": {"size": 2, "seed": 45, "min_terms": 4, "weights": [1, 2]},
    "system_prompt": "Think.",
    "completions_per_prompt": 2,
    "results": [
        {
            "question": "2*3",
            "expected_answer": "6",
            "completions": [
                {"model_answer": "6", "full_model_response": "<think>a</think>6", "score": 1.0},
                {"model_answer": None, "full_model_response": "<think>hm", "score": 0.0},
            ],
        },
        {
            "question": "3*4",
            "expected_answer": "12",
            "completions": [
                {"model_answer": "12.", "full_model_response": "12.", "score": 0.98},
                {"model_answer": "ERROR", "score": 0.0, "error": "timeout"},
            ],
        },
    ],
}
SUMMARY = {"model": "org/m", "max_tokens": 32768, "temperature": 0.6, "top_p": 0.95}


def put(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    return path


def read(path: Path, options: ReadOptions | None = None) -> list[Sample | Refusal]:
    return list(read_reasoning_gym(path, options or ReadOptions()))


def test_a_file_for_each_dataset_by_value(tmp_path: Path) -> None:
    run = tmp_path / "hard" / "org_m_20250409_195646"
    put(run / "summary.json", SUMMARY)
    path = put(run / "arithmetic" / "products.json", DATASET)
    records = read(path)
    shared: dict[str, Any] = {
        "model": "org/m",
        "template": "system-" + hashlib.sha256(b"Think.").hexdigest()[:8],
        "sampler": "temperature=0.6,top_p=0.95,max_tokens=32768",
        "base_task": "products",
        "task": "products/hard",
        "params": {"min_terms": 4.0},
        "labels": {"weights": "[1,2]", "category": "arithmetic", "level": "hard"},
        "max_tokens": 32768,
        "source": path.as_posix(),
    }
    first: dict[str, Any] = {**shared, "item_id": "0", "prompt": "2*3", "target": "6"}
    second: dict[str, Any] = {**shared, "item_id": "1", "prompt": "3*4", "target": "12"}
    assert records == [
        Sample(
            **first,
            repeat=0,
            correct=True,
            score=1.0,
            grade_source="native",
            answered=True,
            answer="6",
            reasoning="a",
            reasoning_kind="full",
            response="6",
            source_row=1,
        ),
        Sample(
            **first,
            repeat=1,
            correct=False,
            score=0.0,
            grade_source="native",
            answered=False,
            reasoning="hm",
            reasoning_kind="full",
            response="",
            stop="length",
            stop_source="inferred_unclosed_think",
            source_row=2,
        ),
        Sample(
            **second,
            repeat=0,
            correct=False,
            score=0.98,
            grade_source="native",
            answered=True,
            answer="12.",
            response="12.",
            source_row=3,
        ),
        Sample(
            **second,
            repeat=1,
            correct=False,
            score=0.0,
            grade_source="native",
            answered=True,
            answer="ERROR",
            stop="error",
            stop_source="native",
            source_row=4,
        ),
    ]


def test_metadata_and_categories(tmp_path: Path) -> None:
    document = {
        "metadata": {"model": "m", "max_tokens": 2048, "device": "cuda:0"},
        "categories": [{"name": "arithmetic", "datasets": [DATASET, {**DATASET, "name": "sums"}]}],
    }
    records = read(put(tmp_path / "results.json", document))
    samples = [record for record in records if isinstance(record, Sample)]
    assert [one.source_row for one in samples] == list(range(1, 9))
    assert Counter(one.task for one in samples) == {"products/seed45": 4, "sums/seed45": 4}
    assert {(one.model, one.sampler, one.max_tokens) for one in samples} == {
        ("m", "max_tokens=2048", 2048)
    }


def test_the_folder_names_the_model_where_nothing_else_does(tmp_path: Path) -> None:
    options = ReadOptions()
    records = read(
        put(tmp_path / "org_m_20250409_195646" / "c" / "products.json", DATASET), options
    )
    assert isinstance(records[0], Sample)
    assert records[0].model == "org_m"
    assert len(options.notices.counts) == 1


def test_bad_parts_cost_only_themselves(tmp_path: Path) -> None:
    good = DATASET["results"][0]["completions"][0]
    results = [
        3,
        {"question": "q", "completions": [good, "x", {"score": "high"}, {"model_answer": "1"}]},
        {"question": "q", "completions": {}},
        {"question": 5, "completions": [good]},
        {"question": "flat", "full_model_response": "1", "score": 1},
    ]
    records = read(put(tmp_path / "m" / "c" / "products.json", {**DATASET, "results": results}))
    refusals = [(one.row, one.field, one.reason) for one in records if isinstance(one, Refusal)]
    assert refusals == [
        (1, "results", "not_object"),
        (3, "completions", "not_object"),
        (4, "score", "wrong_type"),
        (5, "score", "missing_field"),
        (6, "completions", "wrong_type"),
        (7, "prompt", "wrong_type"),
    ]
    assert [one.prompt for one in records if isinstance(one, Sample)] == ["q", "flat"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b'{"results": [{', "no intact JSON document"),
        (b"{}", "no reasoning-gym result file"),
        (b"[]", "not an object"),
    ],
)
def test_what_is_no_result_file(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a" / "b" / "x.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(UsageError, match=words):
        read(path)


def test_the_real_folder(shared_data: Path) -> None:
    """Against counts taken from the files with nothing but a JSON parser."""
    folder = shared_data / "native" / "reasoning_gym_eval"
    expected = Counter[tuple[str, bool]]()
    files = [path for path in sorted(folder.rglob("*.json")) if path.name != "summary.json"]
    for path in files:
        document = orjson.loads(path.read_bytes())
        datasets = [d for c in document.get("categories", []) for d in c["datasets"]] or [document]
        for dataset in datasets:
            for result in dataset["results"]:
                for completion in result["completions"]:
                    expected[dataset["name"], completion["score"] >= 0.99] += 1
    found = find_logs([folder])
    assert [log.path for log in found.logs] == files
    assert {log.format.name for log in found.logs} == {"reasoning_gym"}
    assert not found.passed
    records = [record for log in found.logs for record in log.format.read(log.path, ReadOptions())]
    samples = [record for record in records if isinstance(record, Sample)]
    assert len(samples) == len(records)
    assert Counter((one.base_task, bool(one.correct)) for one in samples) == expected
    keys = {
        (s.model, s.template, s.sampler, s.task, s.item_id, s.repeat, s.prompt) for s in samples
    }
    assert len(keys) == len(samples)
    assert {one.model for one in samples} >= {"openai/o3-mini", "Qwen/Qwen2.5-3B-Instruct"}
