"""Faults: killed processes, full disks, damaged files, and what reaches the disk when.

    python benchmarks/faults.py [kills|disk|damage|sync ...] [--kills 200] [--disks 30] [--seed 0]
                                [--out trials.jsonl] [--read trials.jsonl]

`kills`: a store with content is copied for each trial, and the real command line works on the copy
until it is killed (SIGKILL): some at any moment of its undisturbed duration, others between its
first change of the tables and its end. Then the store is opened, its content compared row by row
with that before and after an undisturbed run, verified, the operation done again in full, and the
content compared and verified once more. `before` and `after` are the content that was found,
`clean` that after a compaction nothing of the killed process is there. `--out` appends each trial
to a file and leaves out those that it has; `--read` prints such files.

`disk`: the same on disks of many sizes in memory (as root: `mount -t tmpfs`), from no room to
enough. `damage`: files of each kind removed, cut, emptied and changed by a bit; exit codes of the
commands, what `store verify` names, and whether an import of the logs again, or a compaction, makes
the store whole. `sync`: the order of the system's calls of an import, and what waiting costs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.fault_damage import damage_lines, damages, flipped_bits
from benchmarks.fault_disk import can_mount, full_disks, full_lines, full_output
from benchmarks.fault_kills import kill_lines, kills
from benchmarks.fault_sync import cost, order
from benchmarks.fault_world import World

PARTS: Final = ("kills", "disk", "damage", "sync")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="kills, disk, damage, sync; all by default")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--disks", type=int, default=30, help="sizes of the disk for an import")
    parser.add_argument("--bits", type=int, default=200, help="bits flipped, one a trial")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="append each kill, leave out those that are there")
    parser.add_argument("--read", type=Path, nargs="+", help="print the kills of such files")
    given = parser.parse_args()
    if given.read:
        print("\n".join(kill_lines([trial for path in given.read for trial in read(path)])))
        return
    if wrong := set(given.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(wrong))}")
    for part in given.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="reasonscape-faults-") as folder:
            for line in lines_of(part, Path(folder), given):
                print(line, flush=True)


def lines_of(part: str, folder: Path, given: argparse.Namespace) -> Iterator[str]:
    """Make and print one part."""
    if part == "kills":
        trials = read(given.out)
        done = frozenset((t["operation"], t["number"]) for t in trials)
        for trial in kills(World(folder), given.kills, given.seed, done):
            trials.append(trial)
            if given.out:
                with given.out.open("a") as file:
                    file.write(json.dumps(trial) + "\n")
        yield from kill_lines(trials)
    elif part == "disk":
        if not can_mount(folder):
            yield "full disks: not tried, this user may not mount (try: unshare -rm python ...)"
            return
        world = World(folder)
        found = [*full_disks(world, given.disks), *full_output(world, max(4, given.disks // 4))]
        yield from full_lines(found)
    elif part == "damage":
        world = World(folder, rows=45)
        yield flipped_bits(world, given.bits, given.seed)
        yield from damage_lines(list(damages(world, given.seed)))
    else:
        yield from order(folder)
        yield from cost(folder)


def read(path: Path | None) -> list[dict[str, Any]]:
    """Trials of a file, none where it is not there."""
    if path is None or not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]


if __name__ == "__main__":
    main()
