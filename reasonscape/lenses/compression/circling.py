"""overthink: wrong traces go on, and say little that is new."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import (
    CIRCLING,
    FEW_FAILURES,
    MIN_ITEMS_CLAIMED,
    OVERTHINK_RATIO,
)
from reasonscape.findings.wording import bounded, percent, times
from reasonscape.lenses.compression.counts import (
    LENS,
    caveats,
    counts,
    directed,
    enough,
    evidence,
    ratio,
    ratio_effect,
    without_verdict,
)
from reasonscape.lenses.compression.lengths import (
    length_evidence,
    length_words,
    needed,
    too_few,
    without_lengths,
)
from reasonscape.lenses.compression.result import CutOff, EvalCompression, Lengths

PATTERN = "overthink"
BORDER = math.log(OVERTHINK_RATIO)
LESS_NEW = math.log(1.0 - CIRCLING)


@dataclass(frozen=True, slots=True)
class _Way:
    """One of the two ways in which overthinking shows."""

    effect: Effect | None
    beyond: bool
    inside: bool
    p: float
    reason: str | None
    said: str


def overthink(one: EvalCompression) -> Claim:
    """Longer and less new, or cut off while saying less new than right traces do there."""
    known = without_verdict(one, PATTERN)
    if known is not None or one.lengths is None or one.cut_off is None:
        return known or without_lengths(one)
    finished, cut = _finished(one, one.lengths), _cut_off(one.cut_off)
    ways = [way for way in (finished, cut) if way is not None]
    tested = [way for way in ways if way.reason is None]
    shown = min(tested or ways, key=lambda way: (not way.beyond, way.p))
    decided = all(way.inside for way in ways)
    others = "; ".join(way.said for way in ways if way is not shown)
    said = shown.said if not others else f"{shown.said}; {others}"
    return Claim(
        lens=LENS,
        pattern=PATTERN,
        effect=shown.effect,
        beyond=shown.beyond,
        inside=decided,
        # Two chances to be found are paid for.
        p=min(1.0, len(tested) * shown.p) if tested else None,
        reason=None if tested else shown.reason,
        n=counts(one),
        evidence={
            **evidence(one),
            **length_evidence(one.lengths),
            "cut_off": _cut_evidence(one.cut_off),
            "examples": [e.uid for e in one.examples if e.pattern == PATTERN],
        },
        caveats=caveats(one),
        samples_needed=needed(one, one.lengths.shift, BORDER),
        sentences={
            "present": f"{shown.said}: they go on without getting on",
            "absent": f"{said}: they do not go round in circles",
            "insufficient_evidence": f"{said}; not enough to say more",
        },
    )


def _finished(one: EvalCompression, lengths: Lengths) -> _Way:
    shifts, tail = (lengths.shift, lengths.unlooped), lengths.tail
    least = -CIRCLING * lengths.right_tail if lengths.right_tail > 0.0 else -math.inf
    fall = -tail.value / lengths.right_tail if lengths.right_tail > 0.0 else math.nan
    novelty = "the novelty of their last quarter is not known"
    if math.isfinite(fall):
        way = "less" if fall > 0.0 else "more"
        novelty = f"their last quarter says {percent(abs(fall))} {way} that is new at equal length"
    return _Way(
        effect=ratio_effect("wrong_over_right_length", lengths.shift),
        beyond=all(s.value >= BORDER for s in shifts) and tail.value <= least,
        inside=any(s.high < BORDER for s in shifts) or tail.low > least,
        p=max(*(directed(s.p, s.value > 0.0) for s in shifts), directed(tail.p, tail.value < 0.0)),
        reason=enough(one, lengths.shift),
        said=too_few(lengths.shift, "")
        if not bounded(ratio(lengths.shift.low), ratio(lengths.shift.high))
        else f"wrong traces are {length_words(lengths.shift)} as long as right ones of equal "
        f"difficulty, and {novelty}",
    )


def _cut_off(cut: CutOff) -> _Way | None:
    """``None`` where too few traces are cut off for it to matter."""
    if cut.share.high < FEW_FAILURES or cut.share.value == 0.0:
        return None
    shift = cut.shift
    few = shift.n_second < MIN_ITEMS_CLAIMED or shift.n_first < MIN_ITEMS_CLAIMED
    said = "no right trace reaches as far as the cut-off ones, so these are not judged"
    if shift.strata:
        low, high = ratio(shift.low), ratio(shift.high)
        said = (
            f"cut-off traces hold {times(ratio(shift.value), low, high)} the novelty of right ones "
            "at the same tokens"
            if bounded(low, high)
            else "too few right traces reach as far as the cut-off ones to judge these"
        )
    return _Way(
        effect=ratio_effect("cut_off_over_right_novelty", shift),
        beyond=shift.value <= LESS_NEW,
        inside=shift.low > LESS_NEW and not few,
        p=directed(shift.p, shift.value < 0.0),
        reason="few_samples" if few else None,
        said=said,
    )


def _cut_evidence(cut: CutOff) -> dict[str, object]:
    return {
        "share": cut.share.value,
        "novelty_ratio": ratio(cut.shift.value),
        "novelty_ratio_interval": [ratio(cut.shift.low), ratio(cut.shift.high)],
        "right_that_reach": cut.n_right,
    }
