"""Samples of both sides, by outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reasonscape.errors import NoRowsError
from reasonscape.runs.command_lines import command_line
from reasonscape.runs.selection import DROPPED
from reasonscape.store.filters import Where
from reasonscape.store.selection.outcomes import outcome_counts

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.comparison_sides import Side


def counted(dataset: Dataset, where: Where, sides: tuple[Side, Side]) -> dict[str, Any]:
    """Count what is compared, together and of each side.

    Raises
    ------
    NoRowsError
        If a side has no sample.
    """
    found = []
    for side in sides:
        outcomes = outcome_counts(dataset.store(), where & side.where)
        if not sum(outcomes.values()):
            raise NoRowsError(
                f"no row of {dataset.name} is {side.name} ({side.shown}) within the filters",
                remedy=f"see what there is: {command_line('tasks', dataset.path)}",
            )
        found.append(outcomes)
    total = {name: found[0][name] + found[1][name] for name in found[0]}
    return {
        **_counts(total),
        "a": _counts(found[0]),
        "b": _counts(found[1]),
    }


def either(a: Where, b: Where) -> Where:
    """Rows of A or of B."""
    tasks = None if a.base_tasks is None or b.base_tasks is None else a.base_tasks | b.base_tasks
    sql = f"(coalesce(({a.sql}), false) OR coalesce(({b.sql}), false))"
    return Where(sql, (*a.params, *b.params), a.columns | b.columns, tasks)


def _counts(outcomes: dict[str, int]) -> dict[str, Any]:
    matched = sum(outcomes.values())
    dropped = {name: outcomes[name] for name in DROPPED if outcomes.get(name)}
    return {
        "matched": matched,
        "used": matched - sum(dropped.values()),
        "dropped": dropped,
        "by_outcome": outcomes,
    }
