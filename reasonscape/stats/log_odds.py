"""Which terms set one group apart from the others: log-odds with an informative prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

PRIOR_SHARE = 0.1
"""What all groups say together counts as this share of all observations, in every group."""


@dataclass(frozen=True, slots=True)
class LogOdds:
    """Log-odds of terms in each group against the rest.

    Attributes
    ----------
    z
        ``delta`` in its standard errors, shape (groups, terms); 0 where nothing can be said.
    delta
        Log of the odds ratio, group over rest, drawn towards 0 by the prior, shape as ``z``.
    error
        Standard error of ``delta``, shape as ``z``; infinite where nothing can be said.
    """

    z: FloatArray
    delta: FloatArray
    error: FloatArray


def distinguishing(
    counts: ArrayLike, sizes: ArrayLike | None = None, *, prior_share: float = PRIOR_SHARE
) -> LogOdds:
    """Log-odds ratio of each term, each group against the rest, with a Dirichlet prior.

    Parameters
    ----------
    counts
        How often each group has each term, shape (groups, terms). Fractions may be given: where a
        question was answered several times, the share of its answers that have the term, so that
        each question weighs once.
    sizes
        Observations in each group, shape (groups,), where each has a term or not (texts, or
        questions): a term is then one of two cases, and its prior a beta distribution. Without
        it, terms are draws from the group's words, as in the paper: their sum is the size.
    prior_share
        Weight of the prior: its observations are this share of all. They have the terms as often
        as all groups together.

    Returns
    -------
    LogOdds

    Raises
    ------
    ValueError
        If shapes disagree, a number is negative or not finite, or a group has a term more often
        than it has observations.

    How it misleads
    ---------------
    z grows with the number of observations, however small the difference. Answers to one question
    resemble each other, so with each answer counted in full z is too large by about the root of
    their number. Groups that were found from the same words, as clusters are, differ in words by
    construction: z then ranks what describes a group and is no test. Of terms that go together
    each is as high as if it stood alone.

    References
    ----------
    Monroe, Colaresi and Quinn, Fightin' Words, Political Analysis 16 (2008), equations 15, 18, 19.

    Examples
    --------
    >>> found = distinguishing([[8, 5], [2, 5]], sizes=[10, 10])
    >>> found.delta.round(3).tolist()
    [[2.197, 0.0], [-2.197, 0.0]]
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.ndim != 2:
        raise ValueError(f"counts must have groups and terms, found shape {y.shape}")
    n = y.sum(axis=1) if sizes is None else np.asarray(sizes, dtype=np.float64)
    _check(y, n)
    total, in_all = float(n.sum()), y.sum(axis=0)
    pooled = in_all / total if total > 0.0 else np.zeros_like(in_all)
    prior, whole = prior_share * in_all, prior_share * total
    mine = y + prior, (n + whole)[:, None] - y - prior
    rest = in_all - y + prior, (total - n + whole)[:, None] - (in_all - y) - prior
    known = ((pooled > 0.0) & (pooled < 1.0))[None, :] & ((n > 0.0) & (n < total))[:, None]
    cells = [np.where(known, cell, 1.0) for cell in (*mine, *rest)]
    # Whatever rounding leaves of an empty cell, the prior's part of it is above 0.
    delta = np.log(cells[0]) - np.log(cells[1]) - np.log(cells[2]) + np.log(cells[3])
    error = np.where(known, np.sqrt(sum(1.0 / cell for cell in cells)), np.inf)
    return LogOdds(np.where(known, delta / error, 0.0), np.where(known, delta, 0.0), error)


def _check(y: FloatArray, n: FloatArray) -> None:
    if n.shape != (len(y),):
        raise ValueError(f"{len(y)} groups, but sizes of shape {n.shape}")
    if not (np.isfinite(y).all() and np.isfinite(n).all() and (y >= 0.0).all() and (n >= 0).all()):
        raise ValueError("counts and sizes must be finite and not negative")
    if y.size and (y > n[:, None] * (1.0 + 1e-9)).any():
        raise ValueError("a group has a term more often than it has observations")
