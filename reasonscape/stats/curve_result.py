"""What a fitted difficulty curve says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from reasonscape.stats.curve_table import CurveTable, Floats

Shape = Literal["cliff", "gradual", "unresolved", "few_levels"]
Direction = Literal["up", "down"]


@dataclass(frozen=True)
class DifficultyCurve:
    """Accuracy along one ordered axis as a step from a ceiling down to a floor.

    Level indices, positions and arrays per level are those of the caller's axis; arrays have one
    entry per level of ``positions``, NaN at levels without answers.

    Attributes
    ----------
    direction
        ``up``: accuracy falls as positions grow; ``down``: it falls as they shrink.
    n_levels, n
        Observed levels; answers (effective, as passed).
    floor, ceiling
        Asymptotes of the step, chance <= floor <= ceiling <= 1 (floor bounded by 0 instead where
        a level lies clearly below chance). They may lie beyond every observed level.
    place, place_low, place_high
        Position at which the step is half done, at average terms of the other axes, and its
        profile interval; NaN without a fall, the whole range where the fall is not significant.
        May lie half a gap outside the observed levels (further where other axes move it); an
        interval that reaches that edge is open there.
    last_good, first_bad
        Observed levels on both sides of ``place``; None where there is none.
    width, width_low, width_high
        Distance from 90% to 10% of the step in gaps (mean distance of adjacent observed levels),
        between 0.2 and 4 times the observed span; profile interval.
    fall, fall_low, fall_high
        Fitted accuracy at the easiest minus that at the hardest observed level, both averaged
        over the combinations of the other axes with the weights of *all* observed answers (the
        same weights at both levels, so composition does not enter); profile interval, its lower end
        corrected for the search over places: above 0 exactly where p < 0.025 (for 95%).
    likelihood_ratio, p
        Twice the gain in log-likelihood over no dependence on this axis, and its p-value.
    shape
        ``cliff`` where the best narrow step (width <= 1 gap) beats the best wide one (>= 2 gaps)
        by 1.92 in log-likelihood, ``gradual`` where the reverse, else ``unresolved``;
        ``few_levels`` under four observed levels.
    loglik_narrow, loglik_wide
        The two log-likelihoods relative to that of no dependence.
    observed, fitted, low, high
        Per level: raw accuracy, fitted mean accuracy (averaged as for ``fall``) and its band.
    """

    direction: Direction
    n_levels: int
    n: float
    floor: float
    ceiling: float
    place: float
    place_low: float
    place_high: float
    last_good: int | None
    first_bad: int | None
    width: float
    width_low: float
    width_high: float
    fall: float
    fall_low: float
    fall_high: float
    likelihood_ratio: float
    p: float
    shape: Shape
    loglik_narrow: float
    loglik_wide: float
    observed: Floats
    fitted: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class OnsetCurve:
    """Share of an outcome along one ordered axis as a step up.

    Attributes
    ----------
    onset, onset_low, onset_high
        Position at which the share passes half of its rise, and its profile interval; NaN
        without a rise.
    last_before, first_after
        Observed levels on both sides of ``onset``; None where there is none.
    rise, rise_low, rise_high
        Fitted share at the hardest minus that at the easiest observed level; interval.
    direction, n_levels, n, likelihood_ratio, p, shape
        As in `DifficultyCurve`; ``shape`` cliff is a jump.
    observed, fitted, low, high
        Per level: raw share, fitted mean share and its band.
    """

    direction: Direction
    n_levels: int
    n: float
    onset: float
    onset_low: float
    onset_high: float
    last_before: int | None
    first_after: int | None
    rise: float
    rise_low: float
    rise_high: float
    likelihood_ratio: float
    p: float
    shape: Shape
    observed: Floats
    fitted: Floats
    low: Floats
    high: Floats


def without_step(
    direction: Direction,
    n: float,
    *,
    fall_high: float,
    shape: Shape,
    levels: int,
    arrays: tuple[Floats, ...],
) -> DifficultyCurve:
    """Return a curve that does not fall; ``arrays`` are observed, fitted, low and high."""
    observed, fitted, low, high = arrays
    share = float(np.nanmax(fitted)) if levels else math.nan
    unknown = math.nan
    return DifficultyCurve(
        direction=direction,
        n_levels=levels,
        n=n,
        floor=share,
        ceiling=share,
        place=unknown,
        place_low=unknown,
        place_high=unknown,
        last_good=None,
        first_bad=None,
        width=unknown,
        width_low=unknown,
        width_high=unknown,
        fall=0.0,
        fall_low=0.0,
        fall_high=fall_high,
        likelihood_ratio=0.0,
        p=1.0,
        shape=shape,
        loglik_narrow=0.0,
        loglik_wide=0.0,
        observed=observed,
        fitted=fitted,
        low=low,
        high=high,
    )


def spread(table: CurveTable, values: Floats, total: int) -> Floats:
    """Put values of the observed levels onto the caller's axis."""
    out = np.full(total, math.nan)
    out[table.levels] = values
    return out
