"""Words and counts that every claim of this lens carries."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import FEW_FAILURES, MIN_ITEMS_CLAIMED
from reasonscape.findings.wording import interval, percent
from reasonscape.lenses.compression.result import EvalCompression
from reasonscape.stats.shift import Shift

LENS = "compression"
VERDICTS = ("present", "absent", "insufficient_evidence")

ONLY_ANSWERS = (
    "the log has no reasoning, so what is measured is the visible answer; the model may have "
    "reasoned elsewhere"
)
IN_BYTES = "not every trace has a token count, so lengths are bytes of the trace"
FEW_STRATA = (
    "most of the rarer outcome lies where the other does not occur, so right and wrong are "
    "compared on a small part of the traces"
)

FIFTHS = (
    "right and wrong seldom share a cell, so they are compared within fifths of predicted "
    "difficulty; what differs within a fifth still makes traces longer and more often wrong"
)


def counts(one: EvalCompression) -> Mapping[str, int]:
    """Numbers of traces, items and effective samples behind a claim, and what was left out."""
    return {
        "samples": one.n_traces,
        "items": one.items,
        "effective": round(one.effective),
        "right": one.counts["correct"],
        "wrong": one.counts["incorrect"] + one.counts["unanswered"],
        "truncated": one.counts["truncated"],
        "no_trace": one.excluded.total,
    }


def caveats(one: EvalCompression) -> tuple[str, ...]:
    """What limits every claim of this eval."""
    found = []
    if one.excluded.total:
        found.append(exclusions(one))
    if one.excluded.response and one.excluded.response == one.n_traces:
        found.append(ONLY_ANSWERS)
    elif one.excluded.response:
        found.append(
            f"{one.excluded.response:,} of {one.n_traces:,} traces are the visible answer, "
            "because there is no reasoning; the others are the reasoning"
        )
    if one.unit == "bytes" and one.n_traces:
        found.append(IN_BYTES)
    if one.informative is not None and one.informative < 0.5 and one.failures.value > 0:
        found.append(FEW_STRATA)
    if one.strata == "fifths":
        found.append(FIFTHS)
    return tuple(found)


def left_out(counted: Mapping[str, int]) -> str:
    """How many samples have no visible trace, by reason; ``""`` counts all samples.

    Examples
    --------
    >>> left_out({"": 10, "hidden": 3, "none": 1})
    '4 of 10 samples have no visible trace and are left out (3 hidden, 1 none)'
    """
    reasons = {reason: n for reason, n in counted.items() if reason}
    listed = ", ".join(f"{n:,} {reason}" for reason, n in reasons.items())
    return (
        f"{sum(reasons.values()):,} of {counted['']:,} samples have no visible trace and are left "
        f"out ({listed})"
    )


def exclusions(one: EvalCompression) -> str:
    """The same for one (eval, task)."""
    return left_out({"": one.excluded.used, **one.excluded.by_reason})


def evidence(one: EvalCompression) -> dict[str, Any]:
    """What stands beside every claim: populations, exclusions, unit."""
    return {
        "unit": one.unit,
        "populations": dict(one.counts),
        "no_trace": dict(one.excluded.by_reason),
        "visible_answers": one.excluded.response / max(one.n_traces, 1),
        "median_length": {name: found[0] for name, found in one.medians.items()},
        "median_bits_per_char": {name: found[1] for name, found in one.medians.items()},
        "strata": one.strata,
        "informative": one.informative,
    }


def ratio_effect(name: str, shift: Shift) -> Effect | None:
    """A shift of logarithms as a ratio; ``None`` where there is nothing to compare."""
    if not shift.strata:
        return None
    return Effect(
        name, ratio(shift.value), "ratio", ratio(shift.low), ratio(shift.high), shift.level
    )


def ratio(log: float) -> float:
    """The ratio that a difference of natural logarithms stands for; ends of the scale are open.

    Examples
    --------
    >>> ratio(0.0), ratio(math.inf), ratio(-math.inf)
    (1.0, inf, 0.0)
    """
    if math.isnan(log):
        return log
    return math.inf if log > 700.0 else math.exp(log)


def directed(p: float, right_way: bool) -> float:
    """A two-sided p that counts only for an effect in the direction of the pattern.

    A strong effect in the other direction would lend its tiny p to the correction of the others.
    """
    return p if right_way else 1.0


def without_verdict(one: EvalCompression, pattern: str) -> Claim | None:
    """A claim that needs no measurement: no traces, or too few failures for any pattern."""
    if not one.n_traces:
        said = "no sample has a visible trace"
        if one.excluded.total:
            said = exclusions(one)
        return fixed(one, pattern, said, reason="no_trace")
    if one.failures.high < FEW_FAILURES:
        said = (
            f"{percent(one.failures.value)} {interval(one.failures.low, one.failures.high)} of "
            "the traces fail: too few to be a pattern"
        )
        return fixed(one, pattern, said, absent=True)
    if one.items < MIN_ITEMS_CLAIMED:
        said = f"{one.items} items are too few to compare right and wrong traces"
        return fixed(one, pattern, said, reason="few_samples")
    return None


def fixed(
    one: EvalCompression,
    pattern: str,
    said: str,
    *,
    reason: str | None = None,
    absent: bool = False,
) -> Claim:
    """A claim whose verdict is known beforehand."""
    return Claim(
        lens=LENS,
        pattern=pattern,
        inside=absent,
        p=1.0 if absent else None,
        reason=reason,
        absent_reason="few_failures_possible" if absent else None,
        n=counts(one),
        evidence=evidence(one),
        caveats=caveats(one),
        sentences=dict.fromkeys(VERDICTS, said),  # type: ignore[arg-type]
    )


def enough(one: EvalCompression, shift: Shift) -> str | None:
    """Why a contrast cannot decide: too few wrong or right traces where both occur.

    Where nearly all fail it is not failures that are few, however few can be compared.
    """
    if shift.strata == 0 or shift.n_second < MIN_ITEMS_CLAIMED:
        wrong = one.counts["incorrect"] + one.counts["unanswered"]
        return "few_failures" if wrong <= one.counts["correct"] else "few_samples"
    if shift.n_first < MIN_ITEMS_CLAIMED or shift.clusters < MIN_ITEMS_CLAIMED:
        return "few_samples"
    return None
