"""Whether the conditions of ``--fail-on`` hold for what a run found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from reasonscape.runs.command_lines import command_line
from reasonscape.runs.eval_shares import EvalShares, Share, eval_shares
from reasonscape.runs.gate_conditions import Condition
from reasonscape.runs.strict_json import plain

State = Literal["holds", "passed", "not_evaluated"]

NOT_READ: Final = frozenset({"no_trace", "no_tokens", "no_tokenizer", "no_prompts"})
"""Reasons that say that a lens had nothing to read: a pattern was not looked for."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What became of one condition.

    Attributes
    ----------
    state
        ``holds``, ``passed``, or ``not_evaluated``, which fails as well.
    statement
        What was found, with interval and n.
    value, low, high
        The number that was compared, where there is one; NaN where it is not known.
    scope
        Filters that select what the statement is about.
    next
        The command that looks closer at it; empty where nothing failed.
    """

    condition: str
    state: State
    statement: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    n: int | None = None
    scope: Mapping[str, Any] = field(default_factory=dict)
    next: str = ""


def check_gates(
    summary: Mapping[str, Any], conditions: Sequence[Condition]
) -> tuple[dict[str, Any], ...]:
    """Evaluate conditions on the whole summary of a run.

    Parameters
    ----------
    summary
        As for ``summary.json``, not what was bounded for stdout. Shares are counted in its dataset
        under its filters.
    conditions
        From :func:`reasonscape.runs.gate_conditions.parse_gates`.

    Returns
    -------
    tuple of dict
        A :class:`Gate` each, as plain data.
    """
    counted = [one for one in conditions if one.kind in ("share", "count")]
    shares = (
        _counted(summary, loops=any(c.name == "loop_share" for c in counted)) if counted else []
    )
    gates = []
    for one in conditions:
        gate = _share(one, shares) if one in counted else _ASKED[one.kind](one, summary)
        gates.append(plain(replace(gate, next=_closer(gate, summary))))
    return tuple(gates)


def _closer(gate: Gate, summary: Mapping[str, Any]) -> str:
    if gate.state == "passed" or not gate.scope or summary["command"] == "compare":
        return ""
    who = ("eval_id", "model", "model_name", "template", "sampler", "groups")
    kept = {key: value for key, value in summary["filters"].items() if key not in who}
    return command_line("diagnose", summary["dataset"], {**kept, **gate.scope})


def _counted(summary: Mapping[str, Any], *, loops: bool) -> list[EvalShares]:
    from reasonscape.datasets.config import Dataset

    dataset = Dataset.open(Path(summary["dataset"]))
    return eval_shares(dataset, summary["filters"], loops=loops)


def _share(one: Condition, found: Sequence[EvalShares]) -> Gate:
    """Over evals: each counts by itself over all that was selected of it."""
    unknown = [s for s in found if math.isnan(_looked_at(one, s.shares[one.name]))]
    known = [s for s in found if s not in unknown]
    failing = [s for s in known if one.passes_limit(_looked_at(one, s.shares[one.name]))]
    # The eval nearest to the wrong side speaks for all.
    ordered = sorted(failing or known, key=lambda s: _looked_at(one, s.shares[one.name]))
    if not failing and unknown:
        why = f"{one.name} of {_who(unknown[0])} is not known{_and_more(len(unknown) - 1, 'eval')}"
        return Gate(one.text, "not_evaluated", why, scope={"eval_id": unknown[0].eval_id})
    worst = ordered[0] if one.sign.startswith("<") else ordered[-1]
    share = worst.shares[one.name]
    said = f"{one.name} of {_who(worst)} is {_number(share)}"
    said += "" if one.name in ("samples", "items") else f" over {share.n:,} samples"
    said += _and_more(len(failing) - 1, "eval") + _reach(one, share)
    return Gate(
        one.text,
        "holds" if failing else "passed",
        said,
        share.value,
        share.low,
        share.high,
        share.n,
        {"eval_id": worst.eval_id},
    )


def _looked_at(one: Condition, share: Share) -> float:
    return float({"": share.value, "low": share.low, "high": share.high}[one.bound])


def _pattern(one: Condition, summary: Mapping[str, Any]) -> Gate:
    asked = [f for f in summary["findings"] if f["pattern"] == one.name]
    present = [f for f in asked if f["verdict"] == "present"]
    unread = [f for f in asked if f["reason"] in NOT_READ]
    open_ = [f for f in asked if f["verdict"] == "insufficient_evidence" and f not in unread]
    if present:
        first = present[0]
        effect = first["effect"] or {}
        said = f"{_pair(first)}: {first['statement']}{_and_more(len(present) - 1)}"
        value, low, high = (_float(effect.get(key)) for key in ("value", "low", "high"))
        n = first["n"].get("samples")
        return Gate(one.text, "holds", said, value, low, high, n, first["scope"])
    if unread or not asked:
        told = f"not looked for in {_pair(unread[0])} ({unread[0]['reason']})" if unread else ""
        why = f"{told}{_and_more(len(unread) - 1)}" if told else "nothing was measured"
        return Gate(one.text, "not_evaluated", why, scope=unread[0]["scope"] if unread else {})
    return Gate(one.text, "passed", f"not present in any of {len(asked)}{_undecided(open_)}")


def _cause(one: Condition, summary: Mapping[str, Any]) -> Gate:
    leading = [h for h in summary["hypotheses"] if h["rank"] == 1]
    held = [h for h in leading if h["cause"] == one.name and one.passes_limit(h["confidence"])]
    if held:
        first = max(held, key=lambda h: float(h["confidence"]))
        said = f"{_pair(first)}: {first['cause']} leads with confidence {first['confidence']:.2f}"
        said += _and_more(len(held) - 1)
        return Gate(one.text, "holds", said, value=first["confidence"], scope=first["scope"])
    open_ = [h for h in leading if h["cause"] == "insufficient_evidence"]
    return Gate(one.text, "passed", f"leads in none of {len(leading)}{_undecided(open_)}")


def _red_flag(one: Condition, summary: Mapping[str, Any]) -> Gate:
    flagged = [h for h in summary["hypotheses"] if h["rank"] == 1 and h["red_flag"]]
    if not flagged:
        pairs = sum(h["rank"] == 1 for h in summary["hypotheses"])
        return Gate(one.text, "passed", f"none in {pairs}")
    first = flagged[0]
    said = f"{_pair(first)}: {', '.join(first['red_flags'])}{_and_more(len(flagged) - 1)}"
    return Gate(one.text, "holds", said, scope=first["scope"])


def _suspect(one: Condition, summary: Mapping[str, Any]) -> Gate:
    screened = summary["screened"]
    held = [s for s in screened if s["verdict"] == "suspect" and one.name in ("", s["suspected"])]
    if held:
        first = held[0]
        said = f"{_pair(first)}: {first['suspected'] or 'suspect'}{_and_more(len(held) - 1)}"
        return Gate(one.text, "holds", said, value=first["strength"], scope=first["scope"])
    open_ = [s for s in screened if s["verdict"] == "too_little_data"]
    return Gate(one.text, "passed", f"suspected in none of {len(screened)}{_undecided(open_)}")


def _difference(one: Condition, summary: Mapping[str, Any]) -> Gate:
    """The first comparison is over all tasks, or of the only one."""
    whole = summary["comparisons"][0]
    effect = whole["effect"]
    value, low, high = (_float(effect[key]) for key in ("value", "low", "high"))
    share = Share(value, low, high, whole["n"]["pairs"])
    value = _looked_at(one, share)
    if math.isnan(value):
        return Gate(one.text, "not_evaluated", f"the difference is not known: {whole['statement']}")
    said = f"A - B is {_number(share)}: {whole['statement']}{_reach(one, share)}"
    state: State = "holds" if one.passes_limit(value) else "passed"
    return Gate(one.text, state, said, share.value, share.low, share.high, share.n, whole["scope"])


def _verdict(one: Condition, summary: Mapping[str, Any]) -> Gate:
    held = [c for c in summary["comparisons"] if c["verdict"] == one.name]
    if not held:
        open_ = [c for c in summary["comparisons"] if c["verdict"] == "not_decided"]
        told = f"in none of {len(summary['comparisons'])} comparisons{_undecided(open_)}"
        return Gate(one.text, "passed", told)
    first, effect = held[0], held[0]["effect"]
    said = first["statement"] + _and_more(len(held) - 1, "comparison")
    value, low, high = (_float(effect[key]) for key in ("value", "low", "high"))
    return Gate(one.text, "holds", said, value, low, high, first["n"]["pairs"], first["scope"])


_ASKED: Final = {
    "pattern": _pattern,
    "cause": _cause,
    "red_flag": _red_flag,
    "suspect": _suspect,
    "difference": _difference,
    "verdict": _verdict,
}


def _number(share: Share) -> str:
    value = f"{share.value:.4g}"
    if math.isnan(share.low) or math.isnan(share.high):
        return value
    return f"{value} [{share.low:.3g}, {share.high:.3g}]"


def _reach(one: Condition, share: Share) -> str:
    """Whether the interval has values on both sides of the limit."""
    crossed = share.low <= one.limit <= share.high
    return f"; the interval reaches across {one.limit:g}" if crossed and not one.bound else ""


def _who(one: EvalShares) -> str:
    return f"{one.model} [{one.eval_id[:7]}]"


def _pair(one: Mapping[str, Any]) -> str:
    which = f" [{one['eval_id'][:7]}]" if one["eval_id"] else ""
    return f"{one['model']}{which} on {one['base_task'] or 'all tasks'}"


def _and_more(count: int, what: str = "pair") -> str:
    return f"; and {count} more {what}{'s' if count > 1 else ''}" if count > 0 else ""


def _undecided(found: Sequence[object]) -> str:
    return f"; {len(found)} not decided" if found else ""


def _float(value: float | None) -> float:
    return math.nan if value is None else float(value)
