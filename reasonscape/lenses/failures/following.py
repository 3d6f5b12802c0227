"""Do the clusters follow the kind of reasoning or the model, and which of them more?"""

from __future__ import annotations

import math

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import FOLLOWS, FOLLOWS_MORE
from reasonscape.lenses.failures.alignments import KIND, MODEL
from reasonscape.lenses.failures.result import Aligned, FailuresResult
from reasonscape.lenses.failures.wording import CAVEATS, REFUSED, groups, share_interval
from reasonscape.stats.alignment import Alignment
from reasonscape.stats.proportions import normal_quantile

LENS = "failures"
EXPLAINED = "explained_beyond_chance"


def follows(result: FailuresResult, name: str) -> Claim:
    """Whether clusters follow a label beyond what shuffling it within or over items gives."""
    pattern = f"clusters_follow_{name}"
    one = result.label(name)
    refused = refusal(result, one)
    if one is None or one.found is None or refused:
        return without_verdict(result, pattern, refused)
    found = one.found
    numbers = share_interval(found.excess, found.excess_low, found.excess_high)
    said = (
        f"{_called(result, name)} explains {numbers} of what the "
        f"clusters tell, beyond what shuffled labels do (adjusted MI {found.ami:.2f}, "
        f"p {found.p:.2g}); {groups(result)}"
    )
    return Claim(
        lens=LENS,
        pattern=pattern,
        effect=Effect(EXPLAINED, found.excess, "share", found.excess_low, found.excess_high),
        beyond=found.excess >= FOLLOWS,
        inside=found.excess_high < FOLLOWS,
        p=found.p,
        n={**result.counts, "informative": found.informative, "levels": one.levels},
        evidence=_evidence(found),
        caveats=CAVEATS,
        sentences=dict.fromkeys(("present", "absent", "insufficient_evidence"), said),
    )


def kind_over_model(result: FailuresResult) -> Claim:
    """Whether the kind of item explains more of the clusters than who answered does."""
    pattern = "kind_over_model"
    kind, model = result.label(KIND), result.label(MODEL)
    refused = refusal(result, kind) or refusal(result, model)
    difference = result.differences.get((KIND, MODEL))
    if kind is None or model is None or refused or difference is None:
        return without_verdict(result, pattern, refused or "confounded")
    a, b = kind.found, model.found
    if a is None or b is None or not math.isfinite(difference.value):
        return without_verdict(result, pattern, "confounded")
    p = max(a.p, _p_above(difference.value, difference.low, difference.high))
    shared, items = result.shared
    numbers = share_interval(difference.value, difference.low, difference.high)
    both = f"on {shared:,} failures of {items:,} items that more than one eval failed alike"
    return Claim(
        lens=LENS,
        pattern=pattern,
        effect=Effect(
            "kind_less_model", difference.value, "share", difference.low, difference.high
        ),
        beyond=difference.value >= FOLLOWS_MORE and a.excess >= FOLLOWS,
        inside=difference.high < FOLLOWS_MORE,
        p=p,
        n={**result.counts, "shared": shared, "shared_items": items},
        evidence={"kind": _evidence(a), "model": _evidence(b), "kind_is": result.pool.kind},
        caveats=CAVEATS,
        sentences={
            "present": f"clusters follow the {result.pool.kind} more than the model: the share "
            f"explained differs by {numbers} ({both}); {groups(result)}",
            "absent": f"clusters do not follow the {result.pool.kind} more than the model: the "
            f"share explained differs by {numbers} ({both}); {groups(result)}",
            "insufficient_evidence": f"whether clusters follow the {result.pool.kind} more than "
            f"the model is not decided: {numbers} ({both}); {groups(result)}",
        },
    )


def refusal(result: FailuresResult, one: Aligned | None) -> str:
    """Why nothing can be said about a label; empty where something can."""
    if not int(result.failures.sum()):
        return "no_failures"
    if not len(result.pool):
        return "no_trace"
    if one is None:
        return "no_clusters"
    if one.found is None:
        return one.reason
    return "" if one.found.informative else "confounded"


def without_verdict(result: FailuresResult, pattern: str, reason: str) -> Claim:
    """A claim that cannot be decided, and why."""
    said = f"not decided: {REFUSED.get(reason, reason.replace('_', ' '))}"
    return Claim(
        lens=LENS,
        pattern=pattern,
        reason=reason,
        n=result.counts,
        sentences=dict.fromkeys(("present", "absent", "insufficient_evidence"), said),
    )


def _called(result: FailuresResult, name: str) -> str:
    if name == MODEL:
        return "the model"
    return f"the {result.pool.kind}" if name == KIND else name


def _evidence(found: Alignment) -> dict[str, float]:
    return {
        "mi_nats": found.mi,
        "mi_of_shuffles": found.null_mean,
        "mi_of_shuffles_95": found.null_high,
        "adjusted_mi": found.ami,
        "adjusted_mi_low": found.ami_low,
        "adjusted_mi_high": found.ami_high,
        "normalised_mi": found.nmi,
        "purity": found.purity.macro,
        "explained": found.excess,
    }


def _p_above(value: float, low: float, high: float) -> float:
    """One-sided p of a difference above 0, from its interval."""
    spread = (high - low) / (2.0 * normal_quantile(0.95))
    if not spread > 0.0 or not math.isfinite(spread):
        return 0.0 if value > 0.0 and spread == 0.0 else 1.0
    return 0.5 * math.erfc(value / spread / math.sqrt(2.0))
