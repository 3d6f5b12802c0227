"""A diagnosis as text on stdout: what leads where, then each verdict in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reasonscape.cli.failures import flat, printable
from reasonscape.cli.findings_text import counted, finding_line
from reasonscape.cli.parameters import Format
from reasonscape.cli.rendering import as_csv

_COLUMNS = (
    "id", "rank", "eval_id", "model", "base_task", "cause", "confidence", "red_flags",
    "support", "against", "not_measured", "statement",
)  # fmt: skip


def as_text(
    bounded: Mapping[str, Any], full: Mapping[str, Any], form: Format, *, detail: bool
) -> str:
    """The bounded summary as sentences, or every hypothesis as rows (csv).

    With ``detail`` the findings of each (eval, task) stand below its leading hypothesis.
    """
    if form is Format.csv:
        return as_csv(_COLUMNS, [_row(one) for one in full["hypotheses"]])
    if form is Format.markdown:
        from reasonscape.report.diagnosis_markdown import render_diagnosis

        return printable(render_diagnosis(full, []).rstrip("\n"))
    return "\n".join(_lines(bounded, detail=detail))


def _row(one: Mapping[str, Any]) -> list[Any]:
    return [" ".join(v) if isinstance(v := one[c], list) else v for c in _COLUMNS]


def _lines(summary: Mapping[str, Any], *, detail: bool) -> list[str]:
    counts = summary["counts"]
    outcomes = ", ".join(f"{n:,} {name}" for name, n in counts["by_outcome"].items() if n)
    lines = [f"{counted(counts['matched'], 'sample')} ({outcomes})"]
    causes = ", ".join(f"{n} {cause}" for cause, n in summary["causes"].items())
    lines.append(f"leading causes: {causes}")
    lines += [
        f"not measured: {name} ({reason})" for name, reason in summary["not_measured"].items()
    ]
    for one in summary["systemic"]:
        others = "tasks" if one["of"] == "eval" else "evals"
        lines.append(
            flat(f"systemic: {one['name']}: {one['cause']} on {one['count']} of {one['among']} ")
            + f" {others}"
        )
    lines += _overview(summary.get("overview", {}))
    if summary.get("overview_omitted"):
        lines.append(f"{summary['overview_omitted']} more (eval, task) pairs (--detail)")
    lines += _shapes(summary["shapes"])
    for one in summary["hypotheses"]:
        lines += _hypothesis(one)
        if detail and one["rank"] == 1:
            lines += _found(one, summary["findings"])
    lines.append("")
    if summary["hypotheses_omitted"]:
        more = "--limit, or --output-dir" if detail else "--limit, --detail, or --output-dir"
        lines.append(f"{summary['hypotheses_omitted']} more hypotheses ({more})")
    lines += [f"note: {flat(warning)}" for warning in summary["warnings"]]
    if summary["warnings_omitted"]:
        lines.append(f"{summary['warnings_omitted']} more notes (--detail, or --output-dir)")
    lines += [f"next: {step['run']}" for step in summary["next"]]
    return lines


def _overview(table: Mapping[str, Mapping[str, str]]) -> list[str]:
    lines = [""] if table else []
    for name, row in table.items():
        by_cause: dict[str, list[str]] = {}
        for task, told in row.items():
            by_cause.setdefault(told.rpartition(" ")[0], []).append(task)
        said = "; ".join(f"{cause}: {', '.join(tasks)}" for cause, tasks in by_cause.items())
        lines.append(flat(f"{name}  {said}"))
    return lines


def _shapes(found: Mapping[str, Any] | None) -> list[str]:
    """The groups that failures fall into, and what marks a wrong trace."""
    if not found or not (found["clusters"] or found["phrases"]):
        return []
    lines = ["", f"shapes of {counted(found['failures'], 'failure')}, in the models' words:"]
    for one in found["clusters"]:
        told = ", ".join(f"“{phrase}”" for phrase in one["phrases"])
        sure = "" if one["confirmed"] is not False else " (not found again on the other half)"
        share = f"{one['share']:.0%}"
        lines.append("  " + flat(f"cluster {one['number']}: {share}{sure} {told}"))
    if found["phrases"]:
        marks = ", ".join(f"“{phrase}”" for phrase in found["phrases"])
        lines.append("  " + flat(f"marks of a wrong end: {marks}"))
    return lines


def _found(one: Mapping[str, Any], findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """All that the lenses said of this (eval, task)."""
    pair = (one["eval_id"], one["base_task"])
    return [finding_line(each) for each in findings if (each["eval_id"], each["base_task"]) == pair]


def _hypothesis(one: Mapping[str, Any]) -> list[str]:
    sure = f"{one['confidence']:.2f}"
    if one.get("rank", 1) > 1:
        return [flat(f"  or {one['cause']} ({sure}): {one['statement']}")]
    head = flat(f"{one['model']} [{one['eval_id']}] on {one['base_task']}")
    lines = ["", head, flat(f"  {one['cause']} ({sure}): {one['statement']}")]
    if one.get("red_flags"):
        lines.append(f"  red flags: {', '.join(one['red_flags'])}")
    lines += [f"  do: {action}" for action in one.get("actions", ())]
    return lines
