"""Clusters of traces, and how often the traces of each end wrong at equal difficulty."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reasonscape.lenses.traces.result import Contrast, Risk
from reasonscape.pooling.cards import Card
from reasonscape.pooling.pool import Pool
from reasonscape.stats.multiplicity import benjamini_hochberg
from reasonscape.stats.phrase_odds import phrase_odds


def risks_of(pool: Pool, cluster: NDArray[np.int64], cards: tuple[Card, ...]) -> tuple[Risk, ...]:
    """The odds of ending wrong in each cluster over those outside of it.

    Parameters
    ----------
    pool
        The traces.
    cluster
        Place of each in ``cards``, shape (n,).
    cards
        The clusters.
    """
    from scipy.sparse import csr_matrix

    n = len(pool)
    inside = csr_matrix(
        (np.ones(n, dtype=np.uint8), (np.arange(n), cluster)), shape=(n, len(cards))
    )
    odds = phrase_odds(inside, pool.wrong, pool.stratum, pool.item)
    q = benjamini_hochberg(np.nan_to_num(odds.p, nan=1.0), len(cards))
    found = []
    for place, card in enumerate(cards):
        mine = cluster == place
        wrong = int(pool.wrong[mine].sum())
        contrast = Contrast(
            odds=float(odds.ratio[place]),
            low=float(odds.low[place]),
            high=float(odds.high[place]),
            p=float(odds.p[place]),
            q=float(q[place]),
            wrong=wrong,
            right=int(mine.sum()) - wrong,
        )
        found.append(Risk(card, wrong / max(int(mine.sum()), 1), contrast))
    return tuple(found)
