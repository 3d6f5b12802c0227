"""The stores of ``load.py``: many rows without texts, in parts as users import them.

A handful of (eval, task) pairs is drawn with its traces' features and stands for all: the other
evals and tasks hold the same answers under names and keys of their own, hashed as an import hashes
them, so that `store verify` has nothing to say.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

    from reasonscape.planted.design import Plan

DRAWN_TASKS: Final = 3  # every third task of a plan has a chance level
DRAWN_EVALS: Final = 12
PART_EVALS: Final = 10
CELL_ROWS: Final = 8 * 6 * 4 * 4
PAIR_ROWS: Final = 13 * CELL_ROWS


def grid(rows: int) -> tuple[int, int, int]:
    """Tasks, evals and items a cell of a store of about that many rows.

    As many tasks as evals, and about 10,000 rows in each pair of them; two evals at least.

    Examples
    --------
    >>> grid(10**4), grid(10**8)
    ((1, 2, 7), (100, 100, 13))
    """
    evals = max(2, round((rows / PAIR_ROWS) ** 0.5))
    tasks = max(1, round(rows / PAIR_ROWS / evals))
    return tasks, evals, max(1, round(rows / (tasks * evals * CELL_ROWS)))


def plan_of(tasks: int, evals: int, items: int) -> Plan:
    """The plan of such a store."""
    from reasonscape.planted.bulk import bulk_plan

    return bulk_plan(tasks * evals * items * CELL_ROWS, tasks=tasks, evals=evals)


def processor() -> float:
    """Seconds of processor that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak() -> int:
    """Most memory that this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def drawn(plan: Plan) -> dict[tuple[int, int], pa.Table]:
    """Rows of the few pairs that are drawn, with features, by number of task and eval."""
    import pyarrow as pa

    from benchmarks.compression_speed import with_features
    from reasonscape.planted.bulk import planted_batches

    names = []
    batches = []
    for task_number, task in enumerate(plan.tasks[:DRAWN_TASKS]):
        for eval_number, planned in enumerate(plan.evals[:DRAWN_EVALS]):
            small = list(planted_batches(replace(plan, tasks=(task,), evals=(planned,))))
            names += [(task_number, eval_number)] * len(small)
            batches += small
    # One stream for all pairs: features that two had in common would be stored in half the room.
    found: dict[tuple[int, int], list[pa.RecordBatch]] = {}
    for name, batch in zip(names, with_features(iter(batches)), strict=True):
        found.setdefault(name, []).append(batch)
    return {name: pa.Table.from_batches(parts).combine_chunks() for name, parts in found.items()}


def part_batches(
    plan: Plan, pairs: dict[tuple[int, int], pa.Table], first: int, stop: int, first_row: int
) -> Iterator[pa.RecordBatch]:
    """All tasks of the evals from ``first`` to before ``stop``; a batch is one task."""
    import pyarrow as pa

    from reasonscape.planted.keys import key_endings

    endings = key_endings(plan.tasks[0])
    for number, task in enumerate(plan.tasks):
        tables = []
        for place in range(first, stop):
            table = pairs[number % DRAWN_TASKS, place % DRAWN_EVALS]
            tables.append(_renamed(table, plan, number, place, endings, first_row))
            first_row += task.rows
        yield from pa.concat_tables(tables).combine_chunks().to_batches()


def _renamed(
    table: pa.Table, plan: Plan, task: int, place: int, endings: list[bytes], first_row: int
) -> pa.Table:
    """The rows of a drawn pair as those of another: what names it, and what hashes its name."""
    import numpy as np
    import pyarrow as pa

    from reasonscape.planted.keys import sample_keys
    from reasonscape.store.identity import eval_id

    planned, name = plan.evals[place], plan.tasks[task].name
    evaluated = eval_id(planned.model, planned.template, planned.sampler)
    rows = np.arange(first_row, first_row + table.num_rows, dtype=np.int32)

    def constant(value: str) -> pa.Array:
        return pa.repeat(pa.scalar(value, pa.string()), table.num_rows)

    changed = {
        "sample_uid": pa.array(sample_keys(evaluated, plan.tasks[task], endings), pa.string()),
        "eval_id": constant(evaluated),
        "model": constant(planned.model),
        "base_task": constant(name),
        "task": constant(name),
        "source_row": pa.array(rows),
    }
    for column, values in changed.items():
        index = table.schema.get_field_index(column)
        table = table.set_column(index, table.schema.field(index), values)
    return table


def write_store(folder: Path, tasks: int, evals: int, items: int) -> Iterator[dict[str, Any]]:
    """Make a store in that folder, and say of each part what it cost."""
    from reasonscape.planted.filling import commit_batches
    from reasonscape.planted.records import dataset_config
    from reasonscape.store.tables import Store

    plan = plan_of(tasks, evals, items)
    pairs = drawn(plan)
    config = dataset_config(plan, "store")
    (folder / "load.json").write_text(json.dumps(config, indent=1))
    store = Store.create(folder / "store")
    for number, first in enumerate(range(0, evals, PART_EVALS)):
        stop = min(first + PART_EVALS, evals)
        rows = (stop - first) * plan.tasks[0].rows * tasks
        wall, used = time.perf_counter(), processor()
        batches = part_batches(plan, pairs, first, stop, 1 + first * tasks * plan.tasks[0].rows)
        commit_batches(store, batches)
        seconds = time.perf_counter() - wall
        print(f"part {number + 1}: {rows:,} rows in {seconds:.0f} s", file=sys.stderr)
        yield {
            "what": "bulk", "part": number + 1, "new": rows, "wall": seconds,
            "processor": processor() - used, "peak": peak(), "load": os.getloadavg()[0],
        }  # fmt: skip


def import_eval(config: Path, tasks: int, items: int, name: str) -> dict[str, Any]:
    """Import one more eval, row by row through the writer that every log goes through.

    Making the samples, about 10 us a row, is counted: a reader of logs makes them as well.
    """
    from itertools import islice

    from reasonscape.datasets.config import Dataset
    from reasonscape.planted.design import PlannedEval
    from reasonscape.planted.mechanisms import reference
    from reasonscape.planted.samples import planted_samples
    from reasonscape.store.writing import ImportWriter

    plan = replace(plan_of(tasks, 1, items), evals=(PlannedEval(name, reference("cliff")),))
    samples = planted_samples(plan)
    wall, used = time.perf_counter(), processor()
    with ImportWriter(Dataset.open(config).store()) as writer:
        while chunk := list(islice(samples, 4096)):
            writer.add(chunk)
        result = writer.commit()
    return {
        "what": "import",
        "new": result.added,
        "wall": time.perf_counter() - wall,
        "processor": processor() - used,
        "peak": peak(),
        "load": os.getloadavg()[0],
    }
