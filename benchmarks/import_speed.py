"""Time and memory of ``import`` against ``polars.scan_ndjson(...).sink_parquet(...)``.

    python benchmarks/import_speed.py LOG.jsonl[.zst] [--map NAME] [--runs 3]

Prints, for the same log in one run: seconds of either (each run in a process of its own, in turn,
the best of the runs taken, as other work on the machine only ever adds), their ratio against the
limit of 2, and the peak memory of the import against its limit of 1 GiB. Polars reads the
decompressed file, which is written beside first; the import reads the log as it is.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from reasonscape.ingest.lines import Blocks

RATIO_LIMIT = 2.0
MEMORY_LIMIT_MIB = 1024

IMPORT = """
from reasonscape.ingest.importing import import_logs
report = import_logs([log], folder + "/x.json", mapping=mapping or None)
rows = report.added
"""
POLARS = """
import polars
frame = polars.scan_ndjson(log, infer_schema_length=None)
frame.sink_parquet(folder + "/x.parquet", compression="zstd")
rows = polars.scan_parquet(folder + "/x.parquet").select(polars.len()).collect().item()
"""
CHILD = """
import json, resource, sys, time
log, folder, mapping = sys.argv[1:]
start = time.perf_counter()
{work}
seconds = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps(dict(rows=rows, seconds=seconds, cpu=used.ru_utime + used.ru_stime,
                      mib=used.ru_maxrss / 1024)))
"""


def run(work: str, log: Path, mapping: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", CHILD.format(work=work), str(log), folder, mapping],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path)
    parser.add_argument("--map", default="", help="mapping of the log; native samples without")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as plain:
        for block in Blocks(given.log):
            plain.write(block)
        plain.flush()
        size = plain.tell()
        ours, theirs = list[dict[str, float]](), list[dict[str, float]]()
        for _ in range(given.runs):
            theirs.append(run(POLARS, Path(plain.name), ""))
            ours.append(run(IMPORT, given.log, given.map))
    best, peer = min(r["seconds"] for r in ours), min(r["seconds"] for r in theirs)
    cpu, peer_cpu = min(r["cpu"] for r in ours), min(r["cpu"] for r in theirs)
    rows, mib = ours[0]["rows"], max(r["mib"] for r in ours)
    print(f"{given.log.name}: {rows:,.0f} rows, {size / 1e6:,.0f} MB decompressed")
    row("polars", peer, peer_cpu, max(r["mib"] for r in theirs))
    row("import", best, cpu, mib)
    print(f"import took {best / rows * 1e6:.0f} us a row")
    ratio = best / peer
    print(f"ratio   {ratio:7.2f} (limit {RATIO_LIMIT}: {verdict(ratio <= RATIO_LIMIT)})")
    print(f"memory  {mib:7,.0f} MiB (limit {MEMORY_LIMIT_MIB}: {verdict(mib <= MEMORY_LIMIT_MIB)})")


def row(name: str, wall: float, cpu: float, mib: float) -> None:
    print(f"{name}  {wall:7.2f} s wall  {cpu:7.2f} s cpu  {mib:7,.0f} MiB")


def verdict(holds: bool) -> str:
    return "holds" if holds else "EXCEEDED"


if __name__ == "__main__":
    main()
