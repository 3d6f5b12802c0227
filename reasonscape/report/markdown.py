"""``report.md``: the summary of one run for a person to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reasonscape.report.markdown_text import code, compact, escaped, one_line

MARKS = {"present": "**present**", "absent": "absent", "insufficient_evidence": "not decided"}


def render(summary: Mapping[str, Any], pictures: Sequence[str], question: str) -> str:
    """Write the report from the summary alone, so that both always agree.

    Parameters
    ----------
    summary
        The content of ``summary.json``.
    pictures
        Relative names of picture files, in the order they are shown.
    question
        The question that the lens answers.
    """
    parts = [
        f"# {summary['command']}: {question}",
        f"Dataset `{code(summary['dataset'])}`, filters `{code(compact(summary['filters']))}`.",
        _counts(summary["counts"]),
        *_warnings(summary["warnings"]),
        *_findings(summary["findings"]),
        *(f"![{escaped(name)}]({name})" for name in pictures),
        *_next(summary["next"]),
        _provenance(summary["provenance"]),
    ]
    return "\n\n".join(parts) + "\n"


def _counts(counts: Mapping[str, Any]) -> str:
    outcomes = ", ".join(f"{n:,} {name}" for name, n in counts["by_outcome"].items() if n)
    return f"{counts['matched']:,} samples matched, {counts['used']:,} used ({outcomes})."


def _warnings(warnings: Sequence[str]) -> list[str]:
    return ["\n".join(f"> {escaped(warning)}" for warning in warnings)] if warnings else []


def _findings(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    if not findings:
        return ["## Findings\n\nNone."]
    lines = [
        "## Findings",
        "",
        "| eval | task | pattern | verdict | q | statement |",
        "|---|---|---|---|---|---|",
    ]
    for f in findings:
        q = "" if f["q"] is None else f"{f['q']:.2g}"
        reason = f" ({escaped(f['reason'])})" if f["reason"] else ""
        which = f" [{f['eval_id'][:7]}]" if f["eval_id"] else ""
        cells = (f"{f['model']}{which}", f["base_task"] or "all", f["pattern"])
        lines.append(
            "| "
            + " | ".join(escaped(cell) for cell in cells)
            + f" | {MARKS[f['verdict']]}{reason} | {q} | {escaped(f['statement'])} |"
        )
    return ["\n".join(lines), *_caveats(findings)]


def _caveats(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    caveats = sorted({caveat for f in findings for caveat in f["caveats"]})
    return ["\n".join(f"- {escaped(caveat)}" for caveat in caveats)] if caveats else []


def _next(steps: Sequence[Mapping[str, str]]) -> list[str]:
    if not steps:
        return []
    lines = [f"- {escaped(step['why'])}\n\n      {one_line(step['run'])}" for step in steps]
    return ["## Next\n\n" + "\n".join(lines)]


def _provenance(made: Mapping[str, Any]) -> str:
    # Without the time, so that the same run gives the same bytes; summary.json has it.
    pairs = [f"{key} {compact(value)}" for key, value in made.items() if key != "time"]
    return "Made by " + escaped("; ".join(pairs)) + "."
