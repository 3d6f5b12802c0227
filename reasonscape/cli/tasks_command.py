"""``analyze.py tasks``: which tasks, axes, levels and surfaces exist."""

from __future__ import annotations

from reasonscape.cli.failures import put, say
from reasonscape.cli.parameters import (
    DatasetArgument,
    DetailOption,
    FiltersOption,
    Format,
    FormatOption,
    LimitOption,
)


def tasks(
    dataset: DatasetArgument,
    filters: FiltersOption = "{}",
    format_: FormatOption = Format.table,
    limit: LimitOption = 40,
    detail: DetailOption = False,
) -> None:
    """Which tasks, axes, levels and surfaces exist; how many samples a cell (--detail: levels)."""
    from reasonscape.cli.rendering import render
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.tasks import list_tasks

    listing = list_tasks(Dataset.open(dataset), filters, detail=detail)
    put(render(listing, format_, limit))
    for note in listing.talk(limit):
        say(note)
