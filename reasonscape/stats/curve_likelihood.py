"""Likelihood of many difficulty curves at once, and its maximum inside a box."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reasonscape.stats.curve_table import CurveTable, Floats

SLOPE = 2.0 * float(np.log(9.0))
"""Logits between 90% and 10% of a step, so that slope = SLOPE / width."""

RIDGE = 1.0 / 400.0
"""Weight of the squared additive terms; keeps terms of levels all right or all wrong finite."""

FLOOR, CEILING, PLACE, LOG_WIDTH, TERMS = 0, 1, 2, 3, 4
"""Columns of a parameter array; from TERMS on the additive terms of the other axes."""

_TINY = 1e-10
_LARGEST_STEP = np.array([1.0, 1.0, 1.5, 1.0])


@dataclass(frozen=True)
class Goal:
    """What to maximise over which parameters, for M curves.

    Attributes
    ----------
    low, high
        Box of each parameter, shape (M, K); equal bounds hold a parameter fixed.
    fall, pull
        The objective loses ``pull / 2 * (fall of the curve - fall)^2``, shape (M,). Whatever the
        pull, the maximum lies on the profile likelihood of the fall.
    """

    low: Floats
    high: Floats
    fall: Floats
    pull: Floats

    def chosen(self, keep: npt.NDArray[np.bool_]) -> Goal:
        """Return the goals of some of the curves."""
        return Goal(self.low[keep], self.high[keep], self.fall[keep], self.pull[keep])


@dataclass(frozen=True)
class _Point:
    """Objective and its derivatives at M parameter vectors."""

    theta: Floats
    objective: Floats
    loglik: Floats
    gradient: Floats
    information: Floats
    fall: Floats

    def chosen(self, keep: npt.NDArray[np.bool_]) -> _Point:
        return _Point(*(part[keep] for part in self._parts()))

    def improved(self, better: npt.NDArray[np.bool_], new: _Point) -> _Point:
        """Return the points with those marked replaced by new ones."""
        return _Point(
            *(
                np.where(better.reshape(-1, *[1] * (old.ndim - 1)), fresh, old)
                for old, fresh in zip(self._parts(), new._parts(), strict=True)
            )
        )

    def _parts(self) -> tuple[Floats, ...]:
        return (
            self.theta,
            self.objective,
            self.loglik,
            self.gradient,
            self.information,
            self.fall,
        )


@dataclass(frozen=True)
class Maxima:
    """M maxima: parameters (M, K), log-likelihood (M,), fall (M,)."""

    theta: Floats
    loglik: Floats
    fall: Floats

    def joined(self, other: Maxima) -> Maxima:
        """Return both sets, one after the other."""
        return Maxima(
            np.concatenate([self.theta, other.theta]),
            np.concatenate([self.loglik, other.loglik]),
            np.concatenate([self.fall, other.fall]),
        )


def log_likelihood(k: Floats, n: Floats, p: Floats) -> Floats:
    """Return the binomial log-likelihood summed over the last axis, without its constant."""
    inside = np.clip(p, _TINY, 1.0 - _TINY)
    total: Floats = (k * np.log(inside) + (n - k) * np.log(1.0 - inside)).sum(axis=-1)
    return total


def accuracy(table: CurveTable, theta: Floats) -> Floats:
    """Return accuracy of M curves per level and combination, shape (M, levels, combinations)."""
    step = _step(table, theta)[0]
    floor, ceiling = theta[:, FLOOR, None, None], theta[:, CEILING, None, None]
    return np.asarray(floor + (ceiling - floor) * step, dtype=np.float64)


def mean_accuracy(table: CurveTable, theta: Floats) -> Floats:
    """Return accuracy of M curves per level, averaged over the observed combinations."""
    return np.asarray(accuracy(table, theta) @ table.v, dtype=np.float64)


def jacobian(table: CurveTable, theta: Floats) -> tuple[Floats, Floats]:
    """Return accuracy (M, levels, combinations) and its derivatives (M, K, ...)."""
    step, slope, distance = _step(table, theta)
    floor = theta[:, FLOOR, None, None]
    height = theta[:, CEILING, None, None] - floor
    p = floor + height * step
    local = height * step * (1.0 - step)
    by = np.empty((theta.shape[0], theta.shape[1], *p.shape[1:]))
    by[:, FLOOR] = 1.0 - step
    by[:, CEILING] = step
    by[:, PLACE] = local * slope[:, None, None]
    by[:, LOG_WIDTH] = local * (-slope[:, None] * distance)[:, :, None]
    if theta.shape[1] > TERMS:
        by[:, TERMS:] = local[:, None] * table.z.T[None, :, None, :]
    return p, by


def _step(table: CurveTable, theta: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the logistic step (M, levels, combinations), its slope (M,) and distances."""
    slope = SLOPE * np.exp(-theta[:, LOG_WIDTH])
    distance = theta[:, PLACE, None] - table.x
    latent = (slope[:, None] * distance)[:, :, None]
    if theta.shape[1] > TERMS:
        latent = latent + (theta[:, TERMS:] @ table.z.T)[:, None, :]
    step = 1.0 / (1.0 + np.exp(np.minimum(np.maximum(-latent, -40.0), 40.0)))
    if step.shape[2] != table.v.size:
        step = np.broadcast_to(step, (*step.shape[:2], table.v.size))
    return step, slope, distance


