"""Print how often the rules of the hazard lens claim what is there and what is not.

Stores are drawn without a disk and judged by the lens itself. Null: lengths are log-normal or have
two habits, with item effects and repeats, hard cells longer and more often wrong, sizes, caps and
grids varied; within a cell failing does not go with where a trace ends. Power: the planted
mechanisms at their reference effects. Run: ``python benchmarks/hazard_rules.py [--stores N]``.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reasonscape.findings.thresholds import FAILURE_PATTERNS
from tests.lenses.hazard.simulated import Null, found, null, planted

PATTERNS = (*FAILURE_PATTERNS["hazard"], "constant_hazard")

WORLDS = {
    "lognormal": Null(),
    "two habits": Null(shape="two_habits"),
    "no repeats": Null(items=40, repeats=1),
    "eight repeats": Null(cells=6, items=20, repeats=8),
    "one cell": Null(cells=1, items=200, repeats=3),
    "cut off": Null(caps=(900.0,)),
    "several caps": Null(caps=(512.0, 2048.0), items=30),
    "thin cells": Null(cells=40, items=5, repeats=2),
    "small": Null(cells=6, items=10, repeats=2),
    "large": Null(cells=12, items=60, repeats=3),
    "mostly right": Null(accuracy=0.92, items=40),
    "mostly wrong": Null(accuracy=0.15, items=40),
    "steep cells": Null(hard=1.2),
    "items alike": Null(item_sd=2.0, length_share=0.9, repeats=4),
}
"""Settings of the null stores, dealt in turn."""

POWER = {
    "early": ("early_hazard", ({"repeats": 2}, {"repeats": 4})),
    "delayed": ("delayed_hazard", ({"repeats": 2}, {"repeats": 4})),
    "threshold": ("hazard_threshold", ({"repeats": 2}, {"repeats": 4})),
}


def upper(successes: int, trials: int) -> float:
    """Exact 95% upper bound of a rate, one-sided."""
    from scipy.special import betaincinv

    if successes == trials:
        return 1.0
    return float(betaincinv(successes + 1, trials - successes, 0.95))


def print_null(stores: int, seed: int) -> None:
    """False alarms over all settings, and by setting."""
    names = list(WORLDS)
    rates: dict[str, Counter[str]] = {name: Counter() for name in names}
    steps = dict.fromkeys(names, 0)
    for number in range(stores):
        name = names[number % len(names)]
        findings = found(null(WORLDS[name], seed * 1_000_000 + number))
        steps[name] += 1
        for pattern, finding in findings.items():
            rates[name][f"{pattern}:{finding.verdict}"] += 1
            # The test alone, at p < 0.05 without the other conditions.
            rates[name][f"{pattern}:p"] += finding.p is not None and finding.p < 0.05
    print(f"\nnull, {stores} stores: share claimed present | absent | p < 0.05")
    for name in names:
        print(f"  {name:14} n {steps[name]:4}: " + "  ".join(
            f"{pattern} {rates[name][f'{pattern}:present'] / max(steps[name], 1):.3f}|"
            f"{rates[name][f'{pattern}:absent'] / max(steps[name], 1):.2f}|"
            f"{rates[name][f'{pattern}:p'] / max(steps[name], 1):.2f}"
            for pattern in PATTERNS
        ))  # fmt: skip
    print("  all settings, false alarms with the upper 95% bound:")
    for pattern in FAILURE_PATTERNS["hazard"]:
        alarms = sum(rates[name][f"{pattern}:present"] for name in names)
        print(f"    {pattern:18} {alarms / stores:.4f}, at most {upper(alarms, stores):.4f}")


def print_power(stores: int, seed: int) -> None:
    """Share of planted stores in which the planted pattern is found, and what else is."""
    print(f"\npower at the planted reference effects, {stores} stores each:")
    for kind, (pattern, sizes) in POWER.items():
        for size in sizes:
            verdicts: Counter[str] = Counter()
            places, ends = [], 0
            for number in range(stores):
                sample, shape = planted(kind, seed * 1_000 + number, **size)
                findings = found(sample, shape)
                ends = len(sample)
                verdicts.update(p for p, f in findings.items() if f.verdict == "present")
                places.append(findings["hazard_threshold"].evidence.get("place", np.nan))
            others = ", ".join(
                f"{p} {verdicts[p] / stores:.2f}" for p in PATTERNS if p != pattern and verdicts[p]
            )
            where = ""
            if kind == "threshold":
                low, middle, high = np.nanquantile(places, [0.1, 0.5, 0.9])
                where = f"; place {middle:.0f} [{low:.0f}, {high:.0f}] for 900"
            print(
                f"  {kind:10} {ends:5} samples: {pattern} {verdicts[pattern] / stores:.2f}"
                f"   (also: {others or 'nothing'}){where}"
            )


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", type=int, default=1000, help="null stores drawn")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print_null(options.stores, options.seed)
    print_power(max(options.stores // 10, 10), options.seed)


if __name__ == "__main__":
    main()
