"""Signals about what failures end in: cut off, in a loop, without an answer."""

from __future__ import annotations

from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import LOOP_ALARMS, MIN_ITEMS_CLAIMED
from reasonscape.findings.wording import interval, percent
from reasonscape.runs.triage_losses import counted
from reasonscape.runs.triage_rows import TRUNCATED, UNANSWERED, PairRows
from reasonscape.runs.triage_signal import Signal
from reasonscape.runs.triage_thresholds import (
    CUT_ANYWAY,
    CUT_AT_LEAST,
    THRESHOLDS,
    UNANSWERED_ANYWAY,
)
from reasonscape.stats.item_share import item_share
from reasonscape.stats.level_fall import share_difference
from reasonscape.stats.proportions import Proportion
from reasonscape.stats.tails import binomial_above


def truncated(pair: PairRows) -> Signal | None:
    """Half of the failures or more were cut off."""
    failed = ~pair.right
    cut = pair.outcome == TRUNCATED
    if not failed.any():
        return None
    share = item_share(cut, pair.items, failed)
    of_all = float(cut.mean())
    return Signal(
        name="truncated",
        effect=Effect("truncated_among_failures", share.value, "share", share.low, share.high),
        beyond=share.value >= THRESHOLDS["truncated"] and of_all >= CUT_AT_LEAST,
        p=_above(share, CUT_ANYWAY),
        stake=of_all,
        n=counted(pair),
        said=f"{percent(share.value)} {interval(share.low, share.high)} of failures were cut off",
        detail={"truncated_among_all": of_all},
    )


def loops(pair: PairRows) -> Signal | None:
    """A twentieth of the samples or more fail in a loop, and right ones loop less."""
    seen = pair.visible
    if not seen.any():
        return None
    right = pair.right & seen
    wrong = seen & ~right
    failing = pair.looped & wrong
    compared = pair.items.count(right) >= MIN_ITEMS_CLAIMED
    # With too few right traces a loop may be what the task asks for, unless it was cut off.
    counts = failing if compared else pair.unasked & wrong
    share = item_share(counts, pair.items, seen)
    p, more = _above(share, LOOP_ALARMS), True
    if compared and wrong.any():
        apart = share_difference(
            item_share(pair.looped, pair.items, wrong), item_share(pair.looped, pair.items, right)
        )
        p, more = max(p, apart.p_above), apart.value > 0.0
    return Signal(
        name="loops",
        effect=Effect("fails_in_a_loop", share.value, "share", share.low, share.high),
        beyond=share.value >= THRESHOLDS["loops"] and more,
        p=p,
        stake=share.value,
        n={"samples": int(seen.sum()), "items": pair.items.count(seen)},
        said=f"{percent(share.value)} {interval(share.low, share.high)} fail in a loop",
        detail={
            "compared": compared,
            "right_that_loop": int((pair.looped & right).sum()),
            "failing": int(failing.sum()),
        },
    )


def unanswered(pair: PairRows) -> Signal | None:
    """A tenth of the samples or more have no answer that could be read."""
    if not len(pair):
        return None
    share = item_share(pair.outcome == UNANSWERED, pair.items)
    return Signal(
        name="unanswered",
        effect=Effect("unanswered", share.value, "share", share.low, share.high),
        beyond=share.value >= THRESHOLDS["unanswered"],
        p=_above(share, UNANSWERED_ANYWAY),
        stake=share.value,
        n=counted(pair),
        said=f"{percent(share.value)} {interval(share.low, share.high)} gave no readable answer",
    )


def _above(share: Proportion, limit: float) -> float:
    return binomial_above(share.value * share.trials, share.trials, limit)
