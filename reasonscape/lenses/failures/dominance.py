"""Does one cluster hold most failures of an eval?"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import DOMINANT, FEW_CLUSTERED, MIN_ITEMS_CLAIMED
from reasonscape.findings.wording import interval, percent
from reasonscape.lenses.failures.following import LENS
from reasonscape.lenses.failures.result import FailuresResult
from reasonscape.lenses.failures.wording import CAVEATS, REFUSED, quoted
from reasonscape.pooling.cards import Card
from reasonscape.stats.clustered_share import clustered_share
from reasonscape.stats.proportions import Proportion

PATTERN: Final = "dominant_cluster"


def dominant_cluster(result: FailuresResult, eval_: int) -> Claim:
    """Whether one cluster, found again on the other half of the items, holds most failures.

    Parameters
    ----------
    result
        What was found.
    eval_
        Place of the eval.
    """
    pool = result.pool
    mine = pool.eval == eval_
    reason = _refusal(result, mine.sum(), len(np.unique(pool.item[mine])))
    counts = {
        "failures": int(result.failures[:, eval_].sum()),
        "clustered": int(mine.sum()),
        "items": len(np.unique(pool.item[mine])),
    }
    if reason:
        said = f"not decided: {REFUSED.get(reason, reason.replace('_', ' '))}"
        return _claim(counts, said, reason=reason)
    place = int(np.bincount(result.cluster[mine], minlength=len(result.cards)).argmax())
    card = result.cards[place]
    inside = result.cluster[mine] == place
    none = np.zeros(int(mine.sum()), dtype=np.int64)
    share = clustered_share(inside, none, pool.item[mine])
    others = ~mine
    elsewhere = float((result.cluster[others] == place).mean()) if others.any() else math.nan
    said = (
        f"{percent(share.value)} {interval(share.low, share.high)} of {counts['clustered']:,} "
        f"failures lie in cluster {card.number}{quoted(card)}{_beside(elsewhere)}"
    )
    return Claim(
        lens=LENS,
        pattern=PATTERN,
        effect=Effect("share_in_cluster", share.value, "share", share.low, share.high),
        beyond=share.value >= DOMINANT and card.confirmed is not False and card.number > 0,
        inside=share.high < DOMINANT,
        p=_p_above(share),
        n=counts,
        evidence=_evidence(card, elsewhere),
        caveats=CAVEATS,
        sentences={
            "present": said,
            "absent": f"no cluster holds most failures: {said}",
            "insufficient_evidence": f"{said}{_doubt(card)}",
        },
    )


def _refusal(result: FailuresResult, failures: int, items: int) -> str:
    if result.k < 2:
        return "no_clusters" if len(result.pool) else "no_trace"
    return "few_failures" if failures < FEW_CLUSTERED or items < MIN_ITEMS_CLAIMED else ""


def _claim(counts: dict[str, int], said: str, *, reason: str) -> Claim:
    return Claim(
        lens=LENS,
        pattern=PATTERN,
        reason=reason,
        n=counts,
        sentences={"present": said, "absent": said, "insufficient_evidence": said},
    )


def _beside(elsewhere: float) -> str:
    if math.isnan(elsewhere):
        return ""
    return f"; {percent(elsewhere)} of the other evals' failures do"


def _doubt(card: Card) -> str:
    if card.confirmed is False:
        return "; the cluster was not found again on the other half of the items"
    return ""


def _p_above(share: Proportion) -> float:
    """One-sided score test that more than half lie in it."""
    if not share.trials > 0.0:
        return 1.0
    z = (share.value - DOMINANT) / math.sqrt(DOMINANT * (1.0 - DOMINANT) / share.trials)
    return 0.5 * math.erfc(z / math.sqrt(2.0))


def _evidence(card: Card, elsewhere: float) -> dict[str, object]:
    return {
        "cluster": card.number,
        "phrases": [one.text for one in card.phrases],
        "typical": list(card.medoids),
        "confirmed": card.confirmed,
        "overlap": card.overlap,
        "looped": card.looped,
        "other_evals": elsewhere,
    }
