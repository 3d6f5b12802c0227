"""Print how often the rules of the input lens claim what is there and what is not.

Token series are drawn as arrays; their spectra, slopes and odds are the lens's own, and its claims
are judged as in a run: the real thresholds, and q over the family of tests. Null worlds have
difficulty that drifts, prompts of unequal and of growing length, instructions that all prompts
share, peaks whose strength differs by a tenth between levels, and accuracy that falls for other
reasons. Run: ``python benchmarks/fft_rules.py [--runs N] [--power N] [--seed S]``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.fft_worlds import OTHERS, Setting, found
from reasonscape.findings.thresholds import FAILURE_PATTERNS
from tests.stats.spectrum_data import Instruction, Text, World

# Reference effects: the sizes at which each rule has to find what is planted in four of five data
# sets. They were written down before any rule was tuned.

COLLAPSE: Final = {
    "levels": 6,
    "prompts_a_level": 30,
    "tokens": 200,
    "period": 5,
    "kept": 0.5,
    "accuracy_easier": 0.85,
    "accuracy_harder": 0.6,
}
"""A delimiter stands at half of the places of a period of five tokens on the easier levels; on the
harder ones as many stand anywhere, and accuracy is lower by a quarter."""

GAIN: Final = {"levels": 4, "prompts_a_level": 40, "tokens": 100, "decibel_a_doubling": 2.0}
"""Power in one octave grows by 2 dB for each doubling of the length, from 100 to 800 tokens."""

ARTIFACT: Final = {"cells": 12, "items_a_cell": 20, "repeats": 2, "odds_ratio": 2.0}
"""The odds of failing double for one standard deviation of fragmentation within a cell, and an
item's own difficulty (standard deviation of the log odds: 1) comes on top of it."""


PATTERNS: Final = FAILURE_PATTERNS["fft"]
COLLAPSED, GAINED, BROKEN = PATTERNS

EASY, FALL = 0.85, 0.4
"""Accuracy of the easier levels in null worlds, and a fall that is surely seen: there only the
prompts can hold a claim back."""

GROWN: Final = World(text="shuffled", lengths="growing", levels=4, prompts=40, tokens=100, growth=8)
"""Prompts of 100 to 800 tokens, those of the reference gain."""


@dataclass(frozen=True)
class Null:
    """A world, and for which patterns it is a null; in others the pattern is there."""

    name: str
    setting: Setting
    null: tuple[str, ...] = PATTERNS


def long(text: Text, *, drift: float = 0.0, instruction: Instruction = "none") -> World:
    return replace(GROWN, text=text, drift=drift, instruction=instruction)


CELLED: Final = World(levels=4, prompts=60)
"""With the second axis: the twelve cells of twenty prompts of the reference artifact."""

