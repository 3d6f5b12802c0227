"""Print how often the budget curve's band holds the truth when half of the items are cut short.

Real traces with one cap are taken as a population whose budget curve is known. Each split draws
as many items as there are, with replacement, cuts half of the items drawn at 512 tokens (so that
one store has two caps), and compares the curve of the cut traces with that of the population.
The band must cover what drawing items and cutting them do together; it is pointwise, so coverage
is counted over budgets and splits. Budgets at which the population has no or almost only right
ends are left out. Run: ``python benchmarks/budget_curve.py [--splits N]``.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reasonscape.stats.budget import budget_curve

SMALL_CAP = 512.0
RIGHT, WRONG, CUT_OFF = 1, 2, 0
FEW = 0.01
"""Accuracy below which a budget is left out: nearly every split has no right end there."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Group = tuple[FloatArray, IntArray, IntArray, float]


def log_path() -> Path:
    """Where the real log lies, if it is here."""
    named = os.environ.get("REASONSCAPE_SHARED_DATA")
    root = Path(__file__).resolve().parents[1]
    return (Path(named) if named else root.parent / "shared" / "data") / "samples/rg_vllm.jsonl.zst"


def groups(path: Path, least: int) -> dict[str, Group]:
    """Times, causes, items and cap of each model that has enough items and two sorts of ends."""
    import zstandard

    rows: dict[tuple[str, float], list[tuple[float, int, str]]] = defaultdict(list)
    with path.open("rb") as raw:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(raw), "utf-8")
        for line in lines:
            row = json.loads(line)
            tokens, cap = row.get("completion_tokens"), row.get("max_tokens")
            if tokens is None or cap is None:
                continue
            cut = bool(row.get("truncated")) and not row["correct"]
            cause = RIGHT if row["correct"] else CUT_OFF if cut else WRONG
            time = float(cap) if cut else min(float(tokens), float(cap))
            key = (str(row["model"]), float(cap))
            rows[key].append((time, cause, f"{row['task']} {row['sample_index']}"))
    found = {}
    for (model, cap), mine in sorted(rows.items()):
        names = np.array([name for _, _, name in mine])
        item = np.unique(names, return_inverse=True)[1].astype(np.int64)
        late = sum(one[0] > SMALL_CAP for one in mine)
        if int(item.max()) + 1 >= least and late >= 50 and cap > SMALL_CAP:
            times = np.array([t for t, _, _ in mine], dtype=np.float64)
            causes = np.array([c for _, c, _ in mine], dtype=np.int64)
            found[f"{model} to {cap:.0f}"] = (times, causes, item, cap)
    return found


def drawn(item: IntArray, rng: np.random.Generator, items: int) -> tuple[IntArray, IntArray]:
    """Rows of items drawn with replacement, and a number for each draw."""
    order = np.argsort(item, kind="stable")
    size = np.bincount(item)
    start = np.cumsum(size) - size
    chosen = rng.integers(0, len(size), items)
    rows = np.concatenate([order[start[i] : start[i] + size[i]] for i in chosen])
    return rows, np.repeat(np.arange(items), size[chosen])


def coverage(group: Group, splits: int, seed: int, draw: int) -> dict[str, tuple[float, int]]:
    """Share of (split, budget) in which the band holds the population's curve."""
    time, cause, item, cap = group
    truth = budget_curve(time, cause, item, cap).accuracy
    rng = np.random.default_rng(seed)
    count = int(item.max()) + 1
    size = min(draw, count) if draw else count
    hits: dict[str, list[bool]] = defaultdict(list)
    for _ in range(splits):
        rows, again = drawn(item, rng, size)
        short = (rng.random(size) < 0.5)[again] & (time[rows] > SMALL_CAP)
        when, how = np.where(short, SMALL_CAP, time[rows]), np.where(short, CUT_OFF, cause[rows])
        found = budget_curve(when, how, again, cap)
        inside = (found.low <= truth) & (truth <= found.high)
        counts = (truth >= FEW) & (truth <= 1.0 - FEW)
        hits["above 512"] += inside[counts & (found.budget > SMALL_CAP)].tolist()
        hits["up to 512"] += inside[counts & (found.budget <= SMALL_CAP)].tolist()
        whole = budget_curve(time, cause, item, cap)
        same = rng.random(count) < 0.5
        short = same[item] & (time > SMALL_CAP)
        cut = budget_curve(
            np.where(short, SMALL_CAP, time), np.where(short, CUT_OFF, cause), item, cap
        )
        below = whole.budget < SMALL_CAP
        hits["equal below 512, same items"].append(
            bool(np.array_equal(whole.accuracy[below], cut.accuracy[below]))
        )
        beyond = counts & (cut.budget > SMALL_CAP)
        covered = (cut.low <= whole.accuracy) & (whole.accuracy <= cut.high)
        hits["whole log's own curve, same items"] += covered[beyond].tolist()
    return {name: (float(np.mean(values)), len(values)) for name, values in hits.items() if values}


def main() -> None:
    """Print coverage by model and over all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--splits", type=int, default=200)
    parser.add_argument("--items", type=int, default=100, help="fewest items of a population")
    parser.add_argument("--draw", type=int, default=0, help="items drawn (default: all there are)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    path = log_path()
    if not path.is_file():
        print(f"the real log is not here: {path} (set REASONSCAPE_SHARED_DATA)")
        return
    total: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for name, group in groups(path, options.items).items():
        time, cause, item, _ = group
        rates = coverage(group, options.splits, options.seed, options.draw)
        print(
            f"{name}: {len(time):,} traces of {int(item.max()) + 1} items, "
            f"{(time > SMALL_CAP).mean():.0%} longer than 512, {(cause == RIGHT).mean():.0%} right"
        )
        for what, (rate, n) in rates.items():
            print(f"    {what:34} {rate:.3f} of {n:,}")
            total[what].append((rate, n))
    print(f"all, {options.splits} splits each:")
    for what, parts in total.items():
        rate = sum(r * n for r, n in parts) / sum(n for _, n in parts)
        print(f"    {what:34} {rate:.3f}")


if __name__ == "__main__":
    main()
