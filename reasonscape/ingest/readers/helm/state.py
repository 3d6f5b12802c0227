"""The parts of a request of HELM that all methods have: instance, references, prompt, result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from reasonscape.ingest.readers.message_texts import media_text, messages_text
from reasonscape.ingest.rows import RowError, shown

CORRECT: Final = "correct"
Request = Mapping[str, Any]


def part(value: object, kind: type, field: str) -> Any:
    """Take a part of a request that must have one kind; None where it is missing.

    Raises
    ------
    RowError
        It has another.
    """
    if value is None or (isinstance(value, kind) and type(value) is not bool):
        return value
    names = {dict: "an object", list: "a list", str: "text", int: "an integer"}
    raise RowError("wrong_type", f"expected {names[kind]}, found {shown(value)}", field)


def result_of(state: Request) -> dict[str, Any]:
    """Give the result of a request.

    Raises
    ------
    RowError
        There is none: the request was prepared, never sent.
    """
    result = part(state.get("result"), dict, "result")
    if result is None:
        raise RowError("missing_field", "no result: the request was not sent", "result")
    return dict(result)


def references_of(state: Request) -> list[tuple[str, bool]]:
    """Text of each reference of the instance, and whether it is correct."""
    instance = part(state.get("instance"), dict, "instance") or {}
    found = []
    for one in part(instance.get("references"), list, "references") or []:
        output = one.get("output") if isinstance(one, dict) else None
        if not isinstance(output, dict):
            raise RowError("wrong_type", f"a reference that is {shown(one)}", "references")
        text = part(output.get("text"), str, "references") or ""
        if not text and output.get("multimedia_content") is not None:
            text = media_text(output["multimedia_content"], "references") or ""
        tags = part(one.get("tags"), list, "references") or []
        found.append((text, CORRECT in tags))
    return found


def target_of(references: Sequence[tuple[str, bool]]) -> str | None:
    """The correct reference; a JSON list where any of several is right."""
    right = [text for text, correct in references if correct]
    return right[0] if len(right) == 1 else orjson.dumps(right).decode() if right else None


def chance_of(references: Sequence[tuple[str, bool]]) -> float | None:
    """Rate of guessing among references that are the choices."""
    right = sum(correct for _, correct in references)
    return right / len(references) if 0 < right < len(references) else None


def prompt_of(state: Request) -> str | None:
    """What the model was given: a prompt, messages or media, as text."""
    request = part(state.get("request"), dict, "request") or {}
    prompt: str | None = part(request.get("prompt"), str, "request.prompt")
    if prompt:
        return prompt
    if request.get("messages") is not None:
        return messages_text(request["messages"], "request.messages")
    if request.get("multimodal_prompt") is not None:
        return media_text(request["multimodal_prompt"], "request.multimodal_prompt")
    return prompt
