"""Graders against the grades of real logs, which are hidden from them.

What is not the same is what the log's own grader demands beside the value: its tag, a form such
as lowest terms, a number of digits. Rows without the tag are left out here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from reasonscape.ingest.grading import Grader
from reasonscape.ingest.lines import Blocks
from reasonscape.ingest.logs import find_logs
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.reasoning import split_reasoning
from reasonscape.store.sample import Sample

# Tasks whose answer is one whole number, in a file of 11 models.
WHOLE = (
    "chain_sum", "count_bits", "gcd", "lcm", "leg_counting", "letter_counting", "products",
    "largest_island", "maze", "rectangle_count", "count_primes", "gsm_symbolic",
)  # fmt: skip


def rows(path: Path) -> Iterator[dict[str, Any]]:
    held = io.BytesIO(b"".join(Blocks(path)))
    yield from map(orjson.loads, held)


def agreement(samples: list[Sample], grader: str) -> float:
    """Share of samples that a grader grades as the log does; each of them must be gradable."""
    alike = 0
    for sample in samples:
        hidden = replace(sample, correct=None, score=None, answered=None, grade_source=None)
        Grader(grader).grade(hidden, Notices())
        assert hidden.correct is not None, sample.target
        alike += hidden.correct == sample.correct
    return alike / len(samples)


@pytest.mark.parametrize("kept", ["answer", "response"])
def test_numeric_against_reasoning_gym(shared_data: Path, kept: str) -> None:
    samples = [
        Sample(
            row["model"], row["task"], target=str(row["target"]), correct=row["correct"],
            answer=row["answer"] if kept == "answer" else None,
            response=split_reasoning(row["response"]).response,
        )
        for row in rows(shared_data / "samples" / "rg_eval_easy_c0.jsonl.zst")
        if row["task"] in WHOLE and row["has_answer_tag"] and row["response"]
    ]  # fmt: skip
    assert len(samples) > 5000
    assert agreement(samples, "numeric") > 0.998


def test_exact_against_reasoning_gym(shared_data: Path) -> None:
    tasks = ("letter_counting", "maze", "syllogism", "zebra_puzzles", "knights_knaves")
    samples = [
        Sample(
            row["model"], row["task"], target=str(row["target"]), correct=row["correct"],
            response=split_reasoning(row["response"]).response,
        )
        for row in rows(shared_data / "samples" / "rg_eval_easy_c0.jsonl.zst")
        if row["task"] in tasks and row["has_answer_tag"] and row["response"]
    ]  # fmt: skip
    assert len(samples) > 1500
    assert agreement(samples, "exact") > 0.98


def test_choice_against_real_logs_of_multiple_choice(shared_data: Path) -> None:
    native = shared_data / "native"
    logs = [
        *native.glob("helm/*multiple_choice_joint*/scenario_state.json"),
        *native.glob("inspect/every_eval_ever/data_arc_*.json"),
        *native.glob("inspect/every_eval_ever/data_pubmedqa_*.json"),
        *native.glob("inspect/test_logs_choices/*.eval"),
    ]
    samples = [
        record
        for log in find_logs(logs).logs
        for record in log.format.read(log.path, ReadOptions())
        if isinstance(record, Sample) and record.correct is not None
    ]
    assert len(samples) >= 30
    assert agreement(samples, "choice") == 1.0
    assert agreement([replace(one, answer=None) for one in samples], "choice") == 1.0
