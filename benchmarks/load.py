"""Stores from ten thousand to a hundred million rows: what a row costs, and how much memory.

    python benchmarks/load.py [--rows 1e4 1e5 1e6] [--folder DIR] [--keep] [--only NAME ...]
    python benchmarks/load.py --pair 1e6          # one (eval, task) holds them all
    python benchmarks/load.py --out FILE.jsonl ... # appends; what is in the file is not done again
    python benchmarks/load.py --read FILE.jsonl [--picture FILE.png]

Plants rows without texts but with features of traces, in as many tasks as evals and about 10,000
rows in each pair, ten evals an import; then runs whole processes of the command line, one at a
time, without pictures; then imports one more eval row by row, as a log is imported. Prints for
each size and command microseconds of processor and of wall time a row, and peak memory. Processor
time is what to go by where others use the machine.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# Nothing heavy here: a child process counts the memory of the one that started it.
from benchmarks.load_commands import COMMANDS, command, ran
from benchmarks.load_report import table
from benchmarks.load_world import CELL_ROWS, grid, import_eval, write_store

IMPORT = "import"
BULK = "bulk"


class Results:
    """What was measured, in a file where one is named."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.found: list[dict[str, Any]] = []
        if path is not None and path.exists():
            self.found = [json.loads(line) for line in path.read_text().splitlines()]

    def has(self, series: str, size: int, what: str) -> bool:
        """Whether that was measured before."""
        key = (series, size, what)
        done = (r for r in self.found if r.get("late") or not r.get("exit"))
        return any((r["series"], r["size"], r["what"]) == key for r in done)

    def add(self, result: dict[str, Any]) -> None:
        """Keep one."""
        self.found.append(result)
        print(
            f"{result['series']} {result['size']:,}: {result['what']} "
            f"{result['processor']:.1f} s of processor, {result['wall']:.1f} s, "
            f"{result['peak'] / 2**20:.0f} MiB",
            file=sys.stderr,
        )
        if self.path is not None:
            with self.path.open("a") as file:
                file.write(json.dumps(result) + "\n")


def measure(
    series: str, size: int, folder: Path, results: Results, given: argparse.Namespace
) -> None:
    """Plant one store where it is not there, and run everything on it that has not been run."""
    shape = grid(size) if series == "grid" else (1, 2, max(1, round(size / CELL_ROWS)))
    config = folder / "load.json"
    tasks, evals, items = shape
    known = {"series": series, "size": size, "rows": tasks * evals * items * CELL_ROWS}
    known |= {"tasks": tasks, "evals": evals}
    me = str(Path(__file__).resolve())
    if not config.exists():
        folder.mkdir(parents=True, exist_ok=True)
        words = [me, "--child", "bulk", str(folder), *map(str, shape)]
        for line in ran(words, 1e9)["said"].splitlines():
            results.add({**known, **json.loads(line)})
        stored = sum(p.stat().st_size for p in (folder / "store").rglob("*") if p.is_file())
        results.add(
            {**known, "what": "size", "bytes": stored, "wall": 0, "processor": 0, "peak": 0}
        )
    for name in given.only or COMMANDS:
        if name in COMMANDS and not results.has(series, size, name):
            results.add({**known, **command(name, config, given.limit)})
    if (not given.only or IMPORT in given.only) and not results.has(series, size, IMPORT):
        words = [me, "--child", IMPORT, str(config), str(tasks), str(items), "model-new"]
        results.add({**known, **json.loads(ran(words, 1e9)["said"])})


def child(words: list[str]) -> None:
    """What runs in a process of its own: planting, and the import of one more eval."""
    if words[0] == BULK:
        for part in write_store(Path(words[1]), *map(int, words[2:])):
            print(json.dumps(part), flush=True)
    else:
        tasks, items = map(int, words[2:4])
        print(json.dumps(import_eval(Path(words[1]), tasks, items, words[4])))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rows", type=float, nargs="*", help="sizes of the grid of evals and tasks"
    )
    parser.add_argument("--pair", type=float, nargs="*", default=[], help="rows of one pair")
    parser.add_argument("--folder", type=Path, help="where the stores go; a temporary one without")
    parser.add_argument("--keep", action="store_true", help="leave the stores")
    parser.add_argument("--only", nargs="*", help=f"some of: {', '.join((*COMMANDS, IMPORT))}")
    parser.add_argument("--limit", type=float, default=3600, help="most seconds of one command")
    parser.add_argument("--out", type=Path, help="file to append to, and to go on from")
    parser.add_argument("--read", type=Path, help="print what is in such a file")
    parser.add_argument("--picture", type=Path, help="draw cost and memory by size")
    parser.add_argument("--child", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child)
        return
    results = Results(given.read or given.out)
    sizes = [] if given.read or given.pair else [1e4, 1e5, 1e6]
    series = [("grid", int(n)) for n in (sizes if given.rows is None else given.rows)]
    series += [("pair", int(n)) for n in given.pair]
    place = given.folder or Path(tempfile.mkdtemp())
    try:
        for name, size in series:
            folder = place / f"{name}-{size}"
            measure(name, size, folder, results, given)
            if not given.keep:
                shutil.rmtree(folder)
    finally:
        if given.folder is None:
            shutil.rmtree(place, ignore_errors=True)
    print("\n".join(table(results.found)))
    if given.picture is not None:
        from benchmarks.load_picture import draw

        draw(results.found, given.picture)


if __name__ == "__main__":
    main()
