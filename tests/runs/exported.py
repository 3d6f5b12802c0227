"""A small dataset in which every column is used, and what must come back from an export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import reasonscape as rs

ROWS: list[dict[str, Any]] = [
    {
        "model": "acme/thinker", "template": "cot", "sampler": "t=0.6", "base_task": "sums",
        "task": "sums/hard", "item_id": "a", "repeat": 0,
        "params": {"terms": 3, "deep.er": 0.1, "format": "infix", "signed": True},
        "prompt": "1 + 2 = ?", "reasoning": "one and two", "response": "=3", "answer": "3",
        "target": "3", "correct": True, "score": 0.99, "chance": 0.25, "answered": True,
        "stop": "stop", "max_tokens": 100, "prompt_tokens": 7, "completion_tokens": 20,
        "reasoning_tokens": 15,
    },
    {
        "model": "acme/thinker", "template": "cot", "sampler": "t=0.6", "base_task": "sums",
        "task": "sums/hard", "item_id": "a", "repeat": 1, "params": {"terms": 3},
        "prompt": "1 + 2 = ?", "response": "<think>one and", "correct": False,
        "max_tokens": 100, "completion_tokens": 100, "target": "3",
    },
    {
        "model": "acme/thinker", "template": "cot", "sampler": "t=0.6", "base_task": "sums",
        "item_id": "b", "prompt": "", "response": "", "answer": "", "target": "",
        "reasoning": "", "correct": False, "stop": "error", "tokens_source": "o200k_base",
        "completion_tokens": 0, "prompt_tokens": 4,
    },
    {
        "model": "flat model: v1", "base_task": "talk \"über\"", "item_id": "=1+1",
        "prompt": "line\nbreak\ttab\u0007 and \"quotes\", é", "reasoning": "a summary",
        "reasoning_kind": "summary", "response": "-1", "score": -3.5, "correct": True,
        "stop": "length", "stop_source": "inferred_cap", "params": {"level": "007"},
    },
    {
        "model": "flat model: v1", "base_task": "talk \"über\"", "item_id": "u",
        "prompt": "ungraded", "correct": None, "response": "?", "stop": "filter",
    },
    {
        "model": "flat model: v1", "base_task": "bare", "correct": True, "grade_source": "exact",
    },
]  # fmt: skip


def make(folder: Path) -> rs.Dataset:
    """Import the rows."""
    log = folder / "log.jsonl"
    log.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    report = rs.import_logs(log, folder / "data.json")
    assert report.complete, report.refusals
    return rs.open(folder / "data.json")


def contents(dataset: rs.Dataset | Path) -> dict[str, str]:
    """Key -> hash of all that a row says."""
    frame = rs.samples(dataset, columns=["sample_uid", "content_hash"])
    return dict(frame.iter_rows())
