"""Which way an axis is harder: the config says so, else the data do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reasonscape.datasets.levels import Level


@dataclass(frozen=True, slots=True)
class Direction:
    """Direction of difficulty, who said so, and the correlation that the data give."""

    harder: Literal["up", "down"] | None
    source: Literal["config", "data", "unknown"]
    rank_correlation: float


def find_direction(
    ordered: Sequence[Level], configured: Literal["up", "down"] | None = None
) -> Direction:
    """Take the direction from the config, else from how accuracy goes with the level.

    Parameters
    ----------
    ordered
        Levels with numeric values, in increasing order.
    configured
        What the config says.

    Examples
    --------
    >>> from reasonscape.datasets.cells import ObservedLevel
    >>> find_direction([ObservedLevel(1, 9, 10, 9), ObservedLevel(2, 9, 10, 4)])
    Direction(harder='up', source='data', rank_correlation=-1.0)
    """
    correlation = weighted_rank_correlation(
        [float(level.value) for level in ordered if level.samples],
        [level.correct / level.samples for level in ordered if level.samples],
        [float(level.items) for level in ordered if level.samples],
    )
    if configured is not None:
        return Direction(configured, "config", correlation)
    if math.isnan(correlation) or abs(correlation) < 1e-12:
        return Direction(None, "unknown", correlation)
    return Direction("up" if correlation < 0 else "down", "data", correlation)


def weighted_rank_correlation(
    x: Sequence[float], y: Sequence[float], weights: Sequence[float]
) -> float:
    """Spearman's correlation in which each pair counts ``weight`` times, ties at mid-ranks.

    With whole weights it equals Spearman's correlation of the pairs repeated so often.

    Returns
    -------
    float
        Between -1 and 1; NaN where one side does not vary.

    Notes
    -----
    How it misleads: it has the sign of the overall trend only; a U shape gives about 0, and an
    axis that moves with another one inherits its direction.

    Examples
    --------
    >>> round(weighted_rank_correlation([1, 2, 3], [0.9, 0.5, 0.7], [1, 1, 1]), 3)
    -0.5
    """
    total = sum(weights)
    if total <= 0:
        return math.nan
    rank_x, rank_y = _ranks(x, weights), _ranks(y, weights)
    mean_x = sum(w * r for w, r in zip(weights, rank_x, strict=True)) / total
    mean_y = sum(w * r for w, r in zip(weights, rank_y, strict=True)) / total
    sxx = syy = sxy = 0.0
    for weight, a, b in zip(weights, rank_x, rank_y, strict=True):
        sxx += weight * (a - mean_x) ** 2
        syy += weight * (b - mean_y) ** 2
        sxy += weight * (a - mean_x) * (b - mean_y)
    # Against rounding: ranks are halves of whole weights, so a real spread is far above this.
    if min(sxx, syy) <= 1e-12 * total**3:
        return math.nan
    return max(-1.0, min(1.0, sxy / math.sqrt(sxx * syy)))


def _ranks(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Mid-ranks of values that count ``weight`` times."""
    order = sorted(range(len(values)), key=lambda index: values[index])
    ranks = [0.0] * len(values)
    before, start = 0.0, 0
    while start < len(order):
        end, weight = start, 0.0
        while end < len(order) and values[order[end]] == values[order[start]]:
            weight += weights[order[end]]
            end += 1
        for index in order[start:end]:
            ranks[index] = before + (weight + 1) / 2
        before, start = before + weight, end
    return ranks
