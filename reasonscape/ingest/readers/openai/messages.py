"""Messages of OpenAI-style requests and responses as texts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from reasonscape.ingest.rows import RowError, shown
from reasonscape.ingest.settings import template_of

_TEXT_PARTS: Final = frozenset(("text", "input_text", "output_text"))
_SYSTEM: Final = frozenset(("system", "developer"))
_CALLS: Final = ("function_call", "custom_tool_call", "mcp_call")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a model was asked.

    Attributes
    ----------
    prompt
        The only user message as it is; of a conversation every message behind its role.
    template
        A hash of the system prompt, empty without one.
    """

    prompt: str | None
    template: str


def asked(messages: object, instructions: object = None) -> Asked:
    """Read the messages of a request; system and developer messages are the template.

    Parameters
    ----------
    messages
        A list of messages or of input items, or a text.
    instructions
        The system prompt of the responses API.

    Raises
    ------
    RowError
        They are no messages.

    Examples
    --------
    >>> asked([{"role": "user", "content": "2+2?"}])
    Asked(prompt='2+2?', template='')
    """
    if isinstance(messages, str):
        messages = [{"role": "user", "content": messages}]
    if not isinstance(messages, list):
        raise RowError("wrong_type", f"expected a list, found {shown(messages)}", "messages")
    system, turns = list[str](), list[tuple[str, str]]()
    if isinstance(instructions, str) and instructions:
        system.append(instructions)
    for message in messages:
        if not isinstance(message, dict):
            raise RowError("wrong_type", f"a message that is {shown(message)}", "messages")
        role = message.get("role")
        if not isinstance(role, str):
            role = str(message.get("type") or "item")[:40]
        text = _said(message)
        if role in _SYSTEM:
            system.append(text)
        elif message.get("type") != "reasoning":
            turns.append((role, text))
    prompt = None
    if len(turns) == 1 and turns[0][0] == "user":
        prompt = turns[0][1]
    elif turns:
        prompt = "\n\n".join(f"{role}: {text}" for role, text in turns)
    return Asked(prompt, _template("\n\n".join(system)) if system else "")


@lru_cache(maxsize=256)
def _template(system: str) -> str:
    return template_of(system)


def _said(message: dict[str, Any]) -> str:
    """All of a message or an item of input: its text, then what it calls or returns."""
    parts = [text_of(message.get("content"), "\n") or "", calls_of(message) or ""]
    if message.get("type") in _CALLS:
        parts.append(call_text([message]))
    if isinstance(output := message.get("output"), str):
        parts.append(output)
    return "\n".join(part for part in parts if part)


def text_of(content: object, separator: str = "") -> str | None:
    """Join the text of a content, which is a text or a list of parts; None where there is none.

    Parts that are no text stand as their kind in brackets, such as ``[image_url]``; reasoning and
    refusals are left out.

    Raises
    ------
    RowError
        It is something else.

    Examples
    --------
    >>> text_of([{"type": "text", "text": "see"}, {"type": "image_url"}], " ")
    'see [image_url]'
    """
    if content is None or isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise RowError("wrong_type", f"expected text or parts, found {shown(content)}", "content")
    texts = list[str]()
    for part in content:
        if isinstance(part, str):
            texts.append(part)
            continue
        kind = part.get("type") if isinstance(part, dict) else None
        if not isinstance(kind, str):
            raise RowError("wrong_type", f"a part of content that is {shown(part)}", "content")
        if kind in _TEXT_PARTS:
            texts.append(_text(part, "text"))
        elif kind not in ("refusal", "thinking", "reasoning", "reasoning_text"):
            texts.append(f"[{kind[:40]}]")
    return separator.join(texts) if texts else None


def refusal_of(message: dict[str, Any]) -> str | None:
    """Read why a model refused, in ``refusal`` or in a part of the content."""
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal:
        return refusal
    content = message.get("content")
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict) and part.get("type") == "refusal":
            return _text(part, "refusal")
    return None


def calls_of(message: dict[str, Any]) -> str | None:
    """Write the tools that a message calls as JSON, a list of names and arguments."""
    calls = message.get("tool_calls")
    if isinstance(calls, list) and calls:
        return call_text(
            call.get("function") or call.get("custom") or call
            for call in calls
            if isinstance(call, dict)
        )
    single = message.get("function_call")
    return call_text([single]) if isinstance(single, dict) else None


def call_text(calls: Iterable[Any]) -> str:
    """Write calls as compact JSON, of each the name and what it is given."""
    kept = [
        {key: call[key] for key in ("name", "arguments", "input") if key in call}
        for call in calls
        if isinstance(call, dict)
    ]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def reasoning_of(message: dict[str, Any]) -> tuple[str | None, str | None]:
    """Read the reasoning beside a message, and its kind where that is not plain.

    ``reasoning`` or, as it was called before, ``reasoning_content``; the parts ``thinking`` of the
    content; OpenRouter's ``reasoning_details``, which also tell a summary from the whole. What is
    encrypted is left alone.

    Raises
    ------
    RowError
        It is no text.
    """
    text: str | None = None
    for key in ("reasoning", "reasoning_content"):
        value = message.get(key)
        if value is not None and not isinstance(value, str):
            raise RowError("wrong_type", f"expected text, found {shown(value)}", key)
        text = text or value or None
    content = message.get("content")
    if text is None and isinstance(content, list):
        thoughts = [
            text_of(part.get("thinking"))
            for part in content
            if isinstance(part, dict) and part.get("type") == "thinking"
        ]
        text = "\n\n".join(filter(None, thoughts)) or None
    details = message.get("reasoning_details")
    parts = [one for one in details if isinstance(one, dict)] if isinstance(details, list) else []
    whole = [one["text"] for one in parts if isinstance(one.get("text"), str) and one["text"]]
    short = [one["summary"] for one in parts if isinstance(one.get("summary"), str)]
    if text is None:
        text = "".join(whole) or "\n\n".join(filter(None, short)) or None
    if text is None:
        return None, "hidden" if parts else None
    return text, "summary" if short and not whole else None


def _text(part: dict[str, Any], key: str) -> str:
    text = part.get(key)
    if not isinstance(text, str):
        raise RowError("wrong_type", f"expected text, found {shown(text)}", key)
    return text
