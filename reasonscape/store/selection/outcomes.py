"""How the selected samples ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reasonscape.store.outcome import OUTCOME_COLUMNS, outcome
from reasonscape.store.schema import OUTCOMES
from reasonscape.store.selection.source import selected

if TYPE_CHECKING:
    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store

USED: Final = ("correct", "incorrect", "truncated", "unanswered")
"""Outcomes that count as graded; ``ungraded`` and ``failed`` are dropped and counted."""


def outcome_counts(store: Store, where: Where) -> dict[str, int]:
    """Count the selected samples by outcome.

    Parameters
    ----------
    store, where
        What to read.

    Returns
    -------
    dict
        Every outcome, in the order of ``OUTCOMES``, also those that do not occur.
    """
    counts = dict.fromkeys(OUTCOMES, 0)
    sql = (
        "SELECT stop, correct, answered, count(*) "
        f"FROM {selected(store, where, sorted(OUTCOME_COLUMNS))} GROUP BY ALL"
    )
    for stop, correct, answered, count in store.rows(sql, where.params):
        counts[outcome(stop, correct, answered)] += count
    return counts
