"""A request that stands for its instance: a generation, or a question with lettered choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from reasonscape.ingest.readers.helm.state import (
    Request,
    chance_of,
    part,
    prompt_of,
    references_of,
    result_of,
    target_of,
)
from reasonscape.ingest.readers.helm.stops import stop_of
from reasonscape.ingest.readers.message_texts import media_text
from reasonscape.ingest.rows import RowError, shown

THINKING_UNCOUNTED: Final = (
    "completion tokens unknown: HELM counts those of the answer, not of the thinking"
)
MORE_COMPLETIONS: Final = (
    "further completions are not read: HELM grades the one of the largest logprob"
)

Notice = Callable[[str], None]


def generation(
    state: Request, stats: Mapping[str, float], notice: Notice, pattern: bool
) -> dict[str, Any]:
    """Values of a request that stands for its instance.

    Parameters
    ----------
    state
        The request with its result.
    stats
        What HELM measured of the instance.
    notice
        Called with what costs no row.
    pattern
        Whether HELM cuts the answer out of the output by a pattern, before it maps letters.
    """
    references, mapping = (
        references_of(state),
        part(state.get("output_mapping"), dict, "output_mapping"),
    )
    values: dict[str, Any] = {
        "prompt": prompt_of(state),
        "target": target_of(references),
        "chance": chance_of(references) if mapping else None,
        "choices": list(mapping.values()) if mapping else None,
        "prompt_tokens": _whole(stats.get("num_prompt_tokens")),
    }
    request = part(state.get("request"), dict, "request") or {}
    cap = part(request.get("max_tokens"), int, "request.max_tokens")
    # A cap of one token asks for a letter: it cuts no trace.
    values["max_tokens"] = cap if cap is not None and cap > 1 else None
    result = result_of(state)
    if result.get("success") is False:
        return {**values, "stop": "error"}
    completions = part(result.get("completions"), list, "completions") or []
    if not completions:
        raise RowError("missing_field", "a result without a completion", "completions")
    place = _graded(completions)
    if len(completions) > 1:
        notice(MORE_COMPLETIONS)
    values |= _completion(completions[place], notice)
    if mapping:
        answer = mapping.get((values["response"] or "").strip())
        values["answer"] = part(answer, str, "output_mapping")
        values["answered"] = True if answer is not None else None if pattern else False
    values["stop"] = stop_of(completions[place], stats if place == 0 else {})
    if cap == 1 and values.get("answered") and values["stop"] == "length":
        values["stop"] = None
    return values


def _graded(completions: Sequence[Any]) -> int:
    """The place of the completion that HELM grades: the first of those of the largest logprob."""
    logprobs = []
    for one in completions:
        if not isinstance(one, dict):
            raise RowError("not_object", f"a completion that is {shown(one)}", "completions")
        value = one.get("logprob", 0)
        if not isinstance(value, int | float):
            raise RowError("wrong_type", f"expected a number, found {shown(value)}", "logprob")
        logprobs.append(value)
    return max(range(len(logprobs)), key=lambda i: logprobs[i]) if len(logprobs) > 1 else 0


def _completion(completion: Mapping[str, Any], notice: Notice) -> dict[str, Any]:
    text = part(completion.get("text"), str, "completions.text")
    if not text and completion.get("multimodal_content") is not None:
        text = media_text(completion["multimodal_content"], "multimodal_content")
    thinking = part(completion.get("thinking"), dict, "thinking") or {}
    reasoning = part(thinking.get("text"), str, "thinking.text") or None
    tokens = part(completion.get("tokens"), list, "tokens") or []
    # Nothing was counted where a text has no tokens.
    count = len(tokens) if tokens or not text else None
    if reasoning and count is not None:
        notice(THINKING_UNCOUNTED)
        count = None
    return {"response": text, "reasoning": reasoning, "completion_tokens": count}


def _whole(value: float | None) -> int | None:
    """A count; the mean over the requests of an instance is none."""
    return int(value) if value is not None and abs(value) < 2**53 and value == int(value) else None
