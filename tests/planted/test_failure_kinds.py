"""Failures that have a shape: what is planted can be found, and nothing else."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from reasonscape.planted.design import mechanism_plan
from reasonscape.planted.failure_kinds import FOLLOWS, failing_texts, failure_truth, item_kind
from reasonscape.planted.failure_words import FAILINGS, KINDS, MARKS
from reasonscape.planted.planting import plant
from reasonscape.planted.records import truth_record
from reasonscape.planted.samples import planted_samples
from reasonscape.store.sample import Sample


@cache
def planted(mechanism: str) -> list[Sample]:
    return list(planted_samples(mechanism_plan(mechanism, seed=1)))


def clusters(texts: list[str], k: int, seeds: int) -> list[np.ndarray]:
    """Labels of scikit-learn's own pipeline, each fitted on another four fifths of the texts."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    weights = TfidfVectorizer(sublinear_tf=True, min_df=2).fit_transform(texts)
    vectors = normalize(TruncatedSVD(16, random_state=0).fit_transform(weights))
    found = []
    for seed in range(seeds):
        some = np.random.default_rng(seed).permutation(len(texts))[: len(texts) * 4 // 5]
        fitted = KMeans(k, n_init=2, random_state=seed).fit(vectors[some])
        found.append(fitted.predict(vectors))
    return found


def agreement(a: object, b: object) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(a, b))


@pytest.mark.parametrize(("mechanism", "k"), [("kinds", 3), ("kinds-by-model", 2)])
def test_groups_follow_what_they_are_planted_to_follow(mechanism: str, k: int) -> None:
    texts, kind, model, _ = failing_texts(3, 90, chars=1500, mechanism=mechanism)
    first, second = clusters(texts, k, 2)
    of = {"kind": agreement(kind, first), "model": agreement(model, first)}
    followed = FOLLOWS[mechanism]
    assert 0.8 <= of.pop(followed) < 1
    assert abs(of.popitem()[1]) < 0.03
    assert agreement(first, second) > 0.95


def test_without_groups_no_number_of_clusters_is_stable() -> None:
    texts, kind, model, _ = failing_texts(3, 90, chars=1500, mechanism="kinds-none")
    for k in (2, 3):
        labels = clusters(texts, k, 4)
        stable = [agreement(a, b) for i, a in enumerate(labels) for b in labels[:i]]
        assert np.mean(stable) < 0.6
        assert max(agreement(kind, labels[0]), agreement(model, labels[0])) < 0.1


def test_failing_texts_are_drawn_from_the_seed_and_differ() -> None:
    made = failing_texts(5, 30, repeats=2, chars=600)
    again, other = failing_texts(5, 30, repeats=2, chars=600), failing_texts(6, 30, chars=600)
    assert made[0] == again[0]
    assert len(set(made[0])) == 120
    assert not set(made[0]) & set(other[0])
    assert all(np.array_equal(a, b) for a, b in zip(made[1:], again[1:], strict=True))
    assert np.bincount(made[3]).tolist() == [4] * 30
    assert (made[1] == made[3] % 3).all()


def test_failing_texts_are_about_as_long_as_asked() -> None:
    sizes = [len(text) for text in failing_texts(1, 200, chars=4000)[0]]
    assert np.mean(sizes) == pytest.approx(4000, rel=0.05)
    assert min(sizes) > 1800
    assert max(sizes) < 6200


@pytest.mark.parametrize("mechanism", FOLLOWS)
def test_a_store_has_all_kinds_of_failure(mechanism: str) -> None:
    samples = planted(mechanism)
    wrong = [s for s in samples if not s.correct]
    assert len(samples) == 960
    assert 330 < len(wrong) < 450
    assert {s.model for s in samples} == {f"{mechanism}-1", f"{mechanism}-2"}
    assert len({s.reasoning for s in samples}) == 960
    ends = Counter(s.stop if s.stop == "length" else str(s.answered) for s in wrong)
    assert min(ends["length"], ends["False"]) >= 3
    assert ends["True"] > 300
    by_level = [np.mean([s.correct for s in samples if s.params["length"] == n]) for n in (3, 24)]
    assert by_level[0] - by_level[1] > 0.4
    assert Counter(s.labels["kind"] for s in samples) == dict.fromkeys(KINDS, 320)


@pytest.mark.parametrize("mechanism", FOLLOWS)
def test_phrases_are_in_the_shares_that_the_truth_names(mechanism: str) -> None:
    samples = planted(mechanism)
    for phrase, *shares in MARKS:
        for correct, share in zip((False, True), shares, strict=True):
            texts = [s.reasoning or "" for s in samples if s.correct is correct]
            found = np.mean([phrase in text.lower() for text in texts])
            assert found == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / len(texts)))


def test_right_traces_say_nothing_of_what_went_wrong() -> None:
    said = re.compile("|".join(re.escape(word) for bank in FAILINGS for word in (*bank.x, *bank.z)))
    for mechanism in FOLLOWS:
        for sample in planted(mechanism):
            if sample.correct:
                assert not said.search(sample.reasoning or "")


def test_the_kind_belongs_to_the_item() -> None:
    kinds: dict[str | None, str] = {}
    for sample in planted("kinds"):
        kind = sample.labels["kind"]
        assert kinds.setdefault(sample.item_id, kind) == kind
        assert kind == item_kind(int(str(sample.item_id)[-3:]))
        asked = {"carrying": "columns", "premises": "premises", "units": "centimetres"}[kind]
        assert asked in str(sample.prompt)


def test_the_truth_names_groups_words_and_phrases() -> None:
    record = json.loads(json.dumps(truth_record(mechanism_plan("kinds")), allow_nan=False))
    for group in record["groups"]:
        said = group["failures"]
        assert (said["label"], said["follow"], said["groups"]) == ("label.kind", "kind", 3)
        assert said["alignment"] == {"kind": True, "model": False}
        assert "carry" in said["words"][0]
        assert said["marks"][0] == {"phrase": "wait, that cannot be", "wrong": 0.4, "right": 0.08}
    by_model = failure_truth("kinds-by-model")["failures"]
    assert by_model["alignment"] == {"kind": False, "model": True}
    assert len(by_model["words"]) == 2
    none = failure_truth("kinds-none")["failures"]
    assert (none["groups"], none["words"], none["crossed"]) == (1, [], 0.0)
    assert "failures" not in truth_record(mechanism_plan("cliff"))["groups"][0]


def test_planting_again_changes_nothing(tmp_path: Path) -> None:
    plan = mechanism_plan("kinds", items=3, repeats=1)
    assert plant(plan, tmp_path / "k.json").changed
    assert not plant(plan, tmp_path / "k.json").changed
    truth = json.loads((tmp_path / "k.truth.json").read_text())
    assert truth["groups"][0]["failures"]["follow"] == "kind"
