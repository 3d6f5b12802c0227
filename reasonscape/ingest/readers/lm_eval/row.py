"""One row of an lm-eval sample log -> the values of a sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.lm_eval.requests import (
    Likelihood,
    Request,
    likelihood,
    requests_of,
    responses_of,
)
from reasonscape.ingest.readers.lm_eval.results import Run
from reasonscape.ingest.rows import RowError, shown

INVALID: Final = "[invalid]"
"""What the filters of lm-eval give where they find no answer."""
# Right or wrong by their definition; of other metrics only the dataset knows from where.
BINARY: Final = frozenset(
    (
        *("exact_match", "acc", "acc_norm", "acc_mutual_info", "acc_bytes", "acc_all", "em", "mc1"),
        *("pass@1", "pass_at_1", "contains", "prompt_level_strict_acc", "prompt_level_loose_acc"),
        "math_verify",
    )
)
CAPS: Final = ("max_gen_toks", "max_tokens", "max_new_tokens", "max_completion_tokens")


def row_values(
    row: Mapping[str, Any], run: Run, metric: str | None, options: ReadOptions
) -> dict[str, Any]:
    """Read one row.

    Raises
    ------
    RowError
        It lacks what a sample needs, or a value has the wrong type.
    """
    requests, responses = requests_of(row), responses_of(row)
    if any(len(one) > 1 for one in responses):
        options.notices.add(
            "a question was answered several times: the first answer is kept, beside the grade "
            "that the filter gave to all of them"
        )
    likelihoods = [likelihood(one[0]) for one in responses]
    values: dict[str, Any] = {
        "model": run.model,
        "template": run.template,
        "sampler": run.sampler,
        "base_task": run.task,
        "task": run.task if run.shots is None else f"{run.task}/{run.shots}-shot",
        "item_id": row.get("doc_id"),
        "prompt": requests[0].prompt,
        "target": _target(row.get("target")),
        "score": None if metric is None else score_of(row, metric),
    }
    known = [one for one in likelihoods if one is not None]
    if len(known) == len(responses):
        values |= _chosen(row, requests, known, metric)
    elif requests[0].settings is not None:
        if not isinstance(responses[0][0], str):
            raise RowError("wrong_type", f"a response that is {shown(responses[0][0])}", "resps")
        values |= _generated(row, requests[0].settings, responses[0][0])
    return values


def score_of(row: Mapping[str, Any], metric: str) -> object:
    """Read one metric of a row; None where it is no number, as perplexities are pairs."""
    value = row.get(metric)
    if value is None:
        raise RowError("missing_field", f"the row has no {metric!r}", metric)
    return value if isinstance(value, int | float) else None


def _target(target: object) -> object:
    if isinstance(target, list):
        return "\n".join(str(one) for one in target)
    return target if isinstance(target, str | int | float) else None


def _generated(
    row: Mapping[str, Any], settings: Mapping[str, Any], response: str
) -> dict[str, Any]:
    cap = next((settings[key] for key in CAPS if key in settings), None)
    values: dict[str, Any] = {"response": response, "max_tokens": cap}
    filtered = row.get("filtered_resps")
    extracted = filtered[0] if isinstance(filtered, list) and filtered else None
    if extracted == INVALID:
        return values | {"answered": False}
    if isinstance(extracted, str) and extracted.strip() != response.strip():
        return values | {"answered": True, "answer": extracted}
    return values


def _chosen(
    row: Mapping[str, Any],
    requests: Sequence[Request],
    likelihoods: Sequence[Likelihood],
    metric: str | None,
) -> dict[str, Any]:
    """The choice that a model finds likeliest; one continuation alone is no choice."""
    names = row.get("metrics")
    count = len(likelihoods)
    if isinstance(names, list) and "acc_mutual_info" in names:
        count //= 2  # the second half are the choices without the question
    if count < 2:
        return {}
    if len(requests) < count:
        raise RowError("missing_field", f"{count} answers to {len(requests)} requests", "arguments")
    continuations = [request.continuation or "" for request in requests[:count]]
    logs = [one.log for one in likelihoods[:count]]
    if metric == "acc_norm":
        logs = [
            log / max(1, len(text.lstrip())) for log, text in zip(logs, continuations, strict=True)
        ]
    best = max(range(count), key=logs.__getitem__)
    target = row.get("target")
    is_index = isinstance(target, int) or (isinstance(target, str) and target.isdecimal())
    if is_index or len(set(continuations)) < count:
        answer: object = best
    else:
        answer = continuations[best].strip()
    return {"answer": answer, "answered": True, "chance": 1 / count}


def metric_names(row: Mapping[str, Any]) -> list[str]:
    """Give the metrics of a row; older logs do not list them, but have them behind the hashes.

    Raises
    ------
    RowError
        The list holds something else than names.
    """
    names = row.get("metrics")
    if names is None:
        return [name for name, value in row.items() if name not in _KEYS and _is_number(value)]
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise RowError("wrong_type", f"expected names, found {shown(names)}", "metrics")
    return names


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


_KEYS: Final = frozenset(
    (
        *("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"),
        *("doc_hash", "prompt_hash", "target_hash"),
    )
)
