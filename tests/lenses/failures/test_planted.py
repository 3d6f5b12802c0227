"""What the planted failures follow is found; where they follow nothing, nothing is claimed."""

from __future__ import annotations

import numpy as np
import pytest

from reasonscape.findings.verdict import judge
from reasonscape.lenses.failures.alignments import following
from reasonscape.lenses.failures.following import follows, kind_over_model
from reasonscape.planted.failure_kinds import failing_texts
from reasonscape.planted.failure_words import FAILINGS
from reasonscape.pooling.labels import Label
from reasonscape.pooling.pool import Pool
from reasonscape.pooling.selection import whole_subject
from reasonscape.runs.lens_run import tests_of
from tests.lenses.failures.bare import bare
from tests.lenses.failures.conftest import Run, verdicts


def test_three_kinds_are_three_clusters_that_follow_the_kind_and_not_the_model(
    failed: Run,
) -> None:
    run = failed("kinds")
    assert verdicts(run) == {
        "clusters_follow_kind": "present",
        "clusters_follow_model": "absent",
        "kind_over_model": "present",
    }
    (result,) = run.results
    assert result.k == 3
    assert result.pool.kind == "kind"
    kind = result.label("kind")
    assert kind.found.ami > 0.5
    assert kind.found.p <= 0.01
    assert result.label("model").found.p > 0.05
    assert all(one.verdict != "present" for one in run.findings if one.eval_id)


def test_words_of_each_planted_failing_are_on_a_card_of_their_own(failed: Run) -> None:
    cards = failed("kinds").results[0].cards
    told = []
    for card in cards:
        said = " ".join(one.text for one in card.phrases)
        hits = [sum(f"{word} " in f"{said} " for word in (*b.x, *b.y, *b.z)) for b in FAILINGS]
        told.append(int(np.argmax(hits)))
    assert sorted(told) == [0, 1, 2]


def test_failures_by_model_follow_the_model_and_the_kind_does_not_win(failed: Run) -> None:
    run = failed("kinds-by-model")
    found = verdicts(run)
    assert found["clusters_follow_model"] == "present"
    assert found["clusters_follow_kind"] == "absent"
    assert found["kind_over_model"] == "absent"
    assert run.results[0].k == 2
    # Each model's failures lie in a cluster of its own.
    own = [one for one in run.findings if one.pattern == "dominant_cluster"]
    assert [one.verdict for one in own] == ["present", "present"]
    assert len({one.evidence["cluster"] for one in own}) == 2


def test_where_nothing_is_planted_nothing_is_present(failed: Run) -> None:
    assert all(one.verdict != "present" for one in failed("kinds-none").findings)


def test_counts_are_those_of_the_store(failed: Run) -> None:
    run = failed("kinds")
    (result,) = run.results
    wrong = sum(run.counts["by_outcome"][name] for name in ("incorrect", "truncated", "unanswered"))
    assert result.counts["failures"] == wrong
    assert result.counts["clustered"] + sum(result.left_out.counts().values()) == wrong
    assert sum(card.size for card in result.cards) == len(result.pool)


def arrays() -> tuple[Pool, np.ndarray]:
    """A pool of planted failures of 60 items by two models, and their kinds."""
    _, kind, model, item = failing_texts(1, 60, chars=40)
    n = len(item)
    none = np.zeros(n, dtype=np.int64)
    ones = np.ones(n, dtype=bool)
    names = ("model-0", "model-1")
    pool = Pool(
        uid=np.array([f"{i:04d}" for i in range(n)], dtype=object), task=none, eval=model,
        item=item, outcome=none + 1, stratum=model, length=np.ones(n), looped=~ones, visible=ones,
        measured=ones, base_tasks=("t",), evals=names, eval_labels=names, models=names,
        unit="tokens", kind="kind",
        labels={
            "kind": Label(kind, ("a", "b", "c"), True, none),
            "model": Label(model, names, False, none),
        },
    )  # fmt: skip
    return pool, kind


def test_a_label_dealt_again_over_items_aligns_with_nothing() -> None:
    pool, kind = arrays()
    alarms = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        # Clusters are the true kinds with a tenth of them astray; the label is dealt over items.
        cluster = np.where(rng.random(len(kind)) < 0.1, rng.integers(3, size=len(kind)), kind)
        dealt = rng.permutation(kind[::2])[pool.item]
        label = Label(dealt, ("a", "b", "c"), True, np.zeros_like(dealt))
        null = bare(pool, {**pool.labels, "kind": label}, cluster)
        made = judge(
            whole_subject(pool),
            (follows(null, "kind"), follows(null, "model"), kind_over_model(null)),
            tests_of("failures"),
        )
        alarms += any(one.verdict == "present" for one in made)
    assert alarms <= 1
    true = bare(pool, dict(pool.labels), kind)
    (found,) = judge(whole_subject(pool), (follows(true, "kind"),), tests_of("failures"))
    assert found.verdict == "present"


@pytest.mark.parametrize("few", [19, 20])
def test_under_twenty_items_nothing_is_said(few: int) -> None:
    pool, kind = arrays()
    keep = pool.item < few
    found = following(pool.only(keep), kind[keep], 3, permutations=19, seed=0)
    refused = {one.reason for one in found.aligned}
    assert refused == ({"few_items"} if few < 20 else {""})
