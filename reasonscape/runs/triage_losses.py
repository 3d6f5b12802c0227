"""Signals about accuracy as a whole: how much is lost, and against whom."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from reasonscape.findings.finding import Effect
from reasonscape.findings.wording import interval, percent, points
from reasonscape.runs.triage_rows import PairRows, ScreenedTask
from reasonscape.runs.triage_signal import Signal
from reasonscape.runs.triage_thresholds import ACCURACY_LOST, THRESHOLDS
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
