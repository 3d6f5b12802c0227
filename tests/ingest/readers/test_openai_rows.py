"""OpenAI-style rows one by one: odd shapes, hostile values, names of tasks and items."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.ingest.formats import CompanionError, format_named, sniff
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.openai.names import task_in
from reasonscape.ingest.readers.openai.rows import OpenaiRows
from reasonscape.ingest.rows import RowError
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

Read = Callable[..., list[Sample | Refusal]]

LOG = Path(__file__)  # a log that holds no rows, with no requests beside it
USER = {"role": "user", "content": "2 + 2?"}


def chat(message: Any = None, **body: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": message or {"content": "4"}, "finish_reason": "stop"}
    return {"object": "chat.completion", "model": "m", "choices": [choice], **body}


def batch(body: Any, key: Any = "q1", **row: Any) -> dict[str, Any]:
    response = {"status_code": 200, "request_id": "r", "body": body}
    return {"id": "b", "custom_id": key, "response": response, "error": None, **row}


def ask(key: str = "q1", **body: Any) -> dict[str, Any]:
    asked = {"model": "m-alias", "messages": [USER], **body}
    return {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": asked}


def one(records: list[Sample | Refusal]) -> Sample:
    (record,) = records
    assert isinstance(record, Sample), record
    return record


def refused(records: list[Sample | Refusal]) -> tuple[str, str]:
    (record,) = records
    assert isinstance(record, Refusal), record
    assert record.detail
    return record.reason, record.field


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        (batch(None), "missing_field", "response"),
        (batch([]), "missing_field", "response"),
        (batch({"model": "m"}), "missing_field", "response"),
        (batch({"choices": [], "model": "m"}), "missing_field", "choices"),
        (batch({"choices": [1], "model": "m"}), "wrong_type", "choices"),
        (batch({"choices": [{"message": "4"}], "model": "m"}), "wrong_type", "message"),
        (batch(chat({"content": 4})), "wrong_type", "content"),
        (batch(chat({"content": [4]})), "wrong_type", "content"),
        (batch(chat({"content": [{"type": "text", "text": 4}]})), "wrong_type", "text"),
        (batch(chat({"content": "4", "reasoning": 4})), "wrong_type", "reasoning"),
        (batch(chat(usage=[1])), "wrong_type", "usage"),
        (batch(chat(usage={"prompt_tokens": "many"})), "wrong_type", "prompt_tokens"),
        (batch(chat(usage={"completion_tokens": -1})), "out_of_range", "completion_tokens"),
        (batch({"output": [1], "model": "m"}), "wrong_type", "output"),
        (batch({"output": [], "model": "m", "status": "bored"}), "bad_value", "status"),
        (batch({"output": [], "model": "m", "status": 7}), "bad_value", "status"),
        (batch(chat(), key=""), "missing_field", "custom_id"),
        (batch(chat(), key=7), "missing_field", "custom_id"),
        (batch(chat(), response=None), "missing_field", "response"),
        (batch(chat(), response="4"), "wrong_type", "response"),
        (ask(), "no_response", ""),
        ({"messages": [USER]}, "no_response", "messages"),
        ({"messages": []}, "no_response", "messages"),
        ({"messages": [{"role": "assistant", "content": {}}]}, "wrong_type", "content"),
        ({"messages": ["hello", {"role": "assistant"}]}, "wrong_type", "messages"),
        ({"request": {"messages": 3}, "response": chat()}, "wrong_type", "messages"),
        ({"hello": 1}, "missing_field", "response"),
    ],
)
def test_what_cannot_be_read_is_refused(read: Read, row: Any, reason: str, field: str) -> None:
    assert refused(read([row], format="openai")) == (reason, field)


@pytest.mark.parametrize("finish", ["bored", 7, [], {}])
def test_an_undocumented_end_is_refused(read: Read, finish: Any) -> None:
    body = chat()
    body["choices"][0]["finish_reason"] = finish
    reason, field = refused(read([batch(body)], format="openai"))
    assert field == "stop" and reason in ("bad_value", "wrong_type")


@pytest.mark.parametrize(
    ("finish", "stop"),
    [
        ("stop", "stop"), ("length", "length"), ("tool_calls", "stop"), ("function_call", "stop"),
        ("content_filter", "filter"), ("abort", "error"), ("insufficient_system_resource", "error"),
        (None, "unknown"),
    ],
)  # fmt: skip
def test_documented_ends(read: Read, finish: str | None, stop: str) -> None:
    body = chat()
    body["choices"][0]["finish_reason"] = finish
    assert one(read([batch(body)], format="openai")).stop == stop


@pytest.mark.parametrize(
    ("status", "reason", "stop"),
    [
        ("completed", None, "stop"), ("failed", None, "error"), ("cancelled", None, "error"),
        ("in_progress", None, "error"), ("queued", None, "error"),
        ("incomplete", "max_output_tokens", "length"), ("incomplete", "content_filter", "filter"),
        ("incomplete", "max_messages", "length"), ("incomplete", "steered", "unknown"),
        ("incomplete", None, "unknown"), (None, None, "unknown"),
    ],
)  # fmt: skip
def test_statuses(read: Read, status: str | None, reason: str | None, stop: str) -> None:
    body: dict[str, Any] = {"model": "m", "output": [], "status": status}
    body["incomplete_details"] = None if reason is None else {"reason": reason}
    assert one(read([batch(body)], format="openai")).stop == stop


def test_content_in_parts(read: Read) -> None:
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "2 and 2"}]},
        {"type": "text", "text": "It is "},
        {"type": "output_text", "text": "4"},
    ]
    sample = one(read([batch(chat({"content": parts}))], format="openai"))
    assert (sample.response, sample.reasoning) == ("It is 4", "2 and 2")
    question = [{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"url": "x"}}]
    row = {"request": {"messages": [{"role": "user", "content": question}]}, "response": chat()}
    assert one(read([row], format="openai")).prompt == "What?\n[image_url]"


def test_older_completions_have_a_text(read: Read) -> None:
    body = {"object": "text_completion", "model": "m", "choices": [{"text": " 4", "index": 0}]}
    row = {"request": {"prompt": "2 + 2 ="}, "response": {**body, "usage": None}}
    sample = one(read([row], format="openai"))
    assert (sample.prompt, sample.response, sample.stop) == ("2 + 2 =", " 4", "unknown")


def test_encrypted_reasoning_is_never_stored(read: Read) -> None:
    details = [{"type": "reasoning.encrypted", "data": "XXX"}]
    message = {"content": "4", "reasoning_details": details}
    item: dict[str, Any] = {"type": "reasoning", "summary": [], "encrypted_content": "XXX"}
    answer = {"type": "message", "content": [{"type": "output_text", "text": "4"}]}
    for body in (chat(message), {"model": "m", "output": [item, answer], "status": "completed"}):
        sample = one(read([batch(body)], format="openai"))
        assert (sample.reasoning, sample.reasoning_kind) == (None, "hidden")
        assert "XXX" not in repr(sample)


def test_a_failed_request_belongs_to_the_model_that_answered_the_others(
    read: Read, write: Callable[..., Path]
) -> None:
    write([ask("q1"), ask("q2")], "run_input.jsonl")
    rows = [batch(None, "q2", response=None, error={"code": "x"}), batch(chat(model="m-2026"))]
    path = write(rows, "run_output.jsonl")
    failed, good = list(format_named("openai").read(path, ReadOptions()))
    assert isinstance(failed, Sample) and isinstance(good, Sample)
    assert (failed.model, failed.sampler, failed.stop) == ("m-2026", good.sampler, "error")
    assert (failed.prompt, failed.response, failed.correct) == ("2 + 2?", None, None)


def test_a_failed_request_of_several_models_has_the_one_it_asked(
    write: Callable[..., Path],
) -> None:
    write([ask(key) for key in ("q1", "q2", "q3")], "run_input.jsonl")
    answers = [batch(chat(model=name), key) for key, name in (("q1", "a"), ("q2", "b"))]
    failed = batch(None, "q3", response={"status_code": 500, "body": {"error": {}}})
    path = write([*answers, failed], "run_output.jsonl")
    *_, last = list(format_named("openai").read(path, ReadOptions()))
    assert isinstance(last, Sample)
    assert (last.model, last.stop) == ("m-alias", "error")


def test_requests_that_are_doubled_or_broken(write: Callable[..., Path]) -> None:
    from reasonscape.errors import UsageError

    log = write([batch(chat())], "run_output.jsonl")
    write([ask(), ask()], "run_input.jsonl")
    with pytest.raises(UsageError, match="asks 'q1' twice, in rows 1 and 2"):
        list(format_named("openai").read(log, ReadOptions()))
    write([ask("q0"), b"{oops", ask(messages=7), ask("q2")], "run_input.jsonl")
    options = ReadOptions()
    sample = one(list(format_named("openai").read(log, options)))
    assert (sample.prompt, sample.sampler) == (None, "")
    assert options.notices.counts["requests in run_input.jsonl that cannot be read"] == 2
    assert options.notices.counts["no such request in run_input.jsonl"] == 1


def test_which_requests_belong_to_a_log(write: Callable[..., Path]) -> None:
    log = write([batch(chat())], "a_results.jsonl")
    write([ask(messages=[{"role": "user", "content": "b?"}])], "b_requests.jsonl")
    options = ReadOptions()
    assert one(list(format_named("openai").read(log, options))).prompt == "b?"
    assert any("b_requests.jsonl beside it" in line for line in options.notices.lines())
    write([ask(messages=[{"role": "user", "content": "a?"}])], "A-requests.jsonl.part.json")
    write([ask(messages=[{"role": "user", "content": "a?"}])], "A-requests.jsonl")
    assert one(list(format_named("openai").read(log, ReadOptions()))).prompt == "a?"


@pytest.mark.parametrize(
    ("item", "task"),
    [
        ("gsm8k/12", ("gsm8k", "gsm8k")),
        ("mmlu/abstract_algebra/12", ("mmlu", "mmlu/abstract_algebra")),
        ("mmlu:law:3", ("mmlu", "mmlu:law")),
        ("HumanEval::4", ("HumanEval", "HumanEval")),
        ("request/12", None), ("Q: 3", None), ("tasks/1", None), ("7/12", None), ("/12", None),
        ("gsm8k/", None), ("gsm8k-12", None), ("request-1", None), ("a1b2c3d4-e5f6", None),
        ("", None), (7, None), (None, None),
    ],
)  # fmt: skip
def test_the_task_in_a_custom_id(item: Any, task: Any) -> None:
    assert task_in(item) == task


def test_what_names_the_task(read: Read, write: Callable[..., Path]) -> None:
    def task(row: dict[str, Any], **options: Any) -> tuple[str, str]:
        sample = one(read([row], ReadOptions(**options), "openai"))
        return sample.base_task, sample.task

    body = chat(metadata={"task": "from-metadata"})
    assert task(batch(body, "gsm8k/1")) == ("from-metadata", "from-metadata")
    assert task(batch(body, "gsm8k/1", base_task="row", task="row/easy")) == ("row", "row/easy")
    assert task(batch(body, "x", base_task=7)) == ("from-metadata", "from-metadata")
    assert task(batch(chat(), "gsm8k/1")) == ("gsm8k", "gsm8k")
    assert task(batch(chat(), "gsm8k/1"), base_task="told") == ("told", "told")
    assert task(batch(chat(), "request-1")) == ("log", "log")


def test_items_of_conversations(read: Read) -> None:
    messages = [USER, {"role": "assistant", "content": "4"}]
    rows = [{"id": 7, "messages": messages}, {"custom_id": "q", "messages": messages}]
    rows += [{"item_id": "i", "id": "x", "messages": messages}, {"messages": messages}]
    records = read(rows, format="openai")
    assert [r.item_id for r in records if isinstance(r, Sample)] == ["7", "q", "i", None]
    assert {r.model for r in records if isinstance(r, Sample)} == {"log"}


def test_metadata_become_coordinates(read: Read) -> None:
    metadata = {"terms": "3", "zip": "007", "kind": "carry", "target": "4"}
    row = batch(chat(metadata=metadata), metadata={"depth": 2, "terms": "many"})
    sample = one(read([row], format="openai"))
    assert (sample.params, sample.target) == ({"depth": 2.0}, "4")
    assert sample.labels == {"terms": "many", "zip": "007", "kind": "carry"}


def test_sniffing_leaves_other_logs_alone(write: Callable[..., Path]) -> None:
    from reasonscape.errors import UsageError

    for row in ({"request": "a", "response": "b"}, {"messages": "none"}, {"choices": ["A", "B"]}):
        with pytest.raises(UsageError):
            sniff(write([row]))
    with pytest.raises(CompanionError):
        sniff(write([ask()]))
    assert sniff(write([{**chat(), "model": "m"}])).name == "openai"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["message", "content", "type", "text", "summary", "usage", "body", "choices", "a"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
KEYS = (
    "custom_id", "response", "request", "error", "messages", "choices", "output", "object", "body",
    "metadata", "status", "usage", "model", "id", "method",
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6))
def test_no_row_raises_anything_but_row_errors(row: dict[str, Any]) -> None:
    rows = OpenaiRows(LOG, ReadOptions())
    try:
        list(rows.of_row(row))
    except RowError as error:
        assert error.detail


@given(st.recursive(JSON, lambda inner: st.lists(inner, max_size=3), max_leaves=4))
def test_mutated_bodies_are_samples_or_refusals(part: Any) -> None:
    for key in ("choices", "usage", "model", "output", "status", "error", "metadata"):
        rows = OpenaiRows(LOG, ReadOptions())
        try:
            list(rows.of_row(batch({**chat(), key: part})))
            list(rows.of_row(batch({"output": [part], key: part})))
            answer = {"role": "assistant", key: part, "content": part}
            list(rows.of_row({"messages": [USER, answer]}))
        except RowError as error:
            assert error.detail


def test_a_large_batch_is_read_in_bounded_memory(write: Callable[..., Path]) -> None:
    import tracemalloc

    long = "x" * 4000
    keys = [f"q{n}" for n in range(5000)]
    asked = (ask(key, messages=[{"role": "user", "content": key + long}]) for key in keys)
    write(b"\n".join(map(orjson.dumps, asked)), "in.jsonl")
    answers = (batch(chat(), key) for key in reversed(keys))
    log = write(b"\n".join(map(orjson.dumps, answers)), "out.jsonl")
    tracemalloc.start()
    last = deque(format_named("openai").read(log, ReadOptions()), maxlen=1).pop()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(last, Sample) and last.prompt == "q0" + long
    assert peak < 12 << 20  # the requests hold 20 MB of prompts
