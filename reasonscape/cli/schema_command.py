"""``analyze.py schema``: columns, filter keys and result fields as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reasonscape.cli.failures import put


def schema(
    dataset: Annotated[
        Path | None,
        typer.Argument(metavar="[DATASET]", help="With a dataset: also its own filter keys."),
    ] = None,
) -> None:
    """Columns, filter keys and result fields as JSON, for programs and agents."""
    from reasonscape.runs.schema import describe
    from reasonscape.runs.strict_json import dumps

    put(dumps(describe(dataset), indent=1))
