"""From which time on are ends wrong more often? One step of the odds, along the log of time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from reasonscape.stats.codes import dense_codes
from reasonscape.stats.hazard_step_search import NARROW, WIDE, StepTable, fit_steps, step_grid
from reasonscape.stats.proportions import normal_quantile

FloatArray = npt.NDArray[np.float64]

GAIN = 3.0
"""Log-likelihood by which a narrow step must beat a wide one, or the reverse."""

_BINS = 48

Shape = Literal["step", "gradual", "unresolved", "flat"]


@dataclass(frozen=True, slots=True)
class HazardStep:
    """Log odds of a wrong end as one step along the log of time.

    Attributes
    ----------
    jump, jump_low, jump_high
        Rise of the log odds from the first to the last place of the grid, and its profile
        interval; 0 where nothing rises.
    place, place_low, place_high
        Time at which the step is half done, and its profile interval; NaN without a rise.
    width
        Distance from 10% to 90% of the step, in log time; NaN without a rise.
    likelihood_ratio, p
        Twice the gain in log-likelihood over no dependence, and its p (chi-square, 3 df).
    narrow_gain
        Log-likelihood of the best narrow step minus that of the best wide one.
    shape
        ``step``, ``gradual``, ``unresolved``, or ``flat`` where p is 0.05 or more.
    n
        Ends, scaled to independent ones.
    """

    jump: float
    jump_low: float
    jump_high: float
    place: float
    place_low: float
    place_high: float
    width: float
    likelihood_ratio: float
    p: float
    narrow_gain: float
    shape: Shape
    n: float


def fit_hazard_step(
    time: npt.ArrayLike,
    wrong: npt.ArrayLike,
    group: npt.ArrayLike,
    *,
    scale: float = 1.0,
    level: float = 0.95,
) -> HazardStep:
    """Fit ``log odds = group + jump logistic(4.394 (log t - log place) / width)``, jump >= 0.

    Parameters
    ----------
    time
        When each trace ended, shape (n,), above 0.
    wrong
        Whether it ended wrong, shape (n,).
    group
        Group of equal difficulty, shape (n,): one additive term each.
    scale
        Independent samples that one sample counts as, at most 1.
    level
        Coverage of the intervals.

    Returns
    -------
    HazardStep
        Without both outcomes in some group, or with one time only, a flat one whose jump is
        unknown (upper bound infinite).

    Raises
    ------
    ValueError
        If arrays differ in length, a time is not above 0, or the scale is not in (0, 1].

    How it misleads
    ---------------
    Where odds rise slowly the place of a step means little: see ``shape``. A fall is not looked
    for. Groups must hold enough ends, about ten each: terms of many tiny groups exaggerate the
    jump. Steps outside the middle 90% of the ends are not seen. The place is where traces *end*
    wrong more often, which is later than where they went wrong.

    Notes
    -----
    Times are put into at most 48 bins at quantiles. All places and widths of a grid are fitted
    by Newton's method at once; intervals are read off the profile over that grid, within which
    each likelihood is taken as quadratic.

    References
    ----------
    Davies, Biometrika 74 (1987), for tests in which the place exists only where there is a step.

    Examples
    --------
    >>> time = np.arange(100, 300)
    >>> wrong = np.where(time < 200, time % 10 == 0, time % 10 < 6)
    >>> step = fit_hazard_step(time, wrong, np.zeros(200, dtype=int))
    >>> step.shape, 190 < step.place < 210, step.p < 1e-6
    ('step', True, True)
    """
    at, bad, groups = _checked(time, wrong, group, scale)
    table = _table(at, bad, groups, scale)
    if table is None:
        return _unknown(float(len(at)) * scale)
    steps, places, widths = step_grid(table)
    jump, gain, error = fit_steps(table, steps, widths)
    return _result(float(table.n.sum()), places, widths, jump, gain, error, level)


def _checked(
    time: npt.ArrayLike, wrong: npt.ArrayLike, group: npt.ArrayLike, scale: float
) -> tuple[FloatArray, npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    at = np.asarray(time, dtype=np.float64)
    bad = np.asarray(wrong, dtype=bool)
    groups = np.asarray(group)
    if not at.shape == bad.shape == groups.shape:
        raise ValueError("time, wrong and group must have one entry each for a trace")
    if at.size and not (at.min() > 0.0 and np.isfinite(at).all()):
        raise ValueError("times must be finite and above 0")
    if not 0.0 < scale <= 1.0:
        raise ValueError(f"scale must lie in (0, 1], found {scale!r}")
    return at, bad, dense_codes(groups)[0]


def _table(
    at: FloatArray, bad: npt.NDArray[np.bool_], group: npt.NDArray[np.int64], scale: float
) -> StepTable | None:
    """Counts of the groups that have both outcomes; None where nothing can be compared."""
    n_groups = int(group.max()) + 1 if len(group) else 0
    k, n = np.bincount(group, bad, n_groups), np.bincount(group, minlength=n_groups)
    keep = ((k > 0) & (k < n))[group] if len(group) else np.zeros(0, dtype=bool)
    at, bad, group = at[keep], bad[keep], group[keep]
    if not len(at) or at.min() == at.max():
        return None
    group, _ = dense_codes(group)
    # Ends are spread over the bins by rank, ties together: distinct times where there are few.
    values, inverse, count = np.unique(at, return_inverse=True, return_counts=True)
    if len(values) > _BINS:
        middle = np.cumsum(count) - count / 2.0
        coarse = np.minimum((middle * _BINS / len(at)).astype(np.int64), _BINS - 1)
        bins = np.unique(coarse, return_inverse=True)[1].reshape(-1)[inverse.reshape(-1)]
    else:
        bins = inverse.reshape(-1)
    width, height = int(bins.max()) + 1, int(group.max()) + 1
    cell = group * width + bins
    sizes = np.bincount(bins, minlength=width)
    x = np.bincount(bins, np.log(at), width) / sizes
    size = (height, width)
    k_cells = np.bincount(cell, bad, width * height).reshape(size).astype(np.float64)
    n_cells = np.bincount(cell, None, width * height).reshape(size).astype(np.float64)
    return StepTable(k_cells * scale, n_cells * scale, np.asarray(x, dtype=np.float64))


def _result(
    n: float,
    places: FloatArray,
    widths: FloatArray,
    jump: FloatArray,
    gain: FloatArray,
    error: FloatArray,
    level: float,
) -> HazardStep:
    from scipy.special import chdtrc

    rising = np.where(jump > 0.0, gain, 0.0)
    best = int(np.argmax(rising))
    ratio = 2.0 * float(rising[best])
    p = float(chdtrc(3.0, ratio))
    cut = 0.5 * normal_quantile(level, 2) ** 2
    # Those below the maximum by less than the cut, each with the room that is left to its jump.
    # Of a fall only the side towards a rise counts: its parabola goes through no jump as well.
    fall = (jump < 0.0) & (gain > 0.0)
    error = np.where(fall, -jump / np.sqrt(2.0 * np.where(fall, gain, 1.0)), error)
    room = cut - (rising[best] - gain)
    near = room >= 0.0
    reach = error[near] * np.sqrt(2.0 * room[near])
    low, high = float((jump[near] - reach).min()), float((jump[near] + reach).max())
    likely = near & (jump > 0.0)
    rises = ratio > 0.0
    narrow = float(rising[widths <= NARROW].max() - rising[widths >= WIDE].max())
    held = _held(places, likely)
    return HazardStep(
        jump=float(jump[best]) if rises else 0.0,
        jump_low=max(low, 0.0) if rises and p < 1.0 - level else 0.0,
        jump_high=max(high, 0.0),
        place=math.exp(places[best]) if rises else math.nan,
        place_low=held[0],
        place_high=held[1],
        width=float(widths[best]) if rises else math.nan,
        likelihood_ratio=ratio,
        p=p,
        narrow_gain=narrow,
        shape=_shape(p, narrow),
        n=n,
    )


def _held(places: FloatArray, likely: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Ends of the interval of the place: the next places of the grid, which are less likely."""
    if not likely.any():
        return math.nan, math.nan
    grid = np.unique(places)
    first, last = np.searchsorted(grid, [places[likely].min(), places[likely].max()])
    ends = np.exp(grid[[max(int(first) - 1, 0), min(int(last) + 1, len(grid) - 1)]])
    return float(ends[0]), float(ends[1])


def _shape(p: float, narrow: float) -> Shape:
    if p >= 0.05:
        return "flat"
    if narrow >= GAIN:
        return "step"
    return "gradual" if narrow <= -GAIN else "unresolved"


def _unknown(n: float) -> HazardStep:
    nan = math.nan
    return HazardStep(0.0, 0.0, math.inf, nan, nan, nan, nan, 0.0, 1.0, 0.0, "flat", n)
