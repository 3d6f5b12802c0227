"""Coarse grid over place and width, then climbs from its best points: the fitted curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reasonscape.stats.curve_likelihood import (
    CEILING,
    FLOOR,
    LOG_WIDTH,
    PLACE,
    SLOPE,
    TERMS,
    Goal,
    Maxima,
    log_likelihood,
    maximise,
)
from reasonscape.stats.curve_table import CurveTable, Floats

NARROW = 1.0
"""A step of at most this width (gaps) is narrow."""

WIDE = 2.0
"""A step of at least this width (gaps) is wide."""

LEAST_WIDTH = 0.2
"""Least width (gaps); no data on levels can tell narrower steps apart."""

_STEPS = 3
_STARTS_NARROW, _STARTS_WIDE, _STARTS_BETWEEN = 3, 3, 1


@dataclass(frozen=True)
class Box:
    """Bounds of the parameters of one table, shape (K,)."""

    low: Floats
    high: Floats

    def goal(self, count: int) -> Goal:
        """Return the plain maximisation of ``count`` curves in this box."""
        zero = np.zeros(count)
        return Goal(np.tile(self.low, (count, 1)), np.tile(self.high, (count, 1)), zero, zero)


@dataclass(frozen=True)
class Grid:
    """Curves with place and width from a grid, floor and ceiling at their maximum.

    Attributes
    ----------
    theta
        Parameters, shape (G, K).
    loglik, fall
        Log-likelihood and fall of each, shape (G,).
    drop
        Fall of the step itself, for floor 0 and ceiling 1, shape (G,).
    covariance
        Approximate covariance of floor and ceiling, shape (G, 3): var, cov, var.
    """

    theta: Floats
    loglik: Floats
    fall: Floats
    drop: Floats
    covariance: Floats


@dataclass(frozen=True)
class Fits:
    """Best curves of one table.

    Attributes
    ----------
    best
        Parameters of the maximum, shape (K,).
    loglik, narrow, wide, null
        Log-likelihood of the best curve, the best with width <= 1 gap, the best with width >= 2
        gaps, and the best without dependence on this axis.
    """

    best: Floats
    loglik: float
    narrow: float
    wide: float
    null: float
    tried: Maxima


def box_of(table: CurveTable) -> Box:
    """Return the bounds of floor, ceiling, place, log width and the other axes' terms."""
    span, terms = float(table.x[-1]), table.z.shape[1]
    margin = 0.5 if terms == 0 else 0.5 + span / 2
    low = np.concatenate([[table.bound, table.bound, -margin], np.full(terms + 1, -40.0)])
    high = np.concatenate([[1.0, 1.0, span + margin], np.full(terms + 1, 40.0)])
    low[LOG_WIDTH], high[LOG_WIDTH] = np.log(LEAST_WIDTH), np.log(max(4.0 * span, 2 * WIDE))
    return Box(low, high)


def fit_null(table: CurveTable) -> float:
    """Return the log-likelihood of the best model in which this axis plays no part.

    With one other axis (or none) its maximum is the pooled accuracy of each combination, never
    below the floor's bound; with several it is the additive model of the others.
    """
    k, n = table.k.sum(axis=0), table.n.sum(axis=0)
    if table.z.shape[1] + 1 >= n.size:
        return float(log_likelihood(k, n, np.maximum(k / n, table.bound)))
    flat = CurveTable(
        k=k[None],
        n=n[None],
        x=np.zeros(1),
        z=table.z,
        v=table.v,
        bound=table.bound,
        levels=table.levels[:1],
        origin=0.0,
        gap=1.0,
    )
    start = np.zeros((2, TERMS + table.z.shape[1]))
    start[:, LOG_WIDTH] = np.log(SLOPE)
    share = float(k.sum() / n.sum())
    start[:, FLOOR], start[:, CEILING] = table.bound, (1.0, min(1.0, share + 0.02))
    inner = np.clip((share - table.bound) / (1.0 - table.bound), 0.02, 0.98)
    start[:, PLACE] = np.log(inner / (1.0 - inner))
    box = Box(np.full(start.shape[1], -40.0), np.full(start.shape[1], 40.0))
    box.low[[FLOOR, CEILING]], box.high[[FLOOR, CEILING]] = table.bound, 1.0
    box.low[LOG_WIDTH] = box.high[LOG_WIDTH] = np.log(SLOPE)
    return float(maximise(flat, start, box.goal(2), 30).loglik.max())


