"""Comparisons whose answer is known: paired, unpaired, mixed, and the ways they go wrong."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

import reasonscape as rs
from reasonscape.errors import FilterError, NoRowsError, UsageError
from reasonscape.runs.comparison_tables import discordant
from tests.runs.comparison_logs import as_drawn, dataset_of, first, rows

MANY = range(100)


def test_paired_is_mcnemar_on_the_same_items(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path, rows("a", MANY, lambda i, _: i < 46), rows("b", MANY, lambda i, _: 12 <= i < 50)
    )
    run = rs.compare(dataset, "a", "b")
    one = run.comparisons[0]
    # statsmodels mcnemar([[34, 12], [4, 50]], exact=True): 0.076812744140625
    assert one.p == pytest.approx(0.076812744140625, abs=1e-12)
    assert one.q == one.p
    assert one.effect.value == pytest.approx(0.08)
    assert one.design == "paired"
    assert one.verdict == "not_decided"
    assert one.evidence["discordance"] == {
        "both": 34, "only_a": 12, "only_b": 4, "neither": 50, "a_more": 12, "b_more": 4,
    }  # fmt: skip
    assert one.n["pairs"] == 100
    assert "0.077" in one.statement


def test_sides_swapped_turn_every_sign(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path, rows("a", MANY, lambda i, _: i < 80), rows("b", MANY, lambda i, _: i < 50)
    )
    there, back = rs.compare(dataset, "a", "b"), rs.compare(dataset, "b", "a")
    assert there.comparisons[0].verdict == "a_better"
    assert back.comparisons[0].verdict == "b_better"
    assert back.comparisons[0].p == there.comparisons[0].p
    assert back.comparisons[0].effect.low == pytest.approx(-there.comparisons[0].effect.high)


def test_the_same_answers_are_no_difference_once_there_are_enough(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path, rows("a", range(400), lambda i, _: i % 3 > 0),
        rows("b", range(400), lambda i, _: i % 3 > 0),
    )  # fmt: skip
    one = rs.compare(dataset, "a", "b").comparisons[0]
    assert (one.verdict, one.p, one.effect.value) == ("no_difference", 1.0, 0.0)
    assert "no difference larger than 2 points" in one.statement
    narrow = rs.compare(dataset, "a", "b", margin=0.005).comparisons[0]
    assert (narrow.verdict, narrow.reason) == ("not_decided", "few_discordant")


def test_better_by_less_than_the_margin_says_both(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path, rows("a", range(2000), lambda i, _: True), rows("b", range(2000),
        lambda i, _: i >= 12),
    )  # fmt: skip
    one = rs.compare(dataset, "a", "b").comparisons[0]
    assert one.verdict == "a_better"
    assert "A is better, by less than 2 points" in one.statement


def test_repeats_weigh_items_not_samples(tmp_path: Path) -> None:
    """Ten completions each of 12 items, half of them better and half worse: nothing to claim."""
    dataset = dataset_of(
        tmp_path,
        rows("a", range(12), lambda i, r: i < 7, repeats=10),
        rows("b", range(12), lambda i, r: i >= 7, repeats=10),
    )
    one = rs.compare(dataset, "a", "b").comparisons[0]
    assert one.effect.value == pytest.approx(2 / 12)
    assert one.p == pytest.approx(0.7744140625)  # R binom.test(7, 12): 120 samples would say 0.01
    assert one.verdict == "not_decided"


def test_repeats_equal_all_sign_flips(tmp_path: Path) -> None:
    right_a, right_b = [3, 3, 2, 1, 3, 0, 2, 3, 3, 2, 1, 3], [1, 3, 0, 2, 1, 0, 1, 1, 0, 2, 0, 2]
    dataset = dataset_of(
        tmp_path,
        rows("a", range(12), lambda i, r: r < right_a[i], repeats=3),
        rows("b", range(12), lambda i, r: r < right_b[i], repeats=3),
    )
    d = np.array(right_a) - np.array(right_b)
    sums = [abs(np.dot(d, s)) for s in itertools.product([1, -1], repeat=12)]
    one = rs.compare(dataset, "a", "b").comparisons[0]
    assert one.p == pytest.approx(np.mean(np.array(sums) >= abs(d.sum())))
    assert one.effect.value == pytest.approx(d.sum() / 36)


def test_only_shared_prompts_are_paired_and_the_rest_is_counted(tmp_path: Path) -> None:
    """Simpson's trap: B has 60 easy items that A was not asked, and loses on the shared ones."""
    dataset = dataset_of(
        tmp_path,
        rows("a", range(40), lambda i, _: i % 2 == 0),
        rows("b", range(40), lambda i, _: i % 4 == 0),
        rows("b", range(40, 100), lambda i, _: True),
    )
    run = rs.compare(dataset, "a", "b")
    one = run.comparisons[0]
    assert (one.verdict, one.n["pairs"], one.n["only_a"], one.n["only_b"]) == (
        "a_better", 40, 0, 60,
    )  # fmt: skip
    assert one.evidence["all_items"] == pytest.approx({"a": 0.5, "b": 0.7})
    said = next(w for w in run.warnings if "not to be compared" in w)
    assert "they would say -20.0 points, the comparison +25.0" in said
    assert any("60 of B alone" in caveat for caveat in one.caveats)


