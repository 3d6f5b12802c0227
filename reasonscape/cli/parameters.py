"""Arguments and options that several commands share, declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How stdout is written."""

    table = "table"
    json = "json"
    markdown = "markdown"
    csv = "csv"


STDOUT_FINDINGS = 12
"""Findings on stdout unless ``--limit`` says otherwise: about 2,000 tokens."""


def named_path(text: str) -> Path:
    """Read a path, or a URL, which a path would change: it makes one slash of two."""
    from reasonscape.runs.command_lines import named_path

    return named_path(text)


DatasetArgument = Annotated[
    Path,
    typer.Argument(
        metavar="DATASET",
        parser=named_path,
        help="Dataset config (data/x.json) or a bare store folder; also a URL.",
    ),
]
FiltersOption = Annotated[
    str,
    typer.Option(
        "--filters",
        metavar="JSON",
        help="One JSON object, @file.json, or - for stdin; see docs/filters.md.",
    ),
]
FormatOption = Annotated[
    Format, typer.Option("--format", help="How stdout is written.", case_sensitive=False)
]
LimitOption = Annotated[
    int, typer.Option("--limit", min=1, help="Most rows or findings on stdout; files hold all.")
]
DetailOption = Annotated[
    bool, typer.Option("--detail", help="Everything of each row or finding on stdout.")
]
OutputDirOption = Annotated[
    Path | None,
    typer.Option("--output-dir", metavar="DIR", help="Folder for summary, pictures, tables."),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", metavar="FILE", help="One picture: .png, .svg, .pdf or .html."),
]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, help="The same seed gives the same bytes.")
]
FiguresOption = Annotated[
    int,
    typer.Option("--figures", min=0, help="Most pictures of a run, the most suspect first."),
]
AxisOption = Annotated[
    list[str] | None,
    typer.Option("--axis", metavar="NAME", help="Difficulty axis; repeat it for a second one."),
]
OneAxisOption = Annotated[
    list[str] | None,
    typer.Option("--axis", metavar="NAME", help="A panel for each of its levels."),
]
FailOnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="CONDITION",
        help="Exit 5 where this holds, such as 'accuracy<0.8'; repeat it for more.",
    ),
]
BinsOption = Annotated[
    int | None,
    typer.Option("--bins", min=2, max=50, help="Bins of an axis with many levels (default 6)."),
]