def fit_additive_terms(table: CurveTable) -> tuple[Floats, float]:
    """Fit all axes as additive factors; return the others' terms and this axis' slope per gap.

    A start for the climb only: a few scoring steps with a ridge, floor at its bound, ceiling 1.
    """
    size, terms = table.x.size, table.z.shape[1]
    rows = np.repeat(np.eye(size), table.v.size, axis=0)
    design = np.concatenate([rows, np.tile(table.z, (size, 1))], axis=1)
    k, n = table.k.ravel(), table.n.ravel()
    rate = (k + 0.5) / (n + 1.0)
    rate = np.clip((rate - table.bound) / (1.0 - table.bound), 0.01, 0.99)
    beta = np.zeros(size + terms)
    latent = np.zeros(k.size)
    ridge = np.eye(size + terms) * 0.05
    for turn in range(4):
        if turn == 0:
            weight, target = n * rate * (1 - rate), np.log(rate / (1 - rate))
        else:
            s = 1.0 / (1.0 + np.exp(-latent))
            v = np.maximum(s * (1 - s), 1e-4)
            weight, target = n * v, latent + (rate - s) / v
        weighted = design * weight[:, None]
        beta = np.linalg.solve(weighted.T @ design + ridge, weighted.T @ target)
        latent = np.clip(design @ beta, -15, 15)
    x = table.x - table.x.mean()
    slope = -float((x @ beta[:size]) / (x @ x))
    return beta[size:], slope


def search_grid(table: CurveTable) -> Grid:
    """Fit floor and ceiling at every place and width of a grid, the others' terms held."""
    span = float(table.x[-1])
    top = max(4.0 * span, 2 * WIDE)
    middles = 0.5 * (table.x[1:] + table.x[:-1])
    edge = 0.45 if table.z.shape[1] == 0 else 0.5 + 0.3 * span
    places = np.concatenate([table.x, middles, [-edge, span + edge]])
    widths = np.unique(np.minimum([0.3, 0.8, 1.4, 2.2, 4.0, 4 * span], top))
    place, width = (part.ravel() for part in np.meshgrid(places, widths, indexing="ij"))
    if table.z.shape[1] == 0:
        b = np.zeros((place.size, 0))
    else:
        terms, slope = fit_additive_terms(table)
        scale = np.clip(SLOPE / width / max(slope, 0.2), 1.0, 5.0)
        b = np.concatenate([np.tile(terms, (place.size, 1)), scale[:, None] * terms])
        place, width = np.tile(place, 2), np.tile(width, 2)
    latent = (SLOPE / width)[:, None] * (place[:, None] - table.x)
    latent = latent[:, :, None] + (b @ table.z.T)[:, None, :]
    step = 1.0 / (1.0 + np.exp(np.minimum(np.maximum(-latent, -40.0), 40.0)))
    step = np.broadcast_to(step, (place.size, table.x.size, table.v.size))
    floor, ceiling, loglik, covariance = _ends(table, step.reshape(place.size, -1))
    drop = (step[:, 0] - step[:, -1]) @ table.v
    theta = np.concatenate(
        [np.stack([floor, ceiling, place, np.log(width)], axis=1), np.clip(b, -40, 40)], axis=1
    )
    return Grid(theta, loglik, (ceiling - floor) * drop, drop, covariance)


