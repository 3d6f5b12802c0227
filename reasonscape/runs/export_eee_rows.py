"""Rows of a store as instance rows of Every Eval Ever, and their sums for the aggregate."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reasonscape.ingest.readers.every_eval_ever.own import own_metadata

SCHEMA_VERSION: Final = "0.3.0"
_EXTRACTION: Final = "recorded"
_FAILED: Final = "the harness failed: no answer was obtained"


def result_id(base_task: str, task: str) -> str:
    """Name the result of the aggregate that rows of a task belong to.

    Examples
    --------
    >>> result_id("sums", "sums"), result_id("a:b", "a:b/hard")
    ('score:sums', 'score:a%3Ab:a%3Ab/hard')
    """
    parts = (base_task,) if base_task == task else (base_task, task)
    written = (part.replace("%", "%25").replace(":", "%3A") for part in parts)
    return ":".join(("score", *written))


def instance_row(sample: Mapping[str, Any], evaluation_id: str) -> dict[str, Any]:
    """Write one graded sample as an instance row.

    Parameters
    ----------
    sample
        Columns of ``samples`` and ``texts`` -> value; ``correct`` is known.
    """
    prompt, target = sample.get("prompt"), sample.get("target")
    given: dict[str, Any] = {"raw": prompt or "", "reference": [] if target is None else [target]}
    response, reasoning, answer = (sample.get(name) for name in ("response", "reasoning", "answer"))
    output: dict[str, Any] = {"raw": [] if response is None else [response]}
    if reasoning is not None:
        output["reasoning_trace"] = [reasoning]
    usage = _usage(sample)
    row: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": evaluation_id,
        "model_id": sample["model"],
        "evaluation_name": sample["task"],
        "evaluation_result_id": result_id(sample["base_task"], sample["task"]),
        "sample_id": sample["item_id"],
        "interaction_type": "single_turn",
        "input": given,
        "output": output,
        "answer_attribution": [] if answer is None else [_attribution(answer)],
        "evaluation": {"score": score_of(sample), "is_correct": sample["correct"]},
        "metadata": own_metadata(sample, counted=usage is not None),
    }
    if prompt:
        row["sample_hash"] = _sample_hash(given)
    if usage is not None:
        row["token_usage"] = usage
    if sample.get("stop") == "error":
        row["error"] = _FAILED
    return row


def score_of(sample: Mapping[str, Any]) -> float:
    """The source's score, else 1 for right and 0 for wrong."""
    score = sample.get("score")
    return float(sample["correct"]) if score is None else float(score)


def _attribution(answer: str) -> dict[str, Any]:
    return {
        "turn_idx": 0,
        "source": "output.raw",
        "extracted_value": answer,
        "extraction_method": _EXTRACTION,
        "is_terminal": True,
    }


def _usage(sample: Mapping[str, Any]) -> dict[str, int] | None:
    """Token counts, where prompt and completion are both known and the format can hold them."""
    prompt, completion = sample.get("prompt_tokens"), sample.get("completion_tokens")
    if not prompt or not completion:
        return None
    usage = {
        "input_tokens": prompt,
        "output_tokens": completion,
        "total_tokens": prompt + completion,
    }
    if (reasoning := sample.get("reasoning_tokens")) is not None:
        usage["reasoning_tokens"] = reasoning
    return usage


def _sample_hash(given: Mapping[str, Any]) -> str:
    """Hash of the question and its references, as the format's own adapters make it."""
    text = json.dumps(
        {"raw": given["raw"], "reference": given["reference"]},
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class TaskSums:
    """What the rows of one task add up to."""

    base_task: str
    task: str
    rows: int = 0
    right: int = 0
    failed: int = 0
    plain: bool = True
    caps: set[int | None] = field(default_factory=set)
    _sum: float = 0.0
    _rest: float = 0.0
    _centre: float = 0.0
    _spread: float = 0.0

    def add(self, sample: Mapping[str, Any]) -> None:
        """Count one more row."""
        score = score_of(sample)
        self.rows += 1
        self.right += sample["correct"]
        self.failed += sample.get("stop") == "error"
        self.plain = self.plain and score == float(sample["correct"])
        if len(self.caps) < 2:
            self.caps.add(sample.get("max_tokens"))
        # What a sum loses is kept beside it: the mean is that of the rows to the last digits.
        total = self._sum + score
        great, small = (score, self._sum) if abs(score) > abs(self._sum) else (self._sum, score)
        self._rest += (great - total) + small
        self._sum = total
        step = score - self._centre
        self._centre += step / self.rows
        self._spread += step * (score - self._centre)

    def result(self, template: str, sampler: str) -> dict[str, Any]:
        """Write them as a result of the aggregate; it is a mean over all its rows."""
        mean = (self._sum + self._rest) / self.rows
        deviation = math.sqrt(self._spread / self.rows) if self._spread >= 0 else math.nan
        if not math.isfinite(mean):  # scores whose sum no number holds
            mean = self._centre if math.isfinite(self._centre) else 0.0
        details = {"accuracy": repr(self.right / self.rows), "failed_rows": str(self.failed)}
        settings: dict[str, Any] = {}
        cap = next(iter(self.caps)) if len(self.caps) == 1 else None
        if cap:
            settings["max_tokens"] = cap
        more = {"template": template, "sampler": sampler}
        return {
            "evaluation_result_id": result_id(self.base_task, self.task),
            "evaluation_name": self.task,
            "source_data": {"dataset_name": self.base_task, "source_type": "other"},
            "metric_config": _ACCURACY if self.plain else _SCORE,
            "score_details": {
                "score": mean,
                "details": details,
                "uncertainty": {
                    **({"standard_deviation": deviation} if math.isfinite(deviation) else {}),
                    "num_samples": self.rows,
                },
            },
            "generation_config": {
                "generation_args": settings,
                "additional_details": {key: value for key, value in more.items() if value},
            },
        }


_ACCURACY: Final = {
    "metric_id": "accuracy",
    "metric_name": "Accuracy",
    "metric_kind": "accuracy",
    "metric_unit": "proportion",
    "lower_is_better": False,
    "score_type": "continuous",
    "min_score": 0,
    "max_score": 1,
}
_SCORE: Final = {
    "metric_id": "score",
    "metric_name": "Score",
    "metric_kind": "score",
    "evaluation_description": "mean of the scores as the harness gave them; their range is unknown",
    "lower_is_better": False,
}
