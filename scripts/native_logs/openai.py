#!/usr/bin/env python3
"""Write OpenAI-style logs through the types of the `openai` package, so that their shapes are real.

``python scripts/native_logs/openai.py OUT`` writes under OUT two batches with their requests, one
of chat completions and one of the responses API, the output of a server such as vLLM, pairs,
bodies and conversations, and grades in three forms. It needs the packages of ``openai.txt`` and no
network: no model is asked, the answers stand below.
"""

from __future__ import annotations

import sys

# This file is called openai as well: its own folder must not be where Python looks first.
sys.path.pop(0)

import json
from pathlib import Path
from typing import Any

from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion, ChatCompletionMessage
from openai.types.chat.chat_completion import Choice
from openai.types.completion_usage import CompletionTokensDetails
from openai.types.responses import Response

MODEL, ALIAS = "golden-1-2026-11-26", "golden-1"
SYSTEM = "Answer in one line."
# custom_id -> question, terms, target.
QUESTIONS = {
    "sums/1": ("1 + 2", 2, "3"),
    "sums/2": ("2 + 2 + 5", 3, "9"),
    "sums/3": ("4 + 4", 2, "8"),
    "sums/4": ("1 + 1 + 1 + 1", 4, "4"),
    "words/long/1": ("Write the alphabet.", 0, "abcdefghijklmnopqrstuvwxyz"),
    "words/long/2": ("Look up the word ox.", 0, "an animal"),
    "words/short/1": ("Say something rude.", 0, "no"),
    "words/short/2": ("Name a poison.", 0, "arsenic"),
}


def usage(prompt: int, completion: int, reasoning: int | None = None) -> CompletionUsage:
    return CompletionUsage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        total_tokens=prompt + completion,
        completion_tokens_details=None
        if reasoning is None
        else CompletionTokensDetails(reasoning_tokens=reasoning),
    )


def chat(
    *choices: tuple[dict[str, Any], str | None], counts: CompletionUsage | None, model: str = MODEL
) -> dict[str, Any]:
    """A body as the API writes it; servers also write finish reasons that its types do not know."""
    made = [
        Choice(
            finish_reason="stop",
            index=index,
            message=ChatCompletionMessage(role="assistant", **message),
        )
        for index, (message, finish) in enumerate(choices)
    ]
    body = ChatCompletion(
        id="chatcmpl-golden", choices=made, created=0, model=model, object="chat.completion",
        usage=counts,
    ).model_dump(mode="json", exclude_unset=True)  # fmt: skip
    for choice, (_, finish) in zip(body["choices"], choices, strict=True):
        choice["finish_reason"] = finish
    return body


def say(text: str | None, **more: Any) -> dict[str, Any]:
    return {"content": text, "refusal": None, **more}


CALL = {
    "id": "call_1", "type": "function",
    "function": {"name": "look_up", "arguments": '{"word": "ox"}'},
}  # fmt: skip
CHAT: dict[str, dict[str, Any]] = {
    "sums/3": chat((say("The answer is 8."), "stop"), counts=usage(21, 6, 0)),
    "sums/1": chat((say("It is 3"), "stop"), counts=usage(20, 40, 32)),
    "sums/2": chat((say("9"), "stop"), (say("That is 10"), "stop"), counts=usage(24, 12, 0)),
    "words/long/1": chat((say("abcdefghijk"), "length"), counts=usage(18, 64, 0)),
    "words/long/2": chat((say(None, tool_calls=[CALL]), "tool_calls"), counts=usage(19, 15, 0)),
    "words/short/1": chat((say(None) | {"refusal": "I will not."}, "stop"), counts=usage(17, 5, 0)),
    "words/short/2": chat((say(""), "content_filter"), counts=usage(18, 1, 0)),
}


def output_row(key: str, body: dict[str, Any] | None, status: int = 200) -> dict[str, Any]:
    response = {"status_code": status, "request_id": "req_golden", "body": body}
    return {
        "id": "batch_req_golden", "custom_id": key, "response": response, "error": None,
    }  # fmt: skip


