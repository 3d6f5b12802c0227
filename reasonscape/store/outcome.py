"""The outcome of a sample, derived in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reasonscape.store.schema import OUTCOMES


def outcome_case(values: Mapping[str, str]) -> str:
    """SQL expression that has another value for each outcome.

    Parameters
    ----------
    values
        Outcome -> SQL expression of its value, for every outcome.

    Returns
    -------
    str
        A CASE over the columns ``stop``, ``correct`` and ``answered``: the first that holds. A
        harness failure is no wrong answer, and NULL never counts as false.
    """
    return (
        f"CASE WHEN stop = 'error' THEN {values['failed']} "
        f"WHEN correct THEN {values['correct']} "
        f"WHEN stop = 'length' THEN {values['truncated']} "
        f"WHEN correct IS NULL THEN {values['ungraded']} "
        f"WHEN answered = false OR stop = 'filter' THEN {values['unanswered']} "
        f"ELSE {values['incorrect']} END"
    )


OUTCOME_SQL: Final = outcome_case({name: f"'{name}'" for name in OUTCOMES})
"""The outcome by name."""

OUTCOME_COLUMNS: Final = frozenset({"stop", "correct", "answered"})
"""Columns of ``samples`` that the outcome is derived from."""


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
