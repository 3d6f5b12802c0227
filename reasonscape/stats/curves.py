"""Difficulty curves: how accuracy falls, and truncation rises, along one ordered axis."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from reasonscape.errors import UsageError
from reasonscape.stats.curve_likelihood import CEILING, FLOOR, LOG_WIDTH, PLACE, mean_accuracy
from reasonscape.stats.curve_misfit import end_difference, misfit
from reasonscape.stats.curve_profile import profile
from reasonscape.stats.curve_result import (
    DifficultyCurve,
    Direction,
    OnsetCurve,
    Shape,
    spread,
    without_step,
)
from reasonscape.stats.curve_search import Grid, box_of, climb, search_grid
from reasonscape.stats.curve_significance import stretch_of, tail_probability
from reasonscape.stats.curve_table import CurveTable, lay_out
from reasonscape.stats.proportions import normal_quantile, wilson_bounds

SHAPE_GAIN = 1.92
"""Log-likelihood by which a narrow step must beat a wide one to be a cliff, or the reverse."""

NO_GAIN = 1e-6
"""A smaller likelihood ratio is rounding: accuracy does not fall."""

SHAPE_LEVELS = 4
"""Fewer observed levels cannot tell a cliff from a slope."""


def fit_curve(
    k: npt.ArrayLike,
    n: npt.ArrayLike,
    position_index: npt.ArrayLike,
    positions: npt.ArrayLike | None = None,
    other_coords: npt.ArrayLike | None = None,
    *,
    chance: float = 0.0,
    direction: Direction | None = "up",
    level: float = 0.95,
) -> DifficultyCurve:
    """Fit the difficulty curve of one axis, the other axes as additive terms.

    ``P = floor + (ceiling - floor) logistic(4.394 (place - x) / width + others)``.

    Parameters
    ----------
    k, n
        Right answers and answers of each cell, shape (C,); may be fractional (scaled to the
        effective sample size). Cells with n = 0 are dropped; several cells may share a level.
    position_index
        Level of the axis in each cell, from 0, shape (C,).
    positions
        Increasing position of each level, shape (L,); by default 0, 1, ..., L - 1.
    other_coords
        Levels of the other axes in each cell, shape (C, A - 1), or None.
    chance
        Share of right answers got by guessing.
    direction
        ``up`` if larger positions are harder, ``down`` if smaller ones are, None to try both and
        keep the better (p is doubled then).
    level
        Confidence of the intervals.

    Returns
    -------
    DifficultyCurve
        For one level, or none, a curve without a fall: p 1, shape ``few_levels``.

    Raises
    ------
    UsageError
        Where shapes disagree or counts, positions, chance or level are out of range.

    How it misleads
    ---------------
    *place* and *width* mean little where the fall is small; floor and ceiling
    are asymptotes and may be extrapolated, *fall* is not. A fall that is not a single step (two
    steps, a U shape) is reported as the best single step, and a straight decline from .95 to .05
    as an S whose fall is some .07 to .11 too small, its interval too (simulated).
    Terms of other axes shift the step and cannot change its height. The p-value asks
    whether accuracy falls anywhere along the axis; a rise gives fall 0 and p 1.
    Answers cut off by a token limit count as wrong, and can make a
    cliff that is one of the budget, not of difficulty.

    Examples
    --------
    >>> curve = fit_curve([29, 28, 29, 4, 2, 1], [30] * 6, range(6))
    >>> curve.shape, curve.last_good, curve.first_bad, round(curve.fall, 2)
    ('cliff', 2, 3, 0.91)
    """
    if not 0.0 < level < 1.0:
        raise UsageError(f"level must lie in (0, 1), not {level}", remedy="pass 0.95 for 95%")
    if direction not in ("up", "down", None):
        raise UsageError(f"direction {direction!r} is not known", remedy="use up, down or None")
    table, total = lay_out(k, n, position_index, positions, other_coords, chance)
    if table is None:
        return _unanswered(total)
    if direction == "down":
        table = table.turned()
    cut = 0.5 * normal_quantile(level, 2) ** 2
    right, asked = float(table.k.sum()), float(table.n.sum())
    if table.x.size == 1 or right <= 0.0 or right >= asked:
        return _constant(table, total, cut, level)
    grid, sides = search_grid(table), 1
    if direction is None:
        sides, other = 2, table.turned()
        turned = search_grid(other)
        if turned.loglik.max() > grid.loglik.max():
            table, grid = other, turned
    return _fitted(table, grid, total, level, sides)


def fit_onset(
    k: npt.ArrayLike,
    n: npt.ArrayLike,
    position_index: npt.ArrayLike,
    positions: npt.ArrayLike | None = None,
    other_coords: npt.ArrayLike | None = None,
    *,
    direction: Direction | None = "up",
    level: float = 0.95,
) -> OnsetCurve:
    """Fit the share of an outcome that grows with difficulty, such as truncation.

    The curve is that of `fit_curve` for the answers without the outcome, chance 0.

    Parameters
    ----------
    k, n
        Answers with the outcome and all answers of each cell, shape (C,); may be fractional.
    position_index, positions, other_coords, direction, level
        As in `fit_curve`; ``up`` if the outcome grows as positions grow.

    Returns
    -------
    OnsetCurve
        Where nothing rises, rise 0, p 1 and an onset of NaN.

    Raises
    ------
    UsageError
        As `fit_curve`.

    How it misleads
    ---------------
    A share that is still growing at the hardest level has its onset extrapolated from the shape
    of the step: read the interval. A rise before the first observed level is not seen.

    Examples
    --------
    >>> onset = fit_onset([0, 0, 1, 19, 20, 20], [20] * 6, range(6))
    >>> onset.last_before, onset.first_after, round(onset.rise, 2)
    (2, 3, 1.0)
    """
    asked, cut_off = np.asarray(n, dtype=np.float64), np.asarray(k, dtype=np.float64)
    if asked.shape != cut_off.shape:
        raise UsageError(
            f"k has {cut_off.size} cells and n has {asked.size}", remedy="pass one k for each n"
        )
    curve = fit_curve(
        asked - cut_off,
        asked,
        position_index,
        positions,
        other_coords,
        direction=direction,
        level=level,
    )
    return OnsetCurve(
        direction=curve.direction,
        n_levels=curve.n_levels,
        n=curve.n,
        onset=curve.place,
        onset_low=curve.place_low,
        onset_high=curve.place_high,
        last_before=curve.last_good,
        first_after=curve.first_bad,
        rise=curve.fall,
        rise_low=curve.fall_low,
        rise_high=curve.fall_high,
        likelihood_ratio=curve.likelihood_ratio,
        p=curve.p,
        shape=curve.shape,
        observed=1.0 - curve.observed,
        fitted=1.0 - curve.fitted,
        low=1.0 - curve.high,
        high=1.0 - curve.low,
    )


def _fitted(table: CurveTable, grid: Grid, total: int, level: float, sides: int) -> DifficultyCurve:
    """Climb from the grid, test, profile; a gain that is mere rounding is no fall."""
    cut = 0.5 * normal_quantile(level) ** 2
    box = box_of(table)
    fits = climb(table, grid, box)
    ratio = 2.0 * max(fits.loglik - fits.null, 0.0)
    flat = ratio < NO_GAIN
    if flat:
        mean = np.full(table.x.size, table.k.sum() / table.n.sum())
        place, width, p = math.nan, math.nan, 1.0
    else:
        mean = mean_accuracy(table, fits.best[None])[0]
        place, width = float(fits.best[PLACE]), float(np.exp(fits.best[LOG_WIDTH]))
        p = tail_probability(table, ratio, sides)
    fall = max(float(mean[0] - mean[-1]), 0.0)
    if not flat:  # a rise is no misfit of a fall: there is none
        cut *= misfit(table, fits.best)
    found = profile(table, grid, fits, box, fall, cut, stretch_of(ratio, p, cut))
    shape = _shape(table.x.size, fits.narrow - fits.wide)
    least, most = found.fall
    if shape in ("gradual", "unresolved") and p < 0.05:
        free = end_difference(table, level)
        if free is not None:
            least, most = min(least, max(free[0], 0.0)), max(most, free[1])
    ends = sorted(table.origin + table.gap * (math.nan if flat else end) for end in found.place)
    good, bad = _neighbours(table, place)
    return DifficultyCurve(
        direction=_direction(table),
        n_levels=table.x.size,
        n=float(table.n.sum()),
        floor=float(mean[-1]) if flat else float(fits.best[FLOOR]),
        ceiling=float(mean[0]) if flat else float(fits.best[CEILING]),
        place=table.origin + table.gap * place,
        place_low=ends[0],
        place_high=ends[1],
        last_good=good,
        first_bad=bad,
        width=width,
        width_low=math.nan if flat else min(found.width[0], width),
        width_high=math.nan if flat else max(found.width[1], width),
        fall=fall,
        fall_low=min(least, fall),
        fall_high=min(max(most, fall), 1.0),
        likelihood_ratio=ratio,
        p=p,
        shape=shape,
        loglik_narrow=fits.narrow - fits.null,
        loglik_wide=fits.wide - fits.null,
        observed=spread(table, table.k.sum(axis=1) / table.n.sum(axis=1), total),
        fitted=spread(table, mean, total),
        low=spread(table, np.minimum(found.low, mean), total),
        high=spread(table, np.maximum(found.high, mean), total),
    )


def _constant(table: CurveTable, total: int, cut: float, level: float) -> DifficultyCurve:
    """Return the curve of one level, or of answers all right or all wrong, in closed form.

    A falling curve through answers that are all right loses likelihood only at the hardest level
    if it falls there alone: the fall's upper limit is ``1 - exp(-cut / n_hardest)``.
    """
    n = table.n.sum(axis=1)
    share = float(table.k.sum() / table.n.sum())
    one = table.x.size == 1
    if one:
        low, high = wilson_bounds(float(table.k.sum()), float(n.sum()), level)
        bottom, top, most = np.full(1, low), np.full(1, high), 0.0
    elif share >= 1.0:
        bottom, top = np.exp(-cut / np.cumsum(n[::-1])[::-1]), np.ones(n.size)
        most = -math.expm1(-cut / float(n[-1]))
    else:
        bottom, top = np.zeros(n.size), -np.expm1(-cut / np.cumsum(n))
        most = -math.expm1(-cut / float(n[0]))
    fitted = np.full(n.size, share)
    return without_step(
        _direction(table),
        float(table.n.sum()),
        fall_high=most,
        shape=_shape(n.size, 0.0),
        levels=n.size,
        arrays=tuple(spread(table, part, total) for part in (fitted, fitted, bottom, top)),
    )


def _unanswered(total: int) -> DifficultyCurve:
    nothing = np.full(total, math.nan)
    return without_step(
        "up", 0.0, fall_high=1.0, shape="few_levels", levels=0, arrays=(nothing,) * 4
    )


def _direction(table: CurveTable) -> Direction:
    return "up" if table.gap > 0 else "down"


def _shape(levels: int, gain: float) -> Shape:
    if levels < SHAPE_LEVELS:
        return "few_levels"
    if gain >= SHAPE_GAIN:
        return "cliff"
    return "gradual" if gain <= -SHAPE_GAIN else "unresolved"


def _neighbours(table: CurveTable, place: float) -> tuple[int | None, int | None]:
    """Return the observed levels before and after a place, as the caller numbers them."""
    if math.isnan(place):
        return None, None
    after = int(np.searchsorted(table.x, place, side="right"))
    good = int(table.levels[after - 1]) if after > 0 else None
    return good, int(table.levels[after]) if after < table.x.size else None


__all__ = ["DifficultyCurve", "Direction", "OnsetCurve", "Shape", "fit_curve", "fit_onset"]
