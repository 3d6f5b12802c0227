"""What readers ask a store while others write to it, and what must never be answered."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path

import reasonscape as rs
from benchmarks.concurrency_writers import CONTESTED, CONTESTED_ROWS, Diary
from reasonscape.store.maintenance import verify
from reasonscape.store.tables import Store

_ROWS = re.compile(r"-n(\d+)\.jsonl$")


def read(dataset: Path, diaries: Path, number: int, seconds: float, ready: Barrier) -> None:
    """Open and ask until the time is over; every wrong answer and every error is noted."""
    diary = Diary(diaries, f"reader-{number}")
    ready.wait()
    until = time.time() + seconds
    last = (-1, -1)
    turn = 0
    while time.time() < until:
        turn += 1
        found: list[str] = []
        start = time.perf_counter()
        try:
            store = Store.open(dataset.with_suffix(""))
            found += halves(store)
            versions = (store.version, store.texts.version)
            if versions[0] < last[0] or versions[1] < last[1]:
                found.append(f"versions went back from {last} to {versions}")
            last = versions
            if turn % 10 == number % 10:
                rs.surface(dataset, {"base_task": "shared"})
                rs.evals(dataset)
            if turn % 40 == number % 40:
                report = verify(store)
                if not report.is_sound:
                    found.append(f"verify: {report.problems}")
        except Exception as error:
            found.append(f"{type(error).__name__}: {error}")
        diary.note(found=found, seconds=time.perf_counter() - start, version=last[0])


def halves(store: Store) -> Iterator[str]:
    """Say what is half there: logs of which rows lack, rows without texts, doubled rows."""
    rows = store.row_count()
    sql = f"SELECT base_task, source, import_id, count(*) FROM {store.scan()} GROUP BY ALL"
    groups = store.rows(sql)
    if rows != sum(group[-1] for group in groups):
        yield f"{rows} rows are counted, {sum(group[-1] for group in groups)} are there"
    seen: dict[str, str] = {}
    for task, source, import_id, found in groups:
        match = _ROWS.search(source)
        if match is None or int(match[1]) != found:
            yield f"{found} rows of {source}"
        name = task if task == CONTESTED else source.rsplit("/", 1)[-1]
        if seen.setdefault(name, import_id) != import_id:
            yield f"{name} is there of two imports"
        if task == CONTESTED and found != CONTESTED_ROWS:
            yield f"{found} contested rows of {source}"
    lone = store.rows(
        f"SELECT count(*) FROM {store.scan()} s "
        f"ANTI JOIN {store.scan_texts()} t USING (sample_uid, import_id)"
    )[0][0]
    if lone:
        yield f"{lone} samples without texts"
    distinct = store.rows(f"SELECT count(DISTINCT sample_uid) FROM {store.scan()}")[0][0]
    if distinct != rows:
        yield f"{rows - distinct} rows are doubled"
