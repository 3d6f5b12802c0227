"""hazard_threshold: from some token on, ends are wrong more often."""

from __future__ import annotations

import math
from typing import Any

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import (
    HAZARD_RATIO,
    LEVEL,
    STEP_ENDS,
    STEP_GAIN,
    STEP_JUMP,
)
from reasonscape.findings.wording import times
from reasonscape.lenses.hazard.counts import (
    LENS,
    caveats,
    counts,
    evidence,
    fixed,
    without_verdict,
)
from reasonscape.lenses.hazard.result import EvalHazard
from reasonscape.stats.hazard_step import HazardStep

PATTERN = "hazard_threshold"


def hazard_threshold(one: EvalHazard) -> Claim:
    """The odds of a wrong end jump at one place, within a factor 1.5 of it."""
    known = without_verdict(one, PATTERN)
    if known is not None:
        return known
    if one.relative is None:
        raise ValueError("claims about ends need ends")
    step = one.relative.step
    if step.n < STEP_ENDS:
        said = f"{step.n:.0f} independent ends are too few to look for a step"
        return fixed(one, PATTERN, said, reason="few_samples")
    ratio, low, high = (_factor(x) for x in (step.jump, step.jump_low, step.jump_high))
    unit = "tokens" if one.unit == "tokens" else "bytes"
    where, shown = _where(step, unit), times(ratio, low, high)
    return Claim(
        lens=LENS,
        pattern=PATTERN,
        effect=Effect("odds_after_over_before", ratio, "ratio", low, high, LEVEL),
        beyond=ratio >= STEP_JUMP and step.narrow_gain >= STEP_GAIN,
        inside=step.narrow_gain <= -STEP_GAIN or high < HAZARD_RATIO,
        p=step.p,
        n=counts(one),
        evidence=_evidence(one, step),
        caveats=caveats(one),
        sentences={
            "present": f"from {where} on, ends are wrong at {shown} the odds",
            "absent": f"no threshold: {_absent(step, high)}",
            "insufficient_evidence": (
                f"the odds of a wrong end rise by {shown} near {where}; "
                "too few ends to say whether that is one step"
                if step.p < 0.05
                else "no step of the odds is shown, and too few ends to exclude one"
            ),
        },
    )


def _absent(step: HazardStep, high: float) -> str:
    if step.narrow_gain <= -STEP_GAIN:
        return "the odds of a wrong end rise slowly, over a factor of 4 in length or more"
    return f"no step of the odds of a wrong end is larger than {high:.2f} times"


def _where(step: HazardStep, unit: str) -> str:
    if math.isnan(step.place):
        return "no place"
    return f"{step.place:,.0f} {unit} [{step.place_low:,.0f}, {step.place_high:,.0f}]"


def _evidence(one: EvalHazard, step: HazardStep) -> dict[str, Any]:
    return {
        **evidence(one),
        "place": step.place,
        "place_interval": [step.place_low, step.place_high],
        "width_factor": _factor(step.width),
        "shape": step.shape,
        "narrow_over_wide": step.narrow_gain,
        "independent_ends": step.n,
    }


def _factor(log: float) -> float:
    if math.isnan(log):
        return log
    return math.exp(min(log, 700.0)) if math.isfinite(log) else math.inf
