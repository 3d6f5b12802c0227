"""What the surface lens claims on planted stores of every mechanism: found, missed, false.

    python benchmarks/surface_claims.py [STORES]

Plants STORES stores (default 40) of each mechanism with varied nuisance (axes, items a cell,
repeats, chance, item effects), runs the whole lens on each, and prints how often each pattern was
called present, and whether the cliff was put between the right two levels. Every rate comes with
its 95% interval. Nothing here was used to set a threshold.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MECHANISMS = ("healthy", "cliff", "gradual", "truncation", "chaos", "uniform")
PATTERNS = (
    "healthy_surface",
    "accuracy_cliff",
    "gradual_decline",
    "truncation_dominant",
    "chaotic_surface",
    "uniform_loss",
)


def nuisance(seed: int) -> dict[str, Any]:
    """What varies between stores, drawn from the seed."""
    import numpy as np

    rng = np.random.default_rng(10_000 + seed)
    return {
        "axes": int(rng.integers(1, 4)),
        "items": int(rng.integers(8, 25)),
        "repeats": int(rng.integers(1, 5)),
        "chance": float(rng.choice([0.0, 0.0, 0.1, 0.25])),
        "item_sd": float(rng.choice([0.3, 0.8, 1.2])),
    }


def findings_of(mechanism: str, seed: int, folder: Path) -> dict[str, Any]:
    """Plant one store, run the lens, return its findings by pattern."""
    import reasonscape as rs
    from reasonscape.planted.plans import named_plan
    from reasonscape.planted.planting import plant

    plan = named_plan(mechanism, seed=seed, baseline=False, texts=False, **nuisance(seed))
    config = folder / f"{mechanism}-{seed}.json"
    plant(plan, config)
    run = rs.surface(rs.open(config))
    return {finding.pattern: finding for finding in run.findings}


def main() -> None:
    """Plant, claim, count, print."""
    from reasonscape.stats.proportions import wilson_bounds

    stores = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    began = time.perf_counter()
    print(f"{stores} stores a mechanism; share of stores in which a pattern is present")
    print("planted      " + "".join(f"{name:>22}" for name in PATTERNS))
    placed: Counter[bool] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for mechanism in MECHANISMS:
            present: Counter[str] = Counter()
            for seed in range(stores):
                found = findings_of(mechanism, seed, Path(folder))
                present.update(p for p, f in found.items() if f.verdict == "present")
                cliff = found["accuracy_cliff"]
                if mechanism == "cliff" and cliff.verdict == "present":
                    evidence = cliff.evidence
                    placed[(evidence["last_good"], evidence["first_bad"]) == ("12", "15")] += 1
            cells = []
            for pattern in PATTERNS:
                low, high = wilson_bounds(present[pattern], stores)
                cells.append(f"{present[pattern] / stores:.2f} [{low:.2f}, {high:.2f}]")
            print(f"{mechanism:<13}" + "".join(f"{cell:>22}" for cell in cells), flush=True)
    print(f"cliffs put between the right two levels: {placed[True]} of {placed.total()}")
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
