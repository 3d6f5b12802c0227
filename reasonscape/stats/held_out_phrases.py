"""Phrases chosen on half of the items and measured on the other half."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.codes import dense_codes
from reasonscape.stats.multiplicity import benjamini_hochberg, holm
from reasonscape.stats.phrase_odds import PhraseOdds, phrase_odds

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

Q_CHOSEN = 0.1
ODDS_CHOSEN = 1.5
LEAST_TEXTS = 10


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Phrases chosen on one half of the items, as the other half has them.

    Attributes
    ----------
    phrase
        Columns of the chosen phrases, the surest on the first half first, shape (k,).
    odds
        Each on the other half, which had no part in the choice.
    first
        Each on the half that it was chosen on: stronger than it is.
    q, p_holm
        Benjamini-Hochberg and Holm over the chosen phrases on the other half, shape (k,).
    tested
        Phrases that could have been chosen.
    chosen_on
        Whether each sample is of the half that chose, shape (n,).
    """

    phrase: IntArray
    odds: PhraseOdds
    first: PhraseOdds
    q: FloatArray
    p_holm: FloatArray
    tested: int
    chosen_on: BoolArray


def held_out_phrases(
    presence: Any,
    wrong: ArrayLike,
    stratum: ArrayLike,
    item: ArrayLike,
    seed: int,
    *,
    chosen: int = 20,
    level: float = 0.95,
) -> HeldOut:
    """Choose phrases on one half of the items and measure them on the other.

    Parameters
    ----------
    presence, wrong, stratum, item, level
        As `phrase_odds`.
    seed
        Deals the items; items of one stratum and outcome are shared out evenly.
    chosen
        Most phrases: the surest of those with q below 0.1, odds of 1.5 or more either way, and 10
        texts.

    Returns
    -------
    HeldOut
        The same whatever the order of rows.

    How it misleads
    ---------------
    Half of the items find less than all: a phrase that is not here may well tell. Phrases that go
    together are chosen together, so twenty of them may be one observation. With another seed other
    phrases are chosen.

    References
    ----------
    Cox, A note on data-splitting for the evaluation of significance levels, Biometrika 62 (1975).

    Examples
    --------
    >>> none = held_out_phrases(np.zeros((4, 2)), [0, 1, 0, 1], [0] * 4, range(4), seed=1)
    >>> none.phrase.tolist()
    []
    """
    from scipy.sparse import csr_matrix

    table = csr_matrix(presence)
    bad = np.asarray(wrong, dtype=bool).reshape(-1)
    strata, items = np.asarray(stratum).reshape(-1), np.asarray(item).reshape(-1)
    half = item_half(bad, strata, items, seed)
    one, other = np.flatnonzero(half), np.flatnonzero(~half)
    found = phrase_odds(table[one], bad[one], strata[one], items[one], level=level)
    q = benjamini_hochberg(found.p)
    beyond = (found.ratio >= ODDS_CHOSEN) | (found.ratio <= 1.0 / ODDS_CHOSEN)
    enough = found.wrong + found.right >= LEAST_TEXTS
    able = np.flatnonzero(beyond & enough & (q < Q_CHOSEN))
    best = able[np.lexsort((able, -np.abs(found.z[able])))][:chosen]
    columns = table.tocsc()[:, best].tocsr()
    first = phrase_odds(columns[one], bad[one], strata[one], items[one], level=level)
    odds = phrase_odds(columns[other], bad[other], strata[other], items[other], level=level)
    tested = int(np.isfinite(found.p).sum())
    q, p_holm = benjamini_hochberg(odds.p), holm(odds.p)
    return HeldOut(best.astype(np.int64), odds, first, q, p_holm, tested, half)


def item_half(wrong: BoolArray, stratum: NDArray[Any], item: NDArray[Any], seed: int) -> BoolArray:
    """Whether each sample's item is of the first half.

    Items are dealt in turn within a stratum and by whether they ever ended wrong, so that either
    half has both ends where there are two items of each.

    How it misleads
    ---------------
    An item that lies in several strata is dealt with those of the first.

    Examples
    --------
    >>> item_half(np.array([True, True, False, False]), np.zeros(4), np.arange(4), 0).sum()
    np.int64(2)
    """
    items, count = dense_codes(item)
    strata, _ = dense_codes(stratum)
    if not count:
        return np.zeros(0, dtype=np.bool_)
    first = np.full(count, len(strata), dtype=np.int64)
    np.minimum.at(first, items, strata)
    ever = np.bincount(items, wrong, count) > 0
    key = np.random.default_rng(seed).permutation(count)
    order = np.lexsort((key, ever, first))
    half = np.empty(count, dtype=np.bool_)
    half[order] = np.arange(count) % 2 == 0
    return half[items]
