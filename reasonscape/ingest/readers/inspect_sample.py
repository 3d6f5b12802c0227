"""One sample of an Inspect log -> the fields of a sample of the store.

What is one completion of several turns is counted as a whole: ``response`` is the final
completion, and the tokens are those of all turns of the evaluated model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from reasonscape.ingest.native import NativeRow
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.readers.inspect_header import Header
from reasonscape.ingest.readers.inspect_output import Output
from reasonscape.ingest.readers.inspect_parts import Parts
from reasonscape.ingest.readers.inspect_scores import grade
from reasonscape.ingest.readers.inspect_text import (
    Resolve,
    compact,
    messages_text,
    resolver,
)
from reasonscape.ingest.rows import RowError, shown


class _Message(msgspec.Struct):
    """What a message says of its speaker."""

    role: Any = None
    source: Any = None


_MESSAGES: Final = list[_Message] | None
_DECODER: Final = msgspec.json.Decoder(_MESSAGES)
LIMIT_STOPS: Final = {
    **dict.fromkeys(("context", "token", "message", "turn", "time", "working"), "length"),
    **dict.fromkeys(("cost", "custom"), "length"),
    # Somebody ended the sample: no answer was obtained, and none was cut off by a budget.
    "operator": "error",
}
"""Limit that ended a sample -> its stop: all budgets cut the model off before it was done."""

INVALID: Final = "samples that their owner marked as invalid: kept as failed"


def read_sample(sample: Parts, header: Header, notices: Notices) -> NativeRow:
    """Read one sample.

    Raises
    ------
    RowError
        Something in it has the wrong type.
    """
    resolve = resolver(lambda: sample.get("attachments"))
    output = Output(sample.part("output"))
    scores = sample.get("scores")
    if scores is None and (only := sample.get("score")) is not None:
        scores = {"score": only}  # logs before scores had names
    graded = grade(header.score.of(scores), notices)
    if isinstance(answer := graded.get("answer"), str):
        graded["answer"] = resolve(answer)
    metadata = _object(sample.get("metadata"), "metadata")
    return NativeRow(
        {
            **header.shared,
            **_question(sample, header, resolve),
            **graded,
            **output.completion(resolve),
            **_tokens(sample, output, header),
            "stop": _stop(sample, output, notices),
        },
        metadata={"metadata": metadata, "task_args": header.task_args},
    )


def _object(value: object, field: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RowError("wrong_type", f"expected an object, found {shown(value)}", field)
    return value


def _question(sample: Parts, header: Header, resolve: Resolve) -> dict[str, Any]:
    item, epoch, choices = sample.get("id"), sample.get("epoch"), sample.get("choices")
    if item is None:
        raise RowError("missing_field", "'id' is required", "id")
    if epoch is not None and (type(epoch) is not int or epoch < 1):
        raise RowError("bad_value", f"expected 1 or more, found {shown(epoch)}", "epoch")
    target = sample.get("target")
    values = {
        "item_id": item,
        "repeat": None if epoch is None else epoch - 1,
        "prompt": messages_text(sample.get("input"), resolve, "input"),
    }
    if isinstance(target, list):
        if len(target) == 1:
            target = target[0]
        else:
            # All of them, as the store has one text.
            target, choices = compact(target) if target else None, None
    values["target"] = resolve(target) if isinstance(target, str) else target
    # Where several choices may be right, a guess is no longer 1 in n.
    is_one = header.one_right and isinstance(target, str) and len(target) == 1
    if is_one and isinstance(choices, list) and len(choices) > 1:
        values["chance"], values["chance_source"] = 1 / len(choices), "row"
    return values


def _tokens(sample: Parts, output: Output, header: Header) -> dict[str, Any]:
    """Counts of the completion: of its own where it is the only one, else of all turns.

    The usage of a sample also has what a grader took that is the same model, so that the usage of
    the output goes first where it says all.
    """
    single = _is_single(sample)
    # The cap is one of each turn, not of their sum, which is all that a summary has.
    cap = header.max_tokens if single and output.choices else None
    if output.choices > 1:
        return {"max_tokens": cap}  # the usage is that of all choices together
    usage = _object(output.usage, "output.usage") if single else {}
    if not usage:
        every = _object(sample.get("model_usage"), "model_usage")
        usage = _object(every.get(header.model or ""), "model_usage")
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


def _stop(sample: Parts, output: Output, notices: Notices) -> object:
    """Why the sample ended: a failure, else a limit of the run, else the model's last stop."""
    if sample.get("error") is not None:
        return "error"
    if sample.get("invalidation") is not None:
        notices.add(INVALID)
        return "error"
    limit = sample.get("limit")
    if limit is not None:
        kind = limit.get("type") if isinstance(limit, dict) else limit
        if not isinstance(kind, str) or kind not in LIMIT_STOPS:
            raise RowError("bad_value", f"an unknown limit, {shown(kind)}", "limit")
        return LIMIT_STOPS[kind]
    if not output.choices:
        return "error" if output.error else None
    return output.stop_reason
