"""Planted rows without texts as Arrow batches: tens of millions of them, no object per row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from reasonscape.planted.design import DEPTH, LENGTH, Plan, PlannedAxis, PlannedEval, PlannedTask
from reasonscape.planted.draws import Draws, draw_group
from reasonscape.planted.keys import content_hashes, key_endings, sample_keys
from reasonscape.planted.mechanisms import OUTPUT_KINDS, reference
from reasonscape.planted.samples import item_name, planted_source
from reasonscape.planted.truth import GroupTruth, positions
from reasonscape.store.identity import eval_id
from reasonscape.store.schema import LABEL, PARAM

BATCH_ROWS = 131_072


def planted_batches(plan: Plan) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a plan as Arrow batches; each holds one (eval, task) or part of it.

    The rows are those of `planted_samples` for the same plan without texts: same draws, same
    identities.

    Parameters
    ----------
    plan
        What to plant; it must ask for no texts.

    Yields
    ------
    pyarrow.RecordBatch
        At most 131,072 rows with the declared columns of ``samples`` except
        ``import_id``, then ``param.*`` and ``label.*`` of the task.

    Examples
    --------
    >>> plan = bulk_plan(1, tasks=1, evals=1)
    >>> sum(batch.num_rows for batch in planted_batches(plan)) == plan.rows
    True
    """
    first_row = 1
    for task in plan.tasks:
        names = [item_name(c, i) for c in range(task.cells) for i in range(task.items)]
        endings = key_endings(task)
        item_ids = pa.array(np.repeat(np.array(names), task.repeats), pa.string())
        for planned in plan.evals:
            truth, draws = draw_group(plan, task, planned)
            batch = _batch(plan, task, planned, truth, draws, item_ids, endings, first_row)
            first_row += task.rows
            for start in range(0, batch.num_rows, BATCH_ROWS):
                yield batch.slice(start, BATCH_ROWS)


def bulk_plan(rows: int, *, tasks: int = 12, evals: int = 8, seed: int = 0) -> Plan:
    """Return a plan of about that many rows without texts: the store that speed is measured on.

    Parameters
    ----------
    rows
        Rows wanted; items a cell are rounded to at least 1.
    tasks, evals
        How many of each; models go through the mechanisms in turn, and every third task has a
        chance level of .25.

    Examples
    --------
    >>> plan = bulk_plan(10_000_000)
    >>> len(plan.tasks), len(plan.evals), plan.rows
    (12, 8, 10027008)
    """
    axes = (LENGTH, DEPTH, PlannedAxis("width", (1.0, 2.0, 3.0, 4.0), "Width"))
    cells = 8 * 6 * 4
    repeats = 4
    items = max(round(rows / (tasks * evals * cells * repeats)), 1)
    return Plan(
        "planted-bulk",
        tuple(
            PlannedTask(
                f"task-{number:02d}", axes, items, repeats, chance=0.25 if number % 3 == 0 else 0.0
            )
            for number in range(1, tasks + 1)
        ),
        tuple(
            PlannedEval(f"model-{number}", reference(OUTPUT_KINDS[number % len(OUTPUT_KINDS)]))
            for number in range(evals)
        ),
        seed=seed,
        texts=False,
    )


def _batch(
    plan: Plan,
    task: PlannedTask,
    planned: PlannedEval,
    truth: GroupTruth,
    draws: Draws,
    item_ids: pa.Array,
    endings: list[bytes],
    first_row: int,
) -> pa.RecordBatch:
    n, cap = task.rows, truth.mechanism.thinking.cap
    evaluated = eval_id(planned.model, planned.template, planned.sampler)

    def constant(value: Any, kind: pa.DataType) -> pa.Array:
        return pa.nulls(n, kind) if value is None else pa.repeat(pa.scalar(value, kind), n)

    text, whole = pa.string(), pa.int32()
    stops = pa.DictionaryArray.from_arrays(
        pa.array(draws.truncated.astype(np.int8)), pa.array(["stop", "length"])
    )
    columns: dict[str, pa.Array] = {
        "sample_uid": pa.array(sample_keys(evaluated, task, endings), text),
        "eval_id": constant(evaluated, text),
        "model": constant(planned.model, text),
        "template": constant(planned.template, text),
        "sampler": constant(planned.sampler, text),
        "base_task": constant(task.name, text),
        "task": constant(task.name, text),
        "item_id": item_ids,
        "item_hash": constant(None, text),
        "repeat": pa.array(draws.repeat),
        "correct": pa.array(draws.correct),
        "score": constant(None, pa.float64()),
        "grade_source": constant("native", text),
        "chance": constant(task.chance, pa.float64()),
        "chance_source": constant("row", text),
        "answered": pa.array(draws.answered),
        "stop": stops.dictionary_decode(),
        "stop_source": constant("native", text),
        "max_tokens": constant(cap, whole),
        "prompt_tokens": constant(None, whole),
        "completion_tokens": pa.array(draws.tokens),
        "reasoning_tokens": constant(None, whole),
        "tokens_source": constant("native", text),
        "source": constant(planted_source(plan), text),
        "source_row": pa.array(np.arange(first_row, first_row + n, dtype=np.int32)),
        "content_hash": pa.array(content_hashes(task, draws, cap), text),
    }
    columns |= _coordinates(task, draws)
    return pa.RecordBatch.from_pydict(columns)


def _coordinates(task: PlannedTask, draws: Draws) -> dict[str, pa.Array]:
    level = positions(task)[draws.cell]
    found: dict[str, pa.Array] = {}
    for index, axis in enumerate(task.axes):
        if axis.numeric:
            values = np.array(axis.levels, dtype=np.float64)
            found[PARAM + axis.name] = pa.array(values[level[:, index]])
        else:
            names = pa.array(list(axis.levels), pa.string())
            found[LABEL + axis.name] = names.take(pa.array(level[:, index]))
    return found
