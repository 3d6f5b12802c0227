"""Odds of ending wrong with each of many phrases against without it, at equal difficulty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reasonscape.stats.phrase_intervals import difference_interval, ratio_interval, score
from reasonscape.stats.phrase_layout import BoolArray, FloatArray, IntArray, Layout, layout_of
from reasonscape.stats.phrase_sums import PhraseSums, phrase_sums

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix

_ENTRIES = 1 << 16


@dataclass(frozen=True, slots=True)
class PhraseOdds:
    """Mantel-Haenszel odds ratios of phrases; every array has shape (m,).

    Attributes
    ----------
    ratio, low, high
        Odds of a wrong end with the phrase over those without, and interval; NaN, 0 and inf where
        no stratum has both ends, some with the phrase and some without.
    z, p
        Score statistic of no difference, positive where the ratio is above 1, and its two-sided p;
        0 and NaN where untestable.
    difference, difference_low, difference_high
        Share of wrong ends that have the phrase less that of right ends, within strata, and its
        interval; NaN, -1 and 1 where no stratum has both ends.
    wrong, right
        Wrong and right ends with the phrase, in strata with both ends where some texts have it and
        some have not: those that the ratio stands on.
    strata, items
        Strata that carry information on the phrase, and items in them.
    """

    ratio: FloatArray
    low: FloatArray
    high: FloatArray
    z: FloatArray
    p: FloatArray
    difference: FloatArray
    difference_low: FloatArray
    difference_high: FloatArray
    wrong: IntArray
    right: IntArray
    strata: IntArray
    items: IntArray

    def __len__(self) -> int:
        return len(self.ratio)


def phrase_odds(
    presence: Any,
    wrong: ArrayLike,
    stratum: ArrayLike,
    item: ArrayLike,
    *,
    level: float = 0.95,
) -> PhraseOdds:
    """Compare wrong and right ends by each phrase, within strata, items as clusters.

    Parameters
    ----------
    presence
        Whether each text has each phrase, shape (n, m); a SciPy sparse matrix, or an array.
    wrong
        Whether each ended wrong, shape (n,).
    stratum, item
        Stratum of equal difficulty and item of each text, shape (n,). To compare at equal length
        as well, give strata crossed with it: `length_strata`.
    level
        Coverage of the intervals.

    Returns
    -------
    PhraseOdds
        Ratio, interval and z of each phrase are those of `odds_ratio`.

    Raises
    ------
    ValueError
        If the lengths disagree.

    How it misleads
    ---------------
    Longer texts have more phrases and more often end wrong, so most phrases may mark a wrong end;
    what remains at equal length says more. A phrase that is said because the text already went
    wrong marks it as one that made it go wrong does. Among many phrases, the strongest looks
    stronger than it is: `held_out_phrases`. The interval is for large numbers of items: with
    fewer than about 20 that have the phrase, p is too large rather than too small.

    Notes
    -----
    The difference and its variance are sums over pairs of a wrong and a right end of a stratum,
    as those of the ratio are; see `odds_ratio`.

    Examples
    --------
    >>> phrase = [[1], [1], [1], [0], [1], [0], [0], [0]]
    >>> odds = phrase_odds(phrase, [1, 1, 1, 1, 0, 0, 0, 0], [0] * 8, range(8))
    >>> odds.ratio.tolist(), odds.difference.tolist(), odds.wrong.tolist()
    ([9.0], [0.5], [3])
    """
    bad, strata, items = _columns(wrong, stratum, item)
    table = _table(presence, len(bad))
    layout = layout_of(bad, strata, items)
    m = table.shape[1]
    parts = [_odds(layout, sums, level) for sums in _chunks(layout, table[layout.order].tocsc())]
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return _odds(layout, phrase_sums(layout, none, none, m), level)
    columns = [
        np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(PhraseOdds)
    ]
    return PhraseOdds(*columns)


def _columns(
    wrong: ArrayLike, stratum: ArrayLike, item: ArrayLike
) -> tuple[BoolArray, NDArray[Any], NDArray[Any]]:
    bad = np.asarray(wrong, dtype=bool).reshape(-1)
    strata, items = np.asarray(stratum).reshape(-1), np.asarray(item).reshape(-1)
    if not len(bad) == len(strata) == len(items):
        raise ValueError(f"{len(bad)} outcomes, {len(strata)} strata and {len(items)} items")
    return bad, strata, items


def _table(presence: Any, n: int) -> Any:
    from scipy.sparse import csr_matrix

    table = csr_matrix(presence)
    if table.shape[0] != n:
        raise ValueError(f"phrases of {table.shape[0]} texts, but {n} outcomes")
    if not table.data.all():
        table = table.copy()
        table.eliminate_zeros()
    return table


def _chunks(layout: Layout, table: csc_matrix) -> Iterator[PhraseSums]:
    """Sums of some phrases at a time."""
    ends, m = table.indptr.astype(np.int64), table.shape[1]
    first = 0
    while first < m:
        last = int(np.searchsorted(ends, ends[first] + _ENTRIES, side="right")) - 1
        last = min(max(last, first + 1), m)
        rows = table.indices[ends[first] : ends[last]]
        columns = np.repeat(np.arange(last - first), np.diff(ends[first : last + 1]))
        yield phrase_sums(layout, rows, columns, last - first)
        first = last


def _odds(layout: Layout, sums: PhraseSums, level: float) -> PhraseOdds:
    from scipy.special import erfc

    ratio, low, high = ratio_interval(sums, level)
    z = score(sums)
    testable = sums.strata > 0.0
    whole = [value.astype(np.int64) for value in (sums.wrong, sums.right, sums.strata, sums.items)]
    p = np.where(testable, erfc(np.abs(z) / np.sqrt(2.0)), np.nan)
    return PhraseOdds(ratio, low, high, z, p, *difference_interval(layout, sums, level), *whole)
