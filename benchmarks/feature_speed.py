"""Speed of trace features against bare zstd over the same bytes, on the same cores.

    python benchmarks/feature_speed.py LOG.jsonl.zst [--field response] [--runs 3] [--threads 2]

Prints, in one run: bare zstd-3 (each trace compressed on its own, with as many threads), the size
features, and all features; wall time, CPU time, peak memory. The best of the runs is
taken, as other work on the machine only ever adds. Limits: size features at 60% of bare zstd or
more, all features at 10 MB/s a core or more (by CPU time).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import zstandard

from reasonscape.ingest.lines import Blocks
from reasonscape.text.buffers import batches, character_counts, flat_texts
from reasonscape.text.features import measure_traces
from reasonscape.text.novelty import compressed_sizes

SAMPLES = (
    Path(
        os.environ.get(
            "REASONSCAPE_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared/data"
        )
    )
    / "samples"
)
SIZES_LIMIT = 0.6
ALL_LIMIT = 10.0
Work = Callable[[], None]


def traces(log: Path, field: str) -> pa.Array:
    whole = b"".join(Blocks(log))
    return pa.array([json.loads(line).get(field) for line in whole.splitlines()], pa.large_string())


def bare(array: pa.Array, threads: int) -> Work:
    parts = [text.encode() for text in array.to_pylist() if text is not None]
    shares = [parts[i::threads] for i in range(threads)]

    def one(share: list[bytes]) -> int:
        compressor = zstandard.ZstdCompressor(level=3)
        return sum(len(compressor.compress(part)) for part in share)

    def work() -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(one, shares))

    return work


def sizes(array: pa.Array, threads: int) -> Work:
    def work() -> None:
        parts = list(batches(flat_texts(array)))
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda part: (compressed_sizes(part), character_counts(part)), parts))

    return work


def best(work: Work, runs: int) -> tuple[float, float]:
    found = list[tuple[float, float]]()
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - wall, time.process_time() - cpu))
    return min(wall for wall, _ in found), min(cpu for _, cpu in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path, nargs="?", default=SAMPLES / "rg_eval_hard.jsonl.zst")
    parser.add_argument("--field", default="response")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    if not given.log.exists():
        print(f"no log at {given.log}: name one, or set REASONSCAPE_SHARED_DATA")
        return
    array = traces(given.log, given.field)
    flat = flat_texts(array)
    megabytes = float(flat.sizes.sum()) / 1e6
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{given.log.name}: {len(array):,} traces, {megabytes:,.0f} MB, {given.threads} threads")
    work = {
        "bare zstd-3": bare(array, given.threads),
        "size features": sizes(array, given.threads),
        "all features": lambda: _all(array, given.threads),
    }
    walls, cpus = dict[str, float](), dict[str, float]()
    for name, run in work.items():
        walls[name], cpus[name] = best(run, given.runs)
        print(
            f"{name:14s} {megabytes / walls[name]:7.1f} MB/s wall"
            f" {megabytes / cpus[name]:7.1f} MB/s of CPU time"
        )
    ratio = walls["bare zstd-3"] / walls["size features"]
    speed = megabytes / cpus["all features"]
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"sizes / bare   {ratio:7.2f} (limit {SIZES_LIMIT}: {verdict(ratio >= SIZES_LIMIT)})")
    print(f"all, a core    {speed:7.1f} MB/s (limit {ALL_LIMIT}: {verdict(speed >= ALL_LIMIT)})")
    print(f"memory         {after:7,.0f} MiB at most, {before:,.0f} with the log in memory")


def _all(array: pa.Array, threads: int) -> None:
    measure_traces(array, threads=threads)


def verdict(holds: bool) -> str:
    return "holds" if holds else "MISSED"


if __name__ == "__main__":
    main()
