"""Profile-likelihood intervals of fall, place and width, and bands per level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reasonscape.stats.curve_likelihood import (
    CEILING,
    FLOOR,
    LOG_WIDTH,
    PLACE,
    Goal,
    Maxima,
    accuracy,
    jacobian,
    log_likelihood,
    maximise,
    mean_accuracy,
)
from reasonscape.stats.curve_search import NARROW, Box, Fits, Grid
from reasonscape.stats.curve_table import CurveTable, Floats

_REACH = np.array([0.6, 0.85, 1.0, 1.2, 1.6, 2.5])
"""Where the fall is profiled, as multiples of the distance to its roughly known limit."""

_AROUND = np.array([-1.2, -0.8, 0.8, 1.2])
"""Where the place is profiled besides the grid, in half lengths of its Wald interval."""

_BESIDE = np.array([-0.38, -0.25, -0.12, 0.12, 0.25, 0.38])
"""Where it is profiled with the steepest step (gaps from the best place): there the likelihood
may be flat from one level to the next, whatever the Wald interval says."""

_ROUNDS = 5
"""Most scoring steps of a profiled curve."""


@dataclass(frozen=True)
class Intervals:
    """Profile intervals (low, high) in gaps and the accuracy band per level, shape (levels,)."""

    fall: tuple[float, float]
    place: tuple[float, float]
    width: tuple[float, float]
    low: Floats
    high: Floats


@dataclass(frozen=True)
class _Plan:
    """Starts and goals of the curves that one profile asks for."""

    start: Floats
    goal: Goal


def profile(
    table: CurveTable, grid: Grid, fits: Fits, box: Box, fall: float, cut: float, stretch: float
) -> Intervals:
    """Profile the likelihood around the fitted curve.

    Parameters
    ----------
    fall
        Fitted fall.
    cut
        Loss of log-likelihood at the ends of an interval: 1.92 for 95%.
    stretch
        Factor on ``cut`` for the lower end of the fall; infinite where that end is 0, and then
        place and width may be anything.
    """
    deviation = _deviations(table, fits.best)
    falls = bool(np.isfinite(stretch))
    plans = [_plan_falls(table, grid, fits, box, fall, (stretch * cut, cut))]
    if falls:
        half = float(np.sqrt(2 * cut)) * deviation.place
        plans += [_plan_places(grid, fits, box, half, cut), _plan_widths(grid, fits, box, cut)]
    goal = Goal(*(np.concatenate(parts) for parts in zip(*map(_parts, plans), strict=True)))
    start = np.concatenate([plan.start for plan in plans])
    every = maximise(table, start, goal, _ROUNDS, 0.02).joined(fits.tried)
    top = max(fits.loglik, float(every.loglik.max()))
    loss = top - every.loglik
    ends = [(float(a), float(b)) for a, b in zip(box.low, box.high, strict=True)]
    place, log_width, least = ends[PLACE], ends[LOG_WIDTH], 0.0
    falling, lost = np.append(every.fall, 0.0), np.append(loss, top - fits.null)
    if falls:
        best, count = fits.best, start.shape[0]
        place = _interval(every.theta[:, PLACE], loss, float(best[PLACE]), cut, place, count)
        values, estimate = every.theta[:, LOG_WIDTH], float(best[LOG_WIDTH])
        log_width = _interval(values, loss, estimate, cut, log_width, count)
        least = _interval(falling, lost, fall, stretch * cut, (0.0, 1.0))[0]
    low, high = _bands(table, fits.best, every, loss, cut, deviation.level)
    return Intervals(
        fall=(least, _interval(falling, lost, fall, cut, (0.0, 1.0))[1]),
        place=place,
        width=(float(np.exp(log_width[0])), float(np.exp(log_width[1]))),
        low=low,
        high=high,
    )


def _parts(plan: _Plan) -> tuple[Floats, Floats, Floats, Floats]:
    return plan.goal.low, plan.goal.high, plan.goal.fall, plan.goal.pull


def _plan_falls(
    table: CurveTable,
    grid: Grid,
    fits: Fits,
    box: Box,
    fall: float,
    cuts: tuple[float, float],
) -> _Plan:
    """Ask for the best curves of given falls, around the limits that the grid suggests."""
    variance = grid.covariance[:, 0] - 2 * grid.covariance[:, 1] + grid.covariance[:, 2]
    spread = np.maximum(variance * grid.drop**2, 1e-9)
    most = grid.drop * (1.0 - box.low[FLOOR]) + 1e-9
    gap = max(fits.loglik, float(grid.loglik.max())) - grid.loglik

    def cost(falls: Floats) -> Floats:
        lost = gap[:, None] + 0.5 * (falls - grid.fall[:, None]) ** 2 / spread[:, None]
        return np.asarray(lost + 1e6 * np.maximum(falls - most[:, None], 0.0))

    trial = np.linspace(0.0, 1.0, 41)
    lost = cost(trial).min(axis=0)
    error = float(np.sqrt(spread[np.argmax(grid.loglik)] / 2))
    high = max(float(trial[lost <= cuts[1]].max(initial=0.0)), fall + error * cuts[1] ** 0.5)
    ends = [high]
    if np.isfinite(cuts[0]):
        low = float(trial[lost <= cuts[0]].min(initial=1.0))
        ends.append(max(min(low, fall - error * cuts[0] ** 0.5), 0.0))
    targets, starts = [], []
    share = (grid.covariance[:, 2] - grid.covariance[:, 1]) / np.maximum(variance, 1e-12)
    for end in ends:
        target = np.unique(np.minimum(np.maximum(fall + (end - fall) * _REACH, 0.0), 1.0))
        near = _stretched(grid.theta, end / np.maximum(grid.drop, 1e-9), share, box)
        best = int(np.argmax(_objective(table, near, np.full(near.shape[0], min(end, 1.0)))))
        point = np.full(target.size, best)
        drop = max(float(grid.drop[best]), 1e-9)
        start = _stretched(grid.theta[point], target / drop, share[point], box)
        again = np.tile(fits.best, (target.size, 1))
        height = (fits.best[CEILING] - fits.best[FLOOR]) * target / max(fall, 1e-9)
        again = _stretched(again, height, np.full(target.size, 0.5), box)
        closer = _objective(table, again, target) > _objective(table, start, target)
        targets.append(target)
        starts.append(np.where(closer[:, None], again, start))
    wanted = np.concatenate(targets)
    goal = box.goal(wanted.size)
    pull = np.full(wanted.size, 16.0 * cuts[1] / max(high - fall, 0.02) ** 2)
    return _Plan(np.concatenate(starts), Goal(goal.low, goal.high, wanted, pull))


def _stretched(theta: Floats, height: Floats, share: Floats, box: Box) -> Floats:
    """Give curves another height, the ceiling taking ``share`` of the change, inside the box."""
    out = theta.copy()
    height = np.minimum(np.maximum(height, 0.0), 1.0 - box.low[FLOOR])
    more = height - (theta[:, CEILING] - theta[:, FLOOR])
    ceiling = np.maximum(theta[:, CEILING] + share * more, box.low[FLOOR] + height)
    out[:, CEILING] = np.minimum(ceiling, 1.0)
    out[:, FLOOR] = out[:, CEILING] - height
    return out


def _objective(table: CurveTable, theta: Floats, target: Floats) -> Floats:
    """Return log-likelihood less a penalty for missing the wanted fall, to compare starts."""
    p = accuracy(table, theta)
    miss = (p[:, 0] - p[:, -1]) @ table.v - target
    likely = log_likelihood(table.k.ravel(), table.n.ravel(), p.reshape(theta.shape[0], -1))
    return likely - 1e3 * miss * miss


def _plan_places(grid: Grid, fits: Fits, box: Box, half: float, cut: float) -> _Plan:
    """Ask for the best curves of given places: those of the grid, and some near the best."""
    offsets = np.concatenate([min(max(half, 1e-3), 0.5) * _AROUND, _BESIDE])
    near = np.tile(fits.best, (offsets.size, 1))
    near[:, PLACE] = np.minimum(
        np.maximum(near[:, PLACE] + offsets, box.low[PLACE]), box.high[PLACE]
    )
    if fits.best[LOG_WIDTH] < np.log(NARROW):
        near[_AROUND.size :, LOG_WIDTH] = box.low[LOG_WIDTH]
    return _held(np.concatenate([_ridge(grid, fits, PLACE, cut), near]), box, PLACE)


def _plan_widths(grid: Grid, fits: Fits, box: Box, cut: float) -> _Plan:
    """Ask for the best curves of the grid's widths."""
    return _held(_ridge(grid, fits, LOG_WIDTH, cut), box, LOG_WIDTH)


