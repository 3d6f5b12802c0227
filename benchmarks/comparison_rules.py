"""How often ``compare`` is wrong: false claims, coverage and power of its rules, by simulation.

    python benchmarks/comparison_rules.py

Worlds: items with abilities from a beta distribution, one to four completions each, the same under
A and B (null), different in both directions but equal on average (mixed null), or with a true
difference.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from reasonscape.stats.combined_difference import combined_difference
from reasonscape.stats.detectable import items_to_detect, smallest_detectable
from reasonscape.stats.multiplicity import benjamini_hochberg
from reasonscape.stats.repeated_difference import repeated_difference
from reasonscape.stats.sign_flip import sign_flip_test
from reasonscape.stats.unpaired_difference import unpaired_difference

FloatArray = NDArray[np.float64]
WORLDS = (
    (20, 1, 1),
    (50, 1, 1),
    (200, 1, 1),
    (20, 4, 4),
    (50, 4, 4),
    (200, 3, 3),
    (50, 1, 4),
    (30, 50, 50),
)


def abilities(
    rng: np.random.Generator, runs: int, items: int, kind: str
) -> tuple[FloatArray, FloatArray]:
    """Chances of a right answer of each item under A and B, and the same on average if null."""
    p = rng.beta(1.2, 0.8, (runs, items))
    if kind == "null":
        return p, p
    if kind == "mixed null":
        return p, rng.beta(1.2, 0.8, (runs, items))
    if kind == "much better":
        return rng.beta(8.0, 2.0, (runs, items)), rng.beta(2.0, 5.0, (runs, items))
    return np.minimum(p + 0.1, 1.0), p


def differences(
    rng: np.random.Generator, p_a: FloatArray, p_b: FloatArray, repeats: tuple[int, int]
) -> FloatArray:
    """Share right of A minus that of B, of each item."""
    m_a, m_b = repeats
    return np.asarray(rng.binomial(m_a, p_a) / m_a - rng.binomial(m_b, p_b) / m_b)


def paired_rates(runs: int) -> None:
    """How often p < 0.05 where nothing differs, and intervals that hold the truth."""
    print("items repeats  world        p<0.05  coverage  mean width")
    for items, m_a, m_b in WORLDS:
        for kind in ("null", "mixed null", "better", "much better"):
            rng = np.random.default_rng(items * 100 + m_a * 10 + m_b)
            p_a, p_b = abilities(rng, runs, items, kind)
            d = differences(rng, p_a, p_b, (m_a, m_b))
            # Items are drawn anew each time: the truth is the mean over all of them.
            truth = float((p_a - p_b).mean()) if kind.endswith("better") else 0.0
            one = repeated_difference(
                [items] * runs, (d != 0.0).sum(axis=1), d.sum(axis=1), (d * d).sum(axis=1)
            )
            p = np.array([sign_flip_test(row, max(m_a, m_b) if m_a == m_b else 4) for row in d])
            covered = ((one.low <= truth) & (truth <= one.high)).mean()
            width = (one.high - one.low).mean()
            print(
                f"{items:5d} {m_a} and {m_b}  {kind:11s}  {(p < 0.05).mean():6.3f}  {covered:8.3f}"
                f"  {width:10.3f}"
            )


def combined_rates(runs: int, tasks: int = 10) -> None:
    """The mean over tasks of different size and difficulty, and claims of any task."""
    print("\ntasks  world       p<0.05  coverage  any task claimed")
    sizes = [20, 30, 50, 80, 100] * (tasks // 5)
    for kind in ("null", "mixed null", "better"):
        rng = np.random.default_rng(7)
        hits = held = claimed = 0
        truth = 0.0
        if kind == "better":
            p_a, p_b = abilities(rng, 200, 1000, kind)
            truth = float((p_a - p_b).mean())
        for _ in range(runs):
            rows = []
            for n in sizes:
                p_a, p_b = abilities(rng, 1, n, kind)
                rows.append(differences(rng, p_a[0], p_b[0], (1, 1)))
            squares = [float((d * d).sum()) for d in rows]
            one = repeated_difference(
                sizes, [(d != 0.0).sum() for d in rows], [d.sum() for d in rows], squares
            )
            null = np.array(squares) / np.array(sizes) ** 2
            whole = combined_difference(one.difference, one.low, one.high, null)
            hits += whole.p < 0.05
            held += whole.low <= truth <= whole.high
            q = benjamini_hochberg([sign_flip_test(d, 1) for d in rows])
            claimed += bool((q < 0.05).any())
        print(
            f"{tasks:5d}  {kind:10s}  {hits / runs:6.3f}  {held / runs:8.3f}  {claimed / runs:8.3f}"
        )


def unpaired_rates(runs: int) -> None:
    """Different items on each side, one completion each."""
    print("\nitems a side  share  p<0.05  coverage")
    for items in (20, 50, 200):
        for share in (0.1, 0.5, 0.9):
            rng = np.random.default_rng(items)
            right = rng.binomial(items, share, (runs, 2)) / items
            found = [unpaired_difference(a, items, b, items) for a, b in right.tolist()]
            false = np.mean([one.p < 0.05 for one in found])
            held = np.mean([one.low <= 0.0 <= one.high for one in found])
            print(f"{items:12d}  {share:5.1f}  {false:6.3f}  {held:8.3f}")


def power_rates(runs: int) -> None:
    """How often the smallest detectable difference is found: 80% was promised."""
    print("\nitems  discordance  smallest detectable  found  items for it")
    for items, discordance in ((50, 0.3), (164, 0.2), (500, 0.1), (500, 0.4)):
        size = smallest_detectable(items, discordance)
        rng = np.random.default_rng(items)
        chances = [(discordance + size) / 2, (discordance - size) / 2, 1 - discordance]
        counts = rng.multinomial(items, chances, runs)
        p = [sign_flip_test([1.0] * a + [-1.0] * b, 1) for a, b, _ in counts.tolist()]
        needed = items_to_detect(size, discordance)
        print(
            f"{items:5d}  {discordance:11.1f}  {size:19.3f}  {np.mean(np.array(p) < 0.05):5.3f}"
            f"  {needed:12d}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    chosen = parser.parse_args()
    paired_rates(chosen.runs)
    combined_rates(chosen.runs)
    unpaired_rates(chosen.runs)
    power_rates(chosen.runs)
