"""Writers and readers of one store at the same time: is anything ever seen half, lost or doubled?

    python benchmarks/concurrency.py [--seconds 180] [--writers 4] [--readers 8] [--seed 0]

Each writer is a process that imports one small log after the other: into a new base task, into one
that all share, with a new column, the same log as its neighbour, over rows that all contend for,
and it deletes imports of its own. One more process compacts. Readers open the store and ask: every
log is there with as many rows as its name says or not at all, the contested rows are of one import,
every sample has its text, no key is twice, versions do not go back; now and then the command
`surface`, and `store verify`. Printed are counts of all that, with the rows at the end against
what the writers were told, the most attempts that a commit took, and the longest that a process
was silent.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from benchmarks.concurrency_readers import halves, read
from benchmarks.concurrency_writers import (
    CONTESTED,
    FIRST_ROWS,
    KINDS,
    first_import,
    read_diaries,
    tidy,
    write,
)
from benchmarks.fault_world import left_behind
from reasonscape.store.maintenance import compact, verify
from reasonscape.store.tables import Store

SPAWN: Final = multiprocessing.get_context("spawn")
STUCK_SECONDS: Final = 120.0

Lines = dict[str, list[dict[str, Any]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reasonscape-concurrency-") as name:
        folder = Path(name)
        stuck = run(folder, given.seconds, given.writers, given.readers, given.seed)
        diaries = folder / "diaries"
        print(f"{given.writers} writers and {given.readers} readers for {given.seconds:.0f} s")
        lines = read_diaries(diaries, "")
        for line in (
            *writer_lines(lines), *reader_lines(lines), *end_lines(folder / "store", lines),
            f"processes that hung     {len(stuck)}{' ' + ', '.join(stuck) if stuck else ''}",
        ):  # fmt: skip
            print(line)


def run(folder: Path, seconds: float, writers: int, readers: int, seed: int) -> list[str]:
    """Let all processes work at once; the names of those that had to be ended."""
    diaries, logs, dataset = folder / "diaries", folder / "logs", folder / "store.json"
    diaries.mkdir()
    logs.mkdir()
    Store.create(folder / "store")
    dataset.write_text('{"schema_version": 1, "name": "store", "store": "store"}')
    first_import(dataset, logs)
    ready = SPAWN.Barrier(writers + readers + 2)
    work: list[tuple[str, Any, tuple[Any, ...]]] = [
        *(("writer", write, (dataset, logs, diaries, n, seed, seconds)) for n in range(writers)),
        *(("reader", read, (dataset, diaries, n, seconds)) for n in range(readers)),
        ("tidier", tidy, (dataset, diaries, max(2.0, seconds / 12), seconds)),
    ]
    processes = [
        SPAWN.Process(target=target, args=(*args, ready), name=f"{name} {number}")
        for number, (name, target, args) in enumerate(work)
    ]
    for process in processes:
        process.start()
    ready.wait()
    until = time.time() + seconds
    while any(process.is_alive() for process in processes):
        time.sleep(1.0)
        left = until - time.time()
        print(f"\r{left:.0f} s left  ", end="", file=sys.stderr, flush=True)
        if left < -STUCK_SECONDS:
            break
    stuck = [process for process in processes if process.is_alive() or process.exitcode]
    for process in stuck:
        process.kill()
    return [f"{process.name} (exit {process.exitcode})" for process in stuck]


def writer_lines(lines: Lines) -> Iterator[str]:
    """What writers did: by kind, with attempts and seconds."""
    done = [line for name, told in lines.items() if name.startswith("writer") for line in told]
    yield f"{'writers':24}{'done':>6}{'errors':>8}{'rows':>8}{'attempts':>10}{'slowest':>9}"
    for kind in (*KINDS, "all"):
        part = [line for line in done if kind in ("all", line["kind"])]
        good = [line for line in part if "error" not in line]
        yield (
            f"  {kind:22}{len(good):6}{len(part) - len(good):8}"
            f"{sum(line.get('added', 0) + line.get('replaced', 0) for line in good):8}"
            f"{max((line.get('attempts', 0) for line in good), default=0):10}"
            f"{max((line['seconds'] for line in good), default=0.0):7.1f} s"
        )
    tries = Counter(line["attempts"] for line in done if "attempts" in line)
    yield "  attempts a commit       " + ", ".join(f"{n}: {tries[n]}" for n in sorted(tries))
    tidied = lines.get("tidier", [])
    yield (
        f"  compactions             {sum('error' not in line for line in tidied)}, "
        f"errors {sum('error' in line for line in tidied)}, "
        f"orphan texts dropped {sum(line.get('orphans', 0) for line in tidied)}"
    )
    for line in (*done, *tidied):
        if "error" in line:
            yield f"    {line.get('kind', 'compact')}: {line['error'][:200]}"


def reader_lines(lines: Lines) -> Iterator[str]:
    """What readers saw."""
    told = [line for name, lot in lines.items() if name.startswith("reader") for line in lot]
    bad = [what for line in told for what in line["found"]]
    yield (
        f"readers                 {len(told)} times opened and asked, "
        f"{len({line['version'] for line in told})} versions seen, "
        f"slowest {max((line['seconds'] for line in told), default=0.0):.1f} s"
    )
    yield f"  wrong answers, errors {len(bad):3}"
    for what, times in Counter(what[:200] for what in bad).most_common(8):
        yield f"    {times} x {what}"
    silent = [
        later["at"] - before["at"] for lot in lines.values() for before, later in pairwise(lot)
    ]
    yield f"longest silence         {max(silent, default=0.0):.1f} s"


def end_lines(path: Path, lines: Lines) -> Iterator[str]:
    """The store at the end against what writers were told."""
    done = [line for name, told in lines.items() if name.startswith("writer") for line in told]
    imported = [line for line in done if "error" not in line and line["kind"] != "delete"]
    added = sum(line["added"] for line in imported)
    gone = sum(line["deleted"] for line in done if "deleted" in line)
    store = Store.open(path)
    twins = Counter[str]()
    for line in imported:
        if line["kind"] == "twin":
            twins[line["log"]] += line["added"] - int(line["log"].split("-n")[1].split(".")[0])
    once = sum(1 for rest in twins.values() if rest <= 0)
    rows, told = store.row_count(), FIRST_ROWS + added - gone
    yield f"rows at the end         {rows}, told {FIRST_ROWS} + {added} added - {gone} deleted"
    yield f"  as told               {'yes' if rows == told else 'NO'}"
    yield f"logs brought twice      {len(twins)}, of which stored once {once}"
    contested = f"SELECT count(DISTINCT import_id) FROM {store.scan(('import_id',), [CONTESTED])}"
    yield f"contested rows are of   {store.rows(contested)[0][0]} import"
    yield f"half at the end         {len(list(halves(store)))}"
    report = verify(store)
    yield f"verify                  {'sound' if report.is_sound else report.problems}"
    yield f"left behind             {left_behind(store)} (orphan texts {report.orphan_texts})"
    compact(store, retention=0)
    yield f"  after a compaction    {left_behind(Store.open(path))}"


if __name__ == "__main__":
    main()
