"""Signals about how long answers are: wrong ones too short or long, ends too early or late."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED
from reasonscape.findings.wording import times
from reasonscape.runs.triage_rows import TRUNCATED, PairRows
from reasonscape.runs.triage_signal import Signal
from reasonscape.runs.triage_thresholds import THRESHOLDS
from reasonscape.stats.codes import dense_codes, paired_codes, row_codes
from reasonscape.stats.length_ratio import length_ratio
from reasonscape.stats.odds_ratio import Clusters, OddsRatio, clustered_odds_ratio
from reasonscape.stats.relative_hazard import after_median
from reasonscape.stats.strata import ENOUGH

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


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