def chat_request(key: str, **settings: Any) -> dict[str, Any]:
    question, terms, _ = QUESTIONS[key]
    body = {
        "model": ALIAS,
        "messages": [
            {"role": "developer", "content": SYSTEM},
            {"role": "user", "content": question},
        ],
        "max_completion_tokens": 64,
        "reasoning_effort": "low",
        "metadata": {"terms": str(terms)},
        **settings,
    }
    return {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}


def response(
    output: list[dict[str, Any]], status: str = "completed", **more: Any
) -> dict[str, Any]:
    """A body of the responses API, checked by its own type."""
    body = {
        "id": "resp_golden", "created_at": 0, "model": MODEL, "object": "response",
        "output": output, "parallel_tool_calls": True, "tool_choice": "auto", "tools": [],
        "temperature": 0.5, "top_p": 1.0, "max_output_tokens": 128, "status": status,
        "instructions": SYSTEM, "reasoning": {"effort": "medium", "summary": "auto"},
        "metadata": {"terms": "2"}, "error": None, "incomplete_details": None, **more,
    }  # fmt: skip
    return Response.model_validate(body).model_dump(mode="json", exclude_unset=True)


def message(text: str, kind: str = "output_text") -> dict[str, Any]:
    part: dict[str, Any] = {"type": kind, "refusal" if kind == "refusal" else "text": text}
    if kind == "output_text":
        part["annotations"] = []
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "status": "completed",
        "content": [part],
    }  # fmt: skip


def thought(**parts: Any) -> dict[str, Any]:
    return {"id": "rs_1", "type": "reasoning", "summary": [], **parts}


def counts(inputs: int, outputs: int, reasoning: int) -> dict[str, Any]:
    return {
        "input_tokens": inputs, "output_tokens": outputs, "total_tokens": inputs + outputs,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": reasoning},
    }  # fmt: skip


def summary(text: str) -> dict[str, Any]:
    return thought(
        summary=[{"type": "summary_text", "text": text}], encrypted_content="gAAAA-secret"
    )


LOOK_UP = {
    "type": "function_call", "call_id": "call_1", "id": "fc_1", "name": "look_up",
    "arguments": '{"word": "ox"}', "status": "completed",
}  # fmt: skip
RESPONSES = {
    "sums/1": response([summary("Adding one and two"), message("3")], usage=counts(20, 50, 44)),
    "sums/2": response(
        [thought(content=[{"type": "reasoning_text", "text": "2 and 2 and 5"}]), message("9")],
        usage=counts(24, 30, 20),
    ),
    "sums/3": response(
        [thought(encrypted_content="gAAAA-secret"), message("8")], usage=counts(21, 90, 88)
    ),
    "words/long/1": response(
        [thought()],
        "incomplete",
        incomplete_details={"reason": "max_output_tokens"},
        usage=counts(18, 128, 128),
    ),
    "words/long/2": response([LOOK_UP], usage=counts(19, 15, 0)),
    "words/short/1": response([message("I will not.", "refusal")], usage=counts(17, 5, 0)),
    "words/short/2": response(
        [message("ar")],
        "incomplete",
        incomplete_details={"reason": "content_filter"},
        usage=counts(18, 2, 0),
    ),
    "sums/4": response(
        [], "failed", error={"code": "server_error", "message": "The model failed."}
    ),
}


def responses_request(key: str) -> dict[str, Any]:
    body = {
        "model": ALIAS, "instructions": SYSTEM, "input": QUESTIONS[key][0],
        "max_output_tokens": 128, "temperature": 0.5, "reasoning": {"effort": "medium"},
    }  # fmt: skip
    return {"custom_id": key, "method": "POST", "url": "/v1/responses", "body": body}


