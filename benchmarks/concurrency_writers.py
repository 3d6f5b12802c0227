"""What writers and the one who tidies do to a store at the same time, and what they report."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import count
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random
from typing import Any, Final

from reasonscape.ingest.importing import import_logs
from reasonscape.store import writing
from reasonscape.store.deleting import delete_import
from reasonscape.store.maintenance import compact
from reasonscape.store.tables import Store

CONTESTED: Final = "contested"
CONTESTED_ROWS: Final = 20
FIRST_ROWS: Final = 120
KINDS: Final = ("new task", "known task", "new column", "twin", "replace", "delete")


class Diary:
    """What one process did, a line each; the time of its last line tells that it lives."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"{name}.jsonl"
        self._path.touch()

    def note(self, **what: Any) -> None:
        """Write one line."""
        with self._path.open("a") as file:
            file.write(json.dumps({"at": time.time(), **what}) + "\n")


def read_diaries(folder: Path, start: str) -> dict[str, list[dict[str, Any]]]:
    """Lines of each diary whose name starts so."""
    return {
        path.stem: [json.loads(line) for line in path.read_text().splitlines()]
        for path in sorted(folder.glob(f"{start}*.jsonl"))
    }


def _log(folder: Path, stem: str, task: str, param: str, dice: Random, rows: int) -> Path:
    """Write a log whose name says how many rows it has; its items are its own."""
    path = folder / f"{stem}-n{rows}.jsonl"
    with path.open("w") as file:
        for number in range(rows):
            item = f"{stem}-{number}" if task != CONTESTED else str(number)
            sample = {
                "model": "m",
                "base_task": task,
                "item_id": item,
                "repeat": 0,
                "params": {param: number % 5},
                "correct": dice.random() < 0.5,
                "prompt": f"{item}?",
                "reasoning": " ".join(str(dice.random()) for _ in range(20)),
                "response": f"{stem} says {number}",
                "completion_tokens": 40,
            }
            file.write(json.dumps(sample) + "\n")
    return path


def _counted_attempts() -> list[int]:
    """Let `commit` note in a list how often it tried; the last is that of the last import."""
    attempts = [0]
    retry = vars(writing)["retry"]

    def counting(attempt: Callable[[], None], folder: Path) -> None:
        def once() -> None:
            attempts[-1] += 1
            attempt()

        if folder.name in ("samples", "texts"):
            retry(attempt, folder)
            return
        attempts.append(0)
        retry(once, folder)

    vars(writing)["retry"] = counting
    return attempts


def first_import(dataset: Path, logs: Path) -> None:
    """Bring the rows that readers ask about from the beginning."""
    for stem, task, rows in (("first", "shared", FIRST_ROWS - CONTESTED_ROWS),
                             ("first-contested", CONTESTED, CONTESTED_ROWS)):  # fmt: skip
        import_logs([_log(logs, stem, task, "length", Random(0), rows)], dataset)


def write(
    dataset: Path, logs: Path, diaries: Path, number: int, seed: int, seconds: float,
    ready: Barrier,
) -> None:  # fmt: skip
    """Import one log after the other until the time is over.

    Parameters
    ----------
    dataset, logs, diaries
        Where to import, and where logs and the diary go.
    number, seed
        Which writer this is: those of one pair import the same log now and then.
    seconds, ready
        How long, from when all are there.
    """
    diary, dice = Diary(diaries, f"writer-{number}"), Random(f"{seed} {number}")
    attempts = _counted_attempts()
    mine: list[str] = []
    ready.wait()
    until = time.time() + seconds
    for turn in count():
        if time.time() >= until:
            break
        kind = KINDS[turn % len(KINDS)]
        start = time.perf_counter()
        try:
            if kind == "delete":
                if mine:
                    gone = delete_import(Store.open(dataset.with_suffix("")), mine.pop(0))
                    diary.note(kind=kind, deleted=gone, seconds=time.perf_counter() - start)
                continue
            log = _turn_log(logs, kind, number, turn, dice, seed)
            report = import_logs(
                [log], dataset, on_conflict="replace" if kind == "replace" else "error"
            )
            if kind == "new task" and report.import_id:
                mine.append(report.import_id)
            diary.note(
                kind=kind, log=log.name, import_id=report.import_id, rows=report.rows,
                added=report.added, replaced=report.replaced, unchanged=report.unchanged,
                attempts=attempts[-1], seconds=time.perf_counter() - start,
            )  # fmt: skip
        except Exception as error:
            diary.note(kind=kind, error=f"{type(error).__name__}: {error}")


def _turn_log(logs: Path, kind: str, number: int, turn: int, dice: Random, seed: int) -> Path:
    stem, rows = f"w{number}t{turn}", dice.randint(5, 40)
    if kind == "twin":
        # The other of the pair draws the same, and writes it where this one does not read.
        pair, same = number // 2, Random(f"{seed} pair {number // 2} {turn}")
        folder = logs / f"writer{number}"
        folder.mkdir(exist_ok=True)
        return _log(folder, f"p{pair}t{turn}", "shared", "length", same, same.randint(5, 40))
    if kind == "replace":
        return _log(logs, stem, CONTESTED, "length", dice, CONTESTED_ROWS)
    task = {"new task": stem, "known task": "shared", "new column": "shared"}[kind]
    return _log(logs, stem, task, f"p-{stem}" if kind == "new column" else "length", dice, rows)


def tidy(dataset: Path, diaries: Path, pause: float, seconds: float, ready: Barrier) -> None:
    """Compact the store again and again, as a user would: readers have an hour."""
    diary = Diary(diaries, "tidier")
    ready.wait()
    until = time.time() + seconds
    while time.time() + pause < until:
        time.sleep(pause)
        start = time.perf_counter()
        try:
            report = compact(Store.open(dataset.with_suffix("")))
            took = time.perf_counter() - start
            merged = report.files_before - report.files_after
            diary.note(files=merged, orphans=report.orphan_texts, seconds=took)
        except Exception as error:
            diary.note(error=f"{type(error).__name__}: {error}")
