"""``analyze.py triage``: a screen of everything, and what to run next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reasonscape.cli.failures import flat, printable, put, say
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

_COLUMNS = (
    "id", "rank", "eval_id", "model", "base_task", "verdict", "suspected", "strength", "accuracy",
    "low", "high", "samples", "items", "signals",
)  # fmt: skip

SIGNALS = 3
"""Signals of a suspect in the table."""

TINY = 1e-20
"""No model of a log is so right that a smaller q says more."""


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
    from reasonscape.runs.triage_bounds import bounded, narrowed
    from reasonscape.runs.triage_summary import summarise

    run = run_triage(Dataset.open(dataset), filters)
    summary = summarise(run) if output_dir is None else run.save(output_dir)
    if format_ is Format.json:
        from reasonscape.runs.strict_json import dumps

        put(dumps(bounded(summary, limit, detail=detail)))
    elif format_ is Format.csv:
        from reasonscape.cli.rendering import as_csv

        put(as_csv(_COLUMNS, [_row(one) for one in summary["screened"]]))
    elif format_ is Format.markdown:
        from reasonscape.runs.triage_report import render_triage

        put(printable(render_triage(summary, limit).rstrip("\n")))
    else:
        put("\n".join(_lines(narrowed(summary, limit, detail=detail), detail=detail)))
    if output_dir is not None:
        say(f"wrote {len(summary['artifacts'])} files and summary.json to {output_dir}")


def _row(one: Mapping[str, Any]) -> list[Any]:
    accuracy = one["accuracy"]
    told = [signal["said"] for signal in one["signals"] if signal["name"] in one["shown"]]
    return [
        *(one[key] for key in _COLUMNS[:8]),
        accuracy["value"], accuracy["low"], accuracy["high"],
        one["n"]["samples"], one["n"]["items"], "; ".join(told),
    ]  # fmt: skip


def _lines(summary: Mapping[str, Any], *, detail: bool) -> list[str]:
    counts, verdicts = summary["counts"], summary["verdicts"]
    told = ", ".join(f"{n} {name}" for name, n in verdicts.items())
    lines = [
        f"{counts['matched']:,} samples, {sum(verdicts.values())} (eval, task) pairs: {told}",
        "what is suspected is a hint; diagnose decides",
    ]
    lines += [
        flat(f"systemic: {one['model']} [{one['eval_id'][:7]}]: {one['said']}")
        for one in summary["systemic"]
    ]
    if summary["systemic_omitted"]:
        lines.append(f"{summary['systemic_omitted']} more systemic patterns (--detail)")
    lines += _tasks(summary)
    lines += [*_overview(summary["overview"]), ""]
    for one in summary["screened"]:
        lines += _pair(one, detail=detail)
    lines.append("")
    if summary["omitted"]:
        lines.append(f"{summary['omitted']} more (--limit, --detail, or --output-dir)")
    lines += [f"note: {flat(warning)}" for warning in summary["warnings"]]
    if summary["warnings_omitted"]:
        lines.append(f"{summary['warnings_omitted']} more notes (--detail, or --output-dir)")
    lines += [f"next: {step['run']}" for step in summary["next"]]
    return lines


def _tasks(summary: Mapping[str, Any]) -> list[str]:
    """Tasks on which every eval is suspect."""
    found = summary["suspect_in_all_evals"]
    if not found:
        return []
    from reasonscape.runs.triage_report import ALL_EVALS

    names = [one if isinstance(one, str) else one["base_task"] for one in found]
    left = summary.get("suspect_in_all_evals_omitted", 0)
    told = ", ".join([*names, *([f"{left} more"] if left else [])])
    return [flat(ALL_EVALS.format(len(names) + left, told))]


def _overview(table: Mapping[str, Mapping[str, Any]]) -> list[str]:
    lines = [""] if table else []
    for name, row in table.items():
        told = (
            f"{what}: {tasks if isinstance(tasks, str) else ', '.join(tasks)}"
            for what, tasks in row.items()
        )
        lines.append(flat(f"{name}  {'; '.join(told)}"))
    return lines


def _pair(one: Mapping[str, Any], *, detail: bool) -> list[str]:
    accuracy, samples = one["accuracy"]["value"], one["n"]["samples"]
    what = f"{one['suspected']}?" if one["suspected"] else one["verdict"]
    seen = "nothing graded" if accuracy is None else f"{accuracy:.0%} right"
    head = f"{one['rank']}. {one['model']} [{one['eval_id'][:7]}] on {one['base_task']}: {what}"
    # Accuracy stands in the head of each already.
    standing = [s for s in one["signals"] if s["name"] in one["shown"]]
    brief = [signal for signal in standing if signal["name"] != "low_accuracy"]
    chosen = one["signals"] if detail else brief[:SIGNALS]
    told = [f"{signal['said']} (q {small(signal['q_run'])})" for signal in chosen]
    told += [one["check"]] if one["check"] else []
    told += [f"{len(brief) - SIGNALS} more"] if len(brief) > SIGNALS and not detail else []
    below = ["   " + flat("; ".join(told))] if told else []
    return [flat(f"{head} ({seen} of {samples:,})"), *below]


def small(q: float) -> str:
    """A q in as many digits as it is worth.

    Examples
    --------
    >>> small(0.0), small(3.2e-8), small(0.04)
    ('< 1e-20', '3e-08', '0.04')
    """
    if q < TINY:
        return f"< {TINY:.0e}"
    return f"{q:.0e}" if q < 0.001 else f"{q:.2g}"
