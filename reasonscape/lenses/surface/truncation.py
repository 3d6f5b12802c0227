"""truncation_dominant: most of what is lost was cut off, not answered wrongly."""

from __future__ import annotations

import math

from reasonscape.findings.claim import Claim
from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED, TRUNCATION_SHARE
from reasonscape.findings.wording import interval, percent, samples_needed
from reasonscape.lenses.surface.counts import accuracy_evidence, caveats, counts, share_effect
from reasonscape.lenses.surface.result import EvalSurface

PATTERN = "truncation_dominant"


def truncation_dominant(one: EvalSurface) -> Claim:
    """Truncated among all not-correct samples of the cells that are not capable, at least half."""
    share = one.truncated_share
    cut = one.outcomes["truncated"]
    evidence = {**accuracy_evidence(one), "truncated": cut, "onset": _onset(one)}
    if one.stop_known == 0.0:
        return _undecided(one, "no_stop", "the log records no stop reason, so nothing can be said")
    if share is None:
        said = "nothing was lost outside the capable cells"
        return Claim(
            lens="surface", pattern=PATTERN, inside=True, p=1.0, n=counts(one),
            absent_reason="few_failures_possible", evidence=evidence, caveats=caveats(one),
            sentences=dict.fromkeys(("present", "absent", "insufficient_evidence"), said),
        )  # fmt: skip
    lost = f"{percent(share.value)} {interval(share.low, share.high)} of what is lost was cut off"
    where = _where(evidence["onset"])
    return Claim(
        lens="surface",
        pattern=PATTERN,
        effect=share_effect("truncated_among_not_correct", share),
        beyond=share.low >= TRUNCATION_SHARE,
        inside=share.high < TRUNCATION_SHARE,
        p=_p_value(share.value, share.trials),
        reason=None if share.trials >= MIN_ITEMS_CLAIMED else "few_failures",
        n=counts(one),
        evidence=evidence,
        caveats=caveats(one),
        samples_needed=samples_needed(
            counts(one)["samples"], share.value, share.low, share.high, TRUNCATION_SHARE
        ),
        sentences={
            "present": f"{lost} at the token limit{where}, not answered wrongly",
            "absent": f"{lost}: most failures are finished answers",
            "insufficient_evidence": f"{lost}; too few failures to say whether that is most",
        },
    )


def _p_value(share: float, trials: float) -> float:
    """Score test of a share of at most one half, one-sided."""
    if trials <= 0:
        return 1.0
    z = (share - TRUNCATION_SHARE) / math.sqrt(TRUNCATION_SHARE * (1 - TRUNCATION_SHARE) / trials)
    return 0.5 * math.erfc(z / math.sqrt(2.0))


def _onset(one: EvalSurface) -> dict[str, object] | None:
    """Where truncation sets in, along the axis on which it rises most clearly."""
    rising = [
        (along.onset.p, along.axis, along.onset)
        for along in one.along
        if along.onset is not None and along.onset.p < 0.05
    ]
    if not rising:
        return None
    _, axis, onset = min(rising, key=lambda found: found[0])
    if onset.first_after is None:
        return None
    return {
        "axis": axis.name,
        "level": axis.levels[onset.first_after],
        "place": onset.onset,
        "place_interval": [onset.onset_low, onset.onset_high],
        "rise": onset.rise,
    }


def _where(onset: object) -> str:
    if not isinstance(onset, dict):
        return ""
    return f", from {onset['axis']} = {onset['level']} on"


def _undecided(one: EvalSurface, reason: str, said: str) -> Claim:
    return Claim(
        lens="surface", pattern=PATTERN, reason=reason, n=counts(one), caveats=caveats(one),
        evidence=accuracy_evidence(one),
        sentences=dict.fromkeys(("present", "absent", "insufficient_evidence"), said),
    )  # fmt: skip
