"""Names in OpenAI-style rows: the question, the task."""

from __future__ import annotations

import re
from typing import Any, Final

from reasonscape.ingest.rows import RowError

_SEPARATOR: Final = re.compile(r"::?|/")
_NO_TASK: Final = re.compile(
    r"\W*(batch|call|chat|example|id|item|msg|prompt|q|question|req|request|row|sample|task)s?\W*",
    re.IGNORECASE,
)


def item_of(row: dict[str, Any]) -> Any:
    """Name the question; the ids of bodies name the response, not the question.

    Raises
    ------
    RowError
        A ``custom_id`` is none.
    """
    if "custom_id" in row:
        if not is_name(row["custom_id"]):
            raise RowError("missing_field", "'custom_id' is required", "custom_id")
        return row["custom_id"]
    if "item_id" in row:
        return row["item_id"]
    return row.get("id") if "messages" in row or "request" in row else None


def is_name(value: object) -> bool:
    """Whether a value is text and not empty."""
    return isinstance(value, str) and value != ""


def task_in(item: object) -> tuple[str, str] | None:
    """Read the task that a ``custom_id`` names before ``/`` or ``:``: its family, and in full.

    Words joined by ``-`` or ``_`` are no task: what joins them to an index joins words as well.

    Examples
    --------
    >>> task_in("mmlu/abstract_algebra/12"), task_in("HumanEval/3"), task_in("request-7")
    (('mmlu', 'mmlu/abstract_algebra'), ('HumanEval', 'HumanEval'), None)
    """
    if not isinstance(item, str):
        return None
    ends = list(_SEPARATOR.finditer(item))
    family = item[: ends[0].start()].strip() if ends else ""
    full = item[: ends[-1].start()].strip() if ends else ""
    if (
        not any(map(str.isalpha, family))
        or _NO_TASK.fullmatch(family)
        or not item[ends[-1].end() :]
    ):
        return None
    return family, full
