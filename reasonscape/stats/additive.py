"""Additive logistic model of accuracy over the cells of a surface, above a floor of guessing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.additive_likelihood import (
    Table,
    accuracy,
    additive_table,
    augmented,
    deviance,
    maximise,
    sigmoid,
)
from reasonscape.stats.proportions import wilson_interval

FloatArray = NDArray[np.float64]

PRIOR = 0.5
"""Pseudo-samples for each free coefficient."""

_EDGE = 0.01
_RIDGE = 1e-8
_WORK = 300_000


@dataclass(frozen=True, slots=True)
class AdditiveFit:
    """A fitted additive model.

    Attributes
    ----------
    fitted
        Accuracy of each cell, shape (cells,), cells without samples included.
    trials
        Independent samples that each fitted accuracy is worth, shape (cells,): a cell borrows
        from those that share a level with it. Overdispersion is already taken off.
    intercept, effects
        Coefficients on the logit scale; ``effects[a]`` has one value per level of axis a, which
        sum to 0.
    chance
        Floor of each cell, shape (cells,).
    deviance, null_deviance
        Of this model, and of one latent value for all cells.
    df
        Residual degrees of freedom.
    dispersion
        Variance over the binomial variance, at least 1; it widens the bounds where the additive
        model does not fit.
    converged
        False if the search stopped early; the bounds are then not to be trusted.
    """

    fitted: FloatArray
    trials: FloatArray
    intercept: float
    effects: tuple[FloatArray, ...]
    chance: FloatArray
    deviance: float
    null_deviance: float
    df: int
    dispersion: float
    converged: bool

    def low(self, level: float = 0.95) -> FloatArray:
        """One-sided lower bound of the fitted accuracy, shape (cells,)."""
        return wilson_interval(self.fitted * self.trials, self.trials, level, sided=1)[0]

    def high(self, level: float = 0.95) -> FloatArray:
        """One-sided upper bound of the fitted accuracy, shape (cells,)."""
        return wilson_interval(self.fitted * self.trials, self.trials, level, sided=1)[1]


def fit_additive(
    k: ArrayLike,
    n: ArrayLike,
    coords: ArrayLike,
    n_levels: Sequence[int],
    chance: ArrayLike = 0.0,
    *,
    prior: float = PRIOR,
) -> AdditiveFit:
    """Fit accuracy = g + (1 - g) sigmoid(b0 + sum over axes of b[axis, level]).

    Parameters
    ----------
    k, n
        Right and all samples of each cell, shape (cells,); may be fractional, scaled to the
        effective sample size.
    coords
        Level of each cell along each axis, whole numbers from 0, shape (cells, axes).
    n_levels
        Number of levels of each axis.
    chance
        Success rate of guessing, in [0, 1), one or one a cell.
    prior
        Pseudo-samples for each free coefficient, at the overall accuracy, spread over the cells:
        they keep levels without errors finite. 0 gives maximum likelihood.

    Returns
    -------
    AdditiveFit
        Its bounds are Wilson's on ``trials``: the binomial variance over that of the fit.

    Raises
    ------
    ValueError
        If shapes disagree, a coordinate is out of range, counts are impossible or chance is not
        in [0, 1).

    How it misleads
    ---------------
    Axes act independently on the logit scale. Where two axes break a model only together, the
    fit smooths the corner over; the dispersion grows and the bounds widen, but a single bad cell
    among many good ones hardly shows: read the raw cells beside it. Below the floor of guessing
    it cannot go. A cell without samples is a forecast from its row and column.

    References
    ----------
    McCullagh and Nelder, Generalized Linear Models (1989); Clogg et al., JASA 86 (1991), for the
    pseudo-samples; Fletcher, Biometrika 99 (2012), for the dispersion with sparse cells.

    Examples
    --------
    >>> fit = fit_additive([9, 5, 8, 2], [10] * 4, [[0, 0], [0, 1], [1, 0], [1, 1]], [2, 2])
    >>> fit.fitted.round(2).tolist()
    [0.91, 0.48, 0.77, 0.24]
    >>> fit.low().round(2).tolist()
    [0.74, 0.27, 0.54, 0.1]
    """
    table = additive_table(k, n, coords, n_levels, chance)
    # Both models at once: everything, and the intercept alone.
    active = np.ones((2, table.design.shape[1]), dtype=bool)
    active[1, 1:] = False
    beta, converged = maximise(augmented(table, prior), active)
    fitted = accuracy(table, beta)
    deviances = deviance(table, fitted)
    seen = table.n > 0.0
    df = int(seen.sum()) - _rank(table.design[seen])
    dispersion = _dispersion(table, fitted[0], df)
    edges = np.cumsum([1, *n_levels]).tolist()
    effects = [beta[0, a:b] for a, b in pairwise(edges)]
    return AdditiveFit(
        fitted=fitted[0],
        trials=_trials(table, beta[0]) / dispersion,
        intercept=float(beta[0, 0] + sum(float(effect.mean()) for effect in effects)),
        effects=tuple(effect - effect.mean() for effect in effects),
        chance=table.chance,
        deviance=float(deviances[0]),
        null_deviance=float(deviances[1]),
        df=df,
        dispersion=dispersion,
        converged=bool(converged[0]),
    )


def subset_deviances(
    table: Table, subsets: Sequence[Sequence[int]], prior: float = PRIOR
) -> FloatArray:
    """Deviance of the model with only the given axes, one per subset.

    Parameters
    ----------
    table
        From `reasonscape.stats.additive_likelihood.additive_table`.
    subsets
        Axes of each model, the empty one included if wanted.
    prior
        As `fit_additive`.

    How it misleads
    ---------------
    An axis with many levels lowers the deviance by about one a level even if it does nothing.

    Examples
    --------
    >>> table = additive_table([9, 1], [10, 10], [[0], [1]], [2])
    >>> subset_deviances(table, [[], [0]]).round(1).tolist()
    [14.7, 0.1]
    """
    owner = np.concatenate([[-1], np.repeat(np.arange(len(table.n_levels)), table.n_levels)])
    active = np.array([[a == -1 or a in subset for a in owner] for subset in subsets], dtype=bool)
    steadied = augmented(table, prior)
    batch = max(1, _WORK // max(1, table.design.size))
    found = []
    for start in range(0, len(subsets), batch):
        beta, _ = maximise(steadied, active[start : start + batch])
        found.append(deviance(table, accuracy(table, beta)))
    return np.concatenate(found)


def _trials(table: Table, beta: FloatArray) -> FloatArray:
    """Binomial variance of each cell over the variance of its fitted accuracy.

    Near 0 and 1 both vanish and the ratio has a limit; the latent value is held short of it.
    """
    share = np.clip(sigmoid(table.design @ beta), _EDGE, 1.0 - _EDGE)
    room = 1.0 - table.chance
    p = table.chance + room * share
    slope = room * share * (1.0 - share)
    per_sample = slope**2 / (p * (1.0 - p))
    hessian = (table.design.T * (table.n * per_sample)) @ table.design
    hessian[np.diag_indices_from(hessian)] += _RIDGE * max(1.0, float(table.n.sum()))
    spread = ((table.design @ np.linalg.inv(hessian)) * table.design).sum(axis=1)
    total = float(table.n.sum())
    return np.asarray(np.minimum(1.0 / (per_sample * spread), total), dtype=np.float64)


def _dispersion(table: Table, p: FloatArray, df: int) -> float:
    if df <= 0:
        return 1.0
    seen = table.n > 0.0
    n, share = table.n[seen], np.clip(p[seen], 1e-9, 1.0 - 1e-9)
    residual = table.k[seen] - n * share
    variance = n * share * (1.0 - share)
    pearson = float((residual**2 / variance).sum()) / df
    skew = float(((1.0 - 2.0 * share) / variance * residual).mean())
    return max(1.0, pearson / (1.0 + skew)) if skew > -0.5 else max(1.0, pearson)


def _rank(design: FloatArray) -> int:
    return int(np.linalg.matrix_rank(design.T @ design, hermitian=True)) if design.size else 0
