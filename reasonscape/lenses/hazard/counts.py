"""Words and counts that every claim of this lens carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reasonscape.findings.claim import Claim
from reasonscape.findings.thresholds import FEW_FAILURES, MIN_ITEMS_CLAIMED
from reasonscape.findings.wording import interval, percent
from reasonscape.lenses.hazard.result import EvalHazard

LENS: Final = "hazard"

ENDING: Final = (
    "the outcome is known only at the end: this is where traces end wrong, which is later than "
    "where they went wrong"
)
FEW_STRATA: Final = (
    "most of the rarer end lies where the other does not occur, so right and wrong ends are "
    "compared on a small part of the traces"
)

OTHER_ITEMS: Final = (
    "hardly any item ends both right and wrong, early and late, so ends of different items are "
    "compared: what makes one of them harder may make it longer too"
)
FIFTHS: Final = (
    "right and wrong seldom share a cell, so ends are compared within fifths of predicted "
    "difficulty; what differs within a fifth still makes traces longer and more often wrong"
)


def counts(one: EvalHazard) -> Mapping[str, int]:
    """Numbers of samples, items, effective samples and ends behind a claim."""
    return {**one.counts, "items": one.items, "effective": round(one.effective)}


def caveats(one: EvalHazard) -> tuple[str, ...]:
    """What limits every claim of this eval."""
    found = [ENDING]
    if one.unit == "trace_bytes":
        found.append("time is in bytes of the trace, because tokens are not counted alike")
    if one.only_answers:
        found.append(
            "the log has no reasoning, so time is the length of the visible answer; the model may "
            "have reasoned elsewhere"
        )
    if one.recounted:
        found.append(f"tokens were counted anew by {one.recounted}, not by the model's own server")
    if one.caps is not None and one.stop_known < 1.0:
        found.append("not every sample says whether it was cut off; wrong ends may be cut-offs")
    if one.relative is not None and one.relative.informative < 0.5:
        found.append(FEW_STRATA)
    if one.relative is not None and one.relative.same_items.items < MIN_ITEMS_CLAIMED:
        found.append(OTHER_ITEMS)
    if one.relative is not None and one.relative.kind == "fifths":
        found.append(FIFTHS)
    return tuple(found)


def evidence(one: EvalHazard) -> dict[str, Any]:
    """What stands beside every claim: unit, strata, ends early and late, budget."""
    relative, budget = one.relative, one.tried
    found: dict[str, Any] = {
        "time_unit": one.unit,
        "failures": one.failures.value,
        "caps": list(one.caps.known[:10]) if one.caps is not None else [],
    }
    if relative is not None:
        found |= {
            "strata": relative.kind,
            "n_strata": relative.strata,
            "informative": relative.informative,
            "early_wrong_right": list(relative.halves.early),
            "late_wrong_right": list(relative.halves.late),
            "late_over_early": relative.halves.late_early.ratio,
            "same_items_late_over_early": relative.same_items.ratio,
            "same_items_interval": [relative.same_items.low, relative.same_items.high],
            "same_items": relative.same_items.items,
            "left_out_at_the_cap": relative.left_out,
        }
    if budget is not None:
        found |= {
            "accuracy": float(budget.accuracy[-1]),
            "stops_paying": budget.stops_paying,
        }
    return found


def without_verdict(one: EvalHazard, pattern: str) -> Claim | None:
    """A claim that needs no measurement: no times, few failures, or too few ends."""
    if one.caps is None or one.relative is None:
        return fixed(
            one, pattern, "there are neither token counts nor measured traces, so there is no time",
            reason="no_tokens",
        )  # fmt: skip
    if one.failures.high < FEW_FAILURES:
        said = (
            f"{percent(one.failures.value)} {interval(one.failures.low, one.failures.high)} of "
            "the samples fail: too few to be a pattern"
        )
        return fixed(one, pattern, said, absent=True)
    if one.relative.wrong_items < MIN_ITEMS_CLAIMED:
        said = f"{one.counts['wrong']} wrong ends on {one.relative.wrong_items} items are too few"
        if one.counts["truncated"] > one.counts["wrong"]:
            said += ": most failures were cut off, and have no end"
        return fixed(one, pattern, said, reason="few_failures")
    if one.relative.right_items < MIN_ITEMS_CLAIMED:
        said = f"{one.counts['right']} right ends on {one.relative.right_items} items are too few"
        return fixed(one, pattern, said, reason="few_samples")
    if one.relative.halves.late_early.items < MIN_ITEMS_CLAIMED:
        said = "right and wrong ends hardly ever occur at the same difficulty"
        return fixed(one, pattern, said, reason="few_samples")
    return None


def fixed(
    one: EvalHazard, pattern: str, said: str, *, reason: str | None = None, absent: bool = False
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
        sentences={"present": said, "absent": said, "insufficient_evidence": said},
    )
