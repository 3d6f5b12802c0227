"""Signals about levels of an axis: accuracy falls along it, or some of them differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.cells import Axis
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED
from reasonscape.findings.wording import points
from reasonscape.runs.triage_losses import counted
from reasonscape.runs.triage_rows import TRUNCATED, PairRows
from reasonscape.runs.triage_signal import Signal
from reasonscape.runs.triage_thresholds import (
    CONFOUNDED,
    CUT_AT_LEAST,
    STEP,
    STEP_PART,
    THRESHOLDS,
)
from reasonscape.stats.item_share import item_share
from reasonscape.stats.level_fall import LevelFall, ShareDifference, level_fall, share_difference


def falls(pair: PairRows, axes: Sequence[Axis]) -> Signal | None:
    """Accuracy falls from the easy to the hard third of an axis, the clearest of them."""
    room = 1.0 - pair.chance
    found: list[tuple[float, float, Axis, LevelFall]] = []
    for place, axis in enumerate(axes):
        if axis.kind != "ordered" or axis.harder is None or axis.confounder:
            continue
        fall = _along(pair, place, axis, pair.right)
        if math.isfinite(fall.difference.value):
            # The direction that the data chose may be either one.
            sides = 2.0 if axis.harder_source == "data" else 1.0
            found.append((fall.difference.p_above * sides, -fall.difference.value, axis, fall))
    if not found:
        return None
    p, _, axis, fall = min(found, key=lambda one: one[:2])
    names = axis.levels if axis.harder == "up" else axis.levels[::-1]
    value, low, high = (v / room for v in _bounds(fall.difference))
    between = (names[fall.before], names[fall.after])
    whole = float(np.nanmax(fall.levels) - np.nanmin(fall.levels)) / room
    step = fall.jump / room >= max(STEP, STEP_PART * whole)
    cut = pair.outcome == TRUNCATED
    rise = _along(pair, axes.index(axis), axis, ~cut) if cut.mean() >= CUT_AT_LEAST else None
    said = f"falls {points(fall.difference.value)} along {axis.name}"
    if step:
        said += f", {points(fall.jump)} between {between[0]} and {between[1]}"
    return Signal(
        name="fall",
        effect=Effect("fall_of_excess_accuracy", value, "share", low, high),
        beyond=value >= THRESHOLDS["fall"],
        p=min(1.0, p * len(found)),
        stake=min(max(value, 0.0), 1.0),
        n=counted(pair),
        said=said,
        detail={
            "axis": axis.name,
            "harder": axis.harder,
            "step": bool(step),
            "largest_drop": fall.jump / room,
            "between": list(between),
            "easy": fall.easy.value,
            "hard": fall.hard.value,
            "truncated_easy": None if rise is None else 1.0 - rise.easy.value,
            "truncated_hard": None if rise is None else 1.0 - rise.hard.value,
        },
    )


def _along(pair: PairRows, place: int, axis: Axis, good: NDArray[np.bool_]) -> LevelFall:
    levels = len(axis.levels)
    at = pair.coords[:, place]
    # Without a value there is no level, whichever way round.
    level = at if axis.harder != "down" else np.where(at < levels, levels - 1 - at, levels)
    return level_fall(good, level, pair.items, levels)


def _bounds(one: ShareDifference) -> tuple[float, float, float]:
    return one.value, one.low, one.high


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
    value, low, high = (v / room for v in _bounds(apart))
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
