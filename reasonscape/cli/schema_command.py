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
    results: Annotated[
        str | None,
        typer.Option(
            "--results",
            metavar="NAME",
            help="JSON Schema of a command's result, or of finding, hypothesis, error, all.",
        ),
    ] = None,
) -> None:
    """Columns, filter keys and result fields as JSON, for programs and agents."""
    from reasonscape.runs.strict_json import dumps

    if results is not None:
        from reasonscape.runs.schema_results import result_schema

        put(dumps(result_schema(results)))
        return
    from reasonscape.runs.schema import describe

    put(dumps(describe(dataset)))
