"""One sample of an Inspect log -> the fields of a sample of the store.

What is one completion of several turns is counted as a whole: ``response`` is the final
completion, and the tokens are those of all turns of the evaluated model.
"""

from __future__ import annotations

from typing import Any, Final

from reasonscape.ingest.native import NativeRow
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.readers.inspect.attachments import Resolve, resolver
from reasonscape.ingest.readers.inspect.header import Header
from reasonscape.ingest.readers.inspect.output import Output
from reasonscape.ingest.readers.inspect.parts import Parts
from reasonscape.ingest.readers.inspect.scores import grade
from reasonscape.ingest.readers.inspect.text import compact, messages_text
from reasonscape.ingest.readers.inspect.tokens import object_of, token_counts
from reasonscape.ingest.rows import RowError, shown

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
    metadata = object_of(sample.get("metadata"), "metadata")
    return NativeRow(
        {
            **header.shared,
            **_question(sample, header, resolve),
            **graded,
            **output.completion(resolve),
            **token_counts(sample, output, header),
            "stop": _stop(sample, output, notices),
        },
        metadata={"metadata": metadata, "task_args": header.task_args},
    )


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
