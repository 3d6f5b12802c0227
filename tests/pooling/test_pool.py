"""The pool against direct queries: counts, items, labels and strata."""

from __future__ import annotations

from collections import Counter

import numpy as np

import reasonscape
from reasonscape.datasets.config import Dataset
from reasonscape.pooling.pool import USED, Pool
from tests.pooling.conftest import pool_of
from tests.pooling.samples import ITEMS, REPEATS


def test_counts_are_those_of_a_direct_query(dataset: Dataset, pool: Pool) -> None:
    frame = reasonscape.samples(dataset, columns=["eval_id", "base_task", "outcome"])
    mine = Counter(
        (pool.evals[e], pool.base_tasks[t], USED[o])
        for e, t, o in zip(
            pool.eval.tolist(), pool.task.tolist(), pool.outcome.tolist(), strict=True
        )
    )
    assert mine == Counter(frame.rows())
    assert len(pool) == 2 * 2 * ITEMS * REPEATS == len(set(pool.uid.tolist()))


def test_an_item_is_one_for_all_evals_and_never_shared_by_tasks(pool: Pool) -> None:
    assert len(np.unique(pool.item)) == 2 * ITEMS
    assert np.bincount(pool.item).tolist() == [2 * REPEATS] * (2 * ITEMS)
    for item in np.unique(pool.item).tolist():
        mine = pool.item == item
        assert len(set(pool.task[mine].tolist())) == 1
        assert set(pool.eval[mine].tolist()) == {0, 1}


def test_a_stratum_is_of_one_eval_and_one_task(pool: Pool) -> None:
    for stratum in np.unique(pool.stratum).tolist():
        mine = pool.stratum == stratum
        for held in (pool.eval, pool.task):
            assert len(set(held[mine].tolist())) == 1


def test_every_label_stands_once_and_the_kind_and_the_model_always(pool: Pool) -> None:
    # The kind is the task and an eval is a model here: neither is said twice. No loop, no tier.
    assert list(pool.labels) == [
        "kind", "variant", "level of kind", "level of n", "model", "outcome", "stop",
    ]  # fmt: skip
    assert pool.kind == "task"
    assert pool.labels["kind"].names == ("adding", "proving")
    assert pool.labels["model"].names == ("one", "two")
    assert pool.labels["kind"].of_item
    assert not pool.labels["model"].of_item
    assert pool.labels["outcome"].names == ("correct", "incorrect", "truncated")


def test_one_kind_and_one_model_are_kept_and_said(dataset: Dataset) -> None:
    found = pool_of(dataset, '{"model": "one", "base_task": "adding"}', "task")
    assert found.labels["kind"].levels() == found.labels["model"].levels() == 1


def test_only_cuts_every_array_and_label(pool: Pool) -> None:
    keep = pool.outcome == 1
    part = pool.only(keep)
    assert len(part) == int(keep.sum()) == len(part.item) == len(part.labels["kind"].code)
    assert part.uid.tolist() == pool.uid[keep].tolist()
    assert part.labels["kind"].stratum.tolist() == pool.labels["kind"].stratum[keep].tolist()
    again = pool.only(np.flatnonzero(keep))
    assert again.uid.tolist() == part.uid.tolist()
    nothing = pool.only(np.zeros(len(pool), dtype=bool))
    assert len(nothing) == 0
    assert nothing.uids_by_task() == {}


def test_ids_by_task_are_all_ids_in_the_order_of_the_pool(pool: Pool) -> None:
    found = pool.uids_by_task()
    assert list(found) == ["adding", "proving"]
    assert [uid for uids in found.values() for uid in uids] == pool.uid.tolist()


def test_lengths_are_tokens_where_all_have_them(pool: Pool) -> None:
    assert pool.unit == "tokens"
    assert pool.length.min() == 30.0
    assert pool.visible.all()
    assert pool.measured.all()


def test_wrong_is_what_is_not_right(pool: Pool) -> None:
    assert pool.wrong.tolist() == (pool.outcome > 0).tolist()
