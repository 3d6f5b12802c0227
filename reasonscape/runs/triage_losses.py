"""Signals about accuracy: how much is lost, along which axis, against whom, how unevenly."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.cells import Axis
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED
from reasonscape.findings.wording import interval, percent, points
from reasonscape.runs.triage_rows import TRUNCATED, PairRows, ScreenedTask
from reasonscape.runs.triage_signal import Signal
from reasonscape.runs.triage_thresholds import (
    ACCURACY_LOST,
    CONFOUNDED,
    CUT_AT_LEAST,
    STEP,
    STEP_PART,
    THRESHOLDS,
)
from reasonscape.stats.grid_scatter import grid_scatter
from reasonscape.stats.item_share import item_share
from reasonscape.stats.level_fall import LevelFall, ShareDifference, level_fall, share_difference
from reasonscape.stats.proportions import Proportion
from reasonscape.stats.tails import binomial_below, normal_above


def counted(pair: PairRows) -> dict[str, int]:
    """Samples and items of a pair."""
    return {"samples": len(pair), "items": int(np.count_nonzero(np.bincount(pair.items.item)))}


def low_accuracy(pair: PairRows, accuracy: Proportion) -> Signal:
    """A fifth or more of what lies above guessing is lost."""
    room = 1.0 - pair.chance
    lost = [(1.0 - share) / room for share in (accuracy.value, accuracy.high, accuracy.low)]
    limit = pair.chance + room * ACCURACY_LOST
    return Signal(
        name="low_accuracy",
        effect=Effect("excess_accuracy_lost", lost[0], "share", lost[1], lost[2]),
        beyond=lost[0] >= THRESHOLDS["low_accuracy"],
        p=binomial_below(accuracy.value * accuracy.trials, accuracy.trials, limit),
        stake=min(lost[0], 1.0),
        n=counted(pair),
        said=f"accuracy {percent(accuracy.value)} {interval(accuracy.low, accuracy.high)}",
        detail={"chance": pair.chance, "at_chance": accuracy.low <= pair.chance},
    )


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


def scatter(pair: PairRows, axes: Sequence[Axis], accuracy: Proportion) -> Signal | None:
    """Neighbouring cells differ more than two axes and sampling explain."""
    places = [i for i, axis in enumerate(axes) if axis.kind == "ordered" and not axis.confounder]
    places += [i for i in range(len(axes)) if i not in places]
    if len(places) < 2 or not len(pair):
        return None
    names, first, code = np.unique(pair.cell, return_index=True, return_inverse=True)
    n = np.bincount(code).astype(np.float64)
    right = np.bincount(code, pair.right)
    # As many independent samples as the whole has; one half of each kind keeps variances from 0.
    size = np.maximum(n * accuracy.trials / len(pair), 1.0)
    smooth = (right / n * size + 0.5) / (size + 1.0)
    coords = pair.coords[first]
    layer = np.zeros(len(names), dtype=np.int64)
    for other in places[2:]:
        layer = layer * (int(coords[:, other].max()) + 1) + coords[:, other]
    whole = np.all(coords < [len(axis.levels) for axis in axes], axis=1)
    found = grid_scatter(
        (right / n)[whole],
        (smooth * (1.0 - smooth) / size)[whole],
        coords[whole, places[0]],
        coords[whole, places[1]],
        layer[whole],
    )
    if not found.contrasts:
        return None
    spread = found.spread / (1.0 - pair.chance)
    return Signal(
        name="scatter",
        effect=Effect("spread_between_cells", spread, "share"),
        beyond=spread >= THRESHOLDS["scatter"],
        p=found.p,
        stake=min(spread, 1.0),
        n=counted(pair),
        said=f"cells scatter by {points(found.spread)} beyond the axes",
        detail={"contrasts": found.contrasts, "tested": found.tested},
    )


def below_others(task: ScreenedTask, accuracies: Sequence[Proportion]) -> Iterator[Signal | None]:
    """Each eval against the mean of the others, cell by cell on the cells of that eval."""
    cells = 1 + max((int(pair.cell.max(initial=-1)) for pair in task.pairs), default=-1)
    n = np.array([np.bincount(pair.cell, minlength=cells) for pair in task.pairs], dtype=float)
    k = np.array([np.bincount(pair.cell, pair.right, cells) for pair in task.pairs], dtype=float)
    known = n > 0
    share = np.where(known, k / np.maximum(n, 1.0), 0.0)
    variance = np.array([_variance(one) for one in accuracies])
    for place, pair in enumerate(task.pairs):
        others = known.sum(axis=0) - known[place]
        use = known[place] & (others > 0)
        weight = np.where(use, n[place], 0.0)
        if weight.sum() <= 0.5 * len(pair) or not len(pair):
            yield None
            continue
        mean = (share.sum(axis=0) - share[place]) / np.maximum(others, 1)
        room = 1.0 - pair.chance
        gap = float((weight * (mean - share[place])).sum() / weight.sum()) / room
        many = int(others[use].max())
        rest = float(np.delete(variance, place).sum()) / max(many, 1) ** 2
        error = math.sqrt(float(variance[place]) + rest) / room
        yield Signal(
            name="below_others",
            effect=Effect("others_less_this", gap, "share", gap - 1.96 * error, gap + 1.96 * error),
            beyond=gap >= THRESHOLDS["below_others"],
            p=normal_above(gap / error) if error > 0.0 else 1.0,
            stake=min(max(gap, 0.0), 1.0),
            n=counted(pair),
            said=f"{points(gap * room)} below the {many} other eval{'s' if many > 1 else ''}",
            detail={"others": many},
        )


def _variance(one: Proportion) -> float:
    """Of a share, with half a success and half a failure more, so that it is never 0."""
    if one.trials <= 0.0:
        return 1.0
    smooth = (one.value * one.trials + 0.5) / (one.trials + 1.0)
    return smooth * (1.0 - smooth) / one.trials
