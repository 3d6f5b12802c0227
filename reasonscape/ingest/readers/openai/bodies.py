"""Bodies of chat completions and of the responses API -> fields of samples, one a completion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from reasonscape.ingest.readers.openai.messages import (
    call_text,
    calls_of,
    reasoning_of,
    refusal_of,
    text_of,
)
from reasonscape.ingest.rows import RowError, shown

# Words beside OpenAI's own: vLLM and SGLang give up on a request, DeepSeek has no machine free.
_FINISHES: Final = {"abort": "error", "insufficient_system_resource": "error"}
_STATUSES: Final = {
    "completed": "stop",
    "failed": "error",
    "cancelled": "error",
    # The response was saved before it was there.
    "queued": "error",
    "in_progress": "error",
}
_INCOMPLETE: Final = {"max_messages": "length", "steered": "unknown"}
_CALLS: Final = ("function_call", "custom_tool_call", "mcp_call")


def is_body(value: object) -> bool:
    """Whether a value is a body of one of the two APIs, or that of a failed request."""
    return isinstance(value, dict) and (
        isinstance(value.get("choices"), list)
        or isinstance(value.get("output"), list)
        or value.get("object") == "response"
        or "error" in value
    )


def completions(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the fields of each completion that a body holds.

    Raises
    ------
    RowError
        It holds none, or is malformed.
    """
    if isinstance(body.get("choices"), list):
        yield from _chat(body)
    elif isinstance(body.get("output"), list) or body.get("object") == "response":
        yield _response(body)
    elif body.get("error") is not None:
        yield {"stop": "error"}
    else:
        raise RowError("missing_field", "neither 'choices' nor 'output' in the body", "response")


def _chat(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    choices = body["choices"]
    if not choices:
        if body.get("error") is not None:
            yield {"stop": "error"}
            return
        raise RowError("missing_field", "'choices' is empty", "choices")
    if not all(isinstance(choice, dict) for choice in choices):
        raise RowError("wrong_type", "a choice that is no object", "choices")
    usage = _object(body, "usage")
    counts: dict[str, Any] = {"prompt_tokens": usage.get("prompt_tokens")}
    if len(choices) == 1:
        counts["completion_tokens"] = usage.get("completion_tokens")
        details = _object(usage, "completion_tokens_details")
        counts["reasoning_tokens"] = details.get("reasoning_tokens")
    for place, choice in enumerate(sorted(choices, key=_place)):
        values = {**counts, **_choice(choice)}
        if len(choices) > 1:
            # The counts of `usage` are of all choices together, of which none can be told apart.
            values |= {"repeat": choice.get("index", place), "completions": len(choices)}
        yield values


def _place(choice: dict[str, Any]) -> int:
    index = choice.get("index")
    return index if type(index) is int else 0


def _choice(choice: dict[str, Any]) -> dict[str, Any]:
    finish = choice.get("finish_reason")
    stop = _FINISHES.get(finish, finish) if isinstance(finish, str) else finish
    if "text" in choice and "message" not in choice:
        return {"response": choice["text"], "stop": stop}  # the older API, of bare completions
    message = choice.get("message")
    if not isinstance(message, dict):
        raise RowError("wrong_type", f"expected an object, found {shown(message)}", "message")
    return {**message_values(message), "stop": stop}


def message_values(message: dict[str, Any]) -> dict[str, Any]:
    """Read the answer of one message: response, reasoning, and whether it is a refusal.

    Raises
    ------
    RowError
        The message is malformed.
    """
    text, calls, refusal = text_of(message.get("content")), calls_of(message), refusal_of(message)
    reasoning, kind = reasoning_of(message)
    values: dict[str, Any] = {
        "response": "\n".join(filter(None, (text, calls))) or refusal or "",
        "reasoning": reasoning,
        "reasoning_kind": kind,
    }
    if refusal and not text and not calls:
        values["answered"] = False
    return values


def _response(body: dict[str, Any]) -> dict[str, Any]:
    output = body.get("output") or []
    if not isinstance(output, list) or not all(isinstance(item, dict) for item in output):
        raise RowError("wrong_type", "'output' is no list of objects", "output")
    messages = [item for item in output if item.get("type") == "message"]
    texts = [text_of(item.get("content")) for item in messages]
    calls = [item for item in output if item.get("type") in _CALLS]
    refusals = [text for item in messages if (text := refusal_of(item))]
    said = [text for text in (*texts, call_text(calls) if calls else None) if text]
    usage = _object(body, "usage")
    stop = _status(body)
    values: dict[str, Any] = {
        "response": "\n".join(said or refusals) if messages or calls or stop != "error" else None,
        "stop": stop,
        "prompt_tokens": usage.get("input_tokens"),
        "completion_tokens": usage.get("output_tokens"),
        "reasoning_tokens": _object(usage, "output_tokens_details").get("reasoning_tokens"),
        **_thoughts([item for item in output if item.get("type") == "reasoning"]),
    }
    if refusals and not said:
        values["answered"] = False
    return values


def _thoughts(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Reasoning in full where the items hold it, else its summary; never what is encrypted."""
    whole = [text for item in items if (text := _joined(item, "content"))]
    short = [text for item in items if (text := _joined(item, "summary"))]
    if whole:
        return {"reasoning": "\n\n".join(whole), "reasoning_kind": "full"}
    if short:
        return {"reasoning": "\n\n".join(short), "reasoning_kind": "summary"}
    return {"reasoning_kind": "hidden"} if items else {}


def _joined(item: dict[str, Any], key: str) -> str:
    parts = item.get(key)
    if parts is None:
        return ""
    if not isinstance(parts, list):
        raise RowError("wrong_type", f"expected a list, found {shown(parts)}", key)
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return "\n\n".join(text for text in texts if isinstance(text, str) and text)


def _status(body: dict[str, Any]) -> str | None:
    status = body.get("status")
    if status is None:
        return "error" if body.get("error") is not None else None
    if status == "incomplete":
        reason = _object(body, "incomplete_details").get("reason")
        return _INCOMPLETE.get(reason, reason) if isinstance(reason, str) else None
    stop = _STATUSES.get(status) if isinstance(status, str) else None
    if stop is None:
        known = ", ".join((*_STATUSES, "incomplete"))
        raise RowError("bad_value", f"expected one of {known}, found {shown(status)}", "status")
    return stop


def _object(parent: dict[str, Any], key: str) -> dict[str, Any]:
    """An object that may be missing."""
    value = parent.get(key)
    if value is not None and not isinstance(value, dict):
        raise RowError("wrong_type", f"expected an object, found {shown(value)}", key)
    return value or {}
