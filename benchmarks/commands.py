"""Whole commands, process start included, against their limits.

    python benchmarks/commands.py data/real.json          # a dataset of real logs
    python benchmarks/commands.py data/ten_million.json   # a planted one, see planted_rate.py

Prints the median and the minimum of several runs after one that warms the file cache, and the
ratio to the limit: 0.15 s for ``--help``, 0.35 s for ``evals`` (0.6 s from 5 million rows on).
"First" is after a commit, when the store remembers nothing yet.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 7
MANY_ROWS = 5_000_000


def seconds(*words: str, forget: Path | None = None) -> list[float]:
    """Wall seconds of several runs of one command; ``forget`` is removed before each."""
    command = [sys.executable, str(ROOT / "analyze.py"), *words]
    taken = []
    for _ in range(RUNS + 1):
        if forget is not None:
            shutil.rmtree(forget, ignore_errors=True)
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return taken[1:]


def line(name: str, taken: list[float], limit: float) -> str:
    """One row of the report."""
    middle = statistics.median(taken)
    return (
        f"{name:<34} median {middle:.3f} s  min {min(taken):.3f} s  "
        f"limit {limit:.2f} s  ratio {middle / limit:.2f}"
    )


def main() -> None:
    """Time ``--help`` and, for each dataset given, ``evals``."""
    print(line("--help", seconds("--help"), 0.15))
    for dataset in sys.argv[1:]:
        from reasonscape.datasets.config import Dataset

        rows = Dataset.open(dataset).store().row_count()
        limit = 0.6 if rows >= MANY_ROWS else 0.35
        cache = Dataset.open(dataset).store_path / "cache"
        first = seconds("evals", dataset, forget=cache)
        print(line(f"evals ({rows:,} rows), first", first, limit))
        print(line(f"evals ({rows:,} rows), again", seconds("evals", dataset), limit))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
