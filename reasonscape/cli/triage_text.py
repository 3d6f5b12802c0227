"""A screen as text on stdout: what is systemic, who is suspect where, then each in two lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reasonscape.cli.failures import flat, printable
from reasonscape.cli.findings_text import counted
from reasonscape.cli.parameters import Format
from reasonscape.cli.rendering import as_csv

_COLUMNS = (
    "id", "rank", "eval_id", "model", "base_task", "verdict", "suspected", "strength", "accuracy",
    "low", "high", "samples", "items", "signals",
)  # fmt: skip

SIGNALS = 3
"""Signals of a suspect in the table."""

TINY = 1e-20
"""No model of a log is so right that a smaller q says more."""


def as_text(full: Mapping[str, Any], form: Format, limit: int, *, detail: bool) -> str:
    """The summary as lines, as a table of all pairs (csv), or as the report (markdown)."""
    if form is Format.csv:
        return as_csv(_COLUMNS, [_row(one) for one in full["screened"]])
    if form is Format.markdown:
        from reasonscape.runs.triage_report import render_triage

        return printable(render_triage(full, limit).rstrip("\n"))
    from reasonscape.runs.triage_bounds import narrowed

    return "\n".join(_lines(narrowed(full, limit, detail=detail), detail=detail))


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
    pairs = counted(sum(verdicts.values()), "(eval, task) pair")
    lines = [
        f"{counted(counts['matched'], 'sample')}, {pairs}: {told}",
        "what is suspected is a hint; diagnose decides",
    ]
    lines += [
        flat(f"systemic: {one['model']} [{one['eval_id'][:7]}]: {one['said']}")
        for one in summary["systemic"]
    ]
    if summary["systemic_omitted"]:
        lines.append(f"{summary['systemic_omitted']} more systemic patterns (--detail)")
    lines += _tasks(summary)
    lines += _overview(summary["overview"])
    if summary.get("overview_omitted"):
        lines.append(f"{summary['overview_omitted']} more evals (--output-dir)")
    lines.append("")
    for one in summary["screened"]:
        lines += _pair(one, detail=detail)
    lines += [""] if summary["screened"] else []
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
    """A q in as many digits as it is worth: ``< 1e-20``, ``3e-08``, ``0.04``."""
    if q < TINY:
        return f"< {TINY:.0e}"
    return f"{q:.0e}" if q < 0.001 else f"{q:.2g}"
