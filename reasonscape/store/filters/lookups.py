"""The few things about a store that words a filter better: its ids, its levels, its columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from reasonscape.store.filters.where import quote_identifier

if TYPE_CHECKING:
    from reasonscape.store.tables import Store


def known_eval_ids(store: Store) -> tuple[str, ...]:
    """List all eval ids of a store, sorted."""
    rows = store.rows(f"SELECT DISTINCT eval_id FROM {store.scan(['eval_id'])}")
    return tuple(sorted(str(row[0]) for row in rows))


def known_levels(store: Store, column: str, base_tasks: Collection[str] | None) -> list[float]:
    """List the values of a numeric column within some base tasks (``None``: all)."""
    name = quote_identifier(column)
    source = store.scan([column], base_tasks)
    rows = store.rows(f"SELECT DISTINCT {name} FROM {source} WHERE {name} IS NOT NULL")
    return sorted(float(row[0]) for row in rows)


def present_columns(
    store: Store, columns: Sequence[str], base_tasks: Collection[str] | None
) -> list[str]:
    """Keep the columns that hold a value in some row of the base tasks."""
    if not columns:
        return []
    source = store.scan(columns, base_tasks)
    if len(columns) == 1:
        # Stops at the first value; the usual case.
        name = quote_identifier(columns[0])
        found = store.rows(f"SELECT 1 FROM {source} WHERE {name} IS NOT NULL LIMIT 1")
        return list(columns) if found else []
    counts = ", ".join(f"count({quote_identifier(name)})" for name in columns)
    row = store.rows(f"SELECT {counts} FROM {source}")[0]
    return [name for name, count in zip(columns, row, strict=True) if count]
