"""The levels of coordinates: what axes are cut from, and found among."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.outcome import OUTCOME_SQL
from reasonscape.store.selection.outcomes import USED
from reasonscape.store.selection.source import ITEM_COLUMNS, ITEM_KEY, selected

if TYPE_CHECKING:
    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store


@dataclass(frozen=True, slots=True)
class Level:
    """One value of a coordinate over all selected evals together.

    Attributes
    ----------
    items
        Distinct questions.
    samples
        All samples.
    used
        Samples that count: graded, truncated or unanswered.
    correct
        Of those, the right ones.
    """

    value: float | str
    items: int
    samples: int
    used: int
    correct: int


def axis_levels(
    store: Store, where: Where, base_task: str, columns: Sequence[str]
) -> dict[str, list[Level]]:
    """Levels of some coordinates of one base task.

    Parameters
    ----------
    store, where
        What to read.
    base_task
        The base task.
    columns
        Full names, ``param.*`` or ``label.*`` (any other column works too).

    Returns
    -------
    dict
        Column -> its levels in ascending order; samples without a value are in none.
    """
    if not columns:
        return {}
    names = [quote_identifier(name) for name in columns]
    read = (*ITEM_COLUMNS, "stop", "correct", "answered", *columns)
    used = ", ".join(f"'{name}'" for name in USED)
    parts = " UNION ALL ".join(
        f"SELECT {place} AS place, {name}::VARCHAR AS text, TRY_CAST({name} AS DOUBLE) AS number, "
        "count(DISTINCT item) AS items, sum(n)::BIGINT AS n, sum(m)::BIGINT AS m, "
        f"sum(k)::BIGINT AS k FROM grouped WHERE {name} IS NOT NULL GROUP BY {name}"
        for place, name in enumerate(names)
    )
    sql = (
        f"WITH grouped AS MATERIALIZED (SELECT {ITEM_KEY} AS item, {', '.join(names)}, "
        f"count(*) AS n, count(*) FILTER (WHERE {OUTCOME_SQL} IN ({used})) AS m, "
        f"count(*) FILTER (WHERE {OUTCOME_SQL} = 'correct') AS k "
        f"FROM {selected(store, where, read, [base_task])} GROUP BY ALL) {parts}"
    )
    kinds = store.columns()
    found: dict[str, list[Level]] = {name: [] for name in columns}
    for place, text, number, *counts in store.rows(sql, where.params):
        is_text = kinds.get(columns[place], "VARCHAR") == "VARCHAR"
        found[columns[place]].append(Level(text if is_text else number, *counts))
    for levels in found.values():
        levels.sort(key=lambda level: level.value)
    return found