def _ridge(grid: Grid, fits: Fits, column: int, cut: float) -> Floats:
    """Return the best grid curve at each value of one parameter, hopeless outer values left out.

    The first value beyond the interval on either side is kept: the limit is read before it.
    """
    values, group = np.unique(grid.theta[:, column], return_inverse=True)
    order = np.lexsort((-grid.loglik, group))
    first = order[np.searchsorted(group[order], np.arange(values.size))]
    likely = grid.loglik[first] > fits.loglik - 4.0 * cut
    likely |= np.abs(values - fits.best[column]) <= np.sort(np.abs(values - fits.best[column]))[1]
    keep = np.flatnonzero(likely)
    return grid.theta[first[max(keep[0] - 1, 0) : keep[-1] + 2]]


def _held(start: Floats, box: Box, column: int) -> _Plan:
    goal = box.goal(start.shape[0])
    goal.low[:, column] = goal.high[:, column] = start[:, column]
    return _Plan(start, goal)


def _interval(
    value: Floats,
    loss: Floats,
    estimate: float,
    cut: float,
    limits: tuple[float, float],
    flat: int = 0,
) -> tuple[float, float]:
    """Read where the loss of log-likelihood passes ``cut`` on both sides of the estimate.

    The first ``flat`` values belong to a profile that may be flat and then drop, as that of a
    place between two levels: there the limit may lie nearer to the first value beyond it.
    """
    low = -_crossing(-value, loss, -estimate, cut, -limits[0], flat)
    high = _crossing(value, loss, estimate, cut, limits[1], flat)
    return max(low, limits[0]), min(high, limits[1])


