"""One row of Every Eval Ever -> the fields of a sample."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from reasonscape.ingest.notices import Notices
from reasonscape.ingest.readers.every_eval_ever.aggregate import Result
from reasonscape.ingest.readers.every_eval_ever.own import PREFIX, STOP
from reasonscape.ingest.readers.every_eval_ever.parts import object_of, said_in, text_of, texts_of
from reasonscape.ingest.rows import RowError, shown

# What converters write into the metadata of a row that is no property of the question.
BOOKKEEPING: Final = frozenset(
    (
        STOP,
        "finish_reason",
        "epoch",
        "filter",
        "lm_eval_metrics",
        "doc_hash",
        "prompt_hash",
        "target_hash",
    )
)
_NUMBER: Final = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,17})?(e[+-]\d{1,2})?")
_NO_EXTRACTION: Final = ("", "none")
_UNREAD: Final = ("", "[invalid]")
"""What stands for an answer that could not be read; the second is lm-eval's."""


def row_values(row: Mapping[str, Any], result: Result, notices: Notices) -> dict[str, Any]:
    """Read texts, grade and counts of a row; its task and its own metadata are not read here.

    Raises
    ------
    RowError
        Something has another type than the format gives it.
    """
    given = object_of(row.get("input"), "input")
    references = texts_of(given.get("reference"), "input.reference")
    response, reasoning = said_in(row, notices)
    values: dict[str, Any] = {
        "model": row.get("model_id"),
        "template": result.template,
        "sampler": result.sampler,
        "item_id": row.get("sample_id"),
        "repeat": _epoch(_metadata(row)),
        "prompt": text_of(given.get("raw"), "input.raw") or None,
        "reasoning": reasoning,
        "response": response,
        "target": _one(references),
        "chance": _chance(texts_of(given.get("choices"), "input.choices"), references),
        "max_tokens": result.max_tokens,
        "stop": "error" if text_of(row.get("error"), "error") else _stop(_metadata(row)),
    }
    values |= _grade(row, result, notices)
    values |= _answer(row)
    values |= _tokens(row, response)
    return values


def row_metadata(row: Mapping[str, Any], *, all_of_it: bool) -> dict[str, Any]:
    """Metadata as coordinates are read from it: a text that is a plain number is that number.

    The format allows only texts there, so that a converter writes the level 3 as ``"3"``; a text
    such as ``007`` or ``1_000`` is none that a number is written as, and stays one.

    Parameters
    ----------
    all_of_it
        Also what converters keep there for themselves, for paths that name it.
    """
    return {
        name: _plain(value)
        for name, value in _metadata(row).items()
        if all_of_it
        or not (
            name in BOOKKEEPING
            or name.startswith(PREFIX)
            or (isinstance(value, str) and value.startswith(("{", "[")))
        )
    }


def _plain(value: Any) -> Any:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    return value


def _metadata(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return object_of(row.get("metadata"), "metadata", required=False)


def _grade(row: Mapping[str, Any], result: Result, notices: Notices) -> dict[str, Any]:
    grade = object_of(row.get("evaluation"), "evaluation")
    score, correct = grade.get("score"), grade.get("is_correct")
    if isinstance(score, bool):
        raise RowError("wrong_type", f"expected a number, found {shown(score)}", "score")
    if result.unknown_score and score == -1:
        return {"score": None, "correct": None}
    if result.top is not None and isinstance(score, int | float):
        if correct is None:
            correct = score >= result.top
        elif correct is True and 0 < score < result.top and "epoch" in _metadata(row):
            # Inspect's converter: the mean over epochs on the row of each, and right above 0.
            notices.add("the score is a mean over epochs, and which was right is unknown: ungraded")
            correct = None
    return {"score": score, "correct": correct}


def _answer(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a grader read from the output; an output that nothing was read from is no answer."""
    items = row.get("answer_attribution")
    if items is None:
        return {}
    if not isinstance(items, list):
        raise RowError("wrong_type", f"expected a list, found {shown(items)}", "answer")
    read = [object_of(item, "answer_attribution") for item in items]
    last = next((one for one in reversed(read) if one.get("is_terminal") is not False), None)
    if last is None or last.get("extraction_method") in _NO_EXTRACTION:
        return {}
    answer = text_of(last.get("extracted_value"), "answer_attribution.extracted_value")
    return {"answer": answer, "answered": None if answer is None else answer not in _UNREAD}


def _tokens(row: Mapping[str, Any], response: str | None) -> dict[str, Any]:
    """Counts; a total says whether cached input and reasoning stand beside the other two."""
    usage = object_of(row.get("token_usage"), "token_usage", required=False)
    names = ("input_tokens", "output_tokens", "total_tokens", "reasoning_tokens")
    prompt, completion, total, reasoning = (_count(usage, name) for name in names)
    if not prompt and not completion and not total:
        # Converters write zeros where nothing was counted: no prompt has no token.
        return {}
    if prompt is not None and completion is not None and total is not None:
        cached = sum(
            _count(usage, name) or 0
            for name in ("input_tokens_cache_read", "input_tokens_cache_write")
        )
        beside = total - prompt - completion
        if beside and beside == (reasoning or 0):
            completion += beside
        elif beside and beside == cached:
            prompt += beside
    if completion == 0 and response:
        completion = None
    return {
        "prompt_tokens": prompt or None,
        "completion_tokens": completion,
        "reasoning_tokens": reasoning,
    }


def _count(usage: Mapping[str, Any], name: str) -> int | None:
    value = usage.get(name)
    if isinstance(value, float) and value == value and abs(value) < 2**53:
        value = int(value) if value == int(value) else value
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise RowError(
        "wrong_type", f"expected an integer, found {shown(value)}", f"token_usage.{name}"
    )


def _chance(choices: list[str] | None, references: list[str] | None) -> float | None:
    """One in the number of choices; choices that are all right are references, no choices."""
    if not choices or len(choices) < 2 or not set(choices) - set(references or ()):
        return None
    return 1 / len(choices)


def _epoch(metadata: Mapping[str, Any]) -> int | None:
    """Inspect's epoch, counted from 1; without one, repeats are counted as they come."""
    epoch = metadata.get("epoch")
    if isinstance(epoch, str) and epoch.isascii() and epoch.isdecimal() and 0 < len(epoch) < 9:
        return max(0, int(epoch) - 1)
    return None


def _stop(metadata: Mapping[str, Any]) -> Any:
    reason = metadata.get(STOP)
    return metadata.get("finish_reason") if reason is None else reason


def _one(texts: list[str] | None) -> str | None:
    if not texts:
        return None
    return texts[0] if len(texts) == 1 else json.dumps(texts, ensure_ascii=False)
