"""``analyze.py export``: filtered rows to Every Eval Ever, Parquet or CSV."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reasonscape.cli.failures import flat, put, say
from reasonscape.cli.import_text import counted
from reasonscape.cli.parameters import DatasetArgument, FiltersOption, Format, FormatOption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reasonscape.runs.export_report import ExportReport

FILES_SHOWN = 10


class ExportFormat(StrEnum):
    """What an export writes."""

    eee = "eee"
    parquet = "parquet"
    csv = "csv"


ToOption = Annotated[
    Path,
    typer.Option("--to", metavar="PATH", help="x.parquet, x.csv, or a folder (Every Eval Ever)."),
]
AsOption = Annotated[
    ExportFormat | None, typer.Option("--as", help="The format; else by the ending of PATH.")
]
ColumnsOption = Annotated[
    list[str] | None,
    typer.Option("--columns", metavar="NAMES", help="Columns, as model,correct,'param.*'."),
]
TextsOption = Annotated[
    bool | None,
    typer.Option("--texts/--no-texts", help="Prompts, traces, answers; else only with eee."),
]
EscapeOption = Annotated[
    bool, typer.Option("--escape-formulas", help="CSV: no text that a spreadsheet would run.")
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Write over a file that is no earlier export.")
]


def export(
    dataset: DatasetArgument,
    to: ToOption,
    as_: AsOption = None,
    filters: FiltersOption = "{}",
    columns: ColumnsOption = None,
    texts: TextsOption = None,
    escape_formulas: EscapeOption = False,
    force: ForceOption = False,
    format_: FormatOption = Format.table,
) -> None:
    """Write filtered rows for other programs: Every Eval Ever, Parquet or CSV."""
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.exporting import export as write

    report = write(
        Dataset.open(dataset),
        filters,
        to=to,
        format=None if as_ is None else as_.value,
        columns=columns,
        texts=texts,
        escape_formulas=escape_formulas,
        force=force,
    )
    if format_ is Format.json:
        from reasonscape.runs.strict_json import dumps

        document = report.as_json()
        files = document["files"]
        put(dumps({**document, "files": files[:FILES_SHOWN], "omitted": len(files[FILES_SHOWN:])}))
    else:
        put("\n".join(_lines(report)))
    for note in report.notes:
        say(f"note: {note}")


def _lines(report: ExportReport) -> Iterator[str]:
    left = "".join(f", {n:,} {reason} left out" for reason, n in report.left_out.items())
    what = "with texts" if report.texts else "without texts"
    rows = counted(report.rows, "row")
    yield f"wrote {rows} {what} to {flat(str(report.path))} ({report.format}){left}"
    if report.format == "eee":
        for file in report.files[:FILES_SHOWN]:
            yield f"  {flat(file['path'])}: {counted(file['rows'], 'row')}"
        more = len(report.files) - FILES_SHOWN
        if more > 0:
            yield f"  and {more:,} more (summary.json lists all)"
