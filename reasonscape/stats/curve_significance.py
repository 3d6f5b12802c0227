"""The null distribution of the best curve's likelihood ratio."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr, ndtri

from reasonscape.stats.curve_likelihood import SLOPE
from reasonscape.stats.curve_search import LEAST_WIDTH
from reasonscape.stats.curve_table import CurveTable, Floats

_PLACES, _WIDTHS = 5, 7
"""Grid for the volumes and the score: places per gap, and widths."""

_MOST_SHRINKAGE = 1.5
"""Largest Bartlett factor; for rare outcomes its expansion overshoots."""


def tail_probability(table: CurveTable, ratio: float, sides: int = 1) -> float:
    """Return the probability of a fit this good where accuracy does not fall.

    Without dependence on the axis the likelihood ratio of the best step is, for large counts, the
    squared positive maximum of a Gaussian field over all places and widths. The expected Euler
    characteristic of its excursions gives that tail from the size of the family: with
    t = sqrt(ratio), ``Q(t) + length / (4 pi) exp(-t^2 / 2) + area / (2 pi)^1.5 t exp(-t^2 / 2)``,
    where length and area are those of the steps under the null covariance of the levels' right
    answers (permuted within combinations of the other axes).

    Small counts make the likelihood ratio too large, so it is divided by the Bartlett factor of
    equal binomials, and the p-value is the larger one of this ratio and of the score statistic
    of the best step, whose variance is exact.

    Parameters
    ----------
    ratio
        Twice the gain in log-likelihood over no dependence.
    sides
        2 where the better of both directions was taken.

    References
    ----------
    Adler and Taylor (2007), Random Fields and Geometry, theorem 14.3.3; Naiman (1990), Annals of
    Statistics 18(2).
    """
    if ratio <= 0.0 or table.x.size < 2:
        return 1.0
    residual, covariance, spread = _null_scores(table)
    steps = _steps(table)
    values, vectors = np.linalg.eigh(covariance)
    projected = steps @ (vectors * np.sqrt(np.maximum(values, 0.0)))
    norm = np.sqrt((projected * projected).sum(axis=-1))
    score = float((steps @ residual / np.maximum(norm, 1e-12)).max())
    length, area = _volumes(projected / np.maximum(norm, 1e-12)[..., None])
    ratio /= _bartlett(table.n.sum(axis=1), spread)
    t = max(min(math.sqrt(ratio), score), 0.0)
    bell = math.exp(-0.5 * t * t)
    p = float(ndtr(-t)) + length / (4 * math.pi) * bell + area / (2 * math.pi) ** 1.5 * t * bell
    return float(min(1.0, sides * p))


def stretch_of(ratio: float, p: float, cut: float) -> float:
    """Return the factor by which the best of many places inflates a likelihood ratio.

    The lower end of a fall is read at ``cut`` times this factor, so that it is above 0 exactly
    where the one-sided test of no fall is significant at the interval's level; infinite where it
    is not. Near 1 for strong falls, whose place is not in doubt.
    """
    normal = -float(ndtri(max(p, 1e-300)))
    if ratio <= 0.0 or normal * abs(normal) <= 2.0 * cut:
        return math.inf
    return max(ratio / (normal * normal), 1.0) if p > 1e-300 else 1.0


def _null_scores(table: CurveTable) -> tuple[Floats, Floats, float]:
    """Return per level right answers minus expected ones, their covariance, and mean p (1 - p).

    Both are those of permuting the answers within each combination of the other axes.
    """
    asked = table.n.sum(axis=0)
    share = table.k.sum(axis=0) / asked
    residual = (table.k - table.n * share).sum(axis=1)
    variance = share * (1.0 - share) * asked / np.maximum(asked - 1.0, 1.0)
    within = np.diag(table.n @ variance)
    covariance = within - (table.n * (variance / asked)) @ table.n.T
    spread = float((asked * share * (1.0 - share)).sum() / asked.sum())
    return residual, covariance, spread


def _bartlett(n: Floats, spread: float) -> float:
    """Return the Bartlett factor of the likelihood ratio of equal binomial shares."""
    levels = float((1.0 / n).sum() - 1.0 / n.sum())
    factor = 1.0 + levels * (1.0 - spread) / max(spread, 1e-9) / (6.0 * (n.size - 1))
    return min(factor, _MOST_SHRINKAGE)


def _steps(table: CurveTable) -> Floats:
    """Return steps from 1 to 0 over all places and widths, shape (widths, places, levels)."""
    span = float(table.x[-1])
    places = np.linspace(-0.5, span + 0.5, int(_PLACES * (span + 1)) + 1)
    widths = np.geomspace(LEAST_WIDTH, max(4.0 * span, 4.0), _WIDTHS)
    latent = (SLOPE / widths)[:, None, None] * (table.x - places[:, None])
    return np.asarray(1.0 / (1.0 + np.exp(np.minimum(latent, 40.0))), dtype=np.float64)


def _volumes(unit: Floats) -> tuple[float, float]:
    """Return the boundary length and the area of a surface of unit vectors on a grid."""
    along, across = np.diff(unit, axis=1), np.diff(unit, axis=0)
    length = np.sqrt((along[[0, -1]] ** 2).sum(axis=2)).sum()
    length += np.sqrt((across[:, [0, -1]] ** 2).sum(axis=2)).sum()
    a = 0.5 * (along[1:] + along[:-1])
    b = 0.5 * (across[:, 1:] + across[:, :-1])
    gram = (a * a).sum(axis=2) * (b * b).sum(axis=2) - (a * b).sum(axis=2) ** 2
    return float(length), float(np.sqrt(np.maximum(gram, 0.0)).sum())
