"""Processes killed at random moments, and what their stores hold afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Final

from benchmarks.fault_world import Content, Operation, World, command, content, left_behind, tidy
from reasonscape.errors import ReasonScapeError
from reasonscape.store.maintenance import verify
from reasonscape.store.tables import Store

SHARES: Final = {
    "import": 0.35,
    "import, replacing": 0.2,
    "store compact": 0.15,
    "store refresh": 0.15,
    "store delete": 0.15,
}
_AIMED: Final = 0.6


@dataclass
class Trial:
    """One kill and what was found after it; ``note`` says what was not as it should be."""

    operation: str
    number: int
    aimed: bool
    killed: bool
    state: str = "other"
    opened: bool = False
    sound: bool = False
    resumed: bool = False
    equal: bool = False
    clean: bool = False
    note: str = ""


@dataclass(frozen=True)
class Undisturbed:
    """How an operation goes when nothing disturbs it.

    Attributes
    ----------
    seconds, window
        The whole process, and from its first change of the tables to its end.
    before, after
        What the store held and holds.
    version_before, version_after
        Versions of ``samples`` and ``texts``.
    """

    seconds: float
    window: float
    before: Content
    after: Content
    version_before: tuple[int, int]
    version_after: tuple[int, int]


def _tree(store: Path) -> int:
    """Number of files in the tables, cheaply."""
    count = 0
    for table in ("samples", "texts"):
        for part in os.scandir(store / table):
            count += sum(1 for _ in os.scandir(part.path))
    return count


def _until_changed(process: subprocess.Popen[str], store: Path) -> None:
    """Wait until the tables of a store change, or the process ends."""
    first = _tree(store)
    while process.poll() is None and _tree(store) == first:
        time.sleep(0.001)


def undisturbed(world: World, operation: Operation) -> Undisturbed:
    """Run an operation to its end, and time it."""
    dataset = world.copy("whole")
    path = world.store_of(dataset)
    store = Store.open(path)
    before, first = content(store), (store.version, store.texts.version)
    start = time.perf_counter()
    process = command(world.words(operation, dataset))
    _until_changed(process, path)
    changed = time.perf_counter()
    _, said = process.communicate()
    end = time.perf_counter()
    if process.returncode:
        raise SystemExit(f"{operation.name} fails undisturbed: {said}")
    store = Store.open(path)
    found = Undisturbed(
        end - start, end - changed, before, content(store), first,
        (store.version, store.texts.version),
    )  # fmt: skip
    world.drop(dataset)
    return found


def kill(world: World, operation: Operation, whole: Undisturbed, number: int, seed: int) -> Trial:
    """Kill one process, look at the store, do the operation again, and look again."""
    dice = Random(f"{seed} {operation.name} {number}")
    aimed = dice.random() < _AIMED
    dataset = world.copy("trial")
    path = world.store_of(dataset)
    process = command(world.words(operation, dataset))
    if aimed:
        _until_changed(process, path)
        time.sleep(dice.uniform(0.0, whole.window))
    else:
        time.sleep(dice.uniform(0.0, whole.seconds))
    process.kill()
    process.communicate()
    trial = Trial(operation.name, number, aimed, killed=process.returncode == -9)
    try:
        _look(trial, path, whole)
        _again(trial, world, operation, dataset, whole)
    except (ReasonScapeError, AssertionError, OSError) as error:
        trial.note = trial.note or f"{type(error).__name__}: {error}"
    world.drop(dataset)
    return trial


def _look(trial: Trial, path: Path, whole: Undisturbed) -> None:
    store = Store.open(path)
    held, versions = content(store), (store.version, store.texts.version)
    trial.opened = held in (whole.before, whole.after)
    if whole.before != whole.after:
        trial.state = {True: "before", False: "after"}[held == whole.before]
    else:
        trial.state = "before" if versions == whole.version_before else "after"
    if not trial.opened:
        trial.state, trial.note = "other", f"{len(held)} rows of another content"
    report = verify(store)
    trial.sound = report.is_sound
    if not report.is_sound:
        trial.note = str(report.problems)


def _again(
    trial: Trial, world: World, operation: Operation, dataset: Path, whole: Undisturbed
) -> None:
    operation.do_again(dataset, world.victim)
    trial.resumed = True
    path = world.store_of(dataset)
    trial.equal = content(Store.open(path)) == whole.after
    tidy(dataset)
    store = Store.open(path)
    left = left_behind(store)
    trial.clean = not left and verify(store).is_sound and content(store) == whole.after
    if not trial.equal or not trial.clean:
        trial.note = trial.note or f"equal {trial.equal}, left behind {left}"


def kills(
    world: World, count: int, seed: int, done: frozenset[tuple[str, int]]
) -> Iterator[dict[str, Any]]:
    """Kill so many processes, those left out that were killed before; one record each."""
    for operation in world.operations():
        wanted = round(count * SHARES[operation.name])
        numbers = [n for n in range(wanted) if (operation.name, n) not in done]
        if not numbers:
            continue
        whole = undisturbed(world, operation)
        for number in numbers:
            trial = kill(world, operation, whole, number, seed)
            # The machine may be less busy than when the whole was timed, or more.
            pace = 1.05 if trial.killed else 0.8
            whole = replace(whole, seconds=whole.seconds * pace, window=whole.window * pace)
            yield asdict(trial)
            print(
                f"\r{operation.name} {number + 1}/{wanted} {trial.note[:90]}",
                end="\n" if trial.note else "",
                file=sys.stderr,
                flush=True,
            )


def kill_lines(trials: list[dict[str, Any]]) -> Iterator[str]:
    """Table of the trials, one line an operation."""
    heads = ("kills", "ended", "before", "after", "other", "opened", "sound", "resumed", "equal")
    yield f"{'operation':20}" + "".join(f"{head:>9}" for head in (*heads, "clean"))
    for name in (*SHARES, "all"):
        part = [t for t in trials if name in ("all", t["operation"])]
        if not part:
            continue
        counts = [
            sum(t["killed"] for t in part),
            sum(not t["killed"] for t in part),
            *(sum(t["state"] == state for t in part) for state in ("before", "after", "other")),
            *(
                sum(t[key] for t in part)
                for key in ("opened", "sound", "resumed", "equal", "clean")
            ),
        ]
        yield f"{name:20}" + "".join(f"{count:9}" for count in counts)
    for trial in trials:
        if trial["note"]:
            yield f"  {trial['operation']} {trial['number']}: {trial['note']}"