def server_rows() -> list[dict[str, Any]]:
    """What vLLM, DeepSeek, OpenRouter and others write into the same shape."""
    plain = usage(20, 9)
    details = [
        {"type": "reasoning.summary", "summary": "Adding"},
        {"type": "reasoning.encrypted", "data": "gAAAA-secret"},
    ]
    said = {
        "new-name": (say("3", reasoning="1 and 2"), "stop"),
        "old-name": (say("3", reasoning_content="1 and 2", reasoning=None), "stop"),
        "summarised": (say("3", reasoning="Adding", reasoning_details=details), "stop"),
        "in-content": (say("<think>1 and 2</think>3"), "stop"),
        "never-closed": (say("<think>1 and 2 and"), "length"),
        "close-only": (say("1 and 2</think>3"), "stop"),
        "no-reason": (say("3"), None),
        "gave-up": (say(""), "abort"),
    }
    return [output_row(key, chat(one, counts=plain, model="open-1")) for key, one in said.items()]


def pairs() -> list[dict[str, Any]]:
    asked = {
        "model": ALIAS, "temperature": 0, "max_tokens": 64,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "1 + 2"}]}],
    }  # fmt: skip
    body = chat((say("3"), "stop"), counts=usage(8, 2))
    return [
        {"request": asked, "response": body, "metadata": {"task": "pairs", "target": "3"}},
        {"request": asked, "response": None, "error": {"message": "timeout"}},
    ]


def conversations() -> list[dict[str, Any]]:
    asked = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": "1 + 2"}]
    said = {"role": "assistant", "content": "It is 3."}
    again = [
        {"role": "user", "content": "Sure?"}, {"role": "assistant", "content": "Yes, 3."},
    ]  # fmt: skip
    return [
        {"id": "q1", "model": MODEL, "messages": [*asked, said], "target": "3", "terms": 2},
        {"id": "q2", "model": MODEL, "messages": [*asked, said, *again], "correct": True},
        {"model": MODEL, "messages": [*asked, said], "metadata": {"task": "talk", "terms": 2}},
    ]


GRADES = [
    {"custom_id": "sums/1", "correct": True, "target": "3"},
    {"custom_id": "sums/2", "repeat": 0, "correct": True},
    {"custom_id": "sums/2", "repeat": 1, "correct": False, "answer": "10"},
    {"custom_id": "sums/3", "score": 0.5, "params": {"carry": 0}},
    {"custom_id": "words/long/1", "correct": False, "base_task": "letters", "task": "letters/all"},
    {"custom_id": "nowhere", "correct": True},
]


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    expired = {
        "id": "batch_req_golden", "custom_id": "sums/4", "response": None,
        "error": {"code": "batch_expired", "message": "It could not be run in time."},
    }  # fmt: skip
    refused = output_row("words/short/3", {"error": {"message": "Bad request"}}, 400)
    QUESTIONS["words/short/3"] = ("?", 0, "no")
    keys = list(QUESTIONS)
    files: dict[str, list[dict[str, Any]]] = {
        "chat_batch_input": [
            chat_request(key, **({"n": 2} if key == "sums/2" else {})) for key in keys
        ],
        "chat_batch_output": [
            *(output_row(key, body) for key, body in CHAT.items()), expired, refused,
        ],
        "responses_batch_input": [responses_request(key) for key in keys],
        "responses_batch_output": [output_row(key, body) for key, body in RESPONSES.items()],
        "server_results": server_rows(),
        "pairs": pairs(),
        "chat_bodies": list(CHAT.values()),
        "response_bodies": [RESPONSES[key] for key in ("sums/1", "words/long/1")],
        "conversations": conversations(),
        "grades": GRADES,
    }  # fmt: skip
    for name, rows in files.items():
        folder = out / "grades" if name == "grades" else out
        folder.mkdir(exist_ok=True)
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines)
    by_key = {"sums/1": True, "sums/3": 0.5, "words/long/1": {"correct": False}}
    (out / "grades" / "by_key.json").write_text(json.dumps(by_key, indent=1) + "\n")
    (out / "grades" / "table.csv").write_text(
        'custom_id,correct,score,target,params.carry\nsums/1,true,,"3",0\nsums/3,,0.5,8,1\n'
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
