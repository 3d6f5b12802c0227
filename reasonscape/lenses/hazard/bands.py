"""Bands of curves that know that repeats of one item are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from reasonscape.lenses.hazard.ends import CUT_OFF, Ends, FloatArray
from reasonscape.stats.aalen_johansen import IncidenceCurves
from reasonscape.stats.cluster_curves import FEW_ITEMS, cluster_bands
from reasonscape.stats.codes import dense_codes
from reasonscape.stats.kaplan_meier import SurvivalCurve
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
    low, high = _drawn(found.survival_low, found.survival_high, still.low, still.high)
    still = replace(
        still, low=np.minimum(low, still.survival), high=np.maximum(high, still.survival)
    )
    low, high = _drawn(found.low, found.high, ended.low, ended.high)
    low, high = np.minimum(low, ended.incidence), np.maximum(high, ended.incidence)
    return (still, replace(ended, low=low, high=high)), "bootstrap"


def _drawn(
    low: FloatArray, high: FloatArray, exact_low: FloatArray, exact_high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Where no draw differs, as before the first end, a band of no width would be too sure."""
    same = ~(high > low)
    return np.where(same, exact_low, low), np.where(same, exact_high, high)


def _wider(
    value: FloatArray, variance: FloatArray, low: FloatArray, high: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    wide_low, wide_high = log_log_bounds(value, variance, level)
    return (
        np.where(np.isfinite(wide_low), wide_low, low),
        np.where(np.isfinite(wide_high), wide_high, high),
    )
