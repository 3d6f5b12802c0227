"""In which order an import brings things to the disk, and what waiting for it costs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.fault_world import ANALYZE, ENVIRONMENT, write_log

_SYNCED = re.compile(r"(?:fsync|fdatasync)\(\d+<([^>]*)>")
_NAMED = re.compile(r'(?:rename|link)[a-z0-9]*\(.*"([^"]*)"[^"]*$')
_WORDS: Final = (
    (re.compile(r"samples/_delta_log/.*json"), "entry of samples"),
    (re.compile(r"texts/_delta_log/.*json"), "entry of texts"),
    (re.compile(r"(samples|texts)/_delta_log$"), r"log folder"),
    (re.compile(r"samples/base_task=[^/]*/.*parquet"), "data file of samples"),
    (re.compile(r"texts/base_task=[^/]*/.*parquet"), "data file of texts"),
    (re.compile(r"(samples|texts)/base_task=[^/]*$"), "folder of a base task"),
    (re.compile(r"(samples|texts)$"), "folder of a table"),
    (re.compile(r"\.json(\.[0-9a-f]+)?$"), "config"),
)
CHILD: Final = """
import sys, time, json
log, dataset = sys.argv[1:]
from reasonscape.ingest.importing import import_logs
from reasonscape.store import commits, landing
waited = []
def timed(call):
    def waiting(*args):
        start = time.perf_counter()
        call(*args)
        waited.append(time.perf_counter() - start)
    return waiting
for module in (commits, landing):
    for name in ("sync_files", "sync_folder"):
        if hasattr(module, name):
            vars(module)[name] = timed(vars(module)[name])
start = time.perf_counter()
import_logs([log], dataset)
print(json.dumps([sum(waited), time.perf_counter() - start]))
"""


def order(folder: Path) -> Iterator[str]:
    """What the system was asked to make visible and to bring to the disk, in order."""
    if shutil.which("strace") is None:
        yield "order of calls: not shown, there is no strace"
        return
    log = write_log(folder / "sync.jsonl", ("a", "b"), 50)
    trace = folder / "sync.trace"
    words = ["import", str(log), "--dataset", str(folder / "sync.json")]
    calls = "fsync,fdatasync,rename,renameat,renameat2,link,linkat"
    subprocess.run(
        ["strace", "-f", "-y", "-s", "400", "-o", str(trace), "-e", f"trace={calls}",
         sys.executable, str(ANALYZE), *words],
        check=True, capture_output=True, env=ENVIRONMENT,
    )  # fmt: skip
    yield "order of calls of an import (the system's calls, by strace):"
    before, times = "", 0
    for line in (*filter(None, map(_said, trace.read_text().splitlines())), ""):
        if line == before:
            times += 1
            continue
        if before:
            yield f"  {before}" + (f" ({times} times)" if times > 1 else "")
        before, times = line, 1


def _said(line: str) -> str:
    if (synced := _SYNCED.search(line)) is not None:
        return f"to the disk: {_word(synced[1])}"
    named = _NAMED.search(line)
    if named is None or "lease.json" in line:
        return ""
    return f"    visible: {_word(named[1])}"


def _word(path: str) -> str:
    for pattern, word in _WORDS:
        if pattern.search(path):
            return word
    return "folder of the store"


def cost(folder: Path, rows: int = 20_000, runs: int = 3) -> Iterator[str]:
    """Seconds that an import waits for the disk, and takes in all."""
    log = write_log(folder / "cost.jsonl", (f"t{n}" for n in range(20)), rows // 20)
    yield f"import of {rows:,} rows in 20 base tasks, into 40 files:"
    for turn in range(runs):
        dataset = folder / f"cost-{turn}.json"
        done = subprocess.run(
            [sys.executable, "-c", CHILD, str(log), str(dataset)],
            check=False, capture_output=True, text=True, env=ENVIRONMENT,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(done.stderr)
        waited, whole = json.loads(done.stdout)
        shutil.rmtree(dataset.with_suffix(""))
        yield f"  waited for the disk {waited:5.2f} s of {whole:6.2f} s"
