"""Unpack the lens's records into what the drawing room draws."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from reasonscape.figures import time_content as content
from reasonscape.findings.wording import percent
from reasonscape.lenses.hazard.ends import FloatArray
from reasonscape.lenses.hazard.result import (
    Comparison,
    Curves,
    EvalHazard,
    HazardResult,
    Relative,
    Together,
)
from reasonscape.stats.budget import Budget

PER = 1000.0
RIGHT, WRONG, CUT = 0, 1, 2
"""Columns of causes."""


def unit_words(one: EvalHazard) -> str:
    """The unit as axes name it."""
    return "tokens" if one.unit == "tokens" else "trace bytes"


def time_curves_of(result: HazardResult, one: EvalHazard, curves: Curves) -> content.TimeCurves:
    """Still thinking, ended right, ended wrong."""
    ended = curves.ended

    def cause(column: int) -> content.Estimates:
        return _estimates(ended.incidence[:, column], ended.low[:, column], ended.high[:, column])

    return content.TimeCurves(
        title=f"{result.label}: how traces end over time",
        eval_label=one.label,
        panel=_panel(result, curves),
        time=ended.time,
        still_thinking=_estimates(curves.still.survival, curves.still.low, curves.still.high),
        right=cause(RIGHT),
        wrong=cause(WRONG),
        truncated=cause(CUT) if ended.incidence.shape[1] > CUT else None,
        risk_times=curves.risk_times,
        at_risk=curves.at_risk.astype(np.int64),
        cap=cap_of(one),
        time_unit=unit_words(one),
    )


def standardised_of(result: HazardResult, together: Together, place: int) -> content.TimeCurves:
    """The curves of one eval as if all had answered the same mix of items."""
    curves = together.curves
    one = next(e for e in result.evals if e.subject.eval_id == together.evals[place])

    def cause(column: int) -> content.Estimates:
        parts = (curves.incidence, curves.low, curves.high)
        return _estimates(*(part[place, :, column] for part in parts))

    left = f", {percent(curves.left_out)} of the items left out" if curves.left_out else ""
    return content.TimeCurves(
        title=f"{result.label}: ends over time at the same mix of difficulty{left}",
        eval_label=one.label,
        time=curves.time,
        still_thinking=_estimates(
            curves.survival[place], curves.survival_low[place], curves.survival_high[place]
        ),
        right=cause(RIGHT),
        wrong=cause(WRONG),
        risk_times=np.zeros(0),
        at_risk=np.zeros(0, dtype=np.int64),
        cap=cap_of(one),
        time_unit=unit_words(one),
    )


def hazard_curves_of(result: HazardResult, one: EvalHazard, curves: Curves) -> content.HazardCurves:
    """Smoothed hazards over the incidence of bins, per 1,000 units at risk."""
    binned, smoothed = curves.binned, curves.smoothed

    def bins(column: int) -> content.Estimates:
        held = binned.edges[:-1] < curves.held_until
        parts = (binned.rate, binned.low, binned.high)
        return _estimates(*(np.where(held, part[:, column], np.nan) for part in parts))

    def smooth(column: int) -> content.Estimates:
        if smoothed is None:
            return _estimates(np.zeros(0), np.zeros(0), np.zeros(0))
        parts = (smoothed.hazard, smoothed.low, smoothed.high)
        return _estimates(*(PER * part[:, column] for part in parts))

    return content.HazardCurves(
        title=f"{result.label}: when traces end, right or wrong",
        eval_label=one.label,
        panel=_panel(result, curves),
        time=np.zeros(0) if smoothed is None else smoothed.time,
        right=smooth(RIGHT),
        wrong=smooth(WRONG),
        edges=binned.edges,
        binned_right=bins(RIGHT),
        binned_wrong=bins(WRONG),
        cap=cap_of(one),
        time_unit=unit_words(one),
    )


def relative_hazard_of(
    result: HazardResult, one: EvalHazard, relative: Relative
) -> content.RelativeHazard:
    """Odds of a wrong end in bins of time, relative to the stratum."""
    course, step = relative.course, relative.step
    bins = course.bins
    middle = (course.edges[:-1] + course.edges[1:]) / 2.0
    # A bin with an open interval says nothing, and its point would only catch the eye.
    shown = np.array([b.low > 0.0 and b.high < math.inf for b in bins], dtype=bool)

    def of(name: str) -> FloatArray:
        values = np.array([getattr(b, name) for b in bins], dtype=np.float64)
        return np.where(shown, values, np.nan)

    late = course.late_early
    stepped = step.shape == "step"
    return content.RelativeHazard(
        title=f"{result.label}: odds of a wrong end over time",
        eval_label=one.label,
        time=np.maximum(middle, 1e-9),
        ratio=_estimates(of("ratio"), of("low"), of("high")),
        late_early=_finite(late.ratio),
        late_early_low=late.low if math.isfinite(late.ratio) else math.nan,
        late_early_high=_finite(late.high),
        threshold=step.place if stepped else math.nan,
        threshold_low=step.place_low if stepped else math.nan,
        threshold_high=step.place_high if stepped else math.nan,
        time_unit=unit_words(one),
        log_time=True,
    )


def budget_curve_of(result: HazardResult, one: EvalHazard, budget: Budget) -> content.BudgetCurve:
    """Accuracy under each budget."""
    return content.BudgetCurve(
        title=f"{result.label}: accuracy under a smaller budget",
        eval_label=one.label,
        budget=budget.budget,
        accuracy=_estimates(budget.accuracy, budget.low, budget.high),
        per_thousand=budget.per_thousand,
        stops_paying=budget.stops_paying,
        cap=cap_of(one),
        time_unit=unit_words(one),
    )


def hazard_ratios_of(
    result: HazardResult, comparisons: Sequence[Comparison]
) -> content.HazardRatios:
    """One row a pair and end; pairs that cannot be compared are left out.

    The mean time without an end is what the limit leaves after the time lost to it, so that the
    difference has the other sign.
    """
    names = {one.subject.eval_id: one.label for one in result.evals}
    rows = []
    for pair in comparisons:
        for cause, found in (("right", pair.right), ("wrong", pair.wrong)):
            ratio, fallback = found.ratio, found.restricted
            rows.append(
                content.HazardRatioRow(
                    label=f"{names[pair.a]} / {names[pair.b]}",
                    cause="right" if cause == "right" else "wrong",
                    ratio=_finite(ratio.ratio),
                    low=ratio.low if math.isfinite(ratio.ratio) else math.nan,
                    high=_finite(ratio.high),
                    proportional=ratio.proportional,
                    difference=-fallback.difference,
                    difference_low=-fallback.high,
                    difference_high=-fallback.low,
                )
            )
    unit = unit_words(result.evals[0]) if result.evals else "tokens"
    return content.HazardRatios(
        f"{result.label}: who ends sooner, and how", "", tuple(rows), time_unit=unit
    )


def cap_of(one: EvalHazard) -> float | None:
    """The smallest cap that is recorded."""
    return one.caps.known[0] if one.caps is not None and one.caps.known else None


def _panel(result: HazardResult, curves: Curves) -> str:
    if curves.level is None or result.panels is None:
        return ""
    return f"{result.panels.label} {curves.level}"


def _estimates(value: FloatArray, low: FloatArray, high: FloatArray) -> content.Estimates:
    return content.Estimates(value, low, high)


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.nan
