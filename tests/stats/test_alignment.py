"""Alignment of clusters with labels: its null, its interval, what composition cannot fake."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reasonscape.stats.alignment import (
    Alignment,
    LabelCodes,
    align,
    align_all,
    alignment_difference,
    shared_samples,
)
from reasonscape.stats.item_jackknife import item_groups, jackknife_interval
from reasonscape.stats.label_tables import informative

IntArray = NDArray[np.int64]
SKEW = np.array([[0.9, 0.5, 0.2], [0.2, 0.5, 0.9]])
ROWS = st.lists(
    st.tuples(st.integers(-1, 2), st.integers(-1, 3), st.integers(0, 7)), min_size=1, max_size=40
)


def failures(
    seed: int, items: int, kind_pull: float, model_pull: float, fails: NDArray[np.float64]
) -> tuple[IntArray, dict[str, LabelCodes], IntArray]:
    """Two models fail items of three kinds; samples lie in four clusters."""
    rng = np.random.default_rng(seed)
    of = rng.integers(0, 3, items)
    failed = rng.random((items, 2)) < fails[:, of].T
    item, model = np.nonzero(failed)
    kind = of[item]
    source = rng.choice(3, len(item), p=[kind_pull, model_pull, 1 - kind_pull - model_pull])
    cluster = np.choose(source, [kind, model, rng.integers(0, 4, len(item))])
    sets = (failed @ [1, 2])[item]
    labels = {
        "kind": LabelCodes(kind, "item"),
        "kind in sets": LabelCodes(kind, "item", sets),
        "model": LabelCodes(model, "sample"),
    }
    return cluster, labels, item


def aligned(seed: int, kind_pull: float, model_pull: float) -> dict[str, Alignment]:
    cluster, labels, item = failures(seed, 120, kind_pull, model_pull, SKEW)
    return align_all(cluster, labels, item, permutations=59, groups=20, seed=seed)


def test_clusters_that_follow_the_kind_align_with_it_alone() -> None:
    found = [aligned(seed, 0.6, 0.0) for seed in range(30)]
    assert all(one["kind"].p <= 0.02 and one["kind in sets"].p <= 0.02 for one in found)
    assert sum(one["model"].p <= 0.05 for one in found) <= 5
    # Without items the model would get credit for the kinds it fails: all of it is composition.
    assert np.mean([one["model"].ami for one in found]) > 0.02
    assert abs(np.mean([one["model"].excess for one in found])) < 0.01


def test_clusters_that_follow_the_model_give_the_kind_no_credit_in_sets() -> None:
    found = [aligned(seed, 0.0, 0.6) for seed in range(30)]
    assert np.mean([one["model"].p <= 0.05 for one in found]) > 0.85
    assert sum(one["kind in sets"].p <= 0.05 for one in found) <= 5
    assert np.mean([one["kind"].p <= 0.05 for one in found]) > 0.9


def test_repeats_that_stay_together_raise_no_alarm() -> None:
    rng = np.random.default_rng(3)
    p, naive, excess = [], [], []
    for seed in range(30):
        item = np.repeat(np.arange(60), rng.integers(1, 9, 60))
        cluster, kind = rng.integers(0, 4, 60)[item], rng.integers(0, 5, 60)[item]
        label = {"kind": LabelCodes(kind, "item")}
        one = align_all(cluster, label, item, permutations=99, seed=seed)["kind"]
        alone = align_all(cluster, label, np.arange(len(item)), permutations=99, seed=seed)
        p.append(one.p)
        naive.append(alone["kind"].p)
        excess.append(one.excess)
    assert np.mean(np.array(p) <= 0.05) <= 0.12
    assert np.mean(np.array(naive) <= 0.05) > 0.6
    assert abs(np.mean(excess)) < 0.02


def test_disjoint_models_cannot_be_told_from_their_items() -> None:
    cluster, labels, item = failures(1, 80, 0.0, 0.8, np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]]))
    found = align_all(cluster, labels, item, permutations=99)["model"]
    assert (found.informative, found.p) == (0, 1.0)
    assert math.isnan(found.excess)
    assert math.isnan(found.excess_low)
    assert found.ami > 0.1
    assert not shared_samples(labels, item).any()


def test_the_interval_covers_the_excess() -> None:
    truth_pool = failures(0, 60_000, 0.4, 0.2, np.full((2, 3), 0.7))
    truth = align_all(*truth_pool, permutations=3, groups=2)
    difference = truth["kind"].excess - truth["model"].excess
    held = []
    for seed in range(1, 51):
        found = align_all(*failures(seed, 100, 0.4, 0.2, np.full((2, 3), 0.7)), permutations=25)
        gap = alignment_difference(found["kind"], found["model"])
        kind = found["kind"]
        held.append(
            (
                kind.excess_low <= truth["kind"].excess <= kind.excess_high,
                kind.ami_low <= truth["kind"].ami <= kind.ami_high,
                gap.low <= difference <= gap.high,
            )
        )
    assert np.all(np.mean(held, axis=0) >= 0.86)


def test_shared_samples_even_out_what_few_shared_items_hide() -> None:
    cluster, labels, item = failures(2, 3000, 0.0, 0.5, np.full((2, 3), 0.3))
    keep = shared_samples(labels, item)
    whole = align_all(cluster, labels, item, permutations=20)["model"]
    part = align_all(cluster[keep], _kept(labels, keep), item[keep], permutations=20)["model"]
    assert part.informative == part.n == int(keep.sum())
    assert whole.informative == part.n < whole.n / 2
    assert part.excess > 1.3 * whole.excess


def _kept(labels: dict[str, LabelCodes], keep: NDArray[Any]) -> dict[str, LabelCodes]:
    return {
        name: replace(
            label,
            codes=np.asarray(label.codes)[keep],
            stratum=None if label.stratum is None else np.asarray(label.stratum)[keep],
        )
        for name, label in labels.items()
    }


def test_a_label_does_not_depend_on_the_others_nor_rows_on_their_order() -> None:
    cluster, labels, item = failures(4, 60, 0.3, 0.1, SKEW)
    every = align_all(cluster, labels, item, permutations=50, seed=9)
    alone = align_all(cluster, {"model": labels["model"]}, item, permutations=50, seed=9)
    assert alone["model"] == every["model"]
    assert alone["model"].excess_without.tolist() == every["model"].excess_without.tolist()
    order = np.random.default_rng(1).permutation(len(item))
    moved = align_all(cluster[order], _kept(labels, order), item[order], permutations=50, seed=9)
    for name, one in every.items():
        assert moved[name] == one
        assert moved[name].ami_without.tolist() == one.ami_without.tolist()


@given(ROWS)
def test_any_rows_give_an_answer_within_bounds(rows: list[tuple[int, int, int]]) -> None:
    cluster, label, item = np.array(rows).T
    found = align_all(
        cluster, {"loop": LabelCodes(label, "sample")}, item, permutations=9, groups=5
    )["loop"]
    known = (cluster >= 0) & (label >= 0)
    assert (found.n, found.missing) == (known.sum(), (~known).sum())
    assert found.items == len(np.unique(item[known]))
    where = informative(np.where(cluster >= 0, label, -1), item, "sample")
    assert found.informative == where.sum()
    assert 0.1 <= found.p <= 1.0
    if found.informative == 0:
        assert found.p == 1.0
    if not math.isnan(found.excess):
        assert found.excess <= 1.0 + 1e-9
        assert not found.excess_low > found.excess + 1e-9
    renamed = align_all(
        np.where(cluster >= 0, 5 - cluster, -1),
        {"loop": LabelCodes(label, "sample")},
        item,
        permutations=9,
        groups=5,
    )["loop"]
    assert renamed.ami == pytest.approx(found.ami, abs=1e-9)


def test_degenerate_pools() -> None:
    none = align_all([], {"a": LabelCodes([], "item")}, [])["a"]
    assert (none.n, none.items, none.p, none.ami) == (0, 0, 1.0, 1.0)
    assert math.isnan(none.excess)
    one = align_all([0], {"a": LabelCodes([3], "sample")}, [7], permutations=5)["a"]
    assert (one.n, one.p) == (1, 1.0)
    assert math.isnan(one.ami_low)
    same = align_all([0] * 6, {"a": LabelCodes([0, 1, 2] * 2, "item")}, range(6))["a"]
    assert (same.p, same.ami, same.mi) == (1.0, 0.0, 0.0)
    assert math.isnan(same.excess)
    untried = align_all([0, 1] * 4, {"a": LabelCodes([0, 1] * 4, "item")}, range(8), permutations=0)
    assert untried["a"].p == 1.0
    assert math.isnan(untried["a"].null_mean)


def test_bad_input() -> None:
    group, rng = np.array([0, 1]), np.random.default_rng(1)
    with pytest.raises(ValueError, match="length"):
        align([0, 1], [0], [0, 1], by="item", group=group, rng=rng)
    with pytest.raises(ValueError, match="within an item"):
        align([0, 1], [0, 1], [0, 0], by="item", group=group, rng=rng)
    with pytest.raises(ValueError, match="within an item"):
        align([0, 1], [0, 0], [0, 0], by="item", stratum=[0, 1], group=group, rng=rng)
    with pytest.raises(ValueError, match="two groups"):
        item_groups(5, 1, rng)
    labels = {"a": LabelCodes([0, 1, 0, 1], "item")}
    two, three = (
        align_all([0, 1, 0, 1], labels, range(4), permutations=3, groups=g)["a"] for g in (2, 3)
    )
    with pytest.raises(ValueError, match="same groups"):
        alignment_difference(two, three)


def test_jackknife_of_a_mean_is_students_interval() -> None:
    x = np.array([1.0, 2.0, 4.0, 4.0, 9.0])
    low, high = jackknife_interval(4.0, (x.sum() - x) / 4)
    # R: t.test(c(1, 2, 4, 4, 9))$conf.int
    assert (low, high) == pytest.approx((0.1729345, 7.8270655), abs=1e-6)
    assert math.isnan(jackknife_interval(1.0, np.array([1.0]))[0])
    assert math.isnan(jackknife_interval(1.0, np.array([1.0, math.nan, 2.0]))[1])
    assert np.bincount(item_groups(3, 40, np.random.default_rng(1))).tolist() == [1, 1, 1]


def test_the_corrected_jackknife_takes_off_the_bias_of_a_variance() -> None:
    x = np.random.default_rng(2).normal(size=30)
    without = np.array([np.delete(x, index).var() for index in range(30)])
    low, high = jackknife_interval(float(x.var()), without, corrected=True)
    assert (low + high) / 2 == pytest.approx(x.var(ddof=1))  # R: var(x), without bias
    assert jackknife_interval(5.0, np.array([5.0, 5.0, 4.0]), corrected=True)[0] <= 5.0
    assert math.isnan(jackknife_interval(1.0, np.array([1.0, math.nan]), corrected=True)[0])


def test_repeats_that_raise_ami_lie_in_its_interval_with_the_truth() -> None:
    held = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        item = np.repeat(np.arange(80), 4)
        label = {"kind": LabelCodes(rng.integers(0, 6, 80)[item], "item")}
        one = align_all(rng.integers(0, 4, 80)[item], label, item, permutations=0)["kind"]
        assert one.ami > 0.0
        assert one.ami_low <= one.ami <= one.ami_high
        held.append(one.ami_low <= 0.0)
    assert np.mean(held) > 0.85
