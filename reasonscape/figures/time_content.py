"""What figures of the time course show: survival, hazards, their ratio, and budgets.

Like `content`: plain arrays that a lens fills and a drawing file draws, free of plotly. Every
estimate and interval arrives finished, NaN is not shown, shares and accuracies are fractions from
0 to 1, and texts are escaped where they are drawn. Time is counted in ``time_unit``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from reasonscape.figures.content import FloatArray, IntArray, check_shapes


@dataclass(frozen=True, eq=False)
class Estimates:
    """Estimates along a grid with the bounds of their intervals, all of one length.

    Examples
    --------
    >>> len(Estimates(np.array([0.5, 0.4]), np.array([0.4, 0.3]), np.array([0.6, 0.5])))
    2
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray

    def __post_init__(self) -> None:
        check_shapes((len(self.value),), low=self.low, high=self.high)

    def __len__(self) -> int:
        return len(self.value)


@dataclass(frozen=True, eq=False)
class TimeCurves:
    """Who still thinks, and who has ended right or wrong, at each time, for one eval.

    Parameters
    ----------
    title, eval_label, panel
        Title of the figure; name of the eval; name of the panel where it is not the eval's.
    time
        Times, rising, shape ``(T,)``; the curves are steps that hold from each time to the next.
    still_thinking
        Share that has not ended, length ``T``.
    right, wrong
        Cumulative incidence of ending right and wrong, length ``T``.
    risk_times, at_risk
        Times and numbers of the row of numbers at risk below the axis, shape ``(R,)``.
    truncated
        Cumulative incidence of the cut-off where that is an end of its own, length ``T``.
    cap
        Where traces are cut off; ``None`` when unknown or there is none.
    time_unit
        What time is counted in.

    Raises
    ------
    ValueError
        If a length does not fit.
    """

    title: str
    eval_label: str
    time: FloatArray
    still_thinking: Estimates
    right: Estimates
    wrong: Estimates
    risk_times: FloatArray
    at_risk: IntArray
    truncated: Estimates | None = None
    cap: float | None = None
    time_unit: str = "tokens"
    panel: str = ""

    def __post_init__(self) -> None:
        _check_lengths(
            len(self.time),
            still_thinking=self.still_thinking,
            right=self.right,
            wrong=self.wrong,
            truncated=self.truncated,
        )
        check_shapes((len(self.risk_times),), at_risk=self.at_risk)


@dataclass(frozen=True, eq=False)
class HazardCurves:
    """How often traces end right and wrong per 1,000 units of time at risk, for one eval.

    Parameters
    ----------
    title, eval_label, panel
        Title of the figure; name of the eval; name of the panel where it is not the eval's.
    time
        Times at which the smoothed rates stand, shape ``(T,)``.
    right, wrong
        Smoothed rates per 1,000 units and their bands, length ``T``.
    edges
        Edges of the bins, rising, shape ``(B + 1,)``; one edge or none means no bins.
    binned_right, binned_wrong
        Incidence of each bin per 1,000 units at risk and its interval, length ``B``.
    cap
        Where traces are cut off; ``None`` when unknown or there is none.
    time_unit
        What time is counted in.
    log_rate
        Whether the vertical axis is logarithmic; rates of 0 are then not drawn.

    Raises
    ------
    ValueError
        If a length does not fit.
    """

    title: str
    eval_label: str
    time: FloatArray
    right: Estimates
    wrong: Estimates
    edges: FloatArray
    binned_right: Estimates
    binned_wrong: Estimates
    cap: float | None = None
    time_unit: str = "tokens"
    log_rate: bool = False
    panel: str = ""

    def __post_init__(self) -> None:
        _check_lengths(len(self.time), right=self.right, wrong=self.wrong)
        bins = max(len(self.edges) - 1, 0)
        _check_lengths(bins, binned_right=self.binned_right, binned_wrong=self.binned_wrong)


