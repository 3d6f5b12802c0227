"""What the fft lens claims on planted stores: found, missed, false.

    python benchmarks/fft_claims.py [--runs N] [--nulls N] [--seed S] [--kinds KIND ...]

Every store is planted, imported, read by the whole lens and judged after the correction. First
table: N stores of each kind at its own size and at more items, each through several tokenizers;
present / absent / not decided of each pattern, with a one-sided 95% bound of the share present:
the lower one where the pattern is planted (*), else the upper one. Second table: as many null
stores in all, each of a kind, size, item effect, chance level and tokenizer of its own; a pattern
counts only those kinds that do not plant it. Nothing here was used to set a threshold.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATTERNS = ("peak_collapse", "band_limited_gain", "tokenization_artifact", "clean_spectrum")
PLANTED = {
    "collapse": "peak_collapse",
    "bandgain": "band_limited_gain",
    "artifact": "tokenization_artifact",
}
NULLS = (
    "collapse-harmless", "collapse-kept", "bandgain-even", "artifact-chance",
    "healthy", "cliff", "gradual",
)  # fmt: skip
KINDS = (*PLANTED, *NULLS)
LARGER = {"collapse": 20}
"""Items a cell of a second size."""
OWN = ""
"""The tokenizer that the planted config names."""
SECOND = "o200k_base"


@dataclass(frozen=True)
class Job:
    """One store, and the tokenizers that read it."""

    kind: str
    seed: int
    tokenizers: tuple[str, ...]
    nuisance: dict[str, Any] = field(default_factory=dict)


def tokenizers_of(kind: str) -> tuple[str, ...]:
    """The planted tokenizer where there is one; a vocabulary of a package where it is installed."""
    if kind.startswith("artifact"):
        return (OWN,)
    return ("bytes", "words", *((SECOND,) if find_spec("bpe_openai") else ()))


def verdicts(job: Job) -> list[dict[str, str]]:
    """Plant one store; the verdict of each pattern by each tokenizer."""
    sys.path.insert(0, str(ROOT))
    import reasonscape as rs
    from reasonscape.planted.plans import named_plan
    from reasonscape.planted.planting import plant

    plan = named_plan(job.kind, seed=job.seed, baseline=False, **job.nuisance)
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "planted.json"
        # The lens reads no traces, so they may be as short as they like.
        plant(replace(plan, trace_chars=(8, 8)), config)
        runs = [rs.fft(rs.open(config), tokenizer=name) for name in job.tokenizers]
    return [{f.pattern: f.verdict for f in run.findings} for run in runs]


def drawn_null(kinds: Sequence[str], seed: int, number: int) -> Job:
    """A null store of its own."""
    import numpy as np

    rng = np.random.default_rng([seed, number])
    kind = kinds[number % len(kinds)]
    periodic = kind.startswith(("collapse", "bandgain"))
    nuisance = {
        "items": int(rng.integers(15, 46) if kind == "bandgain-even" else rng.integers(5, 21)),
        "repeats": int(rng.integers(1, 4)),
        "chance": float(rng.choice([0.0, 0.0, 0.25])),
        "item_sd": float(rng.choice([0.0, 0.8, 1.5])),
        "axes": 1 if periodic else int(rng.integers(1, 3)),
    }
    names = tokenizers_of(kind)
    seed = int(rng.integers(2**31))
    return Job(kind, seed, (names[int(rng.integers(len(names)))],), nuisance)


def upper_bound(hits: int, trials: int) -> float:
    """Exact one-sided 95% upper bound of a rate."""
    from scipy.special import betaincinv

    return 1.0 if hits >= trials else float(betaincinv(hits + 1, trials - hits, 0.95))


def shown(counts: Counter[str], planted: bool) -> str:
    present, absent = counts["present"], counts["absent"]
    n, open_ = counts.total(), counts["insufficient_evidence"]
    bound = 1.0 - upper_bound(n - present, n) if planted else upper_bound(present, n)
    said = f"{present}/{absent}/{open_} {'>' if planted else '<'}{bound:.0%}"
    return said + ("*" if planted else " ")


def by_kind(pool: ProcessPoolExecutor, kinds: Sequence[str], runs: int, seed: int) -> None:
    """The first table."""
    print(f"{runs} stores a row; present/absent/not decided and the bound of the share present")
    print(f"{'planted':<18}{'items':>6} {'tokenizer':<11}" + "".join(f"{p:>23}" for p in PATTERNS))
    for kind in kinds:
        for items in (None, *([LARGER[kind]] if kind in LARGER else [])):
            names = tokenizers_of(kind)
            nuisance = {} if items is None else {"items": items}
            jobs = [Job(kind, seed * 100_003 + i, names, nuisance) for i in range(runs)]
            found = list(pool.map(verdicts, jobs))
            for place, name in enumerate(names):
                counts = [Counter(each[place][p] for each in found) for p in PATTERNS]
                cells = [
                    f"{shown(c, PLANTED.get(kind) == p):>23}"
                    for p, c in zip(PATTERNS, counts, strict=True)
                ]
                size = "own" if items is None else str(items)
                print(f"{kind:<18}{size:>6} {name or 'planted':<11}" + "".join(cells), flush=True)
    print("* planted at its reference effect\n")


def over_nulls(pool: ProcessPoolExecutor, kinds: Sequence[str], nulls: int, seed: int) -> None:
    """The second table."""
    jobs = [drawn_null(kinds, seed, number) for number in range(nulls)]
    found = [each[0] for each in pool.map(verdicts, jobs, chunksize=4)]
    print(f"{nulls} null stores{'':<12}present  per 1,000  upper 95%   absent  not decided")
    for pattern in PATTERNS:
        counts = Counter(each[pattern] for each in found)
        present = counts["present"]
        bound = "" if pattern == "clean_spectrum" else f"{upper_bound(present, nulls):.2%}"
        print(
            f"  {pattern:<22} {present:>7} {1000 * present / nulls:>10.1f} {bound:>10}"
            f" {counts['absent'] / nulls:>8.1%} {counts['insufficient_evidence'] / nulls:>12.1%}"
        )
    for job, each in zip(jobs, found, strict=True):
        wrong = [p for p in PATTERNS[:3] if each[p] == "present"]
        if wrong:
            print(f"  claimed: {', '.join(wrong)} by {job}")


def main() -> None:
    """Parse the options and print the two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=4, help="stores of each kind and size")
    parser.add_argument("--nulls", type=int, default=28, help="null stores in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    asked = parser.parse_args()
    began = time.perf_counter()
    # Forked processes would share threads of libraries that are already running.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        if asked.runs:
            by_kind(pool, asked.kinds, asked.runs, asked.seed)
            print(f"{time.perf_counter() - began:.0f} s", flush=True)
        nulls = [kind for kind in asked.kinds if kind in NULLS]
        if nulls and asked.nulls:
            over_nulls(pool, nulls, asked.nulls, asked.seed)
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
