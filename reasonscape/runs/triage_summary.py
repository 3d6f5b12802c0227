"""The JSON envelope of a screen, complete."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reasonscape.runs.strict_json import plain
from reasonscape.runs.summary import SCHEMA_VERSION
from reasonscape.runs.triage_judging import JUDGEMENTS, Screened
from reasonscape.runs.triage_next import next_steps
from reasonscape.runs.triage_patterns import systemic_evals, systemic_tasks
from reasonscape.runs.triage_thresholds import THRESHOLDS

if TYPE_CHECKING:
    from reasonscape.runs.triage import TriageRun
    from reasonscape.runs.triage_signal import Signal


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