def _ends(table: CurveTable, step: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Maximise over floor and ceiling for fixed steps (G, cells); the problem is concave."""
    k, n = table.k.ravel(), table.n.ravel()
    level = table.n.sum(axis=1)
    smooth = np.repeat((table.k.sum(axis=1) + 1.0) / (level + 2.0), table.v.size)
    plain = n / (smooth * (1.0 - smooth))
    rate = k / np.maximum(n, 1e-12)
    rest = 1.0 - step
    total = step @ plain
    square = (step * step) @ plain
    low_low, cross, high_high = plain.sum() - 2 * total + square, total - square, square
    target = k / (smooth * (1.0 - smooth))
    floor, ceiling = _solved(low_low, cross, high_high, rest @ target, step @ target)
    floor, ceiling = _boxed(floor, ceiling, table.bound)
    covariance = np.stack(_inverse(low_low, cross, high_high), axis=1)
    for _ in range(_STEPS):
        p = floor[:, None] + (ceiling - floor)[:, None] * step
        p = np.minimum(np.maximum(p, 1e-4), 1 - 1e-4)
        weight = n / (p * (1.0 - p))
        ahead = weight * step
        total, square = ahead.sum(axis=1), np.einsum("gc,gc->g", ahead, step)
        score = weight * (rate - p)
        high = np.einsum("gc,gc->g", score, step)
        low = score.sum(axis=1) - high
        fixed = ((ceiling >= 1.0) & (high >= 0), (floor <= table.bound) & (low <= 0))
        cross = np.where(fixed[0] | fixed[1], 0.0, total - square)
        up, down = _solved(
            weight.sum(axis=1) - 2 * total + square,
            cross,
            square,
            np.where(fixed[1], 0.0, low),
            np.where(fixed[0], 0.0, high),
        )
        floor, ceiling = _boxed(floor + up, ceiling + down, table.bound)
    p = floor[:, None] + (ceiling - floor)[:, None] * step
    return floor, ceiling, log_likelihood(k, n, p), covariance


def _inverse(a: Floats, b: Floats, c: Floats) -> tuple[Floats, Floats, Floats]:
    a, c = a + 1e-6, c + 1e-6
    determinant = np.maximum(a * c - b * b, 1e-9 * a * c)
    return c / determinant, -b / determinant, a / determinant


def _solved(
    a: Floats, b: Floats, c: Floats, first: Floats, second: Floats
) -> tuple[Floats, Floats]:
    aa, bb, cc = _inverse(a, b, c)
    return aa * first + bb * second, bb * first + cc * second


def _boxed(floor: Floats, ceiling: Floats, bound: float) -> tuple[Floats, Floats]:
    middle = 0.5 * (floor + ceiling)
    crossed = floor > ceiling
    floor = np.minimum(np.maximum(np.where(crossed, middle, floor), bound), 1.0)
    ceiling = np.minimum(np.maximum(np.where(crossed, middle, ceiling), bound), 1.0)
    return floor, ceiling


def climb(table: CurveTable, grid: Grid, box: Box, rounds: int = 10) -> Fits:
    """Climb from the best narrow, wide and other points of the grid, each kind in its widths."""
    width = np.exp(grid.theta[:, LOG_WIDTH])
    least, most = float(box.low[LOG_WIDTH]), float(box.high[LOG_WIDTH])
    kinds = (
        (width <= NARROW, _STARTS_NARROW, least, float(np.log(NARROW))),
        (width >= WIDE, _STARTS_WIDE, float(np.log(WIDE)), most),
        ((width > NARROW) & (width < WIDE), _STARTS_BETWEEN, least, most),
    )
    chosen = [
        np.argsort(np.where(inside, -grid.loglik, np.inf), kind="stable")[:count]
        for inside, count, _, _ in kinds
    ]
    sizes = [order.size for order in chosen]
    start = grid.theta[np.concatenate(chosen)]
    goal = box.goal(start.shape[0])
    goal.low[:, LOG_WIDTH] = np.repeat([kind[2] for kind in kinds], sizes)
    goal.high[:, LOG_WIDTH] = np.repeat([kind[3] for kind in kinds], sizes)
    found = maximise(table, start, goal, rounds, 0.01)
    narrow, wide = (float(part.max()) for part in np.split(found.loglik, np.cumsum(sizes)[:-1])[:2])
    best = int(np.argmax(found.loglik))
    null = fit_null(table)
    return Fits(
        best=found.theta[best],
        loglik=max(float(found.loglik[best]), null),
        narrow=max(narrow, null),
        wide=max(wide, null),
        null=null,
        tried=found,
    )
