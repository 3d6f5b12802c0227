"""Which phrases separate traces that end wrong from those that end right, at equal difficulty."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reasonscape.findings.thresholds import PHRASE_ODDS, Q_PRESENT
from reasonscape.lenses.traces.options import TraceOptions
from reasonscape.lenses.traces.result import Contrast, HeldOutPhrase, MarkingPhrase, Phrases
from reasonscape.lenses.traces.selection import TraceRows
from reasonscape.pooling.texts import around, pool_phrases
from reasonscape.stats.codes import paired_codes
from reasonscape.stats.held_out_phrases import held_out_phrases
from reasonscape.stats.length_strata import length_strata
from reasonscape.stats.multiplicity import benjamini_hochberg
from reasonscape.stats.phrase_odds import PhraseOdds, phrase_odds

SIZES: Final = (2, 3, 4)
MOST_LOOKED_AT: Final = 2_000
ALIKE: Final = 0.7
"""Jaccard overlap of the texts of two phrases, from which the surer one is told alone."""

MOST_TOLD: Final = 100
"""Phrases of each end in the table."""

EXAMPLES: Final = 3
"""Samples named with each phrase."""

SHOWN: Final = 20
"""Phrases whose examples are quoted, where texts were asked for."""

TRUNCATED: Final = 2


def phrases_of(rows: TraceRows, options: TraceOptions) -> Phrases:
    """Test every phrase that enough traces have, on all items, and those of one half on the other.

    Traces that were cut off are left out: none of them is right, and what they lack is an end.
    """
    pool = rows.pool
    ended = np.flatnonzero(pool.outcome != TRUNCATED)
    presence, names = pool_phrases(rows.texts, ended, len(pool), SIZES)
    part = pool.only(ended)
    if not names:
        return Phrases(0, *_ends(part.wrong, part.stratum), (), ())
    odds = phrase_odds(presence, part.wrong, part.stratum, part.item)
    # Thirds of the lengths of its eval and task: cells are too small to have thirds of their own.
    group = paired_codes(part.task, part.eval)[0]
    stratum = length_strata(part.stratum, part.length, group)
    level = phrase_odds(presence, part.wrong, stratum, part.item)
    q, q_level = (
        benjamini_hochberg(np.nan_to_num(o.p, nan=1.0), len(names)) for o in (odds, level)
    )
    told = _both_ends(odds, _apart(presence, _told(odds, q)))
    wrong, right = _ends(part.wrong, part.stratum)
    # By columns, as each of them is asked for the texts that have it.
    columns = presence[:, told].tocsc()
    marking = [
        _marking(rows, has, part.wrong, ended, names[t], t, (odds, q), (level, q_level))
        for t, has in zip(told.tolist(), _texts_with(columns), strict=True)
    ]
    held = held_out_phrases(presence, part.wrong, part.stratum, part.item, options.seed)
    if options.show_text:
        marking = _quoted(rows, marking, options.show_text)
    return Phrases(
        tested=int(np.isfinite(odds.p).sum()),
        wrong=wrong,
        right=right,
        marking=tuple(marking),
        held_out=tuple(
            HeldOutPhrase(names[t], _contrast(held.odds, held.q, i))
            for i, t in enumerate(held.phrase.tolist())
        ),
    )


def _ends(wrong: NDArray[np.bool_], stratum: NDArray[np.int64]) -> tuple[int, int]:
    """Wrong and right ends in strata that have both."""
    bad = np.bincount(stratum, wrong, minlength=int(stratum.max(initial=-1)) + 1)
    good = np.bincount(stratum, ~wrong, minlength=len(bad))
    both = (bad > 0) & (good > 0)
    return int(bad[both].sum()), int(good[both].sum())


def _told(odds: PhraseOdds, q: NDArray[np.float64]) -> NDArray[np.intp]:
    """Phrases beyond the threshold that are sure, the surest first."""
    beyond = (odds.ratio >= PHRASE_ODDS) | (odds.ratio <= 1.0 / PHRASE_ODDS)
    sure = np.flatnonzero(beyond & (q < Q_PRESENT))
    return sure[np.lexsort((sure, q[sure], -np.abs(odds.z[sure])))][:MOST_LOOKED_AT]


def _both_ends(odds: PhraseOdds, order: NDArray[np.intp]) -> NDArray[np.intp]:
    """The first of those that mark a wrong and of those that mark a right end, in their order."""
    wrong = odds.ratio[order] >= 1.0
    rank = np.where(wrong, np.cumsum(wrong), np.cumsum(~wrong))
    return order[rank <= MOST_TOLD]


def _apart(presence: Any, order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Phrases that are not in nearly the texts of a surer one: parts of one sentence tell once."""
    table = presence[:, order].astype(np.int64)
    both = np.asarray((table.T @ table).todense())
    size = np.diag(both)
    overlap = both / np.maximum(size[:, None] + size[None, :] - both, 1)
    kept: list[int] = []
    for one in range(len(order)):
        if not kept or overlap[one, kept].max() < ALIKE:
            kept.append(one)
    return order[kept]


def _contrast(odds: PhraseOdds, q: NDArray[np.float64], t: int) -> Contrast:
    return Contrast(
        odds=float(odds.ratio[t]),
        low=float(odds.low[t]),
        high=float(odds.high[t]),
        p=float(odds.p[t]),
        q=float(q[t]),
        wrong=int(odds.wrong[t]),
        right=int(odds.right[t]),
    )


def _texts_with(columns: Any) -> Iterator[NDArray[np.signedinteger[Any]]]:
    """Places of the texts that have each phrase, rising."""
    for begin, end in pairwise(columns.indptr.tolist()):
        yield np.sort(columns.indices[begin:end])


def _marking(
    rows: TraceRows,
    has: NDArray[np.signedinteger[Any]],
    wrong: NDArray[np.bool_],
    ended: NDArray[np.intp],
    name: str,
    t: int,
    whole: tuple[PhraseOdds, NDArray[np.float64]],
    level: tuple[PhraseOdds, NDArray[np.float64]],
) -> MarkingPhrase:
    found, by_length = _contrast(*whole, t), _contrast(*level, t)
    marks_wrong = found.odds >= 1.0
    those = has[wrong[has] == marks_wrong]
    first = np.unique(rows.pool.item[ended[those]], return_index=True)[1]
    chosen = ended[those[np.sort(first)[:EXAMPLES]]]
    holds = by_length.q < Q_PRESENT and (by_length.odds >= 1.0) == marks_wrong
    return MarkingPhrase(
        text=name,
        found=found,
        by_length=by_length,
        explained=not holds,
        examples=tuple(rows.pool.uid[chosen].tolist()),
    )


def _quoted(rows: TraceRows, marking: list[MarkingPhrase], most: int) -> list[MarkingPhrase]:
    """The same with the words around the phrase in its first examples."""
    from dataclasses import replace

    place = {uid: i for i, uid in enumerate(rows.pool.uid.tolist())}
    asked = {(place[uid], one.text) for one in marking[:SHOWN] for uid in one.examples[:most]}
    quotes = around(rows.texts, asked)
    return [
        replace(
            one, texts=tuple(quotes.get((place[uid], one.text), "") for uid in one.examples[:most])
        )
        if i < SHOWN
        else one
        for i, one in enumerate(marking)
    ]
