"""What the same signals in many places say together: a whole eval, or a whole task."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from reasonscape.runs.triage_judging import Screened
from reasonscape.runs.triage_thresholds import MOST_TASKS

AT_LEAST = 3
"""Tasks of an eval, or evals on a task, from which most of them are a pattern."""


def systemic_evals(screened: Sequence[Screened]) -> list[dict[str, Any]]:
    """Evals with one signal on most of their tasks.

    Low accuracy, falls and gaps are what every cause comes with: they are named only where
    nothing else is systemic. At most two signals an eval, those on most tasks.
    """
    groups: defaultdict[str, list[Screened]] = defaultdict(list)
    for one in screened:
        groups[one.eval_id].append(one)
    found = []
    for eval_id, group in groups.items():
        if len(group) < AT_LEAST:
            continue
        counts = Counter(
            signal.name for one in group if one.verdict == "suspect" for signal in one.shown
        )
        most = {name: n for name, n in counts.items() if n > MOST_TASKS * len(group)}
        told = {name: n for name, n in most.items() if name not in _COMES_ALONG} or most
        for name, count in sorted(told.items(), key=lambda one: (-one[1], one[0]))[:2]:
            found.append(
                {
                    "eval_id": eval_id,
                    "model": group[0].model,
                    "signal": name,
                    "count": count,
                    "among": len(group),
                    "said": f"{_WORDS[name]}: {count} of {len(group)} tasks",
                }
            )
    return sorted(
        found, key=lambda one: (-one["count"] / one["among"], one["model"], one["signal"])
    )


def systemic_tasks(screened: Sequence[Screened]) -> list[dict[str, Any]]:
    """Tasks on which every eval is suspect: the task itself may be at fault."""
    groups: defaultdict[str, list[Screened]] = defaultdict(list)
    for one in screened:
        groups[one.base_task].append(one)
    found = []
    for base_task, group in sorted(groups.items()):
        if len(group) < AT_LEAST or any(one.verdict != "suspect" for one in group):
            continue
        low = [s for one in group for s in one.shown if s.name == "low_accuracy"]
        chance = sum(bool(signal.detail["at_chance"]) for signal in low)
        found.append({"base_task": base_task, "evals": len(group), "at_chance": chance})
    return sorted(found, key=lambda one: (-one["at_chance"] / one["evals"], one["base_task"]))


_COMES_ALONG = {"low_accuracy", "below_others", "fall"}

_WORDS = {
    "low_accuracy": "low accuracy throughout",
    "below_others": "below the other evals throughout",
    "fall": "accuracy falls with difficulty throughout",
    "factor": "levels differ throughout",
    "scatter": "unstable surfaces throughout",
    "truncated": "systemic truncation",
    "loops": "systemic loops",
    "unanswered": "systemic missing answers",
    "short_wrong": "wrong answers too short throughout",
    "long_wrong": "wrong answers too long throughout",
    "early_wrong": "early ends wrong throughout",
    "late_wrong": "late ends wrong throughout",
}
