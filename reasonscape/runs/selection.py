"""From a filter as the user wrote it to the rows it selects, counted by outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reasonscape.errors import NoRowsError
from reasonscape.runs.command_lines import command_line

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.store.filters import Where

DROPPED = ("ungraded", "failed")
"""Outcomes that no accuracy counts: not graded is not wrong, a harness failure is no answer."""


@dataclass(frozen=True, slots=True)
class Selected:
    """A compiled filter with what it matched."""

    where: Where
    written: Mapping[str, Any]
    counts: Mapping[str, Any]
    n_tasks: int
    notes: tuple[str, ...]


def compiled(dataset: Dataset, filters: Any) -> Selected:
    """Compile a filter (JSON text, ``@file``, or a mapping) and count what it matches.

    Raises
    ------
    NoRowsError
        If no row matches; the message says which part of the filter empties it.
    """
    from reasonscape.store.filters import parse_filters, read_filters
    from reasonscape.store.selection.grade_sources import grade_note
    from reasonscape.store.selection.outcomes import outcome_counts

    written = read_filters(filters)
    where = dataset.where(parse_filters(written))
    store = dataset.store()
    by_outcome = outcome_counts(store, where)
    matched = sum(by_outcome.values())
    if matched == 0:
        raise NoRowsError(
            "; ".join((f"no row of {dataset.name} matches the filters", *where.notes)),
            remedy=f"see what there is: {command_line('tasks', dataset.path)}",
        )
    dropped = {name: by_outcome[name] for name in DROPPED if by_outcome.get(name)}
    counts = {
        "matched": matched,
        "used": matched - sum(dropped.values()),
        "dropped": dropped,
        "by_outcome": by_outcome,
    }
    n_tasks = len(where.base_tasks) if where.base_tasks is not None else len(store.base_tasks())
    notes = (*where.notes, *grade_note(store, where))
    return Selected(where, written, counts, n_tasks, notes)
