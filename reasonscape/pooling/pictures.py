"""Cards and maps as figures draw them, for every lens over a pool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from reasonscape.figures.cluster_content import ClusterCard, ClusterName
from reasonscape.figures.map_content import MapLabel, MapNumber, TraceMap
from reasonscape.pooling.cards import Card
from reasonscape.pooling.pool import Pool
from reasonscape.stats.maps import Map

METHODS: Final = {"tsne": "t-SNE", "pca": "PCA", "umap": "UMAP"}
SHOWN: Final = 3
"""Phrases that name a cluster in a picture."""

NONE: Final = "none"
"""What a map calls the cluster of samples in none."""

Look = Literal["outcome", "cluster", "flag", "level"]
_LOOKS: Final[dict[str, Look]] = {"outcome": "outcome", "loop": "flag"}


def who(pool: Pool) -> tuple[str, str]:
    """How many evals and how many tasks a picture is of, in words."""
    evals, tasks = len(pool.evals), len(pool.base_tasks)
    return f"{evals} eval{'s' * (evals != 1)}", f"{tasks} task{'s' * (tasks != 1)}"


def cluster_name(card: Card) -> ClusterName:
    """A cluster as the name of a row."""
    phrases = tuple(one.text for one in card.phrases[:SHOWN])
    return ClusterName(phrases, card.size, card.confirmed, outside=not card.number)


def card_of(card: Card, note: str = "") -> ClusterCard:
    """A cluster as a bar that is split by outcome."""
    return ClusterCard(
        cluster_name(card),
        correct=card.outcomes.get("correct", 0),
        incorrect=card.outcomes.get("incorrect", 0),
        truncated=card.outcomes.get("truncated", 0),
        unanswered=card.outcomes.get("unanswered", 0),
        note=note,
    )


def outside_of(cards: Sequence[Card]) -> int:
    """Samples in no cluster."""
    return sum(one.size for one in cards if not one.number)


def map_content(
    pool: Pool,
    found: Map,
    *,
    title: str,
    subtitle: str,
    cluster: tuple[NDArray[np.int64], tuple[str, ...]] | None,
    first: str,
    texts: Sequence[str] | None = None,
) -> TraceMap:
    """Samples on a map, with what each is.

    Parameters
    ----------
    pool, found
        The samples, and the places of some or all of them.
    title, subtitle
        Words over the figure.
    cluster
        Place of each sample's cluster, and the names of the clusters.
    first
        What points are coloured by at first: ``cluster`` or a label.
    texts
        Beginnings of the texts, where they were asked for.
    """
    some = pool.only(found.rows)
    labels: dict[str, MapLabel] = {}
    if cluster is not None:
        code, names = cluster
        # Samples in no cluster are drawn grey, not as one cluster more.
        if NONE in names:
            code = np.where(code == names.index(NONE), -1, code)
        labels["cluster"] = MapLabel("cluster", names, code[found.rows], look="cluster")
    for name in ("outcome", "kind", "task", "model", "loop"):
        said = f"kind: {pool.kind}" if name == "kind" != pool.kind else name
        label = some.labels.get(name)
        if label is not None:
            labels[name] = MapLabel(said, label.names, label.code, _LOOKS.get(name, "level"))
    ordered = sorted(labels, key=lambda name: name != first)
    all_shown = len(found.rows) == len(pool)
    return TraceMap(
        title=title,
        subtitle=subtitle,
        places=np.asarray(found.place, dtype=np.float64),
        ids=tuple(some.uid.tolist()),
        labels=tuple(labels[name] for name in ordered),
        numbers=(MapNumber("length", some.length, pool.unit),),
        method=METHODS[found.method],
        settings=_settings(found.described),
        shown_of=None if all_shown else (len(found.rows), len(pool)),
        texts=() if texts is None else tuple(texts[i] for i in found.rows.tolist()),
    )


def _settings(described: Any) -> str:
    perplexity = described.get("perplexity") if hasattr(described, "get") else None
    return f"perplexity {perplexity:g}" if perplexity else ""
