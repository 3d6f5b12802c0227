"""A run's summary as text on stdout: sentences first, then what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reasonscape.cli.failures import flat, printable
from reasonscape.cli.parameters import Format
from reasonscape.cli.rendering import as_csv

_SIGNS = {"present": "!", "absent": "-", "insufficient_evidence": "?"}
_COLUMNS = (
    "id", "eval_id", "model", "base_task", "pattern", "verdict", "reason",
    "effect", "low", "high", "p", "q", "q_run", "statement",
)  # fmt: skip


def as_text(summary: Mapping[str, Any], form: Format) -> str:
    """Findings as sentences (table, markdown) or as rows (csv)."""
    if form is Format.csv:
        return as_csv(_COLUMNS, [_row(finding) for finding in summary["findings"]])
    if form is Format.markdown:
        from reasonscape.report.markdown import render

        full = {**summary, "findings": [_whole(f) for f in summary["findings"]]}
        return printable(render(full, [], summary["command"]).rstrip("\n"))
    return "\n".join(_lines(summary))


def _lines(summary: Mapping[str, Any]) -> list[str]:
    counts = summary["counts"]
    outcomes = ", ".join(f"{n:,} {name}" for name, n in counts["by_outcome"].items() if n)
    lines = [f"{counted(counts['matched'], 'sample')} ({outcomes})"]
    subject = None
    for finding in summary["findings"]:
        head = (finding["model"], finding["eval_id"], finding["base_task"])
        if head != subject:
            subject = head
            lines += ["", flat(subject_line(finding))]
        lines.append(finding_line(finding))
    lines.append("")
    if summary["findings_omitted"]:
        lines.append(f"{summary['findings_omitted']} more findings (--limit, or --output-dir)")
    lines += [f"note: {flat(warning)}" for warning in summary["warnings"]]
    if summary["warnings_omitted"]:
        lines.append(f"{summary['warnings_omitted']} more notes (--detail, or --output-dir)")
    lines += [f"next: {step['run']}" for step in summary["next"]]
    return lines


def subject_line(finding: Mapping[str, Any]) -> str:
    """Who a finding is about: an eval on a task, or all that was selected."""
    which = f" [{finding['eval_id']}]" if finding["eval_id"] else ""
    return f"{finding['model']}{which} on {finding['base_task'] or 'all tasks'}"


def finding_line(finding: Mapping[str, Any]) -> str:
    """One finding on one line."""
    reason = f" ({finding['reason']})" if finding.get("reason") else ""
    return f"  {_sign(finding)} {finding['pattern']}{reason}: {flat(finding['statement'])}"


def counted(number: int, thing: str) -> str:
    """Say ``1 sample`` or ``1,200 samples``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _sign(finding: Mapping[str, Any]) -> str:
    """``!`` a failure, ``+`` health, ``-`` not there, ``?`` not decided."""
    if finding["verdict"] == "present" and finding.get("q") is None:
        return "+"
    return _SIGNS[finding["verdict"]]


def _row(finding: Mapping[str, Any]) -> list[Any]:
    effect = finding.get("effect") or {}
    values = {
        **finding,
        "effect": effect.get("value"),
        "low": effect.get("low"),
        "high": effect.get("high"),
    }
    return [values.get(column) for column in _COLUMNS]


def _whole(finding: Mapping[str, Any]) -> dict[str, Any]:
    return {"q": None, "reason": None, "caveats": (), **finding}
