"""The JSON envelope of a screen: complete for a file, bounded for stdout."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from reasonscape.runs.command_lines import command_line
from reasonscape.runs.strict_json import plain
from reasonscape.runs.summary import SCHEMA_VERSION, STDOUT_WARNINGS
from reasonscape.runs.triage import JUDGEMENTS, Screened
from reasonscape.runs.triage_patterns import systemic

if TYPE_CHECKING:
    from reasonscape.runs.triage import TriageRun
    from reasonscape.runs.triage_signal import Signal

STEPS: Final = 3
"""Suspects that a command is given for."""

SYSTEMIC: Final = 8
SIGNALS: Final = 3
OVERVIEW: Final = 60
"""Systemic patterns, signals of a suspect, and (eval, task) pairs that stdout names."""


def summarise(run: TriageRun) -> dict[str, Any]:
    """All that a screen found, as plain data; ``artifacts`` is filled in by the folder."""
    verdicts = Counter(one.verdict for one in run.screened)
    summary: dict[str, Any] = plain(
        {
            "schema_version": SCHEMA_VERSION,
            "command": run.command,
            "ok": True,
            "dataset": str(run.dataset.path),
            "filters": dict(run.filters),
            "options": {},
            "counts": dict(run.counts),
            "verdicts": {name: verdicts[name] for name in JUDGEMENTS},
            "systemic": systemic(run.screened),
            "overview": overview(run.screened),
            "screened": [
                screened_dict(one, rank) for rank, one in enumerate(run.screened, start=1)
            ],
            "findings": [],
            "hypotheses": [],
            "warnings": list(run.warnings),
            "artifacts": [],
            "next": next_steps(run),
            "provenance": dict(run.provenance),
        }
    )
    return summary


def screened_dict(one: Screened, rank: int) -> dict[str, Any]:
    """One (eval, task) as plain data; its rank among all."""
    return {
        "id": one.id,
        "rank": rank,
        "eval_id": one.eval_id,
        "model": one.model,
        "base_task": one.base_task,
        "verdict": one.verdict,
        "suspected": one.suspected,
        "strength": one.strength,
        "accuracy": {
            "value": one.accuracy.value,
            "low": one.accuracy.low,
            "high": one.accuracy.high,
        },
        "n": dict(one.n),
        "shown": [signal.name for signal in one.shown],
        "signals": [_signal(signal) for signal in one.signals],
        "untraced": one.untraced,
        "unmeasured": one.unmeasured,
        "scope": {"eval_id": one.eval_id, "base_task": one.base_task},
    }


def _signal(signal: Signal) -> dict[str, Any]:
    return asdict(signal)


def overview(screened: Sequence[Screened]) -> dict[str, dict[str, list[str]]]:
    """Eval -> suspected cause, or verdict -> its tasks."""
    table: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in sorted(screened, key=lambda s: (s.model, s.eval_id, s.base_task)):
        name = f"{one.model} [{one.eval_id[:7]}]"
        table[name][one.suspected or one.verdict].append(one.base_task)
    return {name: dict(row) for name, row in table.items()}


def next_steps(run: TriageRun) -> list[dict[str, str]]:
    """Diagnose the strongest suspects one by one, then the whole selection."""
    steps = []
    everything = {k: v for k, v in run.filters.items() if k not in ("eval_id", "base_task")}
    for one in run.suspects[:STEPS]:
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


def bounded(summary: Mapping[str, Any], limit: int, *, detail: bool) -> dict[str, Any]:
    """The same for stdout: suspects only, each with its strongest signals, unless asked for more.

    Nothing is hidden silently: the keys that end in ``_omitted`` count what is left out.
    """
    screened = summary["screened"]
    wanted = screened if detail else [one for one in screened if one["verdict"] == "suspect"]
    shown = wanted[:limit] if detail else [_brief(one) for one in wanted[:limit]]
    kept = {key: value for key, value in summary.items() if key != "screened"}
    warnings = list(summary["warnings"])[: None if detail else STDOUT_WARNINGS]
    patterns = summary["systemic"] if detail else summary["systemic"][:SYSTEMIC]
    if len(screened) > OVERVIEW and not detail:
        kept["overview"] = {}
    if not detail:
        kept["artifacts"] = [artifact["path"] for artifact in summary["artifacts"]]
    return {
        **kept,
        "systemic": patterns,
        "systemic_omitted": len(summary["systemic"]) - len(patterns),
        "suspects" if not detail else "screened": shown,
        "omitted": len(wanted) - len(shown),
        "warnings": warnings,
        "warnings_omitted": len(summary["warnings"]) - len(warnings),
    }


def _brief(one: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("id", "rank", "eval_id", "model", "base_task", "suspected")
    standing = [signal for signal in one["signals"] if signal["name"] in one["shown"]]
    return {
        **{key: one[key] for key in keys},
        "strength": _short(one["strength"]),
        "accuracy": _short(one["accuracy"]["value"]),
        "n": one["n"]["samples"],
        "signals": [
            {
                "name": signal["name"],
                "effect": _short(signal["effect"]["value"]),
                "q_run": float(f"{signal['q_run']:.1e}"),
                "said": signal["said"],
            }
            for signal in standing[:SIGNALS]
        ],
        "signals_omitted": max(len(standing) - SIGNALS, 0),
    }


def _short(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 3)
