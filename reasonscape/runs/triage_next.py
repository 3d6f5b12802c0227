"""What to run after a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reasonscape.runs.command_lines import command_line
from reasonscape.runs.summary import varied

if TYPE_CHECKING:
    from reasonscape.runs.triage import TriageRun

STEPS: Final = 3
"""Suspects that a command is given for."""


def next_steps(run: TriageRun) -> list[dict[str, str]]:
    """Diagnose the strongest suspects one by one, then the whole selection."""
    steps = []
    everything = {k: v for k, v in run.filters.items() if k not in ("eval_id", "base_task")}
    kinds = [(one.eval_id, one.suspected) for one in run.suspects]
    for one in varied(run.suspects, kinds, 1)[:STEPS]:
        where = {**everything, "eval_id": one.eval_id, "base_task": one.base_task}
        steps.append(
            {
                "why": f"decide why {one.model} fails on {one.base_task}",
                "run": command_line("diagnose", run.dataset.path, where),
            }
        )
    if len(run.screened) > 1:
        line = command_line("diagnose", run.dataset.path, run.filters)
        steps.append({"why": "diagnose the whole selection", "run": line})
    return steps
