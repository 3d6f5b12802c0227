"""The ``response_object`` of PlanBench: what the API or the library answered, whichever it was."""

from __future__ import annotations

from typing import Any

from reasonscape.ingest.readers.openai.bodies import completions, message_values
from reasonscape.ingest.rows import RowError, shown


def response_values(body: object) -> dict[str, Any]:
    """Read what a response object says of the completion, and the model it names.

    Bodies of OpenAI's kind and messages of Anthropic's are read; of others, such as those of
    models that PlanBench runs itself, nothing is known. Reasoning that was counted and is not
    shown is ``hidden``.

    Raises
    ------
    RowError
        It is malformed.

    Examples
    --------
    >>> usage = {"completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 5}}
    >>> choice = {"message": {"content": "(stack a b)"}, "finish_reason": "stop"}
    >>> found = response_values({"choices": [choice], "usage": usage})
    >>> found["reasoning_kind"], found["completion_tokens"], found["stop"]
    ('hidden', 9, 'stop')
    """
    if body is None:
        return {"model": None, "stop": None}
    if not isinstance(body, dict):
        raise RowError("wrong_type", f"expected an object, found {shown(body)}", "response_object")
    values = _body_values(body)
    counted = values.get("reasoning_tokens")
    if (
        not values.get("reasoning")
        and values.get("reasoning_kind") is None
        and isinstance(counted, int)
        and counted > 0
    ):
        values["reasoning_kind"] = "hidden"
    return {**values, "model": body.get("model"), "stop": values.get("stop")}


def _body_values(body: dict[str, Any]) -> dict[str, Any]:
    if isinstance(body.get("choices"), list) or body.get("object") == "response":
        # PlanBench takes the first choice; of several, the counts are of all together.
        values = next(completions(body))
        return {k: v for k, v in values.items() if k not in ("repeat", "completions")}
    if body.get("type") == "message":
        return {**message_values(body), **_anthropic(body)}
    return {}


def _anthropic(body: dict[str, Any]) -> dict[str, Any]:
    usage = body.get("usage") or {}
    if not isinstance(usage, dict):
        raise RowError("wrong_type", f"expected an object, found {shown(usage)}", "usage")
    cached = ("cache_creation_input_tokens", "cache_read_input_tokens")
    return {
        "stop": body.get("stop_reason"),
        # Input that was cached is not part of the count.
        "prompt_tokens": None if any(map(usage.get, cached)) else usage.get("input_tokens"),
        "completion_tokens": usage.get("output_tokens"),
    }
