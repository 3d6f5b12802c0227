"""Signals about how samples end: cut off, in a loop, without an answer, too short, too late."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import LOOP_ALARMS, MIN_ITEMS_CLAIMED
from reasonscape.findings.wording import interval, percent, times
from reasonscape.runs.triage_losses import counted
from reasonscape.runs.triage_rows import TRUNCATED, UNANSWERED, PairRows
from reasonscape.runs.triage_signal import Signal
from reasonscape.runs.triage_thresholds import (
    CUT_ANYWAY,
    CUT_AT_LEAST,
    THRESHOLDS,
    UNANSWERED_ANYWAY,
)
from reasonscape.stats.codes import dense_codes, paired_codes, row_codes
from reasonscape.stats.item_share import item_share
from reasonscape.stats.length_ratio import length_ratio
from reasonscape.stats.level_fall import share_difference
from reasonscape.stats.odds_ratio import Clusters, OddsRatio, clustered_odds_ratio
from reasonscape.stats.proportions import Proportion
from reasonscape.stats.relative_hazard import after_median
from reasonscape.stats.strata import ENOUGH
from reasonscape.stats.tails import binomial_above

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


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


def lengths(pair: PairRows) -> list[Signal]:
    """Wrong answers are shorter or longer than right ones; early or late ends are wrong more."""
    ended = (pair.outcome != TRUNCATED) & (pair.length > 0.0)
    wrong = ~pair.right[ended]
    item, items = dense_codes(pair.items.item[ended])
    length = pair.length[ended]
    ends, bad = np.bincount(item), np.bincount(item[wrong], minlength=items)
    if min(np.count_nonzero(bad), np.count_nonzero(ends - bad)) < MIN_ITEMS_CLAIMED:
        return []
    # Items are fewer than samples, and each lies in one cell: strata are made of items.
    coords = np.zeros((items, pair.coords.shape[1]), dtype=np.int64)
    coords[item] = pair.coords[ended]
    group, mixed = _strata(ends, bad, coords)
    # An item with both outcomes is compared with itself: it is as difficult as itself.
    stratum = np.where(mixed, int(group.max()) + 1 + np.arange(items), group)
    n = {"samples": len(item), "items": items}
    failing = float(wrong.mean())
    signals = []
    found = length_ratio(length, wrong, stratum[item], item)
    if min(found.first, found.second) >= MIN_ITEMS_CLAIMED and found.high < math.inf:
        effect = Effect("wrong_over_right", found.ratio, "ratio", found.low, found.high)
        said = f"wrong answers are {times(found.ratio, found.low, found.high)} as long"
        part = failing * abs(1.0 - min(found.ratio, 1.0 / found.ratio))
        short = found.ratio <= THRESHOLDS["short_wrong"]
        long = found.ratio >= THRESHOLDS["long_wrong"]
        seen = {"unit": pair.unit}
        signals += [
            Signal("short_wrong", effect, short, found.p_below, part, n, said, seen),
            Signal("long_wrong", effect, long, found.p_above, part, n, said, seen),
        ]
    # A slow item loses repeats to the cap: items are compared with those of as many ends.
    alike, _ = paired_codes(stratum, ends)
    late = after_median(length, group[item])
    odds = clustered_odds_ratio(late, ~late, wrong, Clusters(item, alike))
    if odds.items >= MIN_ITEMS_CLAIMED and odds.ratio > 0.0 and math.isfinite(odds.ratio):
        signals += _ends(odds, n, failing)
    return signals


def _ends(odds: OddsRatio, n: dict[str, int], failing: float) -> list[Signal]:
    ratio, low, high = odds.ratio, odds.low, odds.high
    sides = (
        ("early", "late", 1.0 / ratio, 0.0 if math.isinf(high) else 1.0 / high,
         1.0 / low if low > 0.0 else math.inf, odds.p_below),
        ("late", "early", ratio, low, high, odds.p_above),
    )  # fmt: skip
    return [
        Signal(
            name=f"{where}_wrong",
            effect=Effect(f"{where}_over_{other}", value, "ratio", least, most),
            beyond=value >= THRESHOLDS[f"{where}_wrong"],
            p=p,
            stake=failing * max(0.0, 1.0 - 1.0 / value),
            n=n,
            said=f"{where} ends are wrong at {times(value, least, most)} the odds",
        )
        for where, other, value, least, most, p in sides
    ]


def _strata(ends: IntArray, bad: IntArray, coords: IntArray) -> tuple[IntArray, BoolArray]:
    """Cells of items over as many axes as leave the rarer outcome something to compare with.

    Axes come with the one that explains most first, so the last is the first to go.

    Parameters
    ----------
    ends, bad
        Ends of each item, and the wrong ones.
    coords
        Its level along each axis.
    """
    mixed = np.asarray((bad > 0) & (bad < ends))
    rarer = bad if 2 * bad.sum() <= ends.sum() else ends - bad
    group = np.zeros(len(ends), dtype=np.int64)
    for axes in range(coords.shape[1], 0, -1):
        group, count = row_codes(coords[:, :axes])
        total, failed = np.bincount(group, ends, count), np.bincount(group, bad, count)
        both = ((failed > 0) & (failed < total))[group] | mixed
        if rarer[both].sum() >= ENOUGH * rarer.sum():
            break
    return group, mixed


def _above(share: Proportion, limit: float) -> float:
    return binomial_above(share.value * share.trials, share.trials, limit)
