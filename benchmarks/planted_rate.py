"""How fast rows are planted: samples with texts, samples without, Arrow batches, a whole store.

    python benchmarks/planted_rate.py [ROWS]

ROWS is for the Arrow batches (default 1,000,000). The ratio is to drawing the numbers alone.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from reasonscape.planted.bulk import bulk_plan, planted_batches
from reasonscape.planted.draws import draw_group
from reasonscape.planted.planting import plant
from reasonscape.planted.samples import planted_samples
from reasonscape.planted.workflow import workflow_plan


def _rate(name: str, work: Callable[[], int], reference: float | None = None) -> float:
    began = time.perf_counter()
    rows = work()
    seconds = time.perf_counter() - began
    ratio = "" if reference is None else f"  {seconds / rows / reference:6.1f} x drawing"
    print(f"{name:34s} {rows:>11,d} rows {seconds:7.2f} s {rows / seconds:>12,.0f} rows/s{ratio}")
    return seconds / rows


def _drawn(rows: int) -> int:
    plan = bulk_plan(rows)
    return sum(len(draw_group(plan, task, model)[1].cell) for task, model in plan.groups())


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    workflow = workflow_plan()
    drawing = _rate("drawing", lambda: _drawn(rows))
    _rate(
        "arrow batches", lambda: sum(b.num_rows for b in planted_batches(bulk_plan(rows))), drawing
    )
    bare = replace(workflow, texts=False)
    _rate("samples without texts", lambda: sum(1 for _ in planted_samples(bare)), drawing)
    _rate("samples with texts", lambda: sum(1 for _ in planted_samples(workflow)), drawing)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        _rate("store with texts", lambda: plant(workflow, target / "w.json").rows, drawing)
        _rate("store of batches", lambda: plant(bulk_plan(rows), target / "b.json").rows, drawing)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MiB")


if __name__ == "__main__":
    main()
