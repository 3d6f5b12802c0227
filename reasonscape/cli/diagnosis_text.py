"""A diagnosis as text on stdout: what leads where, then each verdict in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reasonscape.cli.failures import flat, printable
from reasonscape.cli.parameters import Format
from reasonscape.cli.rendering import as_csv

_COLUMNS = (
    "id", "rank", "eval_id", "model", "base_task", "cause", "confidence", "red_flags",
    "support", "against", "not_measured", "statement",
)  # fmt: skip


def as_text(bounded: Mapping[str, Any], full: Mapping[str, Any], form: Format) -> str:
    """The bounded summary as sentences, or every hypothesis as rows (csv)."""
    if form is Format.csv:
        return as_csv(_COLUMNS, [_row(one) for one in full["hypotheses"]])
    if form is Format.markdown:
        from reasonscape.report.diagnosis_markdown import render_diagnosis

        return printable(render_diagnosis(full, []).rstrip("\n"))
    return "\n".join(_lines(bounded))


def _row(one: Mapping[str, Any]) -> list[Any]:
    return [" ".join(v) if isinstance(v := one[c], list) else v for c in _COLUMNS]


def _lines(summary: Mapping[str, Any]) -> list[str]:
    counts = summary["counts"]
    outcomes = ", ".join(f"{n:,} {name}" for name, n in counts["by_outcome"].items() if n)
    lines = [f"{counts['matched']:,} samples ({outcomes})"]
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
    for one in summary["hypotheses"]:
        lines += _hypothesis(one)
    lines.append("")
    if summary["hypotheses_omitted"]:
        lines.append(
            f"{summary['hypotheses_omitted']} more hypotheses (--limit, --detail, or --output-dir)"
        )
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