def _evaluate(table: CurveTable, theta: Floats, goal: Goal) -> _Point:
    p, by = jacobian(table, theta)
    m, terms = theta.shape
    flat = by.reshape(m, terms, -1)
    k, n = table.k.ravel(), table.n.ravel()
    inside = np.minimum(np.maximum(p.reshape(m, -1), _TINY), 1.0 - _TINY)
    outside = 1.0 - inside
    loglik = np.log(inside) @ k + np.log(outside) @ (n - k)
    variance = inside * outside
    score = (k - n * inside) / variance
    gradient = np.matmul(flat, score[:, :, None])[:, :, 0]
    information = np.matmul(flat * (n / variance)[:, None, :], flat.transpose(0, 2, 1))
    fall = (p[:, 0] - p[:, -1]) @ table.v
    toward = (by[:, :, 0] - by[:, :, -1]) @ table.v
    miss = fall - goal.fall
    gradient -= (goal.pull * miss)[:, None] * toward
    information += (goal.pull[:, None] * toward)[:, :, None] * toward[:, None, :]
    objective = loglik - 0.5 * goal.pull * miss * miss
    if terms > TERMS:
        b = theta[:, TERMS:]
        objective -= 0.5 * RIDGE * (b * b).sum(axis=1)
        gradient[:, TERMS:] -= RIDGE * b
        _diagonal(information)[:, TERMS:] += RIDGE
    return _Point(theta, objective, loglik, gradient, information, fall)


def _diagonal(matrices: Floats) -> Floats:
    """Return the diagonals of contiguous square matrices (M, K, K) as a view (M, K)."""
    m, terms, _ = matrices.shape
    return matrices.reshape(m, terms * terms)[:, :: terms + 1]


def _proposal(point: _Point, damping: Floats, goal: Goal) -> tuple[Floats, Floats]:
    """Take one damped scoring step inside the box; parameters pressed on a bound stay there.

    Returns the new parameters and half the gain that the gradient promises.
    """
    theta, g, terms = point.theta, point.gradient, point.theta.shape[1]
    held = ((theta <= goal.low) & (g <= 0)) | ((theta >= goal.high) & (g >= 0))
    free = (~held).astype(np.float64)
    matrix = point.information * (free[:, :, None] * free[:, None, :])
    diagonal = _diagonal(matrix)
    diagonal *= 1.0 + damping[:, None]
    diagonal += 1.0 + 1e-8 - free
    step = np.linalg.solve(matrix, (g * free)[:, :, None])[:, :, 0]
    limit = np.concatenate([_LARGEST_STEP, np.full(terms - TERMS, 4.0)])
    step = np.minimum(np.maximum(step, -limit), limit)
    new = np.minimum(np.maximum(theta + step, goal.low), goal.high)
    middle = 0.5 * (new[:, FLOOR] + new[:, CEILING])
    new[:, FLOOR] = np.minimum(new[:, FLOOR], np.maximum(middle, goal.low[:, FLOOR]))
    new[:, CEILING] = np.maximum(new[:, CEILING], new[:, FLOOR])
    return new, 0.5 * (g * (new - theta)).sum(axis=1)


def maximise(
    table: CurveTable, start: Floats, goal: Goal, rounds: int, tolerance: float = 1e-3
) -> Maxima:
    """Climb from M starts at once by damped Fisher scoring (Levenberg-Marquardt) in a box.

    Parameters
    ----------
    start
        Parameters, shape (M, K), moved into the box of ``goal`` first.
    rounds
        Most scoring steps.
    tolerance
        A curve rests once the next step promises less log-likelihood than this.
    """
    point = _evaluate(table, np.minimum(np.maximum(start, goal.low), goal.high), goal)
    result = Maxima(point.theta.copy(), point.loglik.copy(), point.fall.copy())
    damping = np.full(start.shape[0], 1e-3)
    active = np.arange(start.shape[0])
    for _ in range(rounds):
        new, promise = _proposal(point, damping, goal)
        moving = promise > tolerance
        if not moving.all():
            if not moving.any():
                break
            new, damping, active = new[moving], damping[moving], active[moving]
            goal, point = goal.chosen(moving), point.chosen(moving)
        trial = _evaluate(table, new, goal)
        better = trial.objective > point.objective
        damping = damping * np.where(better, 0.2, 10.0)
        point = trial if better.all() else point.improved(better, trial)
        result.theta[active], result.loglik[active] = point.theta, point.loglik
        result.fall[active] = point.fall
    return result
