"""Time and memory of ``import`` against ``polars.scan_ndjson(...).sink_parquet(...)``.

    python benchmarks/import_speed.py [LOG.jsonl[.zst] --map NAME] [--runs 3]

Prints, for the same log in one run: seconds and MB/s of Polars, of the import without features
(`--no-features`) and of the import that measures traces (each run in a process of its own, in
turn, the best of the runs taken, as other work on the machine only ever adds), the ratios of both
imports to Polars, of which the first has a limit of 2, what measuring adds, and the peak memory of
the imports against their limit of 1 GiB. Polars reads the decompressed file, which is written
beside first; the imports read the log as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from reasonscape.ingest.lines import Blocks

SAMPLES = (
    Path(
        os.environ.get(
            "REASONSCAPE_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared/data"
        )
    )
    / "samples"
)
RATIO_LIMIT = 2.0
MEMORY_LIMIT_MIB = 1024

IMPORT = """
from reasonscape.ingest.importing import import_logs
report = import_logs([log], folder + "/x.json", mapping=mapping or None, features={features})
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
    parser.add_argument("log", type=Path, nargs="?", default=SAMPLES / "rg_eval_hard.jsonl.zst")
    parser.add_argument("--map", default=None, help="mapping of the log; native samples without")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    if given.map is None:
        given.map = "rg_eval" if given.log.parent == SAMPLES else ""
    if not given.log.exists():
        print(f"no log at {given.log}: name one, or set REASONSCAPE_SHARED_DATA")
        return
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as plain:
        for block in Blocks(given.log):
            plain.write(block)
        plain.flush()
        size = plain.tell()
        runs: dict[str, list[dict[str, float]]] = {"polars": [], "without": [], "features": []}
        for _ in range(given.runs):
            runs["polars"].append(run(POLARS, Path(plain.name), ""))
            runs["without"].append(run(IMPORT.format(features=False), given.log, given.map))
            runs["features"].append(run(IMPORT.format(features=True), given.log, given.map))
    rows = runs["features"][0]["rows"]
    print(f"{given.log.name}: {rows:,.0f} rows, {size / 1e6:,.0f} MB decompressed")
    peer, bare, full = (row(name, of, size) for name, of in runs.items())
    added = (full - bare) / rows * 1e6
    print(f"a row took {bare / rows * 1e6:.0f} us, and {added:.0f} us more with features")
    ratio = bare / peer
    print(f"without/polars   {ratio:6.2f} (limit {RATIO_LIMIT}: {verdict(ratio <= RATIO_LIMIT)})")
    print(f"features/polars  {full / peer:6.2f}")
    mib = max(each["mib"] for name in ("without", "features") for each in runs[name])
    limit = f"limit {MEMORY_LIMIT_MIB}: {verdict(mib <= MEMORY_LIMIT_MIB)}"
    print(f"memory           {mib:6,.0f} MiB ({limit})")


def row(name: str, runs: list[dict[str, float]], size: int) -> float:
    wall, cpu = min(r["seconds"] for r in runs), min(r["cpu"] for r in runs)
    mib = max(r["mib"] for r in runs)
    print(
        f"{name:9}{wall:7.2f} s wall {size / 1e6 / wall:6.1f} MB/s {cpu:7.2f} s cpu {mib:7,.0f} MiB"
    )
    return wall


def verdict(holds: bool) -> str:
    return "holds" if holds else "EXCEEDED"


if __name__ == "__main__":
    main()
