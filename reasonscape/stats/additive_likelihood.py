"""Likelihood of the additive logistic model, and Fisher scoring of several such models at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_RIDGE = 1e-8
_FLOOR_RIDGE = 0.02
"""Above a floor of guessing: there levels that guess have no latent value, and the likelihood has
flat valleys. It is a normal prior of standard deviation 7 on each coefficient."""

_ITERATIONS = 80
_TOLERANCE = 1e-4
_FLOOR_TOLERANCE = 1e-3
_STEP = 4.0
_HALVINGS = 12


@dataclass(frozen=True, slots=True)
class Table:
    """Checked input: counts and floor of each cell, and a design of an intercept and one column
    a level (its levels sum to the intercept; the ridge picks one of the many equal solutions).
    """

    k: FloatArray
    n: FloatArray
    chance: FloatArray
    coords: IntArray
    n_levels: tuple[int, ...]
    design: FloatArray


def additive_table(
    k: ArrayLike, n: ArrayLike, coords: ArrayLike, n_levels: Sequence[int], chance: ArrayLike = 0.0
) -> Table:
    """Check and arrange the input of `reasonscape.stats.additive.fit_additive`, which see.

    How it misleads
    ---------------
    Counts are taken as independent trials.

    Examples
    --------
    >>> additive_table([1, 0], [1, 1], [[0], [1]], [2]).design.tolist()
    [[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]
    """
    right = np.asarray(k, dtype=np.float64)
    count = np.asarray(n, dtype=np.float64)
    if right.ndim != 1 or right.shape != count.shape:
        raise ValueError(f"k and n must be equally long, found {right.shape} and {count.shape}")
    places = np.asarray(coords, dtype=np.int64)
    if places.shape != (len(right), len(n_levels)):
        raise ValueError(
            f"coords must have shape {(len(right), len(n_levels))}, found {places.shape}"
        )
    if not (np.all(right >= -1e-9) and np.all(right <= count * (1.0 + 1e-9) + 1e-9)):
        raise ValueError("counts must satisfy 0 <= k <= n")
    levels = np.asarray(n_levels, dtype=np.int64)
    if np.any(places < 0) or np.any(places >= levels):
        raise ValueError("a coordinate is outside its axis")
    floor = np.broadcast_to(np.asarray(chance, dtype=np.float64), right.shape)
    if not np.all((floor >= 0.0) & (floor < 1.0)):
        raise ValueError("chance must lie in [0, 1)")
    design = np.zeros((len(right), 1 + int(levels.sum())))
    design[:, 0] = 1.0
    offset = 1
    for axis, size in enumerate(n_levels):
        design[np.arange(len(right)), offset + places[:, axis]] = 1.0
        offset += size
    return Table(np.clip(right, 0.0, count), count, floor, places, tuple(n_levels), design)


def augmented(table: Table, prior: float) -> Table:
    """Add pseudo-samples at the overall accuracy, evenly over the cells that have samples.

    Parameters
    ----------
    table
        The data.
    prior
        Pseudo-samples for each free coefficient; 0 adds none.

    How it misleads
    ---------------
    Pseudo-samples pull every cell towards the overall accuracy; with few samples a cell it shows.

    References
    ----------
    Clogg, Rubin, Schenker, Schultz and Weidman, JASA 86 (1991).

    Examples
    --------
    Two free coefficients, so one pseudo-sample, half of it in each cell:

    >>> augmented(additive_table([10, 0], [10, 10], [[0], [1]], [2]), 0.5).k.tolist()
    [10.25, 0.25]
    """
    seen = table.n > 0.0
    total = float(table.n.sum())
    if prior <= 0.0 or total <= 0.0:
        return table
    freedom = 1 + sum(max(len(np.unique(axis)) - 1, 0) for axis in table.coords[seen].T)
    floor = float(table.chance @ table.n) / total
    # Half a sample of either outcome keeps tables that are all right or all wrong finite.
    overall = (float(table.k.sum()) + 0.5) / (total + 1.0)
    overall = max(overall, floor + (1.0 - floor) * 0.5 / (total + 1.0))
    extra = np.where(seen, prior * freedom / max(int(seen.sum()), 1), 0.0)
    return Table(
        table.k + overall * extra,
        table.n + extra,
        table.chance,
        table.coords,
        table.n_levels,
        table.design,
    )


def maximise(table: Table, active: BoolArray) -> tuple[FloatArray, BoolArray]:
    """Fit several models at once by scoring with halved steps.

    Parameters
    ----------
    table
        The data, augmented if wanted.
    active
        Which coefficients each model has, shape (models, coefficients).

    Returns
    -------
    beta, converged
        Shapes (models, coefficients) and (models,).

    How it misleads
    ---------------
    Only fitted accuracies are determined: the coefficients of an axis may all move against the
    intercept. Without pseudo-samples a level that is all right has no finite coefficient.

    Examples
    --------
    >>> beta, converged = maximise(
    ...     additive_table([15, 5], [20, 20], [[0], [1]], [2]), np.ones((1, 3), dtype=bool)
    ... )
    >>> (beta[0, 1] - beta[0, 2]).round(4).item(), converged.tolist()
    (2.1972, [True])
    """
    count, width = active.shape
    beta = np.zeros((count, width))
    beta[:, 0] = _start(table)
    guessing = bool(np.any(table.chance > 0.0))
    pull = np.where(active, _FLOOR_RIDGE if guessing else _RIDGE, 1.0)
    tolerance = _FLOOR_TOLERANCE if guessing else _TOLERANCE
    diagonal = np.arange(width)
    value = _loglik(table, beta, pull)
    done = np.zeros(count, dtype=bool)
    for _ in range(_ITERATIONS):
        slope, weight = _derivatives(table, beta)
        gradient = np.where(active, slope @ table.design - pull * beta, 0.0)
        hessian = (weight[:, None, :] * table.design.T[None]) @ table.design
        hessian *= active[:, :, None] & active[:, None, :]
        hessian[:, diagonal, diagonal] += pull
        step = np.asarray(np.linalg.solve(hessian, gradient[..., None])[..., 0], dtype=np.float64)
        done = (gradient * step).sum(axis=1) < tolerance
        reach = np.abs(step @ table.design.T).max(axis=1, initial=0.0)
        scale = np.minimum(1.0, _STEP / np.maximum(reach, 1e-300))
        beta, value = _advance(table, beta, step, value, scale, pull)
        if done.all():
            break
    return beta, done


def _advance(
    table: Table,
    beta: FloatArray,
    step: FloatArray,
    value: FloatArray,
    scale: FloatArray,
    pull: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    # Above a floor of guessing the likelihood is not concave: halve steps that lose.
    moved = beta + scale[:, None] * step
    found = _loglik(table, moved, pull)
    for _ in range(_HALVINGS):
        worse = found < value - 1e-9 * (1.0 + np.abs(value))
        if not worse.any():
            break
        scale = np.where(worse, scale / 2.0, scale)
        moved = beta + scale[:, None] * step
        found = _loglik(table, moved, pull)
    return moved, found


def accuracy(table: Table, beta: FloatArray) -> FloatArray:
    """Accuracy of each cell under each model, shape (models, cells).

    How it misleads
    ---------------
    Cells without samples get a value like all others.

    Examples
    --------
    >>> accuracy(additive_table([1], [2], [[0]], [1], 0.5), np.zeros((1, 2))).tolist()
    [[0.75]]
    """
    return table.chance + (1.0 - table.chance) * sigmoid(beta @ table.design.T)


def deviance(table: Table, p: FloatArray) -> FloatArray:
    """Twice the log-likelihood lost against the raw shares, shape (models,).

    How it misleads
    ---------------
    With few samples a cell it does not follow a chi-square; differences between models do.

    Examples
    --------
    >>> deviance(additive_table([9], [10], [[0]], [1]), np.array([[0.9], [0.5]])).round(3).tolist()
    [0.0, 7.361]
    """
    misses = table.n - table.k
    with np.errstate(divide="ignore", invalid="ignore"):
        right = np.where(table.k > 0.0, table.k * np.log(table.k / (table.n * p)), 0.0)
        wrong = np.where(misses > 0.0, misses * np.log(misses / (table.n * (1.0 - p))), 0.0)
    return np.asarray(2.0 * (right + wrong).sum(axis=-1), dtype=np.float64)


def sigmoid(latent: FloatArray) -> FloatArray:
    """Logistic function, without overflow.

    How it misleads
    ---------------
    Beyond a latent value of 37 it is 1 to the last digit.

    Examples
    --------
    >>> sigmoid(np.array([-800.0, 0.0])).tolist()
    [0.0, 0.5]
    """
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * latent)), dtype=np.float64)


def _derivatives(table: Table, beta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Slope of the log-likelihood in the latent value of each cell, and a safe curvature."""
    share = sigmoid(beta @ table.design.T)
    room = 1.0 - table.chance
    p = np.maximum(table.chance + room * share, 1e-300)
    # p (1 - p) = p room (1 - share): the factor cancels against dp, so that nothing is divided
    # by a vanishing number where the fit reaches 1.
    surplus = table.k - table.n * p
    curve = share * (1.0 - share)
    expected = table.n * room * curve * share / p
    slope = surplus * share / p
    # Near the floor the expected curvature vanishes faster than the slope and steps run away:
    # there the observed one is the safe one.
    observed = expected - surplus * curve * table.chance / p**2
    return slope, np.maximum(expected, observed)


def _loglik(table: Table, beta: FloatArray, pull: FloatArray) -> FloatArray:
    latent = beta @ table.design.T
    room = 1.0 - table.chance
    # log(1 - p) = log(room) - log(1 + e^latent)
    softplus = np.logaddexp(0.0, latent)
    right = np.log(table.chance + room * np.exp(latent - softplus) + 1e-300)
    loss = (np.log(room) - softplus) @ (table.n - table.k)
    penalty = 0.5 * (pull * beta**2).sum(axis=1)
    return np.asarray(right @ table.k + loss - penalty, dtype=np.float64)


def _start(table: Table) -> float:
    total = float(table.n.sum())
    if total <= 0.0:
        return 0.0
    share = float(table.k.sum()) / total
    floor = float(table.chance @ table.n) / total
    excess = min(max((share - floor) / (1.0 - floor), 0.02), 0.98)
    return float(np.log(excess / (1.0 - excess)))
