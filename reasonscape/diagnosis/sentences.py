"""The verdict on one (eval, task) in words, made from the statements of its findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from reasonscape.diagnosis.evidence import Evidence
from reasonscape.findings.finding import Finding
from reasonscape.findings.hypothesis import Cause

WORDS: Final[Mapping[Cause, str]] = {
    "healthy": "healthy where it was asked",
    "working_memory_limit": "a limit of working memory",
    "tokenization_problem": "a problem of tokenization or format",
    "reasoning_inefficiency": "inefficient reasoning",
    "underthinking": "too little thinking",
    "context_truncation": "cut-off answers: the budget, not the model, ends them",
    "capability_gap": "a gap of capability: accuracy is lost and no lens shows a mechanism",
    "unstable_surface": "an unstable surface: neighbouring cells differ more than any smooth law",
    "finetune_regression": "a regression against the baseline",
    "insufficient_evidence": "not decided: too little to claim or exclude a cause",
}

SAID: Final = 3
"""Findings that a verdict quotes."""


def statement(
    cause: Cause,
    evidence: Evidence,
    support: Sequence[Finding],
    lenses: Sequence[str],
    unmeasured: Sequence[str],
) -> str:
    """One verdict: the cause, and what shows it, where it is and from what point on."""
    told = [f.statement for f in support if evidence.present(f.pattern)]
    if cause == "capability_gap":
        told = [t for f in support if (t := f.statement) and f.lens == "surface"]
    because = "; ".join(dict.fromkeys(told[:SAID]))
    parts = [f"{WORDS[cause]}: {because}" if because else WORDS[cause]]
    if cause not in ("healthy", "insufficient_evidence") and len(lenses) == 1:
        parts.append(f"this rests on one lens ({lenses[0]})")
    if cause == "capability_gap" and unmeasured:
        parts.append(f"not measured: {', '.join(unmeasured)}")
    return "; ".join(parts)
