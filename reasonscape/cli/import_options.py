"""The options of ``analyze.py import``: how logs are read, and what becomes of their rows."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from reasonscape.cli.parameters import named_path


class OnConflict(Enum):
    """What happens to a row whose key is in the store with other content."""

    error = "error"
    replace = "replace"
    repeat = "repeat"


LogsArgument = Annotated[
    list[Path],
    typer.Argument(metavar="LOG...", parser=named_path, help="Log files, folders or URLs."),
]
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
DatasetOption = Annotated[
    Path | None,
    typer.Option(
        "--dataset",
        metavar="FILE",
        parser=named_path,
        help="Dataset config to write or extend.",
    ),
]
AxesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--axes",
        metavar="NAME=PATH",
        help="A coordinate from the log's metadata; may be repeated. none takes none.",
    ),
]
MetricOption = Annotated[
    str | None, typer.Option("--metric", metavar="NAME", help="The score that counts.")
]
VariantOption = Annotated[
    str | None,
    typer.Option("--variant", metavar="NAME", help="The grading (lm-eval filter), or all."),
]
GradesOption = Annotated[
    Path | None,
    typer.Option("--grades", metavar="FILE", help="Grades of a log that has none."),
]
GradeOption = Annotated[
    str | None,
    typer.Option(
        "--grade",
        metavar="GRADER",
        help="Grade against the target what has no grade: exact, numeric, choice, regex.",
    ),
]
PatternOption = Annotated[
    str | None,
    typer.Option(
        "--grade-pattern", metavar="REGEX", help="For regex: its one group is the answer."
    ),
]
RequestsOption = Annotated[
    Path | None,
    typer.Option("--requests", metavar="FILE", help="Requests that a batch output answers."),
]
BaseTaskOption = Annotated[
    str | None,
    typer.Option("--base-task", metavar="NAME", help="Task family of rows that name none."),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what the logs hold and write nothing.")
]
AsOption = Annotated[
    str | None, typer.Option("--as", metavar="FORMAT", help="The format; else it is sniffed.")
]
MapOption = Annotated[
    str | None,
    typer.Option("--map", metavar="MAP", help="Mapping file of a foreign JSON Lines layout."),
]
OnConflictOption = Annotated[
    OnConflict, typer.Option("--on-conflict", help="A known key with other content.")
]
AllowPartialOption = Annotated[
    bool, typer.Option("--allow-partial", help="Exit 0 although rows were refused.")
]
RefusalsOption = Annotated[
    Path | None,
    typer.Option("--refusals", metavar="FILE", help="All refused rows as JSON Lines."),
]