@dataclass(frozen=True, eq=False)
class RelativeHazard:
    """Rate of wrong ends over rate of right ends along time, within strata, for one eval.

    Parameters
    ----------
    title, eval_label, panel
        Title of the figure; name of the eval; name of the panel where it is not the eval's.
    time
        Where each ratio stands: middles of bins or positions of quantiles, shape ``(B,)``.
    ratio
        The ratio, relative to its stratum, and its interval, length ``B``; above 0.
    late_early, late_early_low, late_early_high
        Late ratio over early ratio and its interval; NaN when not estimated.
    threshold, threshold_low, threshold_high
        Where the ratio jumps and the interval of that place; NaN for none.
    limits
        Ratios between which the course counts as constant; drawn as a band.
    time_unit
        What time is counted in.
    x_label
        Title of the horizontal axis; empty means the time unit.
    log_time
        Whether the horizontal axis is logarithmic; then every time is above 0.

    Raises
    ------
    ValueError
        If a length does not fit.
    """

    title: str
    eval_label: str
    time: FloatArray
    ratio: Estimates
    late_early: float = float("nan")
    late_early_low: float = float("nan")
    late_early_high: float = float("nan")
    threshold: float = float("nan")
    threshold_low: float = float("nan")
    threshold_high: float = float("nan")
    limits: tuple[float, float] = (0.5, 2.0)
    time_unit: str = "tokens"
    x_label: str = ""
    log_time: bool = False
    panel: str = ""

    def __post_init__(self) -> None:
        _check_lengths(len(self.time), ratio=self.ratio)


@dataclass(frozen=True, eq=False)
class BudgetCurve:
    """Accuracy if the largest length were smaller, for one eval.

    Parameters
    ----------
    title, eval_label, panel
        Title of the figure; name of the eval; name of the panel where it is not the eval's.
    budget
        Budgets, rising, shape ``(B,)``.
    accuracy
        Accuracy under each budget and its band, length ``B``.
    per_thousand
        Right answers per 1,000 units spent under each budget, shape ``(B,)``; NaN where unknown.
    stops_paying
        Smallest budget from which more of it gains almost nothing; ``None`` for none.
    cap
        Where traces were cut off; ``None`` when unknown or there is none.
    time_unit
        What budgets are counted in.

    Raises
    ------
    ValueError
        If a length does not fit.
    """

    title: str
    eval_label: str
    budget: FloatArray
    accuracy: Estimates
    per_thousand: FloatArray
    stops_paying: float | None = None
    cap: float | None = None
    time_unit: str = "tokens"
    panel: str = ""

    def __post_init__(self) -> None:
        _check_lengths(len(self.budget), accuracy=self.accuracy)
        check_shapes((len(self.budget),), per_thousand=self.per_thousand)


@dataclass(frozen=True)
class HazardRatioRow:
    """How much faster one eval ends than another, in one cause.

    Parameters
    ----------
    label
        Names the pair: "A against B".
    cause
        The end that the ratio is of.
    ratio, low, high
        Hazard ratio and its interval; NaN when not estimated.
    proportional
        Whether the hazards stay proportional; ``None`` when not tested. Where they do not, the
        ratio is drawn faint and the difference of restricted means stands beside it.
    difference, difference_low, difference_high
        Difference of restricted mean times and its interval; NaN when not estimated.
    """

    label: str
    cause: Literal["right", "wrong"]
    ratio: float
    low: float
    high: float
    proportional: bool | None = None
    difference: float = float("nan")
    difference_low: float = float("nan")
    difference_high: float = float("nan")


@dataclass(frozen=True)
class HazardRatios:
    """Hazard ratios between evals, a row a pair and cause: a forest plot.

    ``eval_label`` heads these rows where a figure has several groups; ``time_unit`` is the unit of
    the restricted means.
    """

    title: str
    eval_label: str
    rows: tuple[HazardRatioRow, ...]
    time_unit: str = "tokens"


def _check_lengths(length: int, **estimates: Estimates | None) -> None:
    for name, each in estimates.items():
        if each is not None:
            check_shapes((length,), **{name: np.asarray(each.value)})
