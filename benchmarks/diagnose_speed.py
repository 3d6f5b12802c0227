"""How long the command ``diagnose`` takes, from start to exit.

    python benchmarks/diagnose_speed.py [DATASET]

Prints seconds against their limits, and the peak memory of any process:

- one eval and task of 20,160 planted samples with traces: without pictures (3 s), and with every
  picture, the page and the tables (20 s);
- with DATASET, all of its tasks and evals without pictures, in as many processes as there are
  cores (120 s, for a dataset of up to 3,000 pairs on two cores).

Each is run once, as a user would: run it on a machine that does nothing else.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BARE, DRAWN, WHOLE = 3.0, 20.0, 120.0
EVERY = "1000"
ITEMS, REPEATS = "84", "5"


def command(*parts: str) -> tuple[float, str]:
    """Run one command; seconds and what it printed."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, str(ROOT / "analyze.py"), *parts],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return time.perf_counter() - start, done.stdout


def told(what: str, taken: float, limit: float) -> bool:
    good = taken <= limit
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    verdict = "" if good else "  TOO SLOW"
    print(f"{what:44} {taken:7.1f} s, limit {limit:5.0f} s, peak {peak:5.0f} MB{verdict}")
    return good


def one_pair(folder: Path) -> bool:
    config = str(folder / "planted.json")
    command(
        "plant", "--mechanism", "cliff", "--items", ITEMS, "--repeats", REPEATS, "--out", config
    )
    listed = json.loads(command("evals", config, "--format", "json")[1])["evals"]
    failing = min(listed, key=lambda one: float(one["accuracy"]))
    n = f"{failing['samples']:,} samples"
    asked = ("diagnose", config, "--filters", json.dumps({"eval_id": failing["eval_id"]}))
    bare, _ = command(*asked, "--format", "json")
    good = told(f"one pair, {n}, no pictures", bare, BARE)
    drawn, _ = command(*asked, "--output-dir", str(folder / "out"), "--figures", EVERY)
    return told(f"one pair, {n}, all pictures", drawn, DRAWN) and good


def whole(config: str) -> bool:
    taken, printed = command("diagnose", config, "--format", "json")
    counts = json.loads(printed)["counts"]
    return told(f"everything, {counts['used']:,} samples, no pictures", taken, WHOLE)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        good = one_pair(Path(folder))
    if len(sys.argv) > 1:
        good = whole(sys.argv[1]) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
