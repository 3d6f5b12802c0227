"""Cards of clusters: their phrases, their medoids and their counts; and how they are drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from reasonscape.datasets.config import Dataset
from reasonscape.pooling.cards import TOLD, TYPICAL, Card, cards_of
from reasonscape.pooling.clusters import Clusters, clusters_of
from reasonscape.pooling.pictures import NONE, card_of, cluster_name, map_content, outside_of
from reasonscape.pooling.pool import Pool
from reasonscape.pooling.selection import Vectors, embedded
from reasonscape.pooling.texts import texts_of_pool
from reasonscape.stats.maps import fit_map
from tests.pooling.samples import SAID

Made = tuple[Pool, Vectors, Clusters, tuple[Card, ...]]


@pytest.fixture(scope="module")
def made(dataset: Dataset, pool: Pool) -> Made:
    part, vectors, empty = embedded(
        dataset, pool.only(pool.wrong), embedding="tfidf", part="trace", seed=0
    )
    assert empty == 0
    found = clusters_of(vectors.matrix, part.item, k=3, seed=0)
    texts = texts_of_pool(dataset, part, "trace")
    return part, vectors, found, cards_of(part, vectors.matrix, texts, found, show_text=1)


def test_each_kind_has_a_card_with_its_phrases(made: Made) -> None:
    part, _, found, cards = made
    assert len(cards) == 3
    whole = [f"first {said} and again {said} number #" for said in SAID]
    for card in cards:
        (kind,) = (k for k, one in enumerate(whole) if all(p.text in one for p in card.phrases))
        inside = {
            part.labels["level of kind"].names[c]
            for c in part.labels["level of kind"].code[found.label == card.number - 1].tolist()
        }
        assert inside == {f"kind-{kind}"}
        assert 1 <= len(card.phrases) <= TOLD
        for phrase in card.phrases:
            assert phrase.inside == 1.0 > phrase.outside
            assert phrase.z > 2.0
        assert SAID[kind] in card.texts[0]
        assert len(card.texts) == 1
        assert card.confirmed


def test_counts_on_cards_are_those_of_the_pool(made: Made) -> None:
    part, _, found, cards = made
    assert sum(card.size for card in cards) == len(part)
    for card in cards:
        mine = found.label == card.number - 1
        assert card.size == mine.sum() == sum(card.outcomes.values())
        assert card.items == len(np.unique(part.item[mine]))
        assert card.share.value == pytest.approx(card.size / len(part))
        assert card.share.low < card.share.value < card.share.high
        assert card.outcomes.get("truncated", 0) == (part.outcome[mine] == 2).sum()
        assert card.length == np.median(part.length[mine])


def test_medoids_are_of_the_cluster_and_of_different_items(made: Made) -> None:
    part, vectors, found, cards = made
    place = {uid: i for i, uid in enumerate(part.uid.tolist())}
    for card in cards:
        mine = [place[uid] for uid in card.medoids]
        assert len(mine) == TYPICAL
        assert {found.label[i] for i in mine} == {card.number - 1}
        assert len({part.item[i] for i in mine}) == TYPICAL
        near = vectors.matrix @ found.centres[card.number - 1]
        assert near[mine[0]] == pytest.approx(near[found.label == card.number - 1].max(), abs=1e-5)


def test_what_is_in_no_cluster_has_a_card_of_its_own(dataset: Dataset, made: Made) -> None:
    part, vectors, found, _ = made
    label = found.label.copy()
    label[::9] = -1
    texts = texts_of_pool(dataset, part, "trace")
    cards = cards_of(part, vectors.matrix, texts, replace(found, label=label), show_text=2)
    last = cards[-1]
    assert [card.number for card in cards] == [1, 2, 3, 0]
    assert (last.name, last.phrases, last.medoids, last.texts) == ("no cluster", (), (), ())
    assert last.confirmed is None
    assert math.isnan(last.overlap)
    assert outside_of(cards) == last.size == (label == -1).sum()


def test_samples_in_no_cluster_alone_and_no_samples(dataset: Dataset, made: Made) -> None:
    part, vectors, found, _ = made
    texts = texts_of_pool(dataset, part, "trace")
    none = replace(
        found, label=np.full(len(part), -1), k=0, centres=found.centres[:0], confirmed=(),
        overlap=(),
    )  # fmt: skip
    (card,) = cards_of(part, vectors.matrix, texts, none, show_text=0)
    assert (card.number, card.size) == (0, len(part))
    empty = part.only(np.zeros(len(part), dtype=bool))

    def silent() -> Iterator[tuple[np.ndarray, list[str]]]:
        return iter(())

    nothing = clusters_of(vectors.matrix[:0], empty.item, k=None, seed=0)
    assert cards_of(empty, vectors.matrix[:0], silent, nothing, show_text=3) == ()


def test_cards_are_drawn_with_their_outcomes(made: Made) -> None:
    cards = made[3]
    for card in cards:
        drawn = card_of(card, "a note")
        assert drawn.incorrect + drawn.truncated == card.size
        assert drawn.note == "a note"
        name = cluster_name(card)
        assert name.phrases[0] == card.phrases[0].text
        assert not name.outside


def test_a_map_has_each_label_once_and_what_is_in_no_cluster_unnamed(made: Made) -> None:
    part, vectors, found, _ = made
    cluster = np.where(np.arange(len(part)) % 5 == 0, 3, found.label)
    content = map_content(
        part,
        fit_map(vectors.matrix, "pca", seed=0),
        title="a map",
        subtitle="of failures",
        cluster=(cluster, ("1", "2", "3", NONE)),
        first="outcome",
        texts=[f"text {i}" for i in range(len(part))],
    )
    names = [label.name for label in content.labels]
    assert names[0] == "outcome"
    assert sorted(names) == sorted({*names})
    (clusters,) = (label for label in content.labels if label.name == "cluster")
    assert (clusters.codes == -1).tolist() == (cluster == 3).tolist()
    assert content.ids == tuple(part.uid.tolist())
    assert content.texts[-1] == f"text {len(part) - 1}"
    assert content.shown_of is None
    assert content.method == "PCA"
