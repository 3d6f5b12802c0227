"""OpenAI-style logs, JSON Lines: batch outputs, requests with responses, bodies, conversations.

A row is one of: a line of a batch output, joined by ``custom_id`` with the batch's requests; a
``request`` with its ``response``; a body of a chat completion or of the responses API; a
conversation in ``messages``, whose last assistant message is the response. Such logs rarely hold
grades: those come from a side file, or from a grader and the row's ``target``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reasonscape.ingest.format import Declared, Format, Head
from reasonscape.ingest.native import native_samples
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.openai.bodies import is_body
from reasonscape.ingest.readers.openai.requests import is_request
from reasonscape.ingest.readers.openai.rows import OpenaiRows, inner
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal


def read_openai(path: Path, options: ReadOptions) -> Iterator[Sample | Refusal]:
    """Read one log.

    ``model`` is the one that answered; of a failed request the one that answered the others.
    ``base_task`` and ``task`` are those that the row or its metadata names; else
    ``options.base_task``; else, of a ``custom_id`` with ``/`` or ``:``, what stands before the
    first and before the last of them; else the log's name.

    Parameters
    ----------
    path
        JSON Lines.

    Yields
    ------
    Sample or Refusal
        One for each completion; several ``choices`` are repeats.

    Raises
    ------
    UsageError
        The log is no JSON Lines, or ``options.requests`` holds no requests.
    """
    return native_samples(path, options, OpenaiRows(path, options).native())


def _is_openai(head: Head) -> bool:
    row = head.row
    if row is None:
        return False
    if "custom_id" in row and ("response" in row or "error" in row):
        return True
    messages, request, response = row.get("messages"), row.get("request"), row.get("response")
    if isinstance(request, dict) and isinstance(response, dict):
        return is_body(inner(response))
    if isinstance(messages, list) and messages:
        # Every Eval Ever has conversations too, under its own keys.
        return isinstance(messages[0], dict) and "role" in messages[0] and "evaluation" not in row
    choices = row.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        return "message" in choices[0] or "finish_reason" in choices[0]
    return row.get("object") == "response"


OPENAI: Final = Format(
    "openai",
    "batch outputs of OpenAI, vLLM and others with the batch's requests beside them, requests with "
    "responses, bodies of chat completions and of the responses API, conversations in `messages`; "
    "JSON Lines",
    _is_openai,
    read_openai,
    Declared(
        native={
            "model": "`model` of the body, else of the request or the row",
            "sampler": "`temperature` and its like, effort of reasoning and cap of the request",
            "base_task": "`base_task` or `task` of the grades, the row or its `metadata`; else "
            "`--base-task`, `custom_id` before `/` or `:`, the log's name",
            "task": "`task` of the grades, the row or its `metadata`",
            "item_id": "`custom_id`, else `id` of a row with `messages` or `request`",
            "repeat": "`index` of several `choices`",
            "prompt": "`messages` or `input` of the request, without system messages",
            "response": "`message.content`, `output[]` or the last assistant message; tool calls "
            "as JSON",
            "reasoning": "`message.reasoning` or `reasoning_content`, `output[]` of type "
            "`reasoning`",
            "reasoning_kind": "whether `output[]` has the reasoning or its `summary`",
            "target": "`target` of the grades, the row or its `metadata`",
            "correct": "`correct` of the grades or the row",
            "score": "`score` of the grades or the row",
            "stop": "`finish_reason`; `status` and `incomplete_details.reason`; `error` or "
            "`status_code` from 400 on",
            "stop_source": "`native` with a reason to stop",
            "max_tokens": "`max_completion_tokens`, `max_output_tokens` or `max_tokens` of the "
            "request",
            "prompt_tokens": "`usage`",
            "completion_tokens": "`usage`, of one choice",
            "reasoning_tokens": "`usage`, of one choice",
            "tokens_source": "`native` with a count",
        },
        inferred={
            "template": "hash of the system prompt",
            "answered": "false for a refusal",
            "answer": "by a grader (`--grade`)",
        },
        metadata={"metadata": "`metadata` of the row, the request or the body"},
    ),
    companion=lambda head: is_request(head.row),
    heeds=("requests",),
)
