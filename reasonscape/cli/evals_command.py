"""``analyze.py evals``: which evals are there, how much data, how good."""

from __future__ import annotations

from typing import Annotated

import typer

from reasonscape.cli.failures import put, say
from reasonscape.cli.parameters import (
    DatasetArgument,
    DetailOption,
    FiltersOption,
    Format,
    FormatOption,
    LimitOption,
)


def evals(
    dataset: DatasetArgument,
    search: Annotated[
        str, typer.Option("--search", help="Only evals whose id, model, label or template has it.")
    ] = "",
    filters: FiltersOption = "{}",
    format_: FormatOption = Format.table,
    limit: LimitOption = 25,
    detail: DetailOption = False,
) -> None:
    """Which evals are there, how much data, how good (interval, and bounds for truncation)."""
    from reasonscape.cli.rendering import render
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.listing import list_evals

    listing = list_evals(Dataset.open(dataset), filters, search=search, detail=detail)
    put(render(listing, format_, limit))
    for note in listing.talk(limit):
        say(note)
