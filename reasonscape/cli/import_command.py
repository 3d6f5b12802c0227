"""``analyze.py import``: native logs -> store."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from reasonscape.cli.failures import put, say
from reasonscape.cli.parameters import Format, FormatOption


class OnConflict(Enum):
    """What happens to a row whose key is in the store with other content."""

    error = "error"
    replace = "replace"
    repeat = "repeat"


NoFeaturesOption = Annotated[
    bool, typer.Option("--no-features", help="Do not measure traces; store refresh can later.")
]
ThinkOpenOption = Annotated[
    str | None,
    typer.Option("--think-open", metavar="TEXT", help="Opens reasoning; default <think>."),
]
ThinkCloseOption = Annotated[
    str | None,
    typer.Option("--think-close", metavar="TEXT", help="Closes it; default </think>."),
]


def import_(
    logs: Annotated[list[Path], typer.Argument(metavar="LOG...", help="Log files or folders.")],
    dataset: Annotated[
        Path, typer.Option("--dataset", metavar="FILE", help="Dataset config to write or extend.")
    ],
    as_: Annotated[
        str | None, typer.Option("--as", metavar="FORMAT", help="The format; else it is sniffed.")
    ] = None,
    map_: Annotated[
        str | None,
        typer.Option("--map", metavar="MAP", help="Mapping file of a foreign JSON Lines layout."),
    ] = None,
    no_features: NoFeaturesOption = False,
    think_open: ThinkOpenOption = None,
    think_close: ThinkCloseOption = None,
    on_conflict: Annotated[
        OnConflict, typer.Option("--on-conflict", help="A known key with other content.")
    ] = OnConflict.error,
    allow_partial: Annotated[
        bool, typer.Option("--allow-partial", help="Exit 0 although rows were refused.")
    ] = False,
    refusals: Annotated[
        Path | None,
        typer.Option("--refusals", metavar="FILE", help="All refused rows as JSON Lines."),
    ] = None,
    format_: FormatOption = Format.table,
) -> None:
    """Import eval logs into a dataset's store; refused rows are counted and listed, exit 4."""
    from reasonscape.cli.import_text import as_json, as_lines, refused_lines
    from reasonscape.cli.progress import progress_bar
    from reasonscape.ingest.importing import import_logs

    with progress_bar() as progress:
        report = import_logs(
            logs,
            dataset,
            format=as_,
            mapping=map_,
            features=not no_features,
            think_open=think_open,
            think_close=think_close,
            on_conflict=on_conflict.value,
            allow_partial=allow_partial,
            refusals=refusals,
            progress=None if progress is None else lambda done, all_: progress("", done, all_),
        )
    if format_ is Format.json:
        from reasonscape.runs.strict_json import dumps

        put(dumps(as_json(report)))
    else:
        put("\n".join(as_lines(report)))
    for line in (*report.notices, *refused_lines(report)):
        say(line)
    if not report.complete:
        raise typer.Exit(4)
