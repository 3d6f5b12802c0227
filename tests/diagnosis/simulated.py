"""Findings written by hand: what the lenses would say of a model with a known fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reasonscape.findings.finding import Effect, Finding, Verdict
from reasonscape.findings.naming import finding_id
from reasonscape.findings.thresholds import FAILURE_PATTERNS, REASSURANCE_PATTERNS

LENS_OF = {
    pattern: lens
    for lens, patterns in FAILURE_PATTERNS.items()
    for pattern in (*patterns, REASSURANCE_PATTERNS[lens])
}


def finding(
    pattern: str,
    verdict: Verdict,
    *,
    reason: str | None = None,
    value: float = 0.5,
    evidence: Mapping[str, Any] | None = None,
    n: Mapping[str, int] | None = None,
    eval_id: str = "e1",
    base_task: str = "arithmetic",
) -> Finding:
    """One finding; a failure pattern has p and q that fit its verdict."""
    lens = LENS_OF[pattern]
    tested = pattern in FAILURE_PATTERNS[lens]
    p = {"present": 1e-6, "absent": 0.5, "insufficient_evidence": 0.2}[verdict]
    return Finding(
        id=finding_id(eval_id, base_task, lens, pattern),
        lens=lens,
        pattern=pattern,
        verdict=verdict,
        reason=reason,
        eval_id=eval_id,
        model="a model",
        base_task=base_task,
        scope={"eval_id": [eval_id], "base_task": base_task},
        statement=f"{pattern} is {verdict}",
        effect=Effect("effect", value, "share", value - 0.1, value + 0.1),
        n={"samples": 1000, **(n or {})},
        p=p if tested else None,
        q=p if tested else None,
        evidence=evidence or {},
    )


def findings_of(
    present: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    accuracy: float = 0.5,
    unmeasured: tuple[str, ...] = (),
    undecided: tuple[str, ...] = (),
    eval_id: str = "e1",
    base_task: str = "arithmetic",
) -> list[Finding]:
    """Findings of all lenses: what is named is present, everything else is absent.

    Reassurances follow: health where nothing is present and the accuracy is high.
    """
    shown = dict(present or {})
    height = {"accuracy": accuracy, "accuracy_interval": [accuracy - 0.03, accuracy + 0.03]}
    made = []
    for lens, patterns in FAILURE_PATTERNS.items():
        missing = {"fft": "no_tokens", "compression": "no_trace", "hazard": "no_tokens"}.get(lens)
        reason = missing if lens in unmeasured else None
        for pattern in patterns:
            verdict: Verdict = "present" if pattern in shown else "absent"
            if reason or pattern in undecided:
                verdict = "insufficient_evidence"
            more = {**(height if lens == "surface" else {}), **shown.get(pattern, {})}
            value = float(more.pop("value", 0.5))
            n = more.pop("n", None)
            made.append(
                finding(
                    pattern,
                    verdict,
                    reason=reason,
                    value=value,
                    evidence=more,
                    n=n,
                    eval_id=eval_id,
                    base_task=base_task,
                )
            )
        well = not any(p in shown for p in patterns) and (lens != "surface" or accuracy >= 0.9)
        calm: Verdict = "present" if well else "absent"
        made.append(
            finding(
                REASSURANCE_PATTERNS[lens],
                "insufficient_evidence" if reason else calm,
                reason=reason,
                evidence={**height, **shown.get(REASSURANCE_PATTERNS[lens], {})}
                if lens == "surface"
                else {},
                eval_id=eval_id,
                base_task=base_task,
            )
        )
    return made
