"""How badly the best single step follows the levels, and how much wider that makes intervals."""

from __future__ import annotations

import numpy as np

from reasonscape.stats.curve_likelihood import accuracy
from reasonscape.stats.curve_table import CurveTable, Floats
from reasonscape.stats.proportions import wilson_bounds

PARAMETERS = 3
"""Degrees of freedom that a step takes from the levels: height, place and width."""

SIGNIFICANT = 0.05

ENDS = 0.05
"""Share of all answers that an end must hold before two ends are compared."""


def misfit(table: CurveTable, theta: Floats) -> float:
    """Factor on the loss of log-likelihood that an interval may reach, at least 1.

    Pearson's chi-square of the levels' totals against the fitted step, over its degrees of
    freedom, where it is significant: quasi-likelihood. A straight line over most of the range, a
    U shape or two steps are then reported with intervals that own up to the misfit.

    Parameters
    ----------
    table
        Counts by level.
    theta
        The best curve's parameters, as `curve_search.climb` returns them.

    How it misleads
    ---------------
    Under five levels nothing can be seen of a misfit, and none is assumed.

    References
    ----------
    McCullagh and Nelder, Generalized Linear Models (1989), 4.5: dispersion from Pearson's
    statistic.
    """
    freedom = table.x.size - PARAMETERS
    if freedom < 2:
        return 1.0
    from scipy.special import chdtrc

    share = accuracy(table, theta[None])[0]
    expected = (table.n * share).sum(axis=1)
    variance = np.maximum((table.n * share * (1.0 - share)).sum(axis=1), 0.25)
    square = float(((table.k.sum(axis=1) - expected) ** 2 / variance).sum())
    return square / freedom if float(chdtrc(freedom, square)) < SIGNIFICANT else 1.0


def end_difference(table: CurveTable, level: float) -> tuple[float, float] | None:
    """Interval of the accuracy at the easy end minus that at the hard one, with no curve between.

    An end is its outermost level, with the next ones until it holds a twentieth of all answers.
    Both are averaged over the other axes' combinations with the same weights; Newcombe's hybrid
    of two Wilson intervals. A step cannot follow a straight slope over most of the range and
    understates its fall by up to a tenth; this interval does not rest on the step.

    Returns
    -------
    tuple of float, or None
        ``None`` where the two ends share less than half of the combinations, by their answers:
        then they cannot be compared.

    References
    ----------
    Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10.
    """
    easy, hard = _reach(table.n.sum(axis=1)), _reach(table.n.sum(axis=1)[::-1])
    ends_n = np.stack([table.n[:easy].sum(axis=0), table.n[-hard:].sum(axis=0)])
    ends_k = np.stack([table.k[:easy].sum(axis=0), table.k[-hard:].sum(axis=0)])
    asked = (ends_n > 0).all(axis=0)
    weight = table.v[asked]
    if not asked.any() or weight.sum() < 0.5:
        return None
    weight = weight / weight.sum()
    shares = ends_k[:, asked] / ends_n[:, asked] @ weight
    trials = 1.0 / (weight**2 / ends_n[:, asked]).sum(axis=1)
    (low_a, high_a), (low_b, high_b) = (
        wilson_bounds(float(p * n), float(n), level) for p, n in zip(shares, trials, strict=True)
    )
    difference = float(shares[0] - shares[1])
    below = np.hypot(shares[0] - low_a, high_b - shares[1])
    above = np.hypot(high_a - shares[0], shares[1] - low_b)
    return difference - float(below), difference + float(above)


def _reach(answers: Floats) -> int:
    """How many levels from the front hold a twentieth of all answers."""
    return int(np.searchsorted(np.cumsum(answers), ENDS * answers.sum())) + 1
