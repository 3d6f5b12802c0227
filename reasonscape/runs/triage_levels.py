"""The signal about an axis that orders difficulty: accuracy falls along it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.cells import Axis
from reasonscape.findings.finding import Effect
from reasonscape.findings.wording import points
from reasonscape.runs.triage_losses import counted
from reasonscape.runs.triage_rows import TRUNCATED, PairRows
from reasonscape.runs.triage_signal import Signal
from reasonscape.runs.triage_thresholds import (
    CUT_AT_LEAST,
    STEP,
    STEP_PART,
    THRESHOLDS,
)
from reasonscape.stats.level_fall import LevelFall, ShareDifference, level_fall


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
    value, low, high = (v / room for v in bounds_of(fall.difference))
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


def bounds_of(one: ShareDifference) -> tuple[float, float, float]:
    """A difference with its interval."""
    return one.value, one.low, one.high
