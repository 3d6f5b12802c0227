"""Logs made to fill memory or time, imported with the command: exit code, what it said, its peak.

    python -m benchmarks.hostile_logs

Printed a log: its size on disk, the exit code, the first refusal, the process's largest memory
beyond that of importing a log of one row, which comes first (read from /proc, so on Linux), and its
seconds. Bombs inside of every format are those of `tests/ingest/fuzz/test_bounds.py`.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import zstandard

GOOD = json.dumps({"model": "m", "base_task": "t", "item_id": "1", "correct": True}).encode()
MIB = 1 << 20
IMPORT = """
import re, sys
from reasonscape.cli.app import run
code = run(["import", sys.argv[1], "--dataset", "d" + sys.argv[1].split(".")[0] + ".json"])
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
print("peak", int(peak) // 1024, code)
"""


def logs() -> Iterator[tuple[str, bytes]]:
    """Names and contents."""
    yield "one row", GOOD
    head = GOOD[:-1] + b', "response": "'
    yield "a line of 200 MiB", GOOD + b"\n" + head + b"x" * (200 * MIB) + b'"}\n' + GOOD
    yield "a line of 60 MiB", GOOD + b"\n" + head + b"x" * (60 * MIB) + b'"}\n'
    nested = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    yield "100,000 objects within each other", GOOD + b"\n" + GOOD[:-1] + b', "params": ' + nested
    packer = zstandard.ZstdCompressor().compressobj()
    parts = [packer.compress(b" " * MIB) for _ in range(4096)]
    yield "4 GiB of blanks as zstd", zstandard.compress(GOOD + b"\n") + b"".join(parts)
    chunk = gzip.compress(b" " * (16 * MIB), mtime=0)
    yield "4 GiB of blanks as gzip", gzip.compress(GOOD + b"\n", mtime=0) + chunk * 256
    numbers = b"[" + b"0," * 20_000_000 + b"0]"
    yield "20 million numbers in a row", GOOD + b"\n" + GOOD[:-1] + b', "params": ' + numbers + b"}"


def main() -> int:
    print("log | MiB on disk | exit | said | MiB more than one row | seconds")
    least = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, content) in enumerate(logs()):
            path = Path(folder) / f"{number}.jsonl"
            path.write_bytes(content)
            del content
            start = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-c", IMPORT, path.name],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(Path.cwd())},
                capture_output=True,
                text=True,
                check=False,
            )
            seconds = time.monotonic() - start
            _, peak, code = done.stdout.splitlines()[-1].split()
            least = least or int(peak)
            said = (done.stderr.splitlines() or ["-"])[0][:70]
            size, more = path.stat().st_size / MIB, int(peak) - least
            print(f"{name} | {size:.1f} | {code} | {said} | {more} | {seconds:.0f}", flush=True)
            path.unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
