"""broken_loops: samples fail because the trace repeats itself to its end."""

from __future__ import annotations

import math

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import LOOP_ALARMS, LOOP_COVERED, LOOP_SHARE, MIN_ITEMS_CLAIMED
from reasonscape.findings.wording import interval, percent, samples_needed
from reasonscape.lenses.compression.counts import (
    LENS,
    caveats,
    counts,
    directed,
    evidence,
    without_verdict,
)
from reasonscape.lenses.compression.lengths import without_lengths
from reasonscape.lenses.compression.result import EvalCompression, Loops
from reasonscape.stats.clustered import Estimate
from reasonscape.stats.proportions import Proportion

PATTERN = "broken_loops"


def broken_loops(one: EvalCompression) -> Claim:
    """At least a twentieth of all samples fail in a loop, and right ones loop less often.

    Where right ones are too few to compare with, loops of finished answers do not count: a task
    may ask for a list of moves or a table.
    """
    known = without_verdict(one, PATTERN)
    if known is not None or one.loops is None:
        return known or without_lengths(one)
    loops, share = one.loops, one.loops.failing
    counted = loops.unasked if _few_right(loops) else share
    p = _p_above(counted, LOOP_ALARMS)
    if _few_right(loops):
        more = _loop_more(one, loops)
    else:
        more = loops.difference.value > 0.0
        p = max(p, directed(loops.difference.p, more))
    said = (
        f"{percent(share.value)} {interval(share.low, share.high)} of all samples fail in a loop "
        f"over {percent(LOOP_COVERED)} or more of the trace"
    )
    right = f" ({loops.n_right:,} right ones loop)" if loops.n_right else ""
    return Claim(
        lens=LENS,
        pattern=PATTERN,
        effect=Effect("fails_in_a_loop", share.value, "share", share.low, share.high, share.level),
        beyond=counted.value >= LOOP_SHARE and more,
        inside=share.high < LOOP_SHARE,
        p=p,
        n=counts(one),
        evidence={**evidence(one), **_evidence(one, loops)},
        caveats=(*caveats(one), *_own_caveats(one, loops)),
        samples_needed=samples_needed(one.n_traces, share.value, share.low, share.high, LOOP_SHARE),
        sentences={
            "present": f"{said}{right}; half of the loops begin by {_onset(loops.onset, one.unit)}",
            "absent": said,
            "insufficient_evidence": f"{said}{right}; {_doubt(loops)}",
        },
    )


def _evidence(one: EvalCompression, loops: Loops) -> dict[str, object]:
    return {
        "onset": loops.onset.value,
        "onset_interval": [loops.onset.low, loops.onset.high],
        "period_chars": loops.period.value,
        "exact": loops.exact,
        "templated": loops.templated,
        "failing": loops.n_failing,
        "cut_off_or_reasoning": loops.unasked.value,
        "right": loops.n_right,
        "more_than_right": loops.difference.value,
        "more_than_right_interval": [loops.difference.low, loops.difference.high],
        "more_than_right_p": loops.difference.p,
        "examples": [e.uid for e in one.examples if e.pattern == PATTERN],
    }


def _few_right(loops: Loops) -> bool:
    """Whether right traces are too few to say how often they loop."""
    return loops.difference.n_first < MIN_ITEMS_CLAIMED


def _loop_more(one: EvalCompression, loops: Loops) -> bool:
    """Whether failing traces loop more often than right ones, all strata together."""
    right = one.counts["correct"]
    failing = one.n_traces - right
    return loops.n_right * failing < loops.n_failing * right or not right


def _own_caveats(one: EvalCompression, loops: Loops) -> list[str]:
    if not loops.n_failing:
        return []
    if not one.counts["correct"]:
        return ["no trace is right, so loops are compared with nothing but the finder's own alarms"]
    if _few_right(loops):
        few = f"only {loops.difference.n_first} right traces can be set against loops"
        return [f"{few}: too few to show within strata that right ones loop less"]
    if loops.pooled:
        return ["right and wrong nowhere occur at equal difficulty: loops are compared over all"]
    return []


def _doubt(loops: Loops) -> str:
    """An answer that has to be a list or a table repeats itself, and nothing right shows it."""
    asked = _few_right(loops) and loops.unasked.value < LOOP_SHARE <= loops.failing.value
    if not asked:
        return "not enough to say more"
    return (
        "the log does not show that they were cut off, and too few are right to tell whether the "
        "task asks for a list that repeats itself: read some"
    )


def _onset(onset: Estimate, unit: str) -> str:
    if not math.isfinite(onset.value):
        return "an unknown place"
    place = f"{unit.removesuffix('s')} {onset.value:,.0f}"
    if math.isfinite(onset.low) and math.isfinite(onset.high):
        place += f" [{onset.low:,.0f}, {onset.high:,.0f}]"
    return place


def _p_above(share: Proportion, border: float) -> float:
    """Exact test of a share of at most ``border``, one-sided, on effective samples.

    Shares this small are far from normal: of 16 samples two loops are no news.
    """
    hits = share.value * share.trials
    if not hits > 0.0:
        return 1.0
    from scipy.special import betainc

    return float(betainc(hits, share.trials - hits + 1.0, border))
