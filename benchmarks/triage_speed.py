"""Triage on many rows: the whole command, and against a bare scan of what it reads.

    python benchmarks/triage_speed.py [--rows N]   # 1,000,000 where not given

Plants rows without texts, in 12 tasks and 8 evals, gives them drawn features of traces, and prints
the wall and processor time of `analyze.py triage` with its limit of 2 s for a million rows, of the
screen alone in a warm process, and of a bare DuckDB scan that decodes the same columns.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

LIMIT, ROUNDS = 2.0, 5


def seconds(work: Callable[[], object]) -> list[float]:
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return sorted(taken)


def bare_scan(dataset: Any) -> Callable[[], object]:
    """Every value of the columns that triage reads, task by task, and nothing else."""
    from reasonscape.store.filters.where import quote_identifier

    store = dataset.store()
    columns = (
        "eval_id", "task", "item_id", "item_hash", "correct", "stop", "answered", "chance",
        "completion_tokens", "f.version", "f.trace", "f.bytes", "f.loop_covered",
        "param.length", "param.depth", "param.width",
    )  # fmt: skip
    named = ", ".join(map(quote_identifier, columns))

    def scan() -> None:
        for task in store.base_tasks():
            store.rows(f"SELECT max(hash({named})) FROM {store.scan(columns, [task])}")

    return scan


def main() -> None:
    from benchmarks.compression_speed import planted
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.triage import triage

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = planted(Path(folder), options.rows)
        dataset = Dataset.open(config)
        rows = dataset.store().row_count()
        command = [sys.executable, str(ROOT / "analyze.py"), "triage", str(config)]
        subprocess.check_output(command)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        whole = seconds(lambda: subprocess.check_output(command))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) / ROUNDS
        warm, bare = seconds(lambda: triage(dataset)), seconds(bare_scan(dataset))
    limit = LIMIT * rows / 1e6
    kept = "kept" if statistics.median(whole) <= limit else "MISSED"
    print(
        f"{rows:,} rows, 12 tasks, 8 evals: command {statistics.median(whole):.2f} s (fastest "
        f"{whole[0]:.2f}), {processor:.2f} s of processor (limit {limit:.1f} s: {kept}); screen "
        f"alone {statistics.median(warm):.2f} s, bare scan {statistics.median(bare):.2f} s, ratio "
        f"{statistics.median(warm) / statistics.median(bare):.1f}; load {os.getloadavg()[0]:.1f} "
        f"on {os.cpu_count()} cores; at most {after.ru_maxrss // 1024} MiB"
    )


if __name__ == "__main__":
    main()
