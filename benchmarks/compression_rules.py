"""Print how often the rules of the compression lens claim what is there and what is not.

Null stores have log-normal lengths that grow with difficulty, item effects, repeats, and failures
that do not depend on the trace; power is at the reference effects of ``reasonscape.planted``. Rows
are simulated as arrays and judged by the lens, corrected as in a run.
Run: ``python benchmarks/compression_rules.py [--stores N] [--power N] [--seed S]``.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reasonscape.findings.thresholds import FAILURE_PATTERNS
from tests.lenses.compression.simulated import Null, found, mechanism, null

PATTERNS = FAILURE_PATTERNS["compression"]
PLANTED = {"underthink": "underthink", "overthink": "overthink", "loops": "broken_loops"}
OTHERS = ("healthy", "uniform", "cliff", "gradual", "truncation", "early", "delayed", "threshold")


def drawn_null(rng: np.random.Generator) -> Null:
    """A null world of its own for each store: grid, sizes, accuracy, effects and cap vary."""
    return Null(
        cells=int(rng.choice([1, 4, 16, 48])),
        items=int(rng.choice([6, 12, 30])),
        repeats=int(rng.choice([1, 2, 4, 8])),
        accuracy=float(rng.choice([0.1, 0.4, 0.7, 0.9])),
        item_sd=float(rng.choice([0.0, 1.0, 2.0])),
        length_sd=float(rng.choice([0.3, 0.5, 0.9])),
        length_share=float(rng.choice([0.2, 0.5, 0.9])),
        cap=float(rng.choice([1500.0, 8192.0])),
        loops=float(rng.choice([0.0, 0.005, 0.1])),
    )


def upper_bound(hits: int, trials: int) -> float:
    """Exact one-sided 95% upper bound of a rate."""
    from scipy.special import betaincinv

    return 1.0 if hits >= trials else float(betaincinv(hits + 1, trials - hits, 0.95))


def false_alarms(stores: int, seed: int) -> None:
    """Claims over null stores."""
    rng = np.random.default_rng(seed)
    claimed: Counter[tuple[str, str]] = Counter()
    for i in range(stores):
        for pattern, finding in found(null(drawn_null(rng), seed * 100_003 + i), i).items():
            claimed[pattern, finding.verdict] += 1
    print(f"{stores} null stores           present  upper 95%  absent  not decided")
    for pattern in (*PATTERNS, "healthy_traces"):
        hits = claimed[pattern, "present"]
        bound = "" if pattern == "healthy_traces" else f"{upper_bound(hits, stores):8.2%}"
        print(
            f"  {pattern:18s} {hits:10d} ({hits / stores:5.1%}) {bound:8s}"
            f" {claimed[pattern, 'absent'] / stores:8.1%}"
            f" {claimed[pattern, 'insufficient_evidence'] / stores:8.1%}"
        )


def power(stores: int, seed: int) -> None:
    """Claims over stores with a planted mechanism: 48 cells of 12 items, 2 repeats each."""
    print(f"\n{stores} stores a mechanism     " + "".join(f"{p:>15s}" for p in PATTERNS))
    settings = [(kind, 2, 12, 2) for kind in (*PLANTED, *OTHERS)]
    settings += [(kind, 1, 12, 2) for kind in PLANTED] + [(kind, 1, 12, 1) for kind in PLANTED]
    for kind, axes, items, repeats in settings:
        claimed: Counter[str] = Counter()
        for i in range(stores):
            sample = mechanism(kind, seed * 1009 + i, axes=axes, items=items, repeats=repeats)
            for pattern, finding in found(sample, i).items():
                claimed[pattern] += finding.verdict == "present"
        size = {1: 8, 2: 48}[axes] * items * repeats
        shown = "".join(
            f"{claimed[p] / stores:14.0%}{'*' if PLANTED.get(kind) == p else ' '}" for p in PATTERNS
        )
        print(f"  {kind:12s} n = {size:5,d}     {shown}")
    print("* planted at its reference effect")


def main() -> None:
    """Parse the options and print the two tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", type=int, default=1000, help="null stores")
    parser.add_argument("--power", type=int, default=100, help="stores of each mechanism")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    false_alarms(options.stores, options.seed)
    power(options.power, options.seed)


if __name__ == "__main__":
    main()
