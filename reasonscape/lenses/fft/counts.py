"""Words and counts that every claim of this lens carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reasonscape.findings.claim import Claim
from reasonscape.findings.thresholds import FEW_FAILURES, PEAK_ITEMS
from reasonscape.findings.wording import interval, percent
from reasonscape.lenses.fft.result import EvalFft

LENS = "fft"
VERDICTS = ("present", "absent", "insufficient_evidence")

SUGGESTS = "spectra suggest a cause and do not prove one: change the input and measure again"
IN_BYTES = (
    "no tokenizer is known for this eval, so prompts are read byte by byte, which is not what the "
    "model reads"
)


def counts(one: EvalFft) -> Mapping[str, int]:
    """Numbers of samples, items and prompts behind a claim, and what was left out."""
    return {
        "samples": len(one.samples),
        "items": one.items,
        "prompts": len(one.samples.prompts),
        "effective": round(one.effective),
        "right": int((~one.samples.failed).sum()),
        "wrong": int(one.samples.failed.sum()),
        "left_out": one.left_out.total,
    }


def caveats(one: EvalFft) -> tuple[str, ...]:
    """What limits every claim of this eval."""
    found = [SUGGESTS]
    if not one.known:
        found.append(IN_BYTES)
    if one.left_out.total and len(one.samples):
        found.append(exclusions(one))
    return tuple(found)


def exclusions(one: EvalFft) -> str:
    """How many samples have no spectrum, by reason."""
    listed = ", ".join(f"{n:,} {reason}" for reason, n in one.left_out.by_reason.items())
    return (
        f"{one.left_out.total:,} of {one.left_out.used:,} samples have no spectrum and are left "
        f"out ({listed})"
    )


def evidence(one: EvalFft) -> dict[str, Any]:
    """What stands beside every claim: how prompts are read, and how much of them there is."""
    return {
        "reading": one.own.reading.name,
        "tokenizer_known": one.known,
        "segment": one.own.spectra.size,
        "strata": one.samples.strata.kind,
        "left_out": dict(one.left_out.by_reason),
    }


def without_verdict(one: EvalFft, pattern: str) -> Claim | None:
    """A claim that needs no measurement: no prompts, or too few failures for any pattern."""
    if not len(one.samples):
        said = "no sample has a prompt with a spectrum"
        if one.left_out.total:
            said = exclusions(one)
        return fixed(one, pattern, said, reason="no_tokens")
    if one.failures.high < FEW_FAILURES:
        said = (
            f"{percent(one.failures.value)} {interval(one.failures.low, one.failures.high)} of "
            "the samples fail: too few to be a pattern"
        )
        return fixed(one, pattern, said, absent_reason="few_failures_possible")
    if len(one.samples.prompts) < PEAK_ITEMS:
        said = f"{len(one.samples.prompts)} different prompts are too few to compare"
        return fixed(one, pattern, said, reason="few_samples")
    return None


def fixed(
    one: EvalFft,
    pattern: str,
    said: str,
    *,
    reason: str | None = None,
    absent_reason: str | None = None,
) -> Claim:
    """A claim whose verdict is known beforehand: insufficient for a reason, else absent."""
    return Claim(
        lens=LENS,
        pattern=pattern,
        inside=reason is None,
        p=1.0 if reason is None else None,
        reason=reason,
        absent_reason=absent_reason,
        n=counts(one),
        evidence=evidence(one),
        caveats=caveats(one),
        sentences=dict.fromkeys(VERDICTS, said),  # type: ignore[arg-type]
    )
