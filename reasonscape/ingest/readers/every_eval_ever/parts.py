"""Parts of a row of Every Eval Ever in their types, and what the model said in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reasonscape.ingest.notices import Notices
from reasonscape.ingest.rows import RowError, shown


def said_in(row: Mapping[str, Any], notices: Notices) -> tuple[str | None, str | None]:
    """Response and reasoning: of the output, or of the messages of a conversation."""
    messages = row.get("messages", row.get("interactions"))
    if messages is not None:
        return _spoken(messages)
    output = object_of(row.get("output"), "output", required=False)
    raw = texts_of(output.get("raw"), "output.raw") or []
    traces = texts_of(output.get("reasoning_trace"), "output.reasoning_trace") or []
    if len(raw) > 1:
        notices.add("several outputs that were graded as one: the first is kept")
        traces = traces[:1]
    return (raw[0] if raw else None), ("\n\n".join(traces) if traces else None)


def _spoken(messages: object) -> tuple[str | None, str | None]:
    if not isinstance(messages, list):
        raise RowError("wrong_type", f"expected a list, found {shown(messages)}", "messages")
    response, traces = None, list[str]()
    for place, message in enumerate(messages):
        field = f"messages[{place}]"
        one = object_of(message, field)
        if one.get("role") != "assistant":
            continue
        content = text_of(one.get("content"), f"{field}.content")
        trace = text_of(one.get("reasoning_trace"), f"{field}.reasoning_trace")
        response = content or response
        if trace:
            traces.append(trace)
    return response, ("\n\n".join(traces) if traces else None)


def object_of(value: object, field: str, *, required: bool = True) -> Mapping[str, Any]:
    """Take an object; where it need not be there, an empty one in its place."""
    if isinstance(value, dict):
        return value
    if value is None and not required:
        return {}
    if value is None:
        raise RowError("missing_field", f"{field!r} is required", field)
    raise RowError("wrong_type", f"expected an object, found {shown(value)}", field)


def text_of(value: object, field: str) -> str | None:
    """Take a text, or None."""
    if value is None or isinstance(value, str):
        return value
    raise RowError("wrong_type", f"expected text, found {shown(value)}", field)


def texts_of(value: object, field: str) -> list[str] | None:
    """A list of texts; earlier versions of the format have a single text in its place."""
    if value is None:
        return None
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return value
    raise RowError("wrong_type", f"expected a list of texts, found {shown(value)}", field)
