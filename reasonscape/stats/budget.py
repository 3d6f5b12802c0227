"""Accuracy under a smaller budget of tokens, and where a larger one stops paying."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reasonscape.stats.aalen_johansen import IncidenceCurves, aalen_johansen
from reasonscape.stats.codes import dense_codes
from reasonscape.stats.event_table import EventTable, event_table
from reasonscape.stats.proportions import wilson_interval

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

RIGHT = 1
NO_GAIN = 0.01
"""Accuracy that is not worth a larger budget."""

FEW_ITEMS = 20
"""Items with a right end below which their own spread is not trusted."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Accuracy if traces were cut off at each budget.

    Attributes
    ----------
    budget
        Budgets, increasing, shape (B,).
    accuracy, low, high
        Share of all samples that end right within it, and its band (pointwise), shape (B,).
    spent
        Mean time spent a sample under it, shape (B,).
    per_thousand
        Right answers per 1,000 units of time spent, shape (B,); NaN where none is spent.
    gain, gain_low, gain_high
        Accuracy that twice the budget, or the largest one, adds; NaN at the largest.
    stops_paying
        Smallest budget from which on every ``gain_high`` is below the limit; None for none.
    items, samples
        What the bands stand on.
    level
        Coverage of band and gain.
    """

    budget: FloatArray
    accuracy: FloatArray
    low: FloatArray
    high: FloatArray
    spent: FloatArray
    per_thousand: FloatArray
    gain: FloatArray
    gain_low: FloatArray
    gain_high: FloatArray
    stops_paying: float | None
    items: int
    samples: int
    level: float = 0.95


def budget_curve(
    time: npt.ArrayLike,
    cause: npt.ArrayLike,
    item: npt.ArrayLike,
    largest: float,
    *,
    steps: int = 20,
    finer: int = 2,
    only_tried: bool = False,
    no_gain: float = NO_GAIN,
    level: float = 0.95,
) -> Budget:
    """Budget curve from traces that may have been cut off at several caps.

    Parameters
    ----------
    time
        When each trace ended or was cut off, shape (n,).
    cause
        0 cut off, 1 ended right, 2 or more ended wrong, shape (n,).
    item
        Question of each trace, shape (n,); repeats of one item are one cluster.
    largest
        Largest budget, above 0: nothing is said beyond it.
    steps
        Budgets among which the place where more stops paying is sought.
    finer
        Budgets of the curve for each of these.
    only_tried
        Leave out those between: the same numbers at fewer budgets, for much less time.
    no_gain
        Gain in accuracy that is not worth it.
    level
        Coverage.

    Returns
    -------
    Budget

    Raises
    ------
    ValueError
        If arrays differ in length, there are no traces, or the largest budget is not above 0.

    How it misleads
    ---------------
    It is the accuracy if the same traces were cut: a model that is told of its budget may think
    otherwise. Beyond the smallest cap it rests on the traces with larger caps, as if caps had
    been dealt at random; where hard items have the larger cap it is wrong there. ``largest``
    should not lie beyond the largest cap, where nobody was watched.

    Notes
    -----
    The Aalen-Johansen incidence of right ends: below every cap the plain share of traces that
    end right in time. Its variance is the sum over items of their squared influence (the
    infinitesimal jackknife), and the band is Wilson's for as many independent samples as give
    that variance.

    References
    ----------
    Aalen and Johansen, Scandinavian Journal of Statistics 5 (1978); Efron, The Jackknife (1982).

    Examples
    --------
    >>> curve = budget_curve([10, 20, 30, 40], [1, 1, 2, 0], range(4), 40, steps=4, finer=1)
    >>> curve.accuracy.tolist(), curve.spent.tolist()
    ([0.25, 0.5, 0.5, 0.5], [10.0, 17.5, 22.5, 25.0])
    """
    at = np.asarray(time, dtype=np.float64)
    how = np.asarray(cause, dtype=np.int64)
    cluster, _ = dense_codes(item)
    if not at.shape == how.shape == cluster.shape:
        raise ValueError("time, cause and item must have one entry each for a trace")
    if not at.size or not (math.isfinite(largest) and largest > 0.0):
        raise ValueError("a budget curve needs traces, and a largest budget above 0")
    # By whole numbers, so that doubling a budget finds the very same number.
    every = finer if only_tried else 1
    number = np.arange(every, steps * finer + 1, every, dtype=np.float64)
    budget: FloatArray = np.asarray(number * (largest / (steps * finer)))
    table = event_table(at, how, n_causes=max(2, int(how.max())))
    curves = aalen_johansen(table)
    accuracy = _held(table, curves.incidence[:, RIGHT - 1], budget, 0.0)
    influence = _influence(table, curves, at, how, cluster, budget, accuracy)
    trials = _trials(accuracy, influence)
    # Few items tell too little of how alike their repeats are: there the whole curve's tell it.
    usual = trials[-1] if math.isfinite(trials[-1]) else float(influence.shape[0])
    few = _with_right_ends(at, how, cluster, budget) < FEW_ITEMS
    few |= ~np.isfinite(trials)
    low, high = _interval(accuracy, np.where(few, np.minimum(trials, usual), trials), level)
    spent = _spent(table, curves.survival, budget)
    double = np.minimum(2 * np.arange(1, len(budget) + 1), len(budget)) - 1
    gain = np.maximum(accuracy[double] - accuracy, 0.0)
    gained = _trials(gain, influence[:, double] - influence)
    gain_low, gain_high = _interval(gain, np.minimum(gained, usual), level)
    for bound in (gain, gain_low, gain_high):
        bound[-1] = math.nan
    tried = np.flatnonzero(number % finer == 0)[:-1]
    some = spent > 0.0
    return Budget(
        budget=budget,
        accuracy=accuracy,
        low=low,
        high=high,
        spent=spent,
        per_thousand=np.where(some, 1000.0 * accuracy / np.where(some, spent, 1.0), math.nan),
        gain=gain,
        gain_low=gain_low,
        gain_high=gain_high,
        stops_paying=_stop(budget[tried], gain_high[tried] < no_gain),
        items=influence.shape[0],
        samples=len(at),
        level=level,
    )


def _held(table: EventTable, values: FloatArray, when: FloatArray, before: float) -> FloatArray:
    """Step function at these times, its last value held."""
    return np.concatenate([[before], values])[np.searchsorted(table.time, when, side="right")]


def _influence(
    table: EventTable,
    curves: IncidenceCurves,
    time: FloatArray,
    cause: IntArray,
    cluster: IntArray,
    budget: FloatArray,
    accuracy: FloatArray,
) -> FloatArray:
    """Influence of each item on the incidence of right ends at each budget, (items, B).

    A trace moves F(b) by its right end, S(v-) / Y(v), and by what any end takes from the
    survival of the others, (F(b) - F(v)) / (Y(v) - d(v)), both less what was expected of it.
    """
    at_risk, events = table.at_risk, table.events
    left = at_risk - events
    before = np.concatenate([[1.0], curves.survival[:-1]])
    incidence = curves.incidence[:, RIGHT - 1]
    lost = np.divide(1.0, left, out=np.zeros_like(left), where=left > 0.0)
    expected = np.cumsum(before * table.counts[:, RIGHT] / at_risk**2)
    drain = events * lost / at_risk
    drained, weighted = np.cumsum(drain), np.cumsum(drain * incidence)
    place = np.searchsorted(table.time, time)
    kind = np.where(cause == 0, 0, np.where(cause == RIGHT, 1, 2))
    spot = kind * len(table.time) + place
    out = np.empty((int(cluster.max()) + 1, len(budget)))
    for column, (b, f) in enumerate(zip(budget, accuracy, strict=True)):
        seen = int(np.searchsorted(table.time, b, side="right"))
        until = np.minimum(np.arange(len(table.time)), seen - 1)
        base = -expected[until] + f * drained[until] - weighted[until] if seen else np.zeros(
            len(table.time)
        )  # fmt: skip
        inside = np.arange(len(table.time)) < seen
        ended = np.where(inside, -(f - incidence) * lost, 0.0)
        right = ended + np.where(inside, before / at_risk, 0.0)
        values = np.concatenate([base, base + right, base + ended])
        out[:, column] = np.bincount(cluster, values[spot], out.shape[0])
    return out


def _with_right_ends(
    time: FloatArray, cause: IntArray, cluster: IntArray, budget: FloatArray
) -> IntArray:
    """Items that have a right end by each budget."""
    first = np.full(int(cluster.max()) + 1, np.inf)
    np.minimum.at(first, cluster, np.where(cause == RIGHT, time, np.inf))
    return np.searchsorted(np.sort(first), budget, side="right").astype(np.int64)


def _trials(share: FloatArray, influence: FloatArray) -> FloatArray:
    """Independent samples that give the variance over items; infinite where nothing varies."""
    count = influence.shape[0]
    variance = (influence**2).sum(axis=0) * count / max(count - 1, 1)
    varies = (share > 0.0) & (share < 1.0) & (variance > 0.0)
    spread = np.where(varies, variance, 1.0)
    return np.where(varies, share * (1.0 - share) / spread, np.inf)


def _interval(share: FloatArray, trials: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Wilson's interval; rounding must not carry a share past its own end."""
    inside = np.clip(share, 0.0, 1.0)
    low, high = wilson_interval(inside * trials, trials, level)
    return np.minimum(low, inside), np.maximum(high, inside)


def _spent(table: EventTable, survival: FloatArray, budget: FloatArray) -> FloatArray:
    """Area under the share that still goes on, up to each budget."""
    start = np.concatenate([[0.0], table.time])
    height = np.concatenate([[1.0], survival])
    area = np.concatenate([[0.0], np.cumsum(height[:-1] * np.diff(start))])
    place = np.searchsorted(start, budget, side="right") - 1
    return np.asarray(area[place] + height[place] * (budget - start[place]))


def _stop(budget: FloatArray, useless: npt.NDArray[np.bool_]) -> float | None:
    """Smallest budget from which on no larger one gains anything."""
    paying = np.flatnonzero(~useless)
    first = int(paying[-1]) + 1 if len(paying) else 0
    return float(budget[first]) if first < len(budget) else None
