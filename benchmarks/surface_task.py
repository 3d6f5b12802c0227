"""The surface lens on one task, pictures aside, against a bare two-level aggregate.

    python benchmarks/surface_task.py data/ten_million.json [BASE_TASK]

Prints the time of the lens (everything: count, read, models, findings), of its reading alone, of
its models for each (eval, surface), and of a bare DuckDB aggregate (item, then cell) over the
same files, run in turn in one process, warm; the median of several rounds and the ratios.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7
LIMIT = 1.5
MODELS_LIMIT_MS = 20.0


def bare_aggregate(dataset: Any, task: str, axes: list[str]) -> Callable[[], object]:
    """Item, then cell, and nothing else."""
    from reasonscape.store.filters.where import quote_identifier

    store = dataset.store()
    names = ", ".join(quote_identifier(axis) for axis in axes)
    source = store.scan(["eval_id", "item_id", "correct", *axes], {task})
    sql = f"""
        SELECT eval_id, {names}, count(*), sum(m), sum(k) FROM (
            SELECT eval_id, item_id, {names}, count(*) AS m, count_if(correct) AS k
            FROM {source} GROUP BY ALL
        ) GROUP BY ALL
    """
    return lambda: store.rows(sql)


def main() -> None:
    """Measure and print."""
    from reasonscape.datasets.config import Dataset
    from reasonscape.lenses import surface
    from reasonscape.lenses.lens import lens
    from reasonscape.runs.lens_run import run_lens
    from reasonscape.runs.selection import compiled

    dataset = Dataset.open(sys.argv[1])
    task = sys.argv[2] if len(sys.argv) > 2 else dataset.store().base_tasks()[0]
    filters = {"base_task": task}
    options = surface.Options()
    where = compiled(dataset, filters).where
    units = list(surface.select(dataset, where, options))
    bare = bare_aggregate(dataset, task, [axis.column for axis in units[0].axes])
    chosen = lens("surface")
    pairs = sum(len(unit.evals) for unit in units)
    steps: dict[str, Callable[[], object]] = {
        "bare aggregate": bare,
        "lens, reading": lambda: list(surface.select(dataset, where, options)),
        "lens, models": lambda: [chosen.measure(unit, options) for unit in units],
        "lens, all": lambda: run_lens("surface", dataset, filters, options),
    }
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(ROUNDS + 1):
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            taken[name].append(time.perf_counter() - start)
    middle = {name: statistics.median(times[1:]) for name, times in taken.items()}
    samples = sum(int(e.cells.n.sum()) for unit in units for e in unit.evals)
    print(f"{task}: {samples:,} samples, {pairs} (eval, surface) pairs")
    for name, value in middle.items():
        print(
            f"  {name:<16} {1000 * value:8.1f} ms  {value / middle['bare aggregate']:5.2f} x bare"
        )
    models = 1000 * middle["lens, models"] / pairs
    print(f"  models for each pair {models:.1f} ms (limit {MODELS_LIMIT_MS:.0f})")
    print(
        f"  reading against the limit of {LIMIT} x bare: "
        f"{middle['lens, reading'] / middle['bare aggregate'] / LIMIT:.2f}"
    )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
