"""Texts of Inspect's messages: content of any form, attachments, reasoning."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from reasonscape.ingest.rows import RowError, shown

Resolve = Callable[[str], str]
"""Text as it stands in a sample -> the text, with a reference to an attachment followed."""

ATTACHMENT: Final = "attachment://"
_OLD_ATTACHMENT: Final = "tc://"
_MEDIA: Final = ("image", "audio", "video", "document", "data")


def resolver(attachments: Callable[[], object]) -> Resolve:
    """Make the function that follows references to attachments.

    Parameters
    ----------
    attachments
        Gives hash -> text; called once, when the first reference is met.

    Examples
    --------
    >>> resolve = resolver(lambda: {"ab": "a long text"})
    >>> resolve("attachment://ab"), resolve("attachment://missing"), resolve("x")
    ('a long text', 'attachment://missing', 'x')
    """
    known: Mapping[str, Any] | None = None

    def resolve(text: str) -> str:
        nonlocal known
        if not text.startswith((ATTACHMENT, _OLD_ATTACHMENT)):
            return text
        if known is None:
            found = attachments()
            known = found if isinstance(found, Mapping) else {}
        content = known.get(text.partition("://")[2])
        return content if isinstance(content, str) else text

    return resolve


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
    for part in _parts(content, field):
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


def content_reasoning(content: object, resolve: Resolve, field: str) -> tuple[str | None, str]:
    """Reasoning in a message's content, and which kind it is.

    What is redacted is encrypted and never taken; its summary is, where there is one. Reasoning of
    which a part is a summary or redacted is a summary; all of it redacted without one is hidden.

    Returns
    -------
    tuple of (str or None, str)
        The text, and ``full``, ``summary``, ``hidden`` or ``none``.

    Examples
    --------
    >>> block = {"type": "reasoning", "reasoning": "gAAAA...", "redacted": True}
    >>> content_reasoning([block], lambda text: text, "output")
    (None, 'hidden')
    >>> content_reasoning([block | {"summary": "I add."}], lambda text: text, "output")
    ('I add.', 'summary')
    """
    if not isinstance(content, list):
        return None, "none"
    texts, kinds = list[str](), set[str]()
    for part in _parts(content, field):
        if part.get("type") != "reasoning":
            continue
        reasoning, summary, redacted = (part.get(k) for k in ("reasoning", "summary", "redacted"))
        for name, text in (("reasoning", reasoning), ("summary", summary)):
            if text is not None and not isinstance(text, str):
                raise RowError("wrong_type", f"{name} is {shown(text)}", field)
        if reasoning and not redacted:
            texts.append(resolve(reasoning))
            kinds.add("full")
        elif summary:
            texts.append(resolve(summary))
            kinds.add("summary")
        elif redacted:
            kinds.add("hidden")
    if not texts:
        return None, "hidden" if kinds else "none"
    return "\n\n".join(texts), "full" if kinds == {"full"} else "summary"


def _parts(content: object, field: str) -> list[dict[str, Any]]:
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
    for message in _parts(messages, field):
        texts = [content_text(message.get("content", ""), resolve, field)]
        calls = message.get("tool_calls")
        if isinstance(calls, list):
            texts += [tool_call_text(call, resolve) for call in calls if isinstance(call, dict)]
        role = message.get("role")
        found.append((role if isinstance(role, str) else "", "\n".join(filter(None, texts))))
    if len(found) == 1:
        return found[0][1]
    return "\n\n".join(f"{role}: {text}" for role, text in found)
