"""The four patterns of the fft lens, as claims about one (eval, task)."""

from __future__ import annotations

from collections.abc import Sequence

from reasonscape.findings.claim import Claim
from reasonscape.lenses.fft.bands import band_limited_gain
from reasonscape.lenses.fft.breaking import tokenization_artifact
from reasonscape.lenses.fft.collapse import peak_collapse
from reasonscape.lenses.fft.counts import LENS, caveats, counts, evidence, exclusions
from reasonscape.lenses.fft.result import EvalFft, FftResult
from reasonscape.lenses.fft.units import period, unit
from reasonscape.lenses.lens import Judged

CLEAN = "clean_spectrum"
SAID = 3
"""Periods that a sentence names."""


def claims(result: FftResult) -> list[Judged]:
    """One claim a pattern for every eval that has samples with an outcome."""
    found = []
    for one in result.evals:
        if not one.left_out.used:
            continue
        failures = (
            peak_collapse(one, result.axes),
            band_limited_gain(one),
            tokenization_artifact(one),
        )
        found.append(Judged(one.subject, (*failures, _clean(one, failures))))
    return found


def _clean(one: EvalFft, failures: Sequence[Claim]) -> Claim:
    """Every failure pattern of this lens is absent."""
    some = len(one.samples) > 0
    open_ones = [claim.pattern for claim in failures if not claim.inside]
    stands_out = _peaks(one) if some else exclusions(one) if one.left_out.total else "no prompts"
    return Claim(
        lens=LENS,
        pattern=CLEAN,
        reassurance=True,
        beyond=not open_ones,
        reason=None if some else "no_tokens",
        n=counts(one),
        evidence=evidence(one),
        caveats=caveats(one),
        sentences={
            "present": f"nothing in how prompts are cut goes with failure; {stands_out}",
            "absent": f"{stands_out[:1].upper()}{stands_out[1:]}.",
            "insufficient_evidence": f"not decided: {', '.join(open_ones)}; {stands_out}"
            if some
            else stands_out,
        },
    )


def _peaks(one: EvalFft) -> str:
    """Say which periods the prompts have."""
    if one.mean is None or not len(one.mean.peaks):
        return "no period stands above shuffled prompts"
    shown = [
        f"{period(float(one.own.frequency[at]), unit(one))} ({_decibel(one.mean.mean[at])} dB)"
        for at in one.mean.peaks[:SAID].tolist()
    ]
    return f"periods above shuffled prompts: {', '.join(shown)}"


def _decibel(value: float) -> str:
    """Whole dB, and one decimal where that would round to nothing much."""
    return f"{value:.0f}" if value >= 2.0 else f"{value:.1f}"
