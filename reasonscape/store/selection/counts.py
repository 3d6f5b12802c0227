"""Samples of a selection by outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reasonscape.store.outcome import OUTCOME_COLUMNS, OUTCOME_SQL
from reasonscape.store.schema import OUTCOMES

if TYPE_CHECKING:
    from reasonscape.store.filters import Where
    from reasonscape.store.tables import Store


def outcome_counts(store: Store, where: Where) -> dict[str, int]:
    """Count the selected samples by outcome; every outcome is listed, also with none."""
    wanted = sorted({"base_task", *OUTCOME_COLUMNS, *where.columns})
    sql = f"""
        SELECT {OUTCOME_SQL} AS outcome, count(*)
        FROM {store.scan(wanted, where.base_tasks)} WHERE ({where.sql}) GROUP BY outcome
    """
    found = {str(row[0]): int(row[1]) for row in store.rows(sql, where.params)}
    return {name: found.get(name, 0) for name in OUTCOMES}
