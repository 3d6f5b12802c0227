"""``analyze.py import``: native logs -> store."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from reasonscape.cli.failures import flat, put, say
from reasonscape.cli.import_options import (
    AllowPartialOption,
    AsOption,
    AxesOption,
    BaseTaskOption,
    DatasetOption,
    DryRunOption,
    GradeOption,
    GradesOption,
    LogsArgument,
    MapOption,
    MetricOption,
    NoFeaturesOption,
    OnConflict,
    OnConflictOption,
    PatternOption,
    RefusalsOption,
    RequestsOption,
    ThinkCloseOption,
    ThinkOpenOption,
    VariantOption,
)
from reasonscape.cli.parameters import Format, FormatOption, LimitOption

if TYPE_CHECKING:
    from reasonscape.ingest.importing import Choices

SURVEY_LINES = 12
"""Evals, tasks and axes that a dry run lists unless ``--limit`` says otherwise."""


def import_(
    logs: LogsArgument,
    dataset: DatasetOption = None,
    as_: AsOption = None,
    map_: MapOption = None,
    axes: AxesOption = None,
    metric: MetricOption = None,
    variant: VariantOption = None,
    grades: GradesOption = None,
    grade: GradeOption = None,
    grade_pattern: PatternOption = None,
    requests: RequestsOption = None,
    base_task: BaseTaskOption = None,
    dry_run: DryRunOption = False,
    no_features: NoFeaturesOption = False,
    think_open: ThinkOpenOption = None,
    think_close: ThinkCloseOption = None,
    on_conflict: OnConflictOption = OnConflict.error,
    allow_partial: AllowPartialOption = False,
    refusals: RefusalsOption = None,
    limit: LimitOption = SURVEY_LINES,
    format_: FormatOption = Format.table,
) -> None:
    """Import eval logs into a dataset's store; refused rows are counted and listed, exit 4."""
    from reasonscape.errors import UsageError

    choices: Choices = {
        "format": as_,
        "mapping": map_,
        "think_open": think_open,
        "think_close": think_close,
        "axes": axes or (),
        "metric": metric,
        "variant": variant,
        "base_task": base_task,
        "grades": grades,
        "grade": grade,
        "grade_pattern": grade_pattern,
        "requests": requests,
    }
    if dry_run:
        complete = _survey(logs, dataset, choices, on_conflict, limit, format_)
    elif dataset is None:
        raise UsageError(
            "an import needs a dataset to go to",
            remedy="add --dataset data/NAME.json, or --dry-run to see what the logs hold",
        )
    else:
        complete = _import(
            logs,
            dataset,
            choices,
            format_,
            features=not no_features,
            on_conflict=on_conflict.value,
            refusals=refusals,
        )
    if not (complete or allow_partial):
        raise typer.Exit(4)


def _import(
    logs: list[Path], dataset: Path, choices: Choices, format_: Format, **options: Any
) -> bool:
    from reasonscape.cli.import_text import as_json, as_lines, refused_lines
    from reasonscape.cli.progress import progress_bar
    from reasonscape.ingest.importing import import_logs

    with progress_bar() as bar:
        progress = None if bar is None else lambda done, all_: bar("", done, all_)
        report = import_logs(logs, dataset, progress=progress, **options, **choices)
    if format_ is Format.json:
        from reasonscape.runs.strict_json import dumps

        put(dumps(as_json(report)))
    else:
        put("\n".join(as_lines(report)))
    for line in (*report.notices, *refused_lines(report)):
        say(line)
    return report.complete


def _survey(
    logs: list[Path],
    dataset: Path | None,
    choices: Choices,
    on_conflict: OnConflict,
    limit: int,
    format_: Format,
) -> bool:
    from reasonscape.cli.import_text import refused_lines
    from reasonscape.cli.progress import progress_bar
    from reasonscape.cli.survey_text import survey_json, survey_lines
    from reasonscape.ingest.importing import survey_logs

    with progress_bar() as bar:
        progress = None if bar is None else lambda done, all_: bar("", done, all_)
        found = survey_logs(
            logs, dataset, on_conflict=on_conflict.value, progress=progress, **choices
        )
    if found.conflicts:
        within = found.conflicts_within
        on_conflict = OnConflict.repeat if within else OnConflict.replace
    run = _without_dry_run(logs, dataset, choices, on_conflict)
    if format_ is Format.json:
        from reasonscape.runs.strict_json import dumps

        put(dumps(survey_json(found, run, limit)))
    else:
        ahead = [f"next: {run}"] if found.good else []
        put("\n".join((*survey_lines(found, limit), *ahead)))
    passed = [f"passed by: {flat(f'{path}: {why}')}" for path, why in found.passed[:limit]]
    conflict = [f"conflict: {flat(found.conflict)}"] if found.conflicts else []
    for line in (*found.notices, *passed, *refused_lines(found), *conflict):
        say(line)
    return not (found.refused or found.refused_files or found.conflicts)


def _without_dry_run(
    logs: list[Path], dataset: Path | None, choices: Choices, on_conflict: OnConflict
) -> str:
    """The command that does what was tried."""
    words = ["python", "analyze.py", "import", *map(str, logs)]
    words += ["--dataset", str(dataset or "data/new.json")]
    options = {"format": "--as", "mapping": "--map"}
    for name, value in choices.items():
        values = value if isinstance(value, list | tuple) else [value]
        for one in values:
            if one is not None:
                words += [options.get(name, "--" + name.replace("_", "-")), str(one)]
    if on_conflict is not OnConflict.error:
        words += ["--on-conflict", on_conflict.value]
    return shlex.join(words)
