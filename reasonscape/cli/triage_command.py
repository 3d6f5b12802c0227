"""``analyze.py triage``: a screen of everything, and what to run next."""

from __future__ import annotations

from reasonscape.cli.failures import put, say
from reasonscape.cli.parameters import (
    STDOUT_FINDINGS,
    DatasetArgument,
    DetailOption,
    FiltersOption,
    Format,
    FormatOption,
    LimitOption,
    OutputDirOption,
)


def triage(
    dataset: DatasetArgument,
    filters: FiltersOption = "{}",
    output_dir: OutputDirOption = None,
    format_: FormatOption = Format.table,
    limit: LimitOption = STDOUT_FINDINGS,
    detail: DetailOption = False,
) -> None:
    """Which evals and tasks look suspicious: one quick screen of everything; diagnose decides."""
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.triage import triage as run_triage
    from reasonscape.runs.triage_bounds import bounded
    from reasonscape.runs.triage_summary import summarise

    run = run_triage(Dataset.open(dataset), filters)
    summary = summarise(run) if output_dir is None else run.save(output_dir)
    if format_ is Format.json:
        from reasonscape.runs.strict_json import dumps

        put(dumps(bounded(summary, limit, detail=detail)))
    else:
        from reasonscape.cli.triage_text import as_text

        put(as_text(summary, format_, limit, detail=detail))
    if output_dir is not None:
        say(f"wrote {len(summary['artifacts'])} files and summary.json to {output_dir}")
