"""Tokens that numbers or words are split into beyond what their length accounts for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.cluster_scores import numbered
from reasonscape.stats.codes import dense_codes
from reasonscape.stats.item_score import ItemScore, item_score
from reasonscape.stats.pairwise_odds import OddsPerUnit, odds_per_unit

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DeviationOdds:
    """Odds of an outcome for one standard deviation more within strata.

    Attributes
    ----------
    odds
        Ratio with interval and p, as `odds_per_unit`.
    score
        Test of no association, which holds where an outcome is rare; the interval's Wald test
        hardly finds anything in few items.
    deviation
        Standard deviation within strata that is the unit; 0 where the number never differs
        within a stratum, so that nothing can go with it.
    """

    odds: OddsPerUnit
    score: ItemScore
    deviation: float


def excess_fragmentation(
    tokens: ArrayLike, size: ArrayLike, prompt: ArrayLike, n_prompts: int
) -> FloatArray:
    """Mean over a prompt's numbers of their tokens less those that numbers of that size have.

    Parameters
    ----------
    tokens, size
        Tokens and bytes of each occurrence of a number (or a word), integers, shape (m,).
    prompt
        Number of its prompt, from 0, shape (m,).
    n_prompts
        Number of prompts.

    Returns
    -------
    ndarray
        Tokens, shape (n_prompts,); NaN for prompts without an occurrence. Exactly 0 where the
        size decides the tokens, as where digits are split by a rule; the same to the last bit
        in any order of rows.

    Raises
    ------
    ValueError
        If lengths differ or a prompt's number is out of range.

    How it misleads
    ---------------
    A size that occurs once is its own mean, and adds 0 whatever its tokens. Round numbers often
    are one token and also easier: within a size, excess may stand for that.

    Examples
    --------
    >>> excess_fragmentation([1, 2, 2, 3], [3, 3, 5, 5], [0, 1, 0, 1], 3).tolist()
    [-0.5, 0.5, nan]
    """
    count, long, owner = (np.asarray(a, dtype=np.int64) for a in (tokens, size, prompt))
    if not (count.ndim == 1 and count.shape == long.shape == owner.shape):
        raise ValueError("tokens, sizes and prompts must be vectors of one length")
    if len(owner) and not (owner.min() >= 0 and owner.max() < n_prompts):
        raise ValueError("prompts must be numbered from 0 to n_prompts - 1")
    code, sizes = dense_codes(long)
    usual = _sums(code, count, sizes) / np.maximum(np.bincount(code, minlength=sizes), 1)
    # Whole numbers are added up first, so that rounding knows no order of rows.
    both = owner * max(sizes, 1) + code
    place, pairs = dense_codes(both)
    pair = np.zeros(pairs, dtype=np.int64)
    pair[place] = both
    usually = np.bincount(place, minlength=pairs) * usual[pair % max(sizes, 1)]
    of_pair = _sums(place, count, pairs) - usually
    total = np.bincount(pair // max(sizes, 1), weights=of_pair, minlength=n_prompts)
    times = np.bincount(owner, minlength=n_prompts)
    return np.asarray(np.where(times > 0, total / np.maximum(times, 1), np.nan))


def odds_per_deviation(
    values: ArrayLike,
    outcome: ArrayLike,
    stratum: ArrayLike,
    cluster: ArrayLike,
    beyond: ArrayLike | None = None,
    level: float = 0.95,
) -> DeviationOdds:
    """Odds ratio of an outcome for one standard deviation within strata, items as clusters.

    Parameters
    ----------
    values
        A number of each sample's prompt, shape (n,); samples with NaN are left out.
    outcome
        Whether the sample failed, shape (n,).
    stratum
        Cells of equal difficulty, shape (n,). Not strata in which an item with both outcomes is
        on its own: a number of the prompt does not differ within an item.
    cluster
        Item, shape (n,).
    beyond
        What else goes with the number and may make failures (log of the prompt's bytes), shape
        (n,): the number is taken beyond its straight line on it within strata.
    level
        Coverage of the interval.

    Returns
    -------
    DeviationOdds

    Raises
    ------
    ValueError
        If lengths differ.

    How it misleads
    ---------------
    Difficulty that is left within a cell and goes with the number looks like its effect.

    References
    ----------
    Rosenbaum and Rubin, Biometrika 70 (1983); Robins, Mark and Newey, Biometrics 48 (1992), for
    testing an exposure beyond what covariates predict of it.

    Examples
    --------
    >>> z, failed = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0], [0, 1, 0, 1, 0, 1, 1, 0]
    >>> found = odds_per_deviation(z, failed, [0] * 8, range(8))
    >>> round(found.odds.ratio, 2), round(found.deviation, 3)
    (3.24, 0.535)
    """
    z, bad = np.asarray(values, dtype=np.float64), np.asarray(outcome, dtype=bool)
    cell, item = np.asarray(stratum), np.asarray(cluster)
    other = np.zeros_like(z) if beyond is None else np.asarray(beyond, dtype=np.float64)
    if not (z.ndim == 1 and z.shape == bad.shape == cell.shape == item.shape == other.shape):
        raise ValueError("values, outcomes, strata and clusters must be vectors of one length")
    keep = np.flatnonzero(np.isfinite(z) & np.isfinite(other))
    keep = keep[np.lexsort((bad[keep], z[keep], other[keep]))]
    z, bad, cell, item, other = z[keep], bad[keep], numbered(cell[keep]), item[keep], other[keep]
    centred, slope_on = _centred(z, cell), _centred(other, cell)
    room = float(slope_on @ slope_on)
    if room > 0.0:
        centred = centred - slope_on * float(slope_on @ centred) / room
    free = len(z) - (int(cell.max()) + 1 if len(cell) else 0) - (room > 0.0)
    deviation = float(np.sqrt(float(centred @ centred) / free)) if free > 0 else 0.0
    if deviation <= 1e-9 * float(np.abs(z).max(initial=0.0)):
        deviation = 0.0
    unit = centred / deviation if deviation > 0.0 else np.zeros_like(z)
    odds = odds_per_unit(unit, bad, cell, item, level)
    return DeviationOdds(odds, item_score(unit, bad, cell, item), deviation)


def _sums(code: NDArray[np.int64], values: NDArray[np.int64], size: int) -> FloatArray:
    """Exact as long as a sum of whole numbers stays below 2**53."""
    return np.bincount(code, weights=values, minlength=size).astype(np.float64)


def _centred(x: FloatArray, code: NDArray[np.int64]) -> FloatArray:
    if not len(x):
        return x
    return np.asarray(x - (np.bincount(code, weights=x) / np.bincount(code))[code])
