"""Requests that were made one for each reference of an instance -> one sample.

So do the methods ``multiple_choice_separate_*`` and ``ranking_binary``; a sample for each request
would count a question as often as it has choices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from reasonscape.ingest.readers.helm.logprobs import reference_scores
from reasonscape.ingest.readers.helm.state import (
    Request,
    chance_of,
    part,
    prompt_of,
    references_of,
    result_of,
    target_of,
)
from reasonscape.ingest.rows import RowError, shown

CALIBRATED: Final = "multiple_choice_separate_calibrated"
SEPARATE: Final = ("multiple_choice_separate_original", CALIBRATED)


def separate(
    states: Sequence[Request], stats: Mapping[str, float], method: str | None
) -> dict[str, Any]:
    """Values of the requests that were made for the references of one instance.

    The answer is HELM's own ``predicted_index``; where a run has none, the reference of the
    largest logprob: for each token, or in calibrated runs less that of the calibration request.
    It is unknown if tokens do not spell the references.

    Raises
    ------
    RowError
        A request of the group cannot be read.
    """
    references = references_of(states[0])
    original = {_index(one, references): one for one in states if not _calibrates(one)}
    calibration = {_index(one, references): one for one in states if _calibrates(one)}
    values: dict[str, Any] = {
        "prompt": _shared_prompt(original, references),
        "target": target_of(references),
        "chance": chance_of(references) if method in SEPARATE else None,
    }
    results = [result_of(one) for one in states]
    if any(one.get("success") is False for one in results):
        return {**values, "stop": "error"}
    if method not in SEPARATE:
        return values
    chosen = stats.get("predicted_index")
    if chosen is None:
        scores = reference_scores(original, calibration, references, method == CALIBRATED)
        chosen = max(range(len(scores)), key=lambda i: scores[i]) if scores else None
    if chosen is None:
        return values
    if chosen != int(chosen) or not 0 <= chosen < len(references):
        raise RowError("out_of_range", f"there is no reference {chosen}", "predicted_index")
    text = references[int(chosen)][0]
    return {**values, "response": text, "answer": text, "answered": True}


def _index(state: Request, references: Sequence[object]) -> int:
    index: int | None = part(state.get("reference_index"), int, "reference_index")
    if index is None or not 0 <= index < len(references):
        raise RowError("out_of_range", f"no reference {shown(index)}", "reference_index")
    return index


def _calibrates(state: Request) -> bool:
    return state.get("request_mode") == "calibration"


def _shared_prompt(
    original: Mapping[int, Request], references: Sequence[tuple[str, bool]]
) -> str | None:
    """What the prompts have in common: the question without a reference."""
    prompts = {index: prompt_of(state) for index, state in sorted(original.items())}
    bare = [
        text.rstrip().removesuffix(references[index][0].rstrip())
        for index, text in prompts.items()
        if text
    ]
    return _common_prefix(bare) if bare else None


def _common_prefix(texts: Sequence[str]) -> str:
    # Every text lies between the least and the greatest, and begins with all that these share.
    first, last = min(texts), max(texts)
    same = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), None)
    return first if same is None else first[:same]
