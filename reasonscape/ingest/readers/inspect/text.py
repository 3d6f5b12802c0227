"""Texts of Inspect's messages: content of any form as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from reasonscape.ingest.readers.inspect.attachments import Resolve
from reasonscape.ingest.rows import RowError, shown

_MEDIA: Final = ("image", "audio", "video", "document", "data")


def compact(value: object, *, sorted_keys: bool = False) -> str:
    """Write a value as JSON on one line.

    Raises
    ------
    RowError
        It is nested too deeply.
    """
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sorted_keys)
    except RecursionError as error:
        raise RowError("too_deep", "a value is nested too deeply") from error


def content_text(content: object, resolve: Resolve, field: str) -> str:
    r"""Text of a message's content: its parts on lines of their own, media as placeholders.

    Reasoning is left out (`content_reasoning`).

    Raises
    ------
    RowError
        It is neither text nor a list of parts.

    Examples
    --------
    >>> parts = [{"type": "text", "text": "Which?"}, {"type": "image", "image": "data:..."}]
    >>> content_text(parts, lambda text: text, "input")
    'Which?\n[image]'
    """
    if isinstance(content, str):
        return resolve(content)
    texts = []
    for part in content_parts(content, field):
        kind = part.get("type")
        text = part.get("text")
        if kind == "text" and isinstance(text, str):
            texts.append(resolve(text))
        elif kind in _MEDIA:
            texts.append(f"[{kind}]")
        elif kind == "tool_use":
            texts.append(tool_call_text(part, resolve))
        elif kind != "reasoning":
            raise RowError("wrong_type", f"content of the type {shown(kind)}", field)
    return "\n".join(texts)


def tool_call_text(call: Mapping[str, Any], resolve: Resolve) -> str:
    """Show a call of a tool as text.

    Examples
    --------
    >>> tool_call_text({"function": "submit", "arguments": {"answer": "42"}}, lambda text: text)
    '[tool call: submit {"answer":"42"}]'
    """
    name, arguments = call.get("function", call.get("name")), call.get("arguments")
    if isinstance(arguments, dict | list):
        arguments = compact(arguments)
    words = ["tool call:", *(resolve(one) for one in (name, arguments) if isinstance(one, str))]
    return f"[{' '.join(words)}]"


def content_parts(content: object, field: str) -> list[dict[str, Any]]:
    """Give the parts of a content, or the messages of a conversation.

    Raises
    ------
    RowError
        It is no list of objects.
    """
    if not isinstance(content, list):
        raise RowError("wrong_type", f"expected text or a list, found {shown(content)}", field)
    for part in content:
        if not isinstance(part, dict):
            raise RowError("wrong_type", f"expected an object, found {shown(part)}", field)
    return content


def messages_text(messages: object, resolve: Resolve, field: str) -> str | None:
    r"""Text of an input: of one message its content, of several each with its role.

    Examples
    --------
    >>> several = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "1+1?"}]
    >>> messages_text(several, lambda text: text, "input")
    'system: Be brief.\n\nuser: 1+1?'
    """
    if messages is None:
        return None
    if isinstance(messages, str):
        return resolve(messages)
    found = []
    for message in content_parts(messages, field):
        texts = [content_text(message.get("content", ""), resolve, field)]
        calls = message.get("tool_calls")
        if isinstance(calls, list):
            texts += [tool_call_text(call, resolve) for call in calls if isinstance(call, dict)]
        role = message.get("role")
        found.append((role if isinstance(role, str) else "", "\n".join(filter(None, texts))))
    if len(found) == 1:
        return found[0][1]
    return "\n\n".join(f"{role}: {text}" for role, text in found)
