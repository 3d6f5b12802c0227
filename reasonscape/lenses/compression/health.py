"""healthy_traces: failing traces look like right ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reasonscape.findings.claim import Claim
from reasonscape.findings.thresholds import LEVEL
from reasonscape.findings.wording import bounded, times
from reasonscape.lenses.compression.counts import LENS, caveats, counts, evidence, exclusions
from reasonscape.lenses.compression.result import EvalCompression
from reasonscape.stats.pairwise_odds import OddsPerUnit

PATTERN = "healthy_traces"


def healthy_traces(one: EvalCompression, failures: Sequence[Claim]) -> Claim:
    """Every failure pattern of this lens is absent."""
    traces = one.n_traces > 0
    helps = helps_words(one.odds, one.unit)
    open_ones = [claim.pattern for claim in failures if not claim.inside]
    if not traces and one.excluded.total:
        helps = exclusions(one)
    return Claim(
        lens=LENS,
        pattern=PATTERN,
        reassurance=True,
        beyond=not open_ones,
        reason=None if traces else "no_trace",
        n=counts(one),
        evidence={**evidence(one), "longer_thinking": _helps_evidence(one.odds)},
        caveats=caveats(one),
        sentences={
            "present": f"failing traces neither stop short, nor circle, nor loop; {helps}",
            "absent": f"{helps[:1].upper()}{helps[1:]}.",
            "insufficient_evidence": f"not decided: {', '.join(open_ones)}; {helps}"
            if traces
            else helps,
        },
    )


def helps_words(odds: OddsPerUnit | None, unit: str) -> str:
    """Answer whether longer thinking helps, with its interval."""
    if odds is None or not math.isfinite(odds.ratio) or not bounded(odds.low, odds.high):
        return "whether longer thinking helps cannot be said"
    shown = (
        f"twice the {unit} go with {times(odds.ratio, odds.low, odds.high)} the odds of being right"
    )
    if odds.low > 1.0:
        return f"longer traces are right more often: {shown}"
    if odds.high < 1.0:
        return f"longer traces are right less often: {shown}"
    return f"longer traces are not clearly right more or less often: {shown}"


def _helps_evidence(odds: OddsPerUnit | None) -> dict[str, object] | None:
    if odds is None:
        return None
    return {
        "odds_per_doubling": odds.ratio,
        "interval": [odds.low, odds.high],
        "level": LEVEL,
        "p": odds.p,
        "items": odds.clusters,
    }