def _crossing(
    value: Floats, loss: Floats, estimate: float, cut: float, limit: float, flat: int
) -> float:
    """Return the largest value within ``cut``, interpolated to those beyond.

    A point's loss is never less than the profile's, so each chord gives a lower limit and the
    largest counts. Chords are drawn in the square root of the loss, in which a parabola is
    straight; in its fourth root towards the nearest point of a flat profile.
    """
    loss = np.maximum(loss, 0.0)
    inside = (loss <= cut) & (value >= estimate)
    last = float(value[inside].max(initial=estimate))
    at = float(loss[inside & (value >= last)].min(initial=cut)) if last > estimate else 0.0
    beyond = (value > last + 1e-9) & (loss > cut)
    if not beyond.any():
        # Every curve tried is still inside. Near the limit a parabola carries on to it; a place or
        # a width, whose profile may be flat, is left open.
        if flat or at < 0.02 * cut:
            return limit
        return float(estimate + (last - estimate) * (cut / at) ** 0.5)
    share = (cut**0.5 - at**0.5) / (loss[beyond] ** 0.5 - at**0.5)
    found = last + float(((value[beyond] - last) * share).max())
    near = beyond[:flat]
    if near.any():
        first = float(value[:flat][near].min())
        there = float(loss[:flat][near & (value[:flat] <= first + 1e-9)].min())
        share = (cut**0.25 - at**0.25) / (there**0.25 - at**0.25)
        found = max(found, last + (first - last) * float(share))
    return found


@dataclass(frozen=True)
class _Deviations:
    place: float
    level: Floats


def _deviations(table: CurveTable, theta: Floats) -> _Deviations:
    """Return Wald standard errors of the place and of the mean accuracy per level."""
    p, by = jacobian(table, theta[None])
    level = table.n.sum(axis=1)
    smooth = (table.k.sum(axis=1) + 1.0) / (level + 2.0)
    q = np.clip(p[0], 0.5 / (level[:, None] + 1), 1 - 0.5 / (level[:, None] + 1))
    weight = table.n / np.maximum(q * (1 - q), 0.25 * (smooth * (1 - smooth))[:, None])
    flat = by[0].reshape(theta.size, -1)
    information = (flat * weight.ravel()) @ flat.T
    information[np.diag_indices(theta.size)] += 1e-3 + 1e-9 * np.diag(information)
    covariance = np.linalg.inv(information)
    mean = by[0] @ table.v
    variance = np.einsum("al,ab,bl->l", mean, covariance, mean)
    return _Deviations(
        float(np.sqrt(max(covariance[PLACE, PLACE], 0.0))), np.sqrt(np.maximum(variance, 0.0))
    )


def _bands(
    table: CurveTable, best: Floats, every: Maxima, loss: Floats, cut: float, deviation: Floats
) -> tuple[Floats, Floats]:
    """Join the Wald band with every profiled curve, drawn in to where its loss would be cut."""
    centre = mean_accuracy(table, best[None])[0]
    shrink = np.sqrt(np.minimum(cut / np.maximum(loss, cut), 1.0))
    reach = (mean_accuracy(table, every.theta) - centre) * shrink[:, None]
    wald = np.sqrt(2 * cut) * deviation
    low = np.maximum(centre + np.minimum(reach.min(axis=0), -wald), table.bound)
    high = np.minimum(centre + np.maximum(reach.max(axis=0), wald), 1.0)
    return low, high
