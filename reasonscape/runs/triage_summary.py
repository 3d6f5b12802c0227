"""The JSON envelope of a screen: complete for a file, bounded for stdout."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reasonscape.runs.command_lines import command_line
from reasonscape.runs.strict_json import plain
from reasonscape.runs.summary import SCHEMA_VERSION, STDOUT_WARNINGS
from reasonscape.runs.triage import JUDGEMENTS, Screened
from reasonscape.runs.triage_patterns import systemic_evals, systemic_tasks
from reasonscape.runs.triage_thresholds import THRESHOLDS

if TYPE_CHECKING:
    from reasonscape.runs.triage import TriageRun
    from reasonscape.runs.triage_signal import Signal

STEPS: Final = 3
"""Suspects that a command is given for."""

SYSTEMIC: Final = 8
SIGNALS: Final = 3
OVERVIEW: Final = 150
EVALS: Final = 25
"""Patterns, signals of a suspect, (eval, task) pairs, and evals that stdout names."""

STATED: Final = 2
"""Signals of a suspect that stdout says in words."""

ALIKE: Final = 2
"""Suspects of one eval and one suspected cause on stdout; the overview names all of them."""


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
            "systemic": systemic_evals(run.screened),
            "suspect_in_all_evals": systemic_tasks(run.screened),
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
        "check": one.check,
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
    effect = signal.effect
    return {
        "name": signal.name,
        "effect": {
            "name": effect.name,
            "value": effect.value,
            "unit": effect.unit,
            "low": effect.low,
            "high": effect.high,
            "level": effect.level,
        },
        "threshold": THRESHOLDS[signal.name],
        "beyond": signal.beyond,
        "p": signal.p,
        "q": signal.q,
        "q_run": signal.q_run,
        "stake": signal.stake,
        "n": dict(signal.n),
        "said": signal.said,
        "detail": dict(signal.detail),
    }


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
    for one in _varied(run.suspects, 1)[:STEPS]:
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


@dataclass(frozen=True, slots=True)
class _Named:
    eval_id: str
    suspected: str | None
    whole: Mapping[str, Any]


def _varied(suspects: Sequence[Any], alike: int) -> list[Any]:
    """The first few of each eval and suspected cause: more of the same says nothing new."""
    seen: Counter[tuple[str, str | None]] = Counter()
    kept = []
    for one in suspects:
        seen[one.eval_id, one.suspected] += 1
        if seen[one.eval_id, one.suspected] <= alike:
            kept.append(one)
    return kept


def bounded(summary: Mapping[str, Any], limit: int, *, detail: bool) -> dict[str, Any]:
    """The same for stdout: suspects only, each with its strongest signals, unless asked for more.

    Nothing is hidden silently: the keys that end in ``_omitted`` count what is left out.
    """
    narrow = narrowed(summary, limit, detail=detail)
    if detail:
        return narrow
    suspects = [_brief(one) for one in narrow.pop("screened")]
    return {**narrow, "suspects": suspects}


def narrowed(summary: Mapping[str, Any], limit: int, *, detail: bool) -> dict[str, Any]:
    """Fewer (eval, task) pairs, patterns and warnings, each with all that it has."""
    screened = summary["screened"]
    wanted = screened if detail else [one for one in screened if one["verdict"] == "suspect"]
    named = [_Named(one["eval_id"], one["suspected"], one) for one in wanted]
    shown = wanted if detail else [one.whole for one in _varied(named, ALIKE)]
    warnings = list(summary["warnings"])[: None if detail else STDOUT_WARNINGS]
    patterns = summary["systemic"] if detail else summary["systemic"][:SYSTEMIC]
    return {
        **summary,
        **({} if detail else _briefly(summary)),
        "systemic": patterns,
        "systemic_omitted": len(summary["systemic"]) - len(patterns),
        "screened": shown[:limit],
        "omitted": len(wanted) - len(shown[:limit]),
        "warnings": warnings,
        "warnings_omitted": len(summary["warnings"]) - len(warnings),
    }


def _briefly(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Names of tasks where they are few, else how many; the first tasks that all evals fail."""
    table = summary["overview"]
    if len(summary["screened"]) > OVERVIEW:
        table = {
            name: {what: f"{len(tasks)} tasks" for what, tasks in row.items()}
            for name, row in list(table.items())[:EVALS]
        }
    tasks = [one["base_task"] for one in summary["suspect_in_all_evals"]]
    return {
        "overview": table,
        "overview_omitted": len(summary["overview"]) - len(table),
        "suspect_in_all_evals": tasks[:SYSTEMIC],
        "suspect_in_all_evals_omitted": max(len(tasks) - SYSTEMIC, 0),
        "artifacts": [artifact["path"] for artifact in summary["artifacts"]],
    }


def _brief(one: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("id", "rank", "eval_id", "model", "base_task", "suspected")
    # Accuracy stands beside them already.
    standing = [
        signal
        for signal in one["signals"]
        if signal["name"] in one["shown"] and signal["name"] != "low_accuracy"
    ]
    return {
        **{key: one[key] for key in keys},
        **({"check": one["check"]} if one["check"] else {}),
        "strength": _short(one["strength"]),
        "accuracy": _short(one["accuracy"]["value"]),
        "n": one["n"]["samples"],
        "statement": "; ".join(signal["said"] for signal in standing[:STATED]),
        "signals": [
            {
                "name": signal["name"],
                "effect": _short(signal["effect"]["value"]),
                "q_run": float(f"{signal['q_run']:.0e}"),
            }
            for signal in standing[:SIGNALS]
        ],
        "signals_omitted": max(len(standing) - SIGNALS, 0),
    }


def _short(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, 3)
