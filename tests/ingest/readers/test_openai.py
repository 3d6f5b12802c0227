"""OpenAI-style logs: golden logs made through the types of the openai package, field by field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reasonscape.errors import UsageError
from reasonscape.ingest.fields import FIELDS
from reasonscape.ingest.formats import CompanionError, format_named, sniff
from reasonscape.ingest.grades import Grades
from reasonscape.ingest.logs import find_logs
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.openai.reader import OPENAI
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

GOLDEN = Path(__file__).parent.parent / "golden" / "openai"
MODEL = "golden-1-2026-11-26"
# The system prompt "Answer in one line.": SHA-256 begins with these digits.
TEMPLATE = "system-62b97596"


def read(name: str, **options: Any) -> list[Sample]:
    """Samples of a golden log; none of its rows is refused."""
    records = list(format_named("openai").read(GOLDEN / name, ReadOptions(**options)))
    assert not [one for one in records if isinstance(one, Refusal)]
    return [one for one in records if isinstance(one, Sample)]


def by_item(name: str, **options: Any) -> dict[str, Sample]:
    return {str(one.item_id): one for one in read(name, **options)}


def fields(sample: Sample, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(sample, name) for name in names)


def test_every_golden_log_is_recognised_and_requests_are_passed_by() -> None:
    found = find_logs([GOLDEN])
    assert {(log.path.name, log.format.name) for log in found.logs} == {
        (name, "openai")
        for name in (
            "chat_batch_output.jsonl", "responses_batch_output.jsonl", "server_results.jsonl",
            "pairs.jsonl", "chat_bodies.jsonl", "response_bodies.jsonl", "conversations.jsonl",
        )
    }  # fmt: skip
    with pytest.raises(CompanionError, match="goes with logs of the format openai"):
        sniff(GOLDEN / "chat_batch_input.jsonl")


def test_declared_fields_are_fields() -> None:
    declared = OPENAI.declares.native.keys() | OPENAI.declares.inferred.keys()
    assert declared <= set(FIELDS)
    assert not OPENAI.declares.native.keys() & OPENAI.declares.inferred.keys()
    assert set(FIELDS) - declared == {"chance", "chance_source"}


def test_a_chat_batch_with_its_requests() -> None:
    samples = by_item("chat_batch_output.jsonl", grades=Grades(GOLDEN / "grades" / "grades.jsonl"))
    shared = ("model", "template", "sampler", "max_tokens", "tokens_source", "stop_source")
    sampler = "reasoning_effort=low,max_tokens=64"
    for sample in samples.values():
        counted = None if sample.stop == "error" else "native"
        assert fields(sample, *shared) == (MODEL, TEMPLATE, sampler, 64, counted, "native")
    one = samples["sums/1"]
    assert fields(one, "base_task", "task", "prompt", "response", "target", "answer") == (
        "sums", "sums", "1 + 2", "It is 3", "3", None,
    )  # fmt: skip
    assert fields(one, "correct", "score", "grade_source", "answered", "repeat") == (
        True, None, "side_file", None, None,
    )  # fmt: skip
    assert fields(one, "prompt_tokens", "completion_tokens", "reasoning_tokens") == (20, 40, 32)
    assert fields(one, "reasoning", "reasoning_kind", "stop") == (None, "hidden", "stop")
    assert one.params == {"terms": 2.0}
    assert one.source_row == 2  # the order of the log, which is not that of the requests


def test_grades_of_a_side_file() -> None:
    options: dict[str, Any] = {"grades": Grades(GOLDEN / "grades" / "grades.jsonl")}
    samples = by_item("chat_batch_output.jsonl", **options)
    half = samples["sums/3"]
    assert fields(half, "correct", "score", "grade_source") == (False, 0.5, "side_file")
    assert half.params == {"terms": 2.0, "carry": 0.0}
    cut = samples["words/long/1"]
    assert fields(cut, "base_task", "task", "correct", "stop") == (
        "letters", "letters/all", False, "length",
    )  # fmt: skip
    assert samples["words/long/2"].correct is None


def test_choices_are_repeats_and_share_no_counts() -> None:
    grades = Grades(GOLDEN / "grades" / "grades.jsonl")
    both = [s for s in read("chat_batch_output.jsonl", grades=grades) if s.item_id == "sums/2"]
    names = ("repeat", "response", "answer", "correct", "prompt_tokens", "completion_tokens")
    assert [fields(one, *names) for one in both] == [
        (0, "9", None, True, 24, None),
        (1, "That is 10", "10", False, 24, None),
    ]


def test_how_chat_completions_end() -> None:
    samples = by_item("chat_batch_output.jsonl")
    ends = {item: fields(one, "stop", "answered", "response") for item, one in samples.items()}
    call = '[{"name":"look_up","arguments":"{\\"word\\": \\"ox\\"}"}]'
    assert ends == {
        "sums/1": ("stop", None, "It is 3"),
        "sums/2": ("stop", None, "That is 10"),
        "sums/3": ("stop", None, "The answer is 8."),
        "sums/4": ("error", None, None),
        "words/long/1": ("length", None, "abcdefghijk"),
        "words/long/2": ("stop", None, call),
        "words/short/1": ("stop", False, "I will not."),
        "words/short/2": ("filter", None, ""),
        "words/short/3": ("error", None, None),
    }


def test_a_responses_batch() -> None:
    samples = by_item("responses_batch_output.jsonl")
    sampler = "temperature=0.5,reasoning_effort=medium,max_tokens=128"
    assert {fields(s, "model", "template", "sampler", "max_tokens") for s in samples.values()} == {
        (MODEL, TEMPLATE, sampler, 128)
    }
    names = ("stop", "answered", "reasoning", "reasoning_kind", "response", "reasoning_tokens")
    call = '[{"name":"look_up","arguments":"{\\"word\\": \\"ox\\"}"}]'
    assert {item: fields(one, *names) for item, one in samples.items()} == {
        "sums/1": ("stop", None, "Adding one and two", "summary", "3", 44),
        "sums/2": ("stop", None, "2 and 2 and 5", "full", "9", 20),
        "sums/3": ("stop", None, None, "hidden", "8", 88),
        "sums/4": ("error", None, None, "none", None, None),
        "words/long/1": ("length", None, None, "hidden", "", 128),
        "words/long/2": ("stop", None, None, "none", call, 0),
        "words/short/1": ("stop", False, None, "none", "I will not.", 0),
        "words/short/2": ("filter", None, None, "none", "ar", 0),
    }
    assert fields(samples["sums/2"], "prompt", "prompt_tokens", "completion_tokens") == (
        "2 + 2 + 5", 24, 30,
    )  # fmt: skip
    assert "secret" not in repr(samples)


def test_servers_in_the_same_shape() -> None:
    samples = by_item("server_results.jsonl")
    names = ("reasoning", "reasoning_kind", "response", "stop", "stop_source")
    assert {item: fields(one, *names) for item, one in samples.items()} == {
        "new-name": ("1 and 2", "full", "3", "stop", "native"),
        "old-name": ("1 and 2", "full", "3", "stop", "native"),
        "summarised": ("Adding", "summary", "3", "stop", "native"),
        "in-content": ("1 and 2", "full", "3", "stop", "native"),
        "never-closed": ("1 and 2 and", "full", "", "length", "native"),
        "close-only": ("1 and 2", "full", "3", "stop", "native"),
        "no-reason": (None, "none", "3", "unknown", "unknown"),
        "gave-up": (None, "none", "", "error", "native"),
    }


def test_pairs() -> None:
    names = ("model", "base_task", "item_id", "prompt", "response", "target", "stop", "sampler")
    settings = "temperature=0,max_tokens=64"
    assert [fields(one, *names) for one in read("pairs.jsonl")] == [
        (MODEL, "pairs", None, "1 + 2", "3", "3", "stop", settings),
        (MODEL, "pairs", None, "1 + 2", None, None, "error", settings),
    ]


def test_bodies() -> None:
    bodies = read("chat_bodies.jsonl", base_task="mine")
    said = [one.response for one in bodies[:4]]
    assert said == ["The answer is 8.", "It is 3", "9", "That is 10"]
    assert {fields(one, "base_task", "prompt", "item_id") for one in bodies} == {
        ("mine", None, None)
    }
    one, cut = read("response_bodies.jsonl")
    sampler = "temperature=0.5,top_p=1.0,reasoning_effort=medium,max_tokens=128"
    assert fields(one, "template", "sampler", "max_tokens", "base_task") == (
        TEMPLATE, sampler, 128, "response_bodies",
    )  # fmt: skip
    assert (cut.stop, one.params) == ("length", {"terms": 2.0})


def test_conversations() -> None:
    names = ("item_id", "base_task", "prompt", "response", "target", "correct", "template")
    assert [fields(one, *names) for one in read("conversations.jsonl")] == [
        ("q1", "conversations", "1 + 2", "It is 3.", "3", None, TEMPLATE),
        (
            "q2", "conversations", "user: 1 + 2\n\nassistant: It is 3.\n\nuser: Sure?", "Yes, 3.",
            None, True, TEMPLATE,
        ),
        (None, "talk", "1 + 2", "It is 3.", None, None, TEMPLATE),
    ]  # fmt: skip


def test_without_requests_what_only_they_say_is_unknown(
    tmp_path: Path, write: Callable[..., Path]
) -> None:
    rows = (GOLDEN / "chat_batch_output.jsonl").read_bytes()
    options = ReadOptions()
    records = list(format_named("openai").read(write(rows), options))
    names = ("prompt", "sampler", "template", "max_tokens", "model")
    assert {tuple(getattr(one, name) for name in names) for one in records} == {
        (None, "", "", None, MODEL)
    }
    assert any("no requests beside log.jsonl" in line for line in options.notices.lines())


def test_requests_that_are_named(write: Callable[..., Path]) -> None:
    log = write((GOLDEN / "chat_batch_output.jsonl").read_bytes())
    options = ReadOptions(requests=GOLDEN / "chat_batch_input.jsonl")
    records = list(format_named("openai").read(log, options))
    assert {one.prompt is None for one in records if isinstance(one, Sample)} == {False}
    wrong = ReadOptions(requests=GOLDEN / "pairs.jsonl")
    with pytest.raises(UsageError, match="holds no requests"):
        list(format_named("openai").read(log, wrong))
