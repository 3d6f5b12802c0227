"""A screen as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reasonscape.report.markdown_text import escaped, one_line

MOST = 200
"""Suspects that the report lists; the tables hold all."""

DECIDES = "What is suspected is a hint made from counts; `diagnose` decides."

ALL_EVALS = "every eval is suspect on {} tasks, so look at grader, prompts and chance first: {}"


def render_triage(summary: Mapping[str, Any], most: int = MOST) -> str:
    """Everything suspicious to read; the tables beside it hold the rest."""
    counts, verdicts = summary["counts"], summary["verdicts"]
    told = ", ".join(f"{n} {name}" for name, n in verdicts.items())
    lines = [
        "# triage",
        "",
        f"{counts['matched']:,} samples, {sum(verdicts.values())} (eval, task) pairs: {told}.",
        DECIDES,
        "",
    ]
    lines += [
        f"- **{escaped(one['model'])}**: {escaped(one['said'])}" for one in summary["systemic"]
    ]
    tasks = summary["suspect_in_all_evals"]
    if tasks:
        told = ", ".join(one["base_task"] for one in tasks[:most])
        lines.append(f"- {ALL_EVALS.format(len(tasks), escaped(told))}")
    suspects = [one for one in summary["screened"] if one["verdict"] == "suspect"]
    if suspects:
        lines += [
            "",
            "| # | eval | task | accuracy | n | suspected | signals (q over the run) |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *(_row(one) for one in suspects[:most]),
        ]
    if len(suspects) > most:
        lines += ["", f"{len(suspects) - most} more suspects are in tables/screen.csv."]
    if summary["warnings"]:
        lines += ["", "## Notes", "", *(f"- {escaped(note)}" for note in summary["warnings"])]
    if summary["next"]:
        lines += ["", "## Next", ""]
        for step in summary["next"]:
            lines += [f"{escaped(step['why'])}:", "", "```", one_line(step["run"]), "```", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(one: Mapping[str, Any]) -> str:
    accuracy = one["accuracy"]
    shown = [signal for signal in one["signals"] if signal["name"] in one["shown"]]
    told = [f"{signal['said']} ({signal['q_run']:.0e})" for signal in shown]
    told += [one["check"]] if one["check"] else []
    cells = (
        str(one["rank"]),
        f"{one['model']} [{one['eval_id'][:7]}]",
        one["base_task"],
        f"{accuracy['value']:.0%} [{accuracy['low']:.0%}, {accuracy['high']:.0%}]",
        f"{one['n']['samples']:,}",
        one["suspected"],
        "; ".join(told),
    )
    return "| " + " | ".join(map(escaped, cells)) + " |"
