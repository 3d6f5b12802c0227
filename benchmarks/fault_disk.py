"""A disk that is full: what commands say, what the store holds, and what goes with room again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fault_world import Operation, World, command, content, left_behind, tidy
from reasonscape.errors import ReasonScapeError
from reasonscape.store.maintenance import verify
from reasonscape.store.tables import Store

_PLENTY = 256 * 2**20


@dataclass
class Filled:
    """One run on a disk of some size, and what was found after it."""

    operation: str
    room: int
    exit_code: int
    said: str
    as_before: bool = False
    sound: bool = False
    with_room: bool = False
    clean: bool = False
    note: str = ""

    @property
    def in_a_sentence(self) -> bool:
        """Whether one line of stderr says what happened, and no traceback."""
        lines = [line for line in self.said.splitlines() if line.startswith("error: ")]
        plain = "Traceback" not in self.said and "internal error" not in self.said
        return self.exit_code == 0 or (len(lines) == 1 and plain)


def can_mount(folder: Path) -> bool:
    """Whether this user may make small disks in memory."""
    try:
        with small_disk(folder / "probe", 2**20):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """Mount a disk of so many bytes, and take it away again."""
    folder.mkdir(exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        _run("umount", str(folder))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


def _used(folder: Path) -> int:
    found = os.statvfs(folder)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def full_disks(world: World, sizes: int) -> Iterator[Filled]:
    """Run every operation on disks of many sizes, from no room to just enough."""
    for number, operation in enumerate(world.operations()):
        with small_disk(world.folder / "disk", _PLENTY) as disk:
            first, most = _needs(world, operation, disk)
            expected = content(Store.open(disk / "full"))
        count = sizes if number == 0 else max(4, sizes // 4)
        for step in range(count):
            room = round(most * 1.05 * step / (count - 1))
            yield _trial(world, operation, first, room, expected)
            print(f"\r{operation.name} {step + 1}/{count}  ", end="", file=sys.stderr, flush=True)


def _needs(world: World, operation: Operation, disk: Path) -> tuple[int, int]:
    """Bytes that the store takes, and that the operation takes at most besides."""
    dataset = world.copy("full", disk)
    first = most = _used(disk)
    process = command(world.words(operation, dataset))
    while process.poll() is None:
        most = max(most, _used(disk))
        time.sleep(0.002)
    process.communicate()
    return first, max(most, _used(disk)) - first


def _trial(
    world: World, operation: Operation, first: int, room: int, expected: dict[str, str]
) -> Filled:
    with small_disk(world.folder / "disk", first + max(room, 4096)) as disk:
        dataset = world.copy("full", disk)
        path = world.store_of(dataset)
        before = content(Store.open(path))
        process = command(world.words(operation, dataset))
        said = process.communicate()[1]
        found = Filled(operation.name, room, process.returncode, said)
        try:
            store = Store.open(path)
            # Rows are deleted in one commit and their texts in another: the sentence says so.
            half = operation.name == "store delete" and "their texts are not yet" in said
            is_before = found.exit_code and not half
            found.as_before = content(store) == (before if is_before else expected)
            report = verify(store)
            found.sound = report.is_sound
            found.note = str(report.problems or "")
            _run("mount", "-o", f"remount,size={_PLENTY}", str(disk))
            operation.do_again(dataset, world.victim)
            found.with_room = content(Store.open(path)) == expected
            tidy(dataset)
            found.clean = left_behind(Store.open(path)) == 0
        except (ReasonScapeError, AssertionError, OSError) as error:
            found.note += f" {type(error).__name__}: {error}"
    return found


def full_output(world: World, sizes: int) -> Iterator[Filled]:
    """Write the folder of a lens to disks of many sizes; the store is on another."""
    words = ["surface", str(world.base), "--filters", '{"base_task": "a"}']
    with small_disk(world.folder / "disk", _PLENTY) as disk:
        command([*words, "--output-dir", str(disk / "run")]).communicate()
        most = _used(disk)
    for step in range(sizes):
        room = round(most * (0.1 + 1.1 * step / max(1, sizes - 1)))
        with small_disk(world.folder / "disk", max(room, 8192)) as disk:
            earlier = disk / "earlier.txt"
            earlier.write_text("kept")
            process = command([*words, "--output-dir", str(disk / "run")])
            said = process.communicate()[1]
            found = Filled("surface --output-dir", room, process.returncode, said)
            is_whole = (disk / "run" / "summary.json").exists()
            found.as_before = is_whole == (found.exit_code == 0) and earlier.read_text() == "kept"
            _run("mount", "-o", f"remount,size={_PLENTY}", str(disk))
            again = command([*words, "--output-dir", str(disk / "run")])
            again_said = again.communicate()[1]
            found.with_room = (disk / "run" / "summary.json").exists() and not again.returncode
            found.sound = found.clean = found.with_room
            found.note = "" if found.with_room else again_said
            yield found


def full_lines(done: list[Filled]) -> Iterator[str]:
    """Table of the disks, one line an operation."""
    heads = ("disks", "full", "sentence", "as before", "sound", "with room", "clean")
    yield f"{'operation':22}" + "".join(f"{head:>10}" for head in heads) + "  exit codes"
    for name in dict.fromkeys(one.operation for one in done):
        part = [one for one in done if one.operation == name]
        counts = (
            len(part), sum(one.exit_code != 0 for one in part),
            sum(one.in_a_sentence for one in part), sum(one.as_before for one in part),
            sum(one.sound for one in part), sum(one.with_room for one in part),
            sum(one.clean for one in part),
        )  # fmt: skip
        codes = ", ".join(map(str, sorted({one.exit_code for one in part})))
        yield f"{name:22}" + "".join(f"{count:10}" for count in counts) + f"  {codes}"
    for one in done:
        good = one.in_a_sentence and one.as_before and one.sound and one.with_room and one.clean
        if not good:
            yield f"  {one.operation}, room {one.room}: exit {one.exit_code} {one.note.strip()}"
            yield f"    {one.said.strip()[-300:]}"
    said = {one.said.strip().splitlines()[-1] for one in done if one.exit_code and one.said.strip()}
    for sentence in sorted({" ".join(each.split()[:14]) for each in said})[:8]:
        yield f"  said: {sentence} ..."
