"""Write a screen to its folder: tables, the report, and the summary."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reasonscape.runs.folder import OutputFolder
from reasonscape.runs.saving import write_table
from reasonscape.runs.triage_report import render_triage
from reasonscape.runs.triage_summary import summarise

if TYPE_CHECKING:
    from reasonscape.runs.triage import TriageRun


def save(run: TriageRun, path: Path) -> dict[str, Any]:
    """Write every (eval, task) and every signal as a table, and the whole to read."""
    summary = summarise(run)
    with OutputFolder(path) as folder:
        for name, table in tables(summary).items():
            write_table(folder, name, table)
        folder.write("report.md", render_triage(summary))
        return folder.finish(summary)


def tables(summary: Mapping[str, Any]) -> dict[str, dict[str, list[Any]]]:
    """``screen`` with a row an (eval, task), ``signals`` with a row a test."""
    pairs = summary["screened"]
    plain = ("id", "rank", "eval_id", "model", "base_task", "verdict", "suspected", "strength")
    screen = {key: [one[key] for one in pairs] for key in plain}
    for key in ("value", "low", "high"):
        name = "accuracy" if key == "value" else f"accuracy_{key}"
        screen[name] = [one["accuracy"][key] for one in pairs]
    for key in ("samples", "items"):
        screen[key] = [one["n"][key] for one in pairs]
    screen["shown"] = [", ".join(one["shown"]) for one in pairs]
    tests = [(one, signal) for one in pairs for signal in one["signals"]]
    subject = ("eval_id", "model", "base_task")
    signals = {key: [one[key] for one, _ in tests] for key in subject}
    signals["signal"] = [signal["name"] for _, signal in tests]
    signals["stands_out"] = [signal["name"] in one["shown"] for one, signal in tests]
    for key in ("value", "low", "high", "unit"):
        signals[key] = [signal["effect"][key] for _, signal in tests]
    for key in ("p", "q", "q_run", "stake", "said"):
        signals[key] = [signal[key] for _, signal in tests]
    for key in ("samples", "items"):
        signals[key] = [signal["n"][key] for _, signal in tests]
    return {"screen": screen, "signals": signals}
