"""What escapes when nonsense is read: filters, configs, mappings, rows of logs, report texts.

    python -m benchmarks.fuzz [--executions N] [--target NAME ...] [--engine NAME ...]
                              [--out FILE.jsonl] [--keep FOLDER] [--seed S] [--case FILE]

Each execution reads one input to its end. It may give a result that holds the target's invariants,
or raise one of the package's errors, whose text is one line of bounded length with no control
character. Anything else is a crash: another exception, an invariant that does not hold, more than
five seconds of computing. Crashes are printed, and each kind is kept as a file that `--case` runs
again (the file's name begins with its target's).

Engines: `random` draws from a grammar and damages what it drew; `hypothesis` builds structures from
strategies; `atheris` changes bytes wherever that reaches new lines of the package (it is installed
by itself, and left out of `--engine all` where it is not). Printed: executions, distinct refusals
(texts without names and numbers), crashes and seconds for each target and engine, and the total.
With `--out` each finished round is added to a file; the next call goes on with the seeds that
follow and counts what is there.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.fuzz_engines import ENGINES
from benchmarks.fuzz_targets import TARGETS
from benchmarks.fuzz_trial import Tally

SHARES = {"filters": 0.4, "configs": 0.25, "mappings": 0.12, "reader": 0.13, "report": 0.1}
"""How executions are dealt: what is cheap carries most."""
ENGINE_SHARES = {"random": 0.76, "atheris": 0.23, "hypothesis": 0.01}
"""Hypothesis takes some ten milliseconds for what the others draw in one tenth of one."""
ROUND = 20_000
"""Executions after which counts are written down."""


def rounds(chosen: argparse.Namespace, done: Counter[tuple[str, str]]) -> Iterator[tuple[Any, ...]]:
    """What is still to run: target, engine, executions, seed."""
    whole = sum(SHARES[name] for name in chosen.target)
    engines = sum(ENGINE_SHARES[name] for name in chosen.engine)
    for engine in sorted(chosen.engine, key=list(ENGINE_SHARES).index):
        for name in chosen.target:
            share = SHARES[name] / whole * ENGINE_SHARES[engine] / engines
            wanted = math.ceil(chosen.executions * share)
            left = wanted - done[name, engine]
            while left > 0:
                size = min(ROUND, left)
                yield name, engine, size, chosen.seed + wanted - left
                left -= size


def run_apart(target: str, engine: str, size: int, seed: int, keep: Path) -> dict[str, Any]:
    """One round in a process of its own: what ends a process ends one round, and is a crash."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as told:
        words = [target, engine, str(size), str(seed), str(keep), told.name]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.fuzz_round", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        text = told.read()
    if text:
        found: dict[str, Any] = json.loads(text)
        if found["crashes"]:
            print(done.stdout.decode("utf-8", "replace"), flush=True)
        return found
    said = done.stdout.decode("utf-8", "replace")[-3000:]
    tally = Tally(target, engine)
    tally.crashes["the process ended"] = 1
    print(f"{target} {engine} seed {seed}: the process ended with {done.returncode}\n{said}")
    return tally.written()


def table(found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Rows of the table: one for each target and engine, and the total."""
    yield "target | engine | executions | read | refused | distinct refusals | crashes | seconds"
    pairs = sorted({(one["target"], one["engine"]) for one in found})
    total, kinds = 0, set[str]()
    for target, engine in pairs:
        own = [one for one in found if (one["target"], one["engine"]) == (target, engine)]
        counts = [sum(one[key] for one in own) for key in ("executions", "read", "refused")]
        refusals = {text for one in own for text in one["refusals"]}
        crashes = {text for one in own for text in one["crashes"]}
        seconds = sum(one["seconds"] for one in own)
        total += counts[0]
        kinds |= {f"{target}: {text}" for text in crashes}
        shown = " | ".join(f"{count:,}" for count in counts)
        yield f"{target} | {engine} | {shown} | {len(refusals)} | {len(crashes)} | {seconds:.0f}"
    yield f"total: {total:,} executions, {len(kinds)} kinds of crashes"
    yield from sorted(kinds)


def repeated(path: Path) -> int:
    """Run one kept input again."""
    target = TARGETS[path.name.split("-")[0]]()
    print(target.run(path.read_bytes()) or "read")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--executions", type=int, default=20_000)
    parser.add_argument("--target", nargs="+", choices=[*TARGETS, "all"], default=["all"])
    parser.add_argument("--engine", nargs="+", choices=[*ENGINES, "all"], default=["all"])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "fuzz-crashes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--case", type=Path)
    chosen = parser.parse_args()
    if "all" in chosen.target:
        chosen.target = list(TARGETS)
    if "all" in chosen.engine:
        chosen.engine = [one for one in ENGINES if one == "random" or find_spec(one)]
    return chosen


def main() -> int:
    chosen = arguments()
    if chosen.case is not None:
        return repeated(chosen.case)
    found = list[dict[str, Any]]()
    if chosen.out is not None and chosen.out.exists():
        found = [json.loads(line) for line in chosen.out.read_text().splitlines()]
    done = Counter[tuple[str, str]]()
    for one in found:
        done[one["target"], one["engine"]] += one["executions"]
    chosen.keep.mkdir(parents=True, exist_ok=True)
    for target, engine, size, seed in rounds(chosen, done):
        print(f"{target} {engine} {size} from {seed}", file=sys.stderr, flush=True)
        one = run_apart(target, engine, size, seed, chosen.keep)
        found.append(one)
        if chosen.out is not None:
            with chosen.out.open("a") as file:
                file.write(json.dumps(one) + "\n")
    print(*table(found), sep="\n")
    return 1 if any(one["crashes"] for one in found) else 0


if __name__ == "__main__":
    raise SystemExit(main())
