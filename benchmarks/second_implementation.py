"""Numbers of this package against R, on real samples: the largest difference of each estimator.

    python benchmarks/second_implementation.py DATASET.json ... [--tasks N] [--items M] [--evals E]

A slice is one base task under two of its evals, at most M items. Its numbers (item, cell,
levels, outcome, tokens) are written to a temporary folder, read by tests/reference/second.R, and
measured by this package. Printed for each estimator: slices in which both state it, numbers
compared, the largest difference (relative above 1), and, where it is above 1e-8, what it is held to
instead and why. Needs Rscript with the packages survival and cmprsk.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import reasonscape as rs
from reasonscape.datasets.config import Dataset
from reasonscape.datasets.task_traces import EvalTraces, task_traces
from reasonscape.lenses.hazard.ends import COLUMNS, RIGHT, Ends, ends_of
from reasonscape.stats.codes import dense_codes, row_codes
from reasonscape.store.filters.conditions import EVERYTHING
from tests.reference.second import Slice, differences, explained, ours, run_r

CLOSE = 1e-8
FEWEST = 60
"""Samples below which a slice is not worth a line."""


def slices(dataset: Dataset, tasks: int, items: int, evals: int) -> Iterator[tuple[str, Slice]]:
    """Two evals of each base task, the first items of both."""
    for base_task in dataset.store().base_tasks()[:tasks]:
        found = task_traces(dataset, dataset.where(EVERYTHING), base_task, columns=COLUMNS)
        if found is None:
            continue
        sides = [one for one in found.evals if len(one.rows)][: 2 * evals]
        for first in range(0, len(sides), 2):
            pair = sides[first : first + 2]
            part = slice_of(pair, items)
            names = " / ".join(one.label for one in pair)
            if part is not None and len(part.item) >= FEWEST:
                yield f"{base_task}: {names}", part


def slice_of(pair: list[EvalTraces], items: int) -> Slice | None:
    """Samples of one or two evals that have an outcome and a count of tokens or bytes."""
    counted = all(np.isfinite(one.rows.numbers["completion_tokens"]).any() for one in pair)
    ends: list[Ends] = [ends_of(one, "tokens" if counted else "trace_bytes") for one in pair]
    if any(len(one) < FEWEST // 2 for one in ends):
        return None
    side = np.repeat(np.arange(len(ends)), [len(one) for one in ends])
    coords = np.concatenate([one.coords for one in ends])
    if not coords.shape[1]:
        coords = np.zeros((len(coords), 1), dtype=np.int64)
    item = np.concatenate([one.item for one in ends])
    keep = np.isin(item, np.unique(item)[:items])
    coords, cause = coords[keep], np.concatenate([one.cause for one in ends])[keep]
    level = dense_codes(coords[:, 0])[0]
    other = dense_codes(coords[:, 1])[0] if coords.shape[1] > 1 else np.zeros_like(level)
    cell = row_codes(coords)[0]
    time = np.concatenate([one.time for one in ends])[keep].astype(np.int64)
    return Slice(
        side[keep], dense_codes(item[keep])[0], cell, level, other,
        (cause == RIGHT).astype(np.int64), cause, time,
    )  # fmt: skip


def main() -> None:
    """Compare every slice; print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("datasets", nargs="+", type=Path, metavar="DATASET.json")
    parser.add_argument("--tasks", type=int, default=8, help="base tasks of each dataset")
    parser.add_argument("--items", type=int, default=150, help="items of a slice")
    parser.add_argument("--evals", type=int, default=1, help="pairs of evals of a task")
    asked = parser.parse_args()
    if shutil.which("Rscript") is None:
        parser.error("Rscript is not on the path")
    found: dict[str, list[tuple[float, int, str]]] = {}
    count = samples = 0
    for path in asked.datasets:
        for name, part in slices(rs.open(path), asked.tasks, asked.items, asked.evals):
            print(f"{name}: {len(part.item)} samples", file=sys.stderr, flush=True)
            try:
                with tempfile.TemporaryDirectory() as folder:
                    theirs = run_r(part, Path(folder))
            except RuntimeError as error:
                print(f"R ends with an error in {name}: {str(error).splitlines()[0]}")
                continue
            mine = ours(part)
            count, samples = count + 1, samples + len(part.item)
            for estimator, apart in differences(mine, theirs).items():
                found.setdefault(estimator, []).append((apart, len(theirs[estimator]), name))
    print_table(found, count, samples)


def print_table(found: dict[str, list[tuple[float, int, str]]], count: int, samples: int) -> None:
    """One line an estimator, the largest difference first."""
    print(f"{count} slices, {samples:,} samples")
    print(f"{'estimator':24s} {'slices':>6s} {'numbers':>7s} {'largest':>9s}")
    for name, rows in sorted(found.items(), key=lambda one: -max(one[1])[0]):
        worst, _, where = max(rows)
        limit, why = explained().get(name, (CLOSE, ""))
        verdict = "" if worst <= CLOSE else f"within {limit:g}: {why}"
        if worst > limit:
            verdict = f"ABOVE {limit:g} in {where}"
        numbers = sum(n for _, n, _ in rows)
        print(f"{name:24s} {len(rows):6d} {numbers:7d} {worst:9.1e}  {verdict}".rstrip())


if __name__ == "__main__":
    main()
