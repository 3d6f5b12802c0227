"""The signal about levels without an order: a label, or how a question is written."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from reasonscape.datasets.cells import Axis
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED
from reasonscape.findings.wording import points
from reasonscape.runs.triage_levels import bounds_of
from reasonscape.runs.triage_losses import counted
from reasonscape.runs.triage_rows import PairRows
from reasonscape.runs.triage_signal import Signal
from reasonscape.runs.triage_thresholds import CONFOUNDED, THRESHOLDS
from reasonscape.stats.item_share import item_share
from reasonscape.stats.level_fall import share_difference


def factors(pair: PairRows, axes: Sequence[Axis]) -> Signal | None:
    """Two levels of a label, or of an axis that only changes how questions are written, differ."""
    found = []
    tests = 0
    for place, axis in enumerate(axes):
        if axis.kind == "ordered" and not axis.confounder:
            continue
        at = pair.coords[:, place]
        shares = {}
        for level in range(len(axis.levels)):
            keep = at == level
            if pair.items.count(keep) >= MIN_ITEMS_CLAIMED:
                shares[level] = item_share(pair.right, pair.items, keep)
        if len(shares) < 2:
            continue
        tests += len(list(combinations(shares, 2)))
        order = sorted(shares, key=lambda level: shares[level].value)
        best, worst = order[-1], order[0]
        found.append((share_difference(shares[best], shares[worst]), axis, best, worst))
    if not found:
        return None
    # Either of two levels may be the worse one.
    apart, axis, best, worst = min(found, key=lambda one: (one[0].p_above, -one[0].value))
    room = 1.0 - pair.chance
    value, low, high = (v / room for v in bounds_of(apart))
    limit = CONFOUNDED if axis.confounder else THRESHOLDS["factor"]
    names = axis.levels
    return Signal(
        name="factor",
        effect=Effect("best_level_less_worst", value, "share", low, high),
        beyond=value >= limit and low > 0.0,
        p=min(1.0, 2.0 * apart.p_above * tests),
        stake=min(max(value, 0.0), 1.0),
        n=counted(pair),
        said=f"{points(apart.value)} worse at {axis.name} {names[worst]} than at {names[best]}",
        detail={
            "axis": axis.name,
            "best": names[best],
            "worst": names[worst],
            "confounder": axis.confounder,
        },
    )
