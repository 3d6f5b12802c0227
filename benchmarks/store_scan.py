"""What the store costs: listing evals, cells against a bare aggregate, rows written.

    python benchmarks/store_scan.py STORE [BASE_TASK]   # a store's folder: reading
    python benchmarks/store_scan.py --write ROWS        # writing rows with texts, and its memory

Reading prints the whole process of listing evals against its limit of 0.6 s, and the sums of all
cells over up to three axes against a bare two-level aggregate (item, then cell) over the same
files, in turn in one process, warm: the medians and their ratio against its limit of 1.5. Writing
prints microseconds of processor time a row and the peak memory against its limit of 1 GiB.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7
EVALS_LIMIT = 0.6
CELLS_LIMIT = 1.5
MEMORY_LIMIT_MIB = 1024
BATCH = 4000

EVALS = """
import sys
from reasonscape.store.filters.where import ALL
from reasonscape.store.selection.evals import eval_rows
from reasonscape.store.tables import Store
print(len(eval_rows(Store.open(sys.argv[1]), ALL)))
"""


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def read(path: str, base_task: str | None) -> None:
    """Measure reading and print."""
    from reasonscape.store.filters.where import ALL, quote_identifier
    from reasonscape.store.selection.cells import cell_sums
    from reasonscape.store.selection.grid import AxisExpression
    from reasonscape.store.selection.raw_cells import axis_columns
    from reasonscape.store.tables import Store

    command = [sys.executable, "-c", EVALS, path]
    listing = [seconds(lambda: subprocess.check_output(command, cwd=ROOT)) for _ in range(ROUNDS)]
    store = Store.open(path)
    task = base_task or store.base_tasks()[0]
    columns = axis_columns(store, task)[-3:]
    names = "".join(", " + quote_identifier(column) for column in columns)
    source = store.scan(("eval_id", "item_id", "item_hash", "correct", *columns), (task,))
    bare = (
        f"SELECT eval_id{names}, count(*), sum(m), sum(k) FROM (SELECT eval_id, item_id, "
        f"item_hash{names}, count(*) AS m, count_if(correct) AS k FROM {source} GROUP BY ALL) "
        "GROUP BY ALL"
    )
    axes = [AxisExpression(column) for column in columns]
    works: dict[str, Callable[[], object]] = {
        "bare": lambda: store.arrays(bare),
        "cells": lambda: cell_sums(store, ALL, task, axes),
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            taken[name].append(seconds(work))
    middle = {name: statistics.median(times) for name, times in taken.items()}
    whole = statistics.median(listing)
    print(f"{store.row_count():,} rows, {len(store.samples.files)} files of samples")
    print(f"evals, whole process   {whole:.3f} s  limit {EVALS_LIMIT} s")
    print(f"bare aggregate, {task}  {middle['bare']:.3f} s")
    ratio = middle["cells"] / middle["bare"]
    print(f"cell_sums, {task}  {middle['cells']:.3f} s  ratio {ratio:.2f}  limit {CELLS_LIMIT}")


def write(rows: int) -> None:
    """Measure writing and print; 1.6 kB of text a row, five base tasks."""
    from reasonscape.store.sample import Sample
    from reasonscape.store.tables import Store
    from reasonscape.store.writing import ImportWriter

    def sample(number: int) -> Sample:
        words = f"step {number % 97} follows from step {number % 89}; "
        return Sample(
            model=f"model-{number % 11}",
            base_task=f"task-{number % 5}",
            item_id=f"item-{number // 55}",
            params={"length": float(number % 16), "depth": float(number % 8)},
            labels={"format": "infix"},
            correct=number % 3 == 0,
            stop="stop",
            source="log",
            source_row=number + 1,
            prompt=words * 10,
            reasoning=words * 30 + str(number),
            response=words * 5,
        )

    spent = 0.0
    with tempfile.TemporaryDirectory() as folder, ImportWriter(Store.create(folder)) as writer:
        for start in range(0, rows, BATCH):
            before = time.thread_time()
            batch = [sample(number) for number in range(start, min(rows, start + BATCH))]
            spent += time.thread_time() - before
            writer.add(batch)
        writer.commit()
        whole = time.process_time() - spent
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{rows:,} rows written: {whole / rows * 1e6:.1f} us of processor time a row")
    print(f"peak memory {mib:.0f} MiB  limit {MEMORY_LIMIT_MIB} MiB")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1] == "--write":
        write(int(sys.argv[2]))
    else:
        read(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