def test_the_same_id_with_another_prompt_is_no_pair(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path,
        rows("a", MANY, lambda i, _: i < 70),
        rows("b", MANY, lambda i, _: i < 40, prompt="say what {i} is"),
    )
    one = rs.compare(dataset, "a", "b").comparisons[0]
    assert one.design == "unpaired"
    assert one.n["pairs"] == 0
    # R prop.test(c(70, 40), c(100, 100), correct = FALSE)$p.value: 2.00786561243e-05
    assert one.p == pytest.approx(2.00786561243e-05, rel=1e-6)
    assert any("not paired" in caveat for caveat in one.caveats)
    by_id = rs.compare(dataset, "a", "b", by_id=True).comparisons[0]
    assert (by_id.design, by_id.n["pairs"]) == ("paired", 100)
    assert any("different prompts" in caveat for caveat in by_id.caveats)


def test_items_without_a_prompt_are_not_paired_by_their_id(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path, rows("a", MANY, lambda i, _: i < 70, prompt=None),
        rows("b", MANY, lambda i, _: i < 40, prompt=None),
    )  # fmt: skip
    run = rs.compare(dataset, "a", "b")
    assert run.comparisons[0].design == "unpaired"
    assert any("--by-id" in warning for warning in run.warnings)
    assert rs.compare(dataset, "a", "b", by_id=True).comparisons[0].design == "paired"


def test_ungraded_are_dropped_and_truncated_count_as_wrong(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path,
        rows("a", range(60), lambda i, _: True),
        rows("b", range(20), lambda i, _: True),
        rows("b", range(20, 50), lambda i, _: None, stop="length"),
        rows("b", range(50, 60), lambda i, _: None),
    )
    run = rs.compare(dataset, "a", "b")
    one = run.comparisons[0]
    assert run.counts["b"]["dropped"] == {"ungraded": 10}
    assert (one.n["pairs"], one.n["only_a"], one.n["truncated_b"]) == (50, 10, 30)
    assert one.effect.value == pytest.approx(0.6)
    assert one.evidence["difference_if_truncated_otherwise"] == pytest.approx([0.0, 0.6])


def test_a_verdict_that_truncation_could_turn_says_so(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path,
        rows("a", range(60), lambda i, _: i < 36),
        rows("b", range(30), lambda i, _: i < 10),
        rows("b", range(30, 60), lambda i, _: None, stop="length"),
    )
    one = rs.compare(dataset, "a", "b").comparisons[0]
    assert one.verdict == "a_better"
    assert any("could turn it" in caveat for caveat in one.caveats)


def test_tasks_are_one_family_and_named_ones_are_planned(tmp_path: Path) -> None:
    logs = []
    for task, better in (("t1", 60), ("t2", 52), ("t3", 50)):
        logs += [
            rows("a", MANY, first(better), base_task=task),
            rows("b", MANY, lambda i, _: i < 50, base_task=task),
        ]
    dataset = dataset_of(tmp_path, *logs)
    run = rs.compare(dataset, "a", "b")
    assert [c.weighting for c in run.comparisons[:2]] == ["task", "item"]
    assert [c.base_task for c in run.comparisons[2:]] == ["t1", "t2", "t3"]
    assert (run.families["tasks"].method, run.families["tasks"].tests) == ("benjamini_hochberg", 3)
    t1 = run.comparisons[2]
    assert t1.q == pytest.approx(3 * (t1.p or math.nan))
    # equally many items a task: the same mean, and the same exact p
    assert run.comparisons[0].p == run.comparisons[1].p
    named = rs.compare(dataset, "a", "b", {"base_task": ["t1", "t2", "t3"]})
    assert named.families["tasks"].method == "holm"


def test_tasks_weigh_alike_whatever_their_size(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path,
        rows("a", range(200), lambda i, _: True, base_task="big"),
        rows("b", range(200), lambda i, _: True, base_task="big"),
        rows("a", range(20), lambda i, _: True, base_task="small"),
        rows("b", range(20), lambda i, _: False, base_task="small"),
    )
    run = rs.compare(dataset, "a", "b")
    assert run.comparisons[0].effect.value == pytest.approx(0.5)
    assert run.comparisons[1].effect.value == pytest.approx(20 / 220)


