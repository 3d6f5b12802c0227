"""The verdict on one (eval, task) in words, made from the statements of its findings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from reasonscape.diagnosis.evidence import Evidence
from reasonscape.findings.finding import Finding
from reasonscape.findings.hypothesis import Cause
from reasonscape.findings.thresholds import FAILURE_PATTERNS
from reasonscape.findings.wording import interval, percent, points

WORDS: Final[Mapping[Cause, str]] = {
    "healthy": "healthy where it was asked",
    "working_memory_limit": "a limit of working memory",
    "tokenization_problem": "a problem of tokenization or format",
    "reasoning_inefficiency": "inefficient reasoning",
    "underthinking": "too little thinking",
    "context_truncation": "answers cut off by the budget",
    "capability_gap": "a gap of capability",
    "unstable_surface": "an unstable surface",
    "finetune_regression": "a regression against the baseline",
    "insufficient_evidence": "not decided, too little to claim or exclude a cause",
}

SAID: Final = 3
"""Findings that a verdict quotes."""

MECHANISMS: Final[Mapping[str, str]] = {
    "fft": "prompts",
    "compression": "traces",
    "hazard": "time course",
}
"""What each lens that can show a mechanism reads."""


MECHANICAL: Final = frozenset(
    {"working_memory_limit", "reasoning_inefficiency", "underthinking", "tokenization_problem"}
)
"""Causes that a lens other than surface has to show."""


def statement(
    cause: Cause,
    evidence: Evidence,
    support: Sequence[Finding],
    lenses: Sequence[str],
    unmeasured: Sequence[str],
) -> str:
    """One verdict: the cause, and what shows it, where it is and from what point on.

    Parameters
    ----------
    cause
        The cause that is stated.
    evidence
        All findings of the (eval, task).
    support
        Findings that speak for the cause, the ones that it needs first.
    lenses
        Lenses of those findings.
    unmeasured
        Lenses that had nothing to read.
    """
    shown = [f for f in support if evidence.present(f.pattern) and f.q is not None]
    told = [f.statement for f in shown[:SAID]]
    if cause in ("healthy", "insufficient_evidence", "capability_gap") or not told:
        told = [accuracy_words(evidence), *told]
    if cause in MECHANICAL and not any(f.lens != "surface" for f in shown):
        told += leaning_words(evidence, support)
    if cause == "tokenization_problem":
        told += confounder_words(evidence)
    if cause == "capability_gap":
        told += _silence(evidence, unmeasured)
    said = "; ".join(dict.fromkeys(part for part in told if part))
    parts = [f"{WORDS[cause]}: {said}" if said else WORDS[cause]]
    if cause not in ("healthy", "insufficient_evidence", "capability_gap") and len(lenses) == 1:
        parts.append(f"this rests on one lens ({lenses[0]})")
    return "; ".join(parts)


def leaning_words(evidence: Evidence, support: Sequence[Finding]) -> list[str]:
    """The mechanism that leans most towards being there, said to be undecided."""
    open_ = [f for f in support if f.lens != "surface" and 0.0 < evidence.strength(f.pattern) < 1.0]
    if not open_:
        return []
    most = max(open_, key=lambda f: evidence.strength(f.pattern))
    return [f"undecided: {most.pattern} ({most.statement})"]


def accuracy_words(evidence: Evidence) -> str:
    """The height of the surface, in words; empty where it is unknown."""
    value = evidence.number("healthy_surface", "accuracy")
    bounds = evidence.detail("healthy_surface", "accuracy_interval")
    if not math.isfinite(value) or not isinstance(bounds, Sequence):
        return ""
    samples = evidence.findings["healthy_surface"].n.get("samples", 0)
    return f"accuracy is {percent(value)} {interval(*bounds)} in {samples:,} samples"


def confounder_words(evidence: Evidence) -> list[str]:
    """What accuracy loses along the confounder that costs most."""
    found = evidence.detail("healthy_surface", "confounders") or {}
    losses = [(one["low"], name, one) for name, one in found.items() if one["low"] > 0.0]
    if not losses:
        return []
    _, name, one = max(losses, key=lambda each: each[:2])
    bounds = f"95% interval {100 * one['low']:.0f} to {100 * one['high']:.0f}"
    return [f"accuracy loses {points(one['loss'])} ({bounds}) along the confounder {name}"]


def _silence(evidence: Evidence, unmeasured: Sequence[str]) -> list[str]:
    """Which lenses excluded a mechanism, which left it open, and which could not look."""
    excluded, open_, shown = [], [], []
    for lens, words in MECHANISMS.items():
        verdicts = {p: evidence.verdict(p) for p in FAILURE_PATTERNS[lens]}
        present = [p for p, verdict in verdicts.items() if verdict == "present"]
        if present:
            shown += present
        elif "insufficient_evidence" in verdicts.values():
            open_.append(words)
        elif lens not in unmeasured:
            excluded.append(words)
    blind = [name for name in MECHANISMS if name in unmeasured]
    parts = (
        ("no mechanism in", excluded),
        ("undecided in", open_),
        ("also present:", shown),
        ("not measured:", blind),
    )
    return [f"{words} {', '.join(found)}" for words, found in parts if found]
