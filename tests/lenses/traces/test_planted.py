"""Planted marks are found and held out, what length explains is said, each part comes alone."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest

import reasonscape
from reasonscape.findings.thresholds import PHRASE_ODDS
from reasonscape.lenses.traces.lengths import standardised
from reasonscape.planted.failure_words import MARKS
from tests.lenses.traces.conftest import Traced, result_of
from tests.pooling.samples import imported

PARTS = ("tsne", "clusters", "phrases", "length", "interactive")
TABLES = {
    "tsne": set(), "clusters": {"clusters"}, "phrases": {"phrases", "held_out_phrases"},
    "length": {"lengths"}, "interactive": set(),
}  # fmt: skip
PICTURES = {
    "tsne": {"map"}, "clusters": {"clusters"}, "phrases": {"phrases"}, "length": {"lengths"},
    "interactive": {"interactive"},
}  # fmt: skip


def pairs(text: str) -> set[tuple[str, str]]:
    """Words that stand side by side."""
    return set(pairwise(text.replace(",", "").split()))


def test_planted_marks_are_found_with_their_odds_and_held_out(traced: Traced) -> None:
    run = traced("phrases")
    found = result_of(run).phrases
    assert found is not None
    for mark, wrong, right in MARKS[:2]:  # the third marks a right end, in too few of so few
        # A phrase of two to four words says it, maybe with a word that always stands beside it.
        parts = [one for one in found.marking if pairs(one.text) & pairs(mark)]
        assert parts, mark
        for one in parts:
            assert (one.found.odds > 1.0) == (wrong > right)
            assert one.found.low < one.found.odds < one.found.high
            assert one.found.q < 0.05
            assert 1 <= len(one.examples) <= 3
    assert all(
        one.found.odds >= PHRASE_ODDS or one.found.odds <= 1.0 / PHRASE_ODDS
        for one in found.marking
    )
    (claim,) = run.findings
    assert claim.pattern == "telling_phrases"
    assert claim.verdict == "present"
    assert {one.text for one in found.held_out} >= {
        row["phrase"] for row in claim.evidence["held_out"]
    }


def test_examples_have_the_phrase_and_ended_as_it_says(traced: Traced) -> None:
    result = result_of(traced("phrases"))
    assert result.phrases is not None
    place = {uid: i for i, uid in enumerate(result.pool.uid.tolist())}
    for one in result.phrases.marking:
        for uid in one.examples:
            assert bool(result.pool.wrong[place[uid]]) == (one.found.odds > 1.0)
        assert one.texts == ()  # nobody asked for texts


def test_counts_are_of_traces_that_ended_in_cells_with_both_ends(traced: Traced) -> None:
    result = result_of(traced("phrases"))
    pool, found = result.pool, result.phrases
    assert found is not None
    wrong = right = 0
    ended = pool.outcome != 2
    for stratum in np.unique(pool.stratum).tolist():
        mine = (pool.stratum == stratum) & ended
        bad = int((mine & pool.wrong).sum())
        good = int((mine & ~pool.wrong).sum())
        wrong, right = wrong + bad * (good > 0), right + good * (bad > 0)
    assert (found.wrong, found.right) == (wrong, right)


def test_what_length_explains_is_marked(tmp_path_factory: pytest.TempPathFactory) -> None:
    rng = np.random.default_rng(2)
    rows = []
    for i in range(240):
        third = i % 3
        wrong = bool(rng.random() < (0.1, 0.5, 0.9)[third])
        said = ["we look at it", "now we go on", "it is not clear"] * (1 + 4 * third)
        # One goes with length, and only so with a wrong end; the other with the end.
        said += ["and so it goes on"] * int(rng.random() < (0.1, 0.5, 0.9)[third])
        said += ["that cannot hold"] * int(rng.random() < (0.8 if wrong else 0.1))
        rows.append(
            {
                "model": "m", "base_task": "t", "item_id": str(i), "correct": not wrong,
                "params": {"n": i // 3 % 2}, "response": ". ".join(said) + f". take {i}",
                "completion_tokens": 40 + 100 * third + i % 7,
            }
        )  # fmt: skip
    path = imported(tmp_path_factory.mktemp("lengths"), rows)
    found = result_of(reasonscape.traces(path, analysis="phrases")).phrases
    assert found is not None
    explained = {one.text: one.explained for one in found.marking}
    told = {one for text, one in explained.items() if text in "that cannot hold"}
    assert told == {False}
    told = {one for text, one in explained.items() if text in "and so it goes on"}
    assert told == {True}, explained


@pytest.mark.parametrize("part", PARTS)
def test_each_part_comes_alone(traced: Traced, part: str) -> None:
    run = traced(part, layout="pca")
    tables = run.lens.tables(run.results)
    assert set(tables) == TABLES[part] | {"traces"}
    assert {one.name for one in run.drawings} == PICTURES[part]
    patterns = {one.pattern for one in run.findings}
    assert patterns == {
        "clusters": {"risky_cluster"}, "phrases": {"telling_phrases"}
    }.get(part, set())  # fmt: skip
    assert list(run.figures)


def test_all_is_every_part(traced: Traced) -> None:
    run = traced(layout="pca")
    assert {one.name for one in run.drawings} == set().union(*PICTURES.values())
    assert run.drawings[0].name == "phrases"
    table = run.lens.tables(run.results)["traces"]
    assert {"x2", "y2", "x3", "y3", "z3", "cluster"} <= set(table)
    assert {len(column) for column in table.values()} == {len(result_of(run).pool)}


def test_a_map_by_tsne_places_every_trace(traced: Traced) -> None:
    found = result_of(traced("tsne")).maps[2].get()
    assert found.method == "tsne"
    assert np.isfinite(found.place).all()
    assert len(found.place) == len(result_of(traced("tsne")).pool)


def test_a_group_that_ends_wrong_is_found_at_equal_difficulty(traced: Traced) -> None:
    run = traced("clusters", k=4)
    result = result_of(run)
    (claim,) = run.findings
    assert claim.pattern == "risky_cluster"
    worst = max(result.risks, key=lambda one: one.found.odds)
    assert worst.wrong > 0.9
    for one in result.risks:
        assert result.cluster is not None
        mine = np.asarray(result.cluster == result.risks.index(one))
        assert one.card.size == int(mine.sum()) == one.found.wrong + one.found.right
        assert one.wrong == pytest.approx(float(result.pool.wrong[mine].mean()))


def test_lengths_are_those_of_each_outcome(traced: Traced) -> None:
    result = result_of(traced("length"))
    pool = result.pool
    assert sum(len(one.lengths) for one in result.lengths) == len(pool)
    by_name = {one.name: one for one in result.lengths}
    right = by_name["correct"]
    assert right.median.value == pytest.approx(float(np.median(pool.length[pool.outcome == 0])))
    assert right.median.low <= right.median.value <= right.median.high
    standard = standardised(pool)
    for eval_ in (0, 1):
        mine = standard[pool.eval == eval_]
        assert (mine.mean(), mine.std()) == (pytest.approx(0.0), pytest.approx(1.0))


def test_one_name_of_an_analysis_may_be_given_bare(traced: Traced) -> None:
    run = traced("length")
    assert json.loads(json.dumps(run.options.analysis)) == ["length"]
    assert "length" in repr(run.options)
