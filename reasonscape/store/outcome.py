"""The outcome of a sample, derived in one place."""

from __future__ import annotations

from typing import Final

OUTCOME_SQL: Final = (
    "CASE WHEN stop = 'error' THEN 'failed' "
    "WHEN correct THEN 'correct' "
    "WHEN stop = 'length' THEN 'truncated' "
    "WHEN correct IS NULL THEN 'ungraded' "
    "WHEN answered = false OR stop = 'filter' THEN 'unanswered' "
    "ELSE 'incorrect' END"
)
"""The first that holds: a harness failure is no wrong answer, a NULL never counts as false."""

OUTCOME_COLUMNS: Final = frozenset({"stop", "correct", "answered"})
"""Columns of ``samples`` that :data:`OUTCOME_SQL` reads."""


def outcome(stop: str | None, correct: bool | None, answered: bool | None) -> str:
    """Outcome of one sample, as :data:`OUTCOME_SQL` derives it.

    Parameters
    ----------
    stop
        ``stop``, ``length``, ``filter``, ``error`` or ``unknown``.
    correct, answered
        ``None`` where the log does not say.

    Examples
    --------
    >>> outcome("length", True, None), outcome("length", None, None), outcome("stop", None, True)
    ('correct', 'truncated', 'ungraded')
    """
    if stop == "error":
        return "failed"
    if correct:
        return "correct"
    if stop == "length":
        return "truncated"
    if correct is None:
        return "ungraded"
    if answered is False or stop == "filter":
        return "unanswered"
    return "incorrect"
