"""Tokens of a sample of Inspect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from reasonscape.ingest.readers.inspect.header import Header
from reasonscape.ingest.readers.inspect.output import Output
from reasonscape.ingest.readers.inspect.parts import Parts
from reasonscape.ingest.rows import RowError, shown


class _Message(msgspec.Struct):
    """What a message says of its speaker."""

    role: Any = None
    source: Any = None


_MESSAGES: Final = list[_Message] | None
_DECODER: Final = msgspec.json.Decoder(_MESSAGES)


def object_of(value: object, field: str) -> dict[str, Any]:
    """Give an object, empty where it is missing.

    Raises
    ------
    RowError
        It is none.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RowError("wrong_type", f"expected an object, found {shown(value)}", field)
    return value


def token_counts(sample: Parts, output: Output, header: Header) -> dict[str, Any]:
    """Counts of the completion: of its own where it is the only one, else of all turns.

    The usage of a sample also has what a grader took that is the same model, so that the usage of
    the output goes first where it says all.

    Raises
    ------
    RowError
        A usage, or the messages, have the wrong type.
    """
    single = _is_single(sample)
    # The cap is one of each turn, not of their sum, which is all that a summary has.
    cap = header.max_tokens if single and output.choices else None
    if output.choices > 1:
        return {"max_tokens": cap}  # the usage is that of all choices together
    usage = object_of(output.usage, "output.usage") if single else {}
    if not usage:
        every = object_of(sample.get("model_usage"), "model_usage")
        usage = object_of(every.get(header.model or ""), "model_usage")
    return {
        "completion_tokens": usage.get("output_tokens"),
        "reasoning_tokens": usage.get("reasoning_tokens"),
        "prompt_tokens": _prompt_tokens(usage),
        "max_tokens": cap,
    }


def _prompt_tokens(usage: Mapping[str, Any]) -> object:
    """Tokens of the input, cached ones included: they stand apart, except in old logs."""
    fresh = usage.get("input_tokens")
    cached = [usage.get(f"input_tokens_cache_{way}") for way in ("read", "write")]
    known = [count for count in cached if type(count) is int]
    if type(fresh) is not int or not known:
        return fresh
    output, total = usage.get("output_tokens"), usage.get("total_tokens")
    if type(output) is int and fresh + output == total:
        return fresh
    return fresh + sum(known)


def _is_single(sample: Parts) -> bool:
    """Whether the model spoke once, not counting what stood in the input already."""
    raw = sample.raw("messages")
    if raw is not None and bytes(raw).count(b'"assistant"') <= 1:
        return True
    messages: list[_Message] | None
    try:
        if raw is None:
            messages = msgspec.convert(sample.get("messages"), _MESSAGES)
        else:
            messages = _DECODER.decode(raw)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise RowError("wrong_type", "expected a list of objects", "messages") from error
    if messages is None:
        return sample.get("turn_count") in (0, 1)
    turns = [one for one in messages if one.role == "assistant" and one.source != "input"]
    return len(turns) <= 1
