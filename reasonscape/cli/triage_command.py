"""``analyze.py triage``: a screen of everything, and what to run next."""

from __future__ import annotations

from reasonscape.cli.failures import put, say
from reasonscape.cli.gates import enforce_gates, with_gates
from reasonscape.cli.parameters import (
    STDOUT_FINDINGS,
    DatasetArgument,
    DetailOption,
    FailOnOption,
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
    fail_on: FailOnOption = None,
) -> None:
    """Which evals and tasks look suspicious: one quick screen of everything; diagnose decides."""
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.gate_conditions import parse_gates
    from reasonscape.runs.gates import check_gates
    from reasonscape.runs.triage import triage as run_triage
    from reasonscape.runs.triage_bounds import bounded
    from reasonscape.runs.triage_summary import summarise

    conditions = parse_gates(fail_on, "triage")
    run = run_triage(Dataset.open(dataset), filters)
    summary = summarise(run) if output_dir is None else run.save(output_dir)
    gates = check_gates(summary, conditions)
    if format_ is Format.json:
        from reasonscape.runs.strict_json import dumps

        put(dumps(with_gates(bounded(summary, limit, detail=detail), gates)))
    else:
        from reasonscape.cli.triage_text import as_text

        put(as_text(summary, format_, limit, detail=detail))
    if output_dir is not None:
        say(f"wrote {len(summary['artifacts'])} files and summary.json to {output_dir}")
    enforce_gates(gates)
