"""Faults: processes killed at random moments, and what is left of the store.

    python benchmarks/faults.py [--kills 200] [--seed 0] [--out trials.jsonl] [--read trials.jsonl]

A store with content is copied for each trial, and the real command line works on the copy until it
is killed (SIGKILL): some at any moment of its undisturbed duration, others between its first change
of the tables and its end. Then the store is opened, its content compared row by row with that
before and after an undisturbed run, verified, the operation done again in full, and the content
compared and verified once more. Printed is a table: `before` and `after` are the content that was
found after the kill, `clean` that after a compaction nothing of the killed process is there.
`--out` appends each trial to a file and leaves out those that it has; `--read` prints one.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.fault_kills import kill_lines, kills
from benchmarks.fault_world import World


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--out", type=Path, help="append each trial, leave out those that are there"
    )
    parser.add_argument("--read", type=Path, help="print the trials of such a file")
    given = parser.parse_args()
    trials = read(given.read or given.out)
    if given.read is None:
        done = frozenset((t["operation"], t["number"]) for t in trials)
        with tempfile.TemporaryDirectory(prefix="reasonscape-faults-") as folder:
            for trial in kills(World(Path(folder)), given.kills, given.seed, done):
                trials.append(trial)
                if given.out:
                    with given.out.open("a") as file:
                        file.write(json.dumps(trial) + "\n")
    print("\n".join(kill_lines(trials)))


def read(path: Path | None) -> list[dict[str, Any]]:
    """Trials of a file, none where it is not there."""
    if path is None or not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]


if __name__ == "__main__":
    main()
