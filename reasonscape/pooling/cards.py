"""Cards of clusters: how large, what sets their words apart, and what is typical."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reasonscape.pooling.clusters import Clusters
from reasonscape.pooling.pool import USED, Pool
from reasonscape.pooling.texts import Texts, pool_phrases, typical_texts
from reasonscape.stats.clustered_share import clustered_share
from reasonscape.stats.log_odds import distinguishing
from reasonscape.stats.proportions import Proportion

READ: Final = 6_000
"""Texts that phrases are counted in; of more, some of every cluster."""

TOLD: Final = 8
"""Phrases on a card."""

TYPICAL: Final = 3
"""Medoids on a card."""

SURE: Final = 2.0
"""Standard errors from which a phrase is told."""

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CardPhrase:
    """A phrase that sets a cluster apart.

    Attributes
    ----------
    text
        Two to four words, lower-cased, numbers as ``#``.
    z
        Log-odds against the rest of the failures, in standard errors.
    inside, outside
        Share of the items in the cluster and of those outside that say it.
    """

    text: str
    z: float
    inside: float
    outside: float


@dataclass(frozen=True, slots=True)
class Card:
    """One cluster.

    Attributes
    ----------
    number
        From 1 on, the largest first; 0 is what HDBSCAN puts in no cluster.
    size, items
        Samples, and questions among them.
    share
        Of all samples, with its interval over items.
    confirmed
        Whether it is found again on the other half of the items; None where that was not asked.
    overlap
        Mean Jaccard overlap with the cluster found there; NaN where not asked.
    phrases
        What sets it apart, the most telling first.
    medoids
        Ids of its most typical samples.
    texts
        What those say, where that was asked for.
    outcomes
        Outcome -> how many.
    looped
        Share of its samples that end in a loop.
    length
        Median length, in the unit of the pool.
    """

    number: int
    size: int
    items: int
    share: Proportion
    confirmed: bool | None
    overlap: float
    phrases: tuple[CardPhrase, ...]
    medoids: tuple[str, ...]
    texts: tuple[str, ...]
    outcomes: Mapping[str, int]
    looped: float
    length: float

    @property
    def name(self) -> str:
        """Its number with the phrases that tell most."""
        told = ", ".join(f"“{one.text}”" for one in self.phrases[:2])
        name = f"cluster {self.number}" if self.number else "no cluster"
        return f"{name} ({told})" if told else name


def cards_of(
    pool: Pool, matrix: NDArray[np.float32], texts: Texts, found: Clusters, *, show_text: int
) -> tuple[Card, ...]:
    """Cards of the clusters, then one of what is in none, if there is any.

    Parameters
    ----------
    pool, matrix, texts
        The samples, their vectors, and what they say.
    found
        Their clusters.
    show_text
        Typical texts to keep with each card.
    """
    numbers = [*range(found.k), *([-1] if (found.label < 0).any() else [])]
    told = _phrases(pool, texts, found) if found.k > 1 else [()] * found.k
    medoids = {label: _medoids(pool, matrix, found, label) for label in numbers}
    places = [place for each in medoids.values() for place in each[:show_text].tolist()]
    # One pass over the texts for all cards.
    shown = dict(zip(places, typical_texts(texts, places), strict=True)) if places else {}
    return tuple(
        _card(
            pool,
            found,
            label,
            near,
            () if label < 0 else told[label],
            [shown[place] for place in near[:show_text].tolist()],
        )
        for label, near in medoids.items()
    )


def _card(
    pool: Pool,
    found: Clusters,
    label: int,
    medoids: IntArray,
    phrases: Sequence[CardPhrase],
    texts: Sequence[str],
) -> Card:
    mine = found.label == label
    counts = np.bincount(pool.outcome[mine], minlength=len(USED))
    return Card(
        number=label + 1,
        size=int(mine.sum()),
        items=len(np.unique(pool.item[mine])),
        share=clustered_share(mine, np.zeros(len(pool), dtype=np.int64), pool.item),
        confirmed=found.confirmed[label] if label >= 0 else None,
        overlap=found.overlap[label] if label >= 0 else float("nan"),
        phrases=tuple(phrases),
        medoids=tuple(pool.uid[medoids[:TYPICAL]].tolist()),
        texts=tuple(texts),
        outcomes={name: int(n) for name, n in zip(USED, counts, strict=True) if n},
        looped=float(pool.looped[mine].mean()),
        length=float(np.median(pool.length[mine])),
    )


def _medoids(pool: Pool, matrix: NDArray[np.float32], found: Clusters, label: int) -> IntArray:
    """Samples nearest to the middle of a cluster, one an item, the nearest first."""
    places = np.flatnonzero(found.label == label)
    if label < 0 or not len(places):
        return places[:0]
    near = matrix[places] @ found.centres[label]
    order = places[np.lexsort((places, -np.round(near, 6)))]
    first = np.unique(pool.item[order], return_index=True)[1]
    return order[np.sort(first)]


def _phrases(pool: Pool, texts: Texts, found: Clusters) -> list[tuple[CardPhrase, ...]]:
    """For each cluster what its items say more often than those of the others."""
    chosen = _read(pool, found.label)
    presence, names = pool_phrases(texts, chosen, len(pool))
    if not names:
        return [()] * found.k
    label, item = found.label[chosen], pool.item[chosen]
    counts, sizes = _by_item(presence, label, item, found.k)
    odds = distinguishing(counts, sizes)
    cards = []
    for k in range(found.k):
        rest = (counts.sum(axis=0) - counts[k]) / max(float(sizes.sum() - sizes[k]), 1.0)
        order = np.argsort(-odds.z[k], kind="stable")
        # A single letter is the name of something in an item, and names no way to fail.
        order = order[[len(names[t]) > 1 or not names[t].isascii() for t in order.tolist()]]
        cards.append(
            tuple(
                CardPhrase(
                    names[t], float(odds.z[k, t]), float(counts[k, t] / sizes[k]), float(rest[t])
                )
                for t in _apart(presence, label == k, order)
                if odds.z[k, t] > SURE
            )
        )
    return cards


def _read(pool: Pool, label: IntArray) -> IntArray:
    """Places of the texts to read: all, or as many of every cluster as there is room for."""
    known = np.flatnonzero(label >= 0)
    if len(known) <= READ:
        return known
    rng = np.random.default_rng(0)
    key = rng.permutation(len(known))
    of = label[known]
    order = np.lexsort((key, of))
    start = np.searchsorted(of[order], np.arange(int(of.max()) + 1))
    rank = np.empty(len(known), dtype=np.int64)
    rank[order] = np.arange(len(known)) - start[of[order]]
    each = int(np.sort(rank)[READ - 1])
    return known[rank <= each]


def _by_item(
    presence: NDArray[np.generic], label: IntArray, item: IntArray, k: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Items of each cluster that say each phrase, every item counted once; and items in all."""
    from scipy.sparse import csr_matrix

    from reasonscape.stats.codes import paired_codes

    pair, pairs = paired_codes(label, item)
    weight = 1.0 / np.bincount(pair, minlength=pairs)[pair]
    deal = csr_matrix((weight, (label, np.arange(len(label)))), shape=(k, len(label)))
    counts = np.asarray((deal @ presence).todense(), dtype=np.float64)
    return counts, np.asarray(deal.sum(axis=1), dtype=np.float64).reshape(-1)


def _apart(presence: NDArray[np.generic], mine: NDArray[np.bool_], order: IntArray) -> list[int]:
    """The first phrases that do not occur in nearly the same texts as one before."""
    kept: list[int] = []
    columns = presence[mine].tocsc()  # type: ignore[attr-defined]
    texts: list[set[int]] = []
    for term in order[: 20 * TOLD].tolist():
        found = set(columns.indices[columns.indptr[term] : columns.indptr[term + 1]].tolist())
        if any(len(found & one) > 0.8 * len(found | one) for one in texts):
            continue
        kept.append(term)
        texts.append(found)
        if len(kept) == TOLD:
            break
    return kept
