"""Bands of curves that know that repeats of one item are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from reasonscape.lenses.hazard.ends import CUT_OFF, Ends, FloatArray, IntArray
from reasonscape.stats.aalen_johansen import IncidenceCurves
from reasonscape.stats.cluster_curves import FEW_ITEMS, cluster_bands
from reasonscape.stats.codes import dense_codes
from reasonscape.stats.kaplan_meier import SurvivalCurve
from reasonscape.stats.proportions import wilson_interval
from reasonscape.stats.standardised_curves import StandardisedCurves
from reasonscape.stats.step_function import log_log_bounds

MOST_RESAMPLED = 20_000
"""Samples up to which items are drawn again; with more, drawing shows what the formula says."""

REPLICATES = 200

Bands = Literal["bootstrap", "pointwise"]
Pair = tuple[SurvivalCurve, IncidenceCurves]


def with_design_effect(still: SurvivalCurve, ended: IncidenceCurves, effect: float) -> Pair:
    """Intervals for as many independent samples as there are; ends at 0 and 1 stay exact."""
    if effect <= 1.0:
        return still, ended
    wide = still.variance * effect, ended.variance * effect
    low, high = _wider(still.survival, wide[0], still.low, still.high, still.level)
    still = replace(still, variance=wide[0], low=low, high=high)
    low, high = _wider(ended.incidence, wide[1], ended.low, ended.high, ended.level)
    return still, replace(ended, variance=wide[1], low=low, high=high)


def standardised_with_effects(
    curves: StandardisedCurves, effects: Sequence[float]
) -> StandardisedCurves:
    """The same for curves of several evals, each with a design effect of its own."""
    effect = np.maximum(np.array(effects, dtype=np.float64), 1.0)
    still, ended = (
        curves.survival_variance * effect[:, None],
        curves.variance * effect[:, None, None],
    )
    low, high = _wider(
        curves.survival, still, curves.survival_low, curves.survival_high, curves.level
    )
    ended_low, ended_high = _wider(curves.incidence, ended, curves.low, curves.high, curves.level)
    return replace(
        curves,
        survival_variance=still,
        survival_low=low,
        survival_high=high,
        variance=ended,
        low=ended_low,
        high=ended_high,
    )


def resampled(
    still: SurvivalCurve, ended: IncidenceCurves, ends: Ends, seed: int
) -> tuple[Pair, Bands]:
    """Bands by drawing items again, from 20 items on; else the curves as they are."""
    if len(ends) > MOST_RESAMPLED or dense_codes(ends.item)[1] < FEW_ITEMS:
        return (still, ended), "pointwise"
    causes = ended.incidence.shape[1]
    cause = np.where(ends.cause == CUT_OFF, 3, ends.cause) if causes == 3 else ends.cause
    found = cluster_bands(
        ends.item, ends.time, cause, still.time, np.random.default_rng(seed), REPLICATES,
        still.level, n_causes=causes,
    )  # fmt: skip
    spread = found.items / (found.items - 1.0)
    few = _items_still_going(ends, still.time) < FEW_ITEMS
    variance = found.survival_error**2 * spread
    variance = np.where(few, np.maximum(variance, still.variance), variance)
    low, high = _scored(still.survival, variance, still.low, still.high, still.level)
    still = replace(still, low=low, high=high)
    few = _items_ended(ends, cause, still.time, causes) < FEW_ITEMS
    variance = found.error**2 * spread
    variance = np.where(few, np.maximum(variance, ended.variance), variance)
    low, high = _scored(ended.incidence, variance, ended.low, ended.high, ended.level)
    return (still, replace(ended, low=low, high=high)), "bootstrap"


def _scored(
    share: FloatArray, variance: FloatArray, low: FloatArray, high: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Wilson's interval for as many samples as have the variance of the draws.

    Percentiles of draws are no bounds of a share that a few items make: in a draw without them it
    is 0. Where no draw differs, as before the first end, the bounds stay as they were.
    """
    inside = (share > 0.0) & (share < 1.0) & (variance > 0.0)
    held = np.where(inside, share, 0.5)
    trials = held * (1.0 - held) / np.where(inside, variance, 1.0)
    score_low, score_high = wilson_interval(held * trials, trials, level)
    return np.where(inside, score_low, low), np.where(inside, score_high, high)


def _items_still_going(ends: Ends, grid: FloatArray) -> FloatArray:
    """Items that have a sample which goes on after each time."""
    item, count = dense_codes(ends.item)
    last = np.zeros(count)
    np.maximum.at(last, item, ends.time)
    return np.asarray(count - np.searchsorted(np.sort(last), grid, side="right"), dtype=np.float64)


def _items_ended(ends: Ends, cause: IntArray, grid: FloatArray, causes: int) -> FloatArray:
    """Items that have an end of each cause by each time, shape (times, causes)."""
    item, count = dense_codes(ends.item)
    columns = []
    for number in range(1, causes + 1):
        first = np.full(count, np.inf)
        np.minimum.at(first, item, np.where(cause == number, ends.time, np.inf))
        columns.append(np.searchsorted(np.sort(first), grid, side="right"))
    return np.stack(columns, axis=1).astype(np.float64)


def _wider(
    value: FloatArray, variance: FloatArray, low: FloatArray, high: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    wide_low, wide_high = log_log_bounds(value, variance, level)
    return (
        np.where(np.isfinite(wide_low), wide_low, low),
        np.where(np.isfinite(wide_high), wide_high, high),
    )
