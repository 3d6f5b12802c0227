from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from reasonscape.planted.bulk import BATCH_ROWS, bulk_plan, planted_batches
from reasonscape.planted.design import mechanism_plan
from reasonscape.planted.samples import planted_samples
from reasonscape.store.identity import eval_id, sample_uid
from reasonscape.store.repeats import RepeatCounts
from reasonscape.store.rows import KeyMaker
from reasonscape.store.schema import SAMPLE_COLUMNS

TYPES = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_()}  # fmt: skip  # noqa: E501


def test_batches_and_samples_are_the_same_rows() -> None:
    plan = replace(mechanism_plan("truncation", axes=3, items=1), texts=False)
    rows = [row for batch in planted_batches(plan) for row in batch.to_pylist()]
    for row, sample in zip(rows, planted_samples(plan), strict=True):
        assert sample.item_id is not None
        assert sample.repeat is not None
        evaluated = eval_id(sample.model, sample.template, sample.sampler)
        uid = sample_uid(
            evaluated, sample.base_task, sample.task, sample.item_id, None, sample.repeat
        )
        assert (row["eval_id"], row["sample_uid"]) == (evaluated, uid)
        keys = KeyMaker().keys([sample], RepeatCounts())
        assert row["content_hash"] == keys.hashes[0]
        for name in row.keys() & set(FIELDS):
            assert row[name] == getattr(sample, name), name
        for name, value in sample.params.items():
            assert row[f"param.{name}"] == value
        for name, label in sample.labels.items():
            assert row[f"label.{name}"] == label


FIELDS = [
    "model", "template", "sampler", "base_task", "task", "item_id", "repeat", "correct", "score",
    "chance", "chance_source", "answered", "stop", "stop_source", "max_tokens", "prompt_tokens",
    "completion_tokens", "reasoning_tokens", "tokens_source", "source", "source_row",
]  # fmt: skip


def test_columns_have_the_declared_names_and_types() -> None:
    batch = next(planted_batches(bulk_plan(1)))
    declared = {
        column.name: TYPES[column.type] for column in SAMPLE_COLUMNS if column.name != "import_id"
    }
    found = {field.name: field.type for field in batch.schema}
    assert {name: found[name] for name in declared} == declared
    assert {name for name in found if name not in declared} == {
        "param.length", "param.depth", "param.width",
    }  # fmt: skip


def test_the_plan_has_about_the_rows_asked_for() -> None:
    for rows in (100_000, 1_000_000, 10_000_000, 50_000_000):
        assert abs(bulk_plan(rows).rows / rows - 1) < 0.3
    plan = bulk_plan(10_000_000)
    assert (len(plan.tasks), len(plan.evals), plan.tasks[0].repeats) == (12, 8, 4)
    assert len(plan.tasks[0].axes) == 3


def test_batches_are_bounded_and_hold_one_task_each() -> None:
    batches = list(planted_batches(bulk_plan(135_000, tasks=1, evals=1)))
    assert [batch.num_rows for batch in batches] == [BATCH_ROWS, 135_168 - BATCH_ROWS]
    assert all(len(batch["base_task"].unique()) == 1 for batch in batches)