def test_discordant_items_are_named(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path,
        rows("a", range(20), lambda i, r: i != 3, repeats=2),
        rows("b", range(20), lambda i, r: i != 7 or r == 0, repeats=2),
    )
    found = discordant(rs.compare(dataset, "a", "b"))
    assert [(i["item_id"], i["right_a"], i["right_b"]) for i in found] == [("3", 0, 2), ("7", 2, 1)]


def test_groups_and_filters_make_sides(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path,
        rows("a-1", MANY, lambda i, _: i < 70),
        rows("a-2", MANY, lambda i, _: i < 60),
        rows("b", MANY, lambda i, _: i < 50),
    )
    run = rs.compare(dataset, {"model": {"like": "a-*"}}, "b")
    assert run.comparisons[0].effect.value == pytest.approx(0.15)
    assert any("A is a group" in warning for warning in run.warnings)
    two = rs.compare(dataset, filters={"model": ["a-1", "b"]})
    assert {side.label for side in two.sides} == {"a-1", "b"}


def test_cells_say_where(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path,
        rows("a", range(160), lambda i, _: True),
        rows("b", range(160), lambda i, _: i % 4 != 3),
    )
    run = rs.compare(dataset, "a", "b")
    (cells,) = run.cells
    assert run.families["cells"].tests == 4
    assert cells.difference.tolist() == [0.0, 0.0, 0.0, 1.0]
    assert (cells.q < 0.05).tolist() == [False, False, False, True]


@pytest.mark.parametrize("n", [1, 9])
def test_few_items_make_no_claim(tmp_path: Path, n: int) -> None:
    dataset = dataset_of(
        tmp_path, rows("a", range(n), lambda i, _: True), rows("b", range(n), lambda i, _: False)
    )
    one = rs.compare(dataset, "a", "b", power=True).comparisons[0]
    assert (one.verdict, one.reason) == ("not_decided", "few_items")


def test_all_right_on_both_sides(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path, rows("a", range(50), lambda i, _: True), rows("b", range(50), lambda i, _: True)
    )
    one = rs.compare(dataset, "a", "b", power=True).comparisons[0]
    assert (one.verdict, one.reason, one.p) == ("not_decided", "few_discordant", 1.0)
    assert one.evidence["plan"]["items_to_exclude"] > 50


def test_what_cannot_be_compared_is_one_sentence(tmp_path: Path) -> None:
    dataset = dataset_of(
        tmp_path,
        rows("a", range(20), lambda i, _: True),
        rows("b", range(20), lambda i, _: False),
        rows("c", range(20), lambda i, _: True, base_task="other"),
        rows("d", range(20), lambda i, _: None, base_task="other"),
    )
    with pytest.raises(UsageError, match="the same"):
        rs.compare(dataset, "a", "a")
    with pytest.raises(UsageError, match="both A and B"):
        rs.compare(dataset, "a", {"base_task": "t"})
    with pytest.raises(UsageError, match="only one side"):
        rs.compare(dataset, "a")
    with pytest.raises(UsageError, match="4 evals"):
        rs.compare(dataset)
    with pytest.raises(FilterError, match="no eval id begins so"):
        rs.compare(dataset, "a", "nobody")
    with pytest.raises(NoRowsError, match="no task has graded samples of both"):
        rs.compare(dataset, "a", "c")
    with pytest.raises(NoRowsError, match="no task has graded samples of both"):
        rs.compare(dataset, "c", "d")
    with pytest.raises(NoRowsError, match="is A"):
        rs.compare(dataset, "a", "c", {"base_task": "other"})
    for wrong in ({"margin": 0.0}, {"margin": 2}, {"target": -1.0}, {"bins": 1}):
        with pytest.raises(UsageError):
            rs.compare(dataset, "a", "b", **wrong)


def test_swapped_labels_are_rarely_claimed(tmp_path: Path) -> None:
    """Within each item A and B are named at random: claims are false, and at most one in 20."""
    rng = np.random.default_rng(11)
    logs = []
    for task in range(40):
        right = rng.random((2, 60)) < rng.beta(1.0, 1.0, 60)
        logs += [
            rows(m, range(60), as_drawn(right[s].tolist()), base_task=f"t{task}")
            for s, m in enumerate("ab")
        ]
    run = rs.compare(dataset_of(tmp_path, *logs), "a", "b")
    p = [one.p or 0.0 for one in run.comparisons[2:]]
    assert sum(value < 0.05 for value in p) <= 5  # binomial(40, 0.05): more in 1.4% of seeds
    assert not any(one.verdict.endswith("_better") for one in run.comparisons)