NULLS: Final = (
    Null("shuffled; accuracy falls", Setting(World("shuffled"), fall=FALL)),
    Null("period kept, unchanged prompts; accuracy falls", Setting(fall=FALL)),
    Null("period's strength +-10% between levels; accuracy falls",
         Setting(World(drift=0.1), fall=FALL)),
    Null("period kept; difficulty drifts", Setting(trend=2.0, drift=0.7)),
    Null("period kept; accuracy falls on the second axis only", Setting(other=1.0)),
    Null("collapse; accuracy unchanged", Setting(World(collapse=True))),
    Null("collapse; accuracy unchanged, direction from the data",
         Setting(World(collapse=True), guessed=True)),
    Null("collapse; accuracy falls on the second axis only",
         Setting(World(collapse=True), other=1.0)),
    Null("shuffled, 100 to 800 tokens; accuracy falls", Setting(long("shuffled"), fall=FALL)),
    Null("period kept, 100 to 800 tokens; accuracy falls", Setting(long("period"), fall=FALL)),
    Null("strength +-10%, 100 to 800 tokens; accuracy falls",
         Setting(long("period", drift=0.1), fall=FALL)),
    Null("red, 100 to 800 tokens; difficulty drifts",
         Setting(long("red"), trend=2.0, drift=0.7)),
    Null("gain; accuracy unchanged", Setting(GROWN, gain=2.0)),
    Null("gain; accuracy falls on the second axis only", Setting(GROWN, gain=2.0, other=1.0)),
    Null("random instruction, 100 to 800 tokens; accuracy falls",
         Setting(long("shuffled", instruction="random"), fall=FALL), (COLLAPSED, BROKEN)),
    Null("periodic instruction, 100 to 800 tokens; accuracy falls",
         Setting(long("shuffled", instruction="periodic"), fall=FALL), (COLLAPSED, BROKEN)),
    Null("periodic instruction and period, 100 to 800 tokens; falls",
         Setting(long("period", instruction="periodic"), fall=FALL), (COLLAPSED, BROKEN)),
    Null("fragmentation unrelated, 2 repeats, items unlike",
         Setting(CELLED, trend=1.5, item_sd=1.0, repeats=2)),
    Null("the same; fragmentation and difficulty drift along the axis",
         Setting(CELLED, trend=2.5, drift=0.5, item_sd=1.0, repeats=2, broken=(2.0, 0.0))),
    Null("the same; longer prompts are harder and more broken",
         Setting(CELLED, trend=1.0, item_sd=1.0, repeats=2, doubling=2.5, broken=(0.0, 1.0)),
         (COLLAPSED, GAINED, BROKEN)),
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """A pattern at its reference effect; prompts a level or a cell are given apart."""

    pattern: str
    name: str
    setting: Setting
    prompts: int


def planted() -> tuple[Planted, ...]:
    """The three reference effects, and what makes them harder to see."""
    n = int(COLLAPSE["prompts_a_level"])
    lost = World(
        levels=int(COLLAPSE["levels"]), prompts=n, tokens=int(COLLAPSE["tokens"]),
        period=int(COLLAPSE["period"]), kept=COLLAPSE["kept"], collapse=True,
    )  # fmt: skip
    easy = COLLAPSE["accuracy_easier"]
    collapse = Setting(lost, easy=easy, fall=easy - COLLAPSE["accuracy_harder"], other=None)
    longer = replace(
        GROWN, levels=int(GAIN["levels"]), prompts=int(GAIN["prompts_a_level"]),
        tokens=int(GAIN["tokens"]),
    )  # fmt: skip
    gain = Setting(longer, easy=0.8, doubling=2.0, gain=GAIN["decibel_a_doubling"], other=None)
    cells, items = int(ARTIFACT["cells"]), int(ARTIFACT["items_a_cell"])
    celled = replace(CELLED, levels=cells // OTHERS, prompts=items * OTHERS)
    artifact = Setting(
        celled, easy=0.75, trend=1.0, item_sd=1.0, repeats=int(ARTIFACT["repeats"]),
        odds=ARTIFACT["odds_ratio"],
    )  # fmt: skip
    return (
        Planted(COLLAPSED, "collapse", collapse, n),
        Planted(COLLAPSED, "  beside a second axis", replace(collapse, other=0.3), n),
        Planted(COLLAPSED, "  two repeats, items alike", replace(collapse, repeats=2), n),
        Planted(GAINED, "gain", gain, longer.prompts),
        Planted(GAINED, "  beside a second axis", replace(gain, other=0.3), longer.prompts),
        Planted(BROKEN, "artifact", artifact, items),
        Planted(BROKEN, "  no repeats", replace(artifact, repeats=1), items),
    )


def upper_bound(hits: int, trials: int) -> float:
    """Exact one-sided 95% upper bound of a rate."""
    from scipy.special import betaincinv

    return 1.0 if hits >= trials else float(betaincinv(hits + 1, trials - hits, 0.95))


def verdicts(setting: Setting, runs: int, *key: int) -> list[Counter[str]]:
    """How often each pattern is present, absent and open."""
    counts: list[Counter[str]] = [Counter() for _ in PATTERNS]
    for run in range(runs):
        judged = found(np.random.default_rng([*key, run]), setting)
        for count, pattern in zip(counts, PATTERNS, strict=True):
            count[judged[pattern].verdict] += 1
    return counts


def print_nulls(runs: int, seed: int) -> None:
    """Claims of what is not there, world by world, and over all worlds of each pattern."""
    print(f"null worlds, {runs} data sets each: present (absent)")
    print(f"{'':<64}" + "".join(f"{p:>24}" for p in PATTERNS))
    claimed: Counter[str] = Counter()
    trials: Counter[str] = Counter()
    there = []
    for place, null in enumerate(NULLS):
        counts = verdicts(null.setting, runs, seed, 0xF0, place)
        line = f"{null.name:<64}"
        for pattern, count in zip(PATTERNS, counts, strict=True):
            here = count["present"]
            if pattern in null.null:
                claimed[pattern] += here
                trials[pattern] += runs
                line += f"{here:>17} ({count['absent']:>3}) "
            else:
                line += f"{'-':>24}"
                there.append(f"{null.name:<64}{pattern:<24}{here:>4} of {runs}")
        print(line, flush=True)
    for pattern in PATTERNS:
        hits, n = claimed[pattern], trials[pattern]
        print(f"{pattern:<24} {hits} of {n}, upper 95%: {upper_bound(hits, n):.2%}")
    print("\nno nulls: the pattern is there by its definition; bands fade with a shared text")
    print("\n".join(there))


def print_power(runs: int, seed: int) -> None:
    """Claims of what is planted, with half, as many and twice as many prompts."""
    print(f"\n{runs} data sets a row: present / absent / open, by prompts a level or cell")
    for place, one in enumerate(planted()):
        for turn, times in enumerate((0.5, 1.0, 2.0)):
            world = one.setting.world
            setting = replace(one.setting, world=replace(world, prompts=int(times * world.prompts)))
            counts = verdicts(setting, runs, seed, 0xF1, place, turn)
            count = counts[PATTERNS.index(one.pattern)]
            hits = count["present"]
            lower = 1.0 - upper_bound(runs - hits, runs)
            print(
                f"{one.pattern if turn == 0 else '':<24}{one.name if turn == 0 else '':<28}"
                f"{int(times * one.prompts):>4} {hits / runs:>6.0%} / {count['absent'] / runs:.0%}"
                f" / {count['insufficient_evidence'] / runs:.0%}  lower 95%: {lower:.0%}",
                flush=True,
            )


def main() -> None:
    """Parse the options and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="data sets of each null world")
    parser.add_argument("--power", type=int, default=20, help="data sets of each planted effect")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.perf_counter()
    if asked.runs:
        print_nulls(asked.runs, asked.seed)
    if asked.power:
        print_power(asked.power, asked.seed)
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
