"""How likely the references of an instance are, by the tokens that spell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from reasonscape.ingest.readers.helm.state import Request, part, result_of

_TOKEN: Final = ("text", "logprob")


def reference_scores(
    original: Mapping[int, Request],
    calibration: Mapping[int, Request],
    references: Sequence[tuple[str, bool]],
    calibrated: bool,
) -> list[float] | None:
    """Give a score for each reference, None unless each has one.

    It is the logprob for each token, or in calibrated runs the logprob less that of the
    calibration request, as HELM has it.

    Raises
    ------
    RowError
        A request has no result.
    """
    scores = []
    for index, (text, _) in enumerate(references):
        found = _logprob(original.get(index), text)
        if found is None:
            return None
        if not calibrated:
            scores.append(found[0] / found[1])
            continue
        less = _logprob(calibration.get(index), text)
        if less is None:
            return None
        scores.append(found[0] - less[0])
    return scores


def _logprob(state: Request | None, reference: str) -> tuple[float, int] | None:
    """Sum of the logprobs of the last tokens that spell the reference, and their number."""
    completions = part(result_of(state).get("completions"), list, "completions") if state else None
    if not completions or not isinstance(completions[0], dict):
        return None
    wanted, spelled, total = reference.strip(), "", 0.0
    tokens = part(completions[0].get("tokens"), list, "tokens") or []
    for number, token in enumerate(reversed(tokens), 1):
        text, logprob = (token.get(key) if isinstance(token, dict) else None for key in _TOKEN)
        if not isinstance(text, str) or not isinstance(logprob, int | float):
            return None
        spelled, total = text + spelled, total + logprob
        if spelled.strip() == wanted:
            return total, number
        if len(spelled.strip()) > len(wanted):
            return None
    return None
