"""early_hazard, delayed_hazard and constant_hazard: late against early ends, within strata."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import HAZARD_RATIO, LEVEL
from reasonscape.findings.wording import samples_needed, times
from reasonscape.lenses.hazard.counts import (
    LENS,
    caveats,
    counts,
    evidence,
    without_verdict,
)
from reasonscape.lenses.hazard.result import EvalHazard, Relative


@dataclass(frozen=True, slots=True)
class _Side:
    """One direction of the contrast: the ratio that the pattern is about, with its p."""

    ratio: float
    low: float
    high: float
    p: float


def early_hazard(one: EvalHazard) -> Claim:
    """Ends before the median of their difficulty are wrong at twice the odds or more."""
    return _one_side(one, "early_hazard", "early", "late")


def delayed_hazard(one: EvalHazard) -> Claim:
    """Ends after the median of their difficulty are wrong at twice the odds or more."""
    return _one_side(one, "delayed_hazard", "late", "early")


def constant_hazard(one: EvalHazard) -> Claim:
    """The odds of a wrong end do not depend on early or late by a factor of two."""
    known = without_verdict(one, "constant_hazard")
    if known is not None:
        return replace(known, reassurance=True, p=None, beyond=known.inside, inside=False)
    side = _side(_measured(one), "late")
    shown = times(side.ratio, side.low, side.high)
    said = f"late ends are wrong at {shown} the odds of early ones"
    far = HAZARD_RATIO
    return Claim(
        lens=LENS,
        pattern="constant_hazard",
        effect=Effect("late_over_early", side.ratio, "ratio", side.low, side.high, LEVEL),
        beyond=1.0 / far < side.low and side.high < far,
        inside=side.low > far or side.high < 1.0 / far,
        reassurance=True,
        n=counts(one),
        evidence=evidence(one),
        caveats=caveats(one),
        samples_needed=_needed(one, side),
        sentences={
            "present": f"when a trace ends says little about whether it is wrong: {said}",
            "absent": f"when a trace ends says whether it is wrong: {said}.",
            "insufficient_evidence": f"{said}; too few ends to call that constant",
        },
    )


def _one_side(one: EvalHazard, pattern: str, where: str, other: str) -> Claim:
    known = without_verdict(one, pattern)
    if known is not None:
        return known
    side = _side(_measured(one), where)
    shown = times(side.ratio, side.low, side.high)
    said = f"{where} ends are wrong at {shown} the odds of {other} ones, at equal difficulty"
    return Claim(
        lens=LENS,
        pattern=pattern,
        effect=Effect(f"{where}_over_{other}", side.ratio, "ratio", side.low, side.high, LEVEL),
        beyond=side.ratio >= HAZARD_RATIO,
        inside=side.high < HAZARD_RATIO,
        p=side.p,
        n=counts(one),
        evidence=evidence(one),
        caveats=caveats(one),
        samples_needed=_needed(one, side),
        sentences={
            "present": said,
            "absent": f"no {pattern.replace('_', ' ')}: {said}",
            "insufficient_evidence": f"{said}; too few ends to say whether that is twice",
        },
    )


def _measured(one: EvalHazard) -> Relative:
    if one.relative is None:
        raise ValueError("claims about ends need ends")
    return one.relative


def _side(relative: Relative, where: str) -> _Side:
    found = relative.halves.late_early
    if where == "late":
        return _Side(found.ratio, found.low, found.high, found.p_above)
    return _Side(_inverse(found.ratio), _inverse(found.high), _inverse(found.low), found.p_below)


def _inverse(ratio: float) -> float:
    if ratio == 0.0:
        return math.inf
    return 0.0 if math.isinf(ratio) else 1.0 / ratio


def _needed(one: EvalHazard, side: _Side) -> int | None:
    """On the scale of the logarithm, where the interval is even."""
    if not (side.low > 0.0 and math.isfinite(side.high) and side.ratio > 0.0):
        return None
    value, low, high = (math.log(bound) for bound in (side.ratio, side.low, side.high))
    return samples_needed(one.counts["samples"], value, low, high, math.log(HAZARD_RATIO))
