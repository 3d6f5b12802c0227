"""How the mechanism of each cause is drawn: its variants, and effects of one strength."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from reasonscape.planted.design import PlannedAxis
from reasonscape.planted.mechanisms import Mechanism, Thinking, WrongEnds

WAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "healthy": ("",),
    "working_memory_limit": ("circles", "loops", "late", "threshold"),
    "tokenization_problem": ("confounder", "format", "period", "numbers"),
    "reasoning_inefficiency": ("loops",),
    "underthinking": ("even", "falling"),
    "context_truncation": ("",),
    "capability_gap": ("even", "falling", "cliff"),
    "unstable_surface": ("cells",),
}
"""Variants of the mechanism of each cause; one is drawn for each store."""


@dataclass(frozen=True, slots=True)
class Case:
    """What was drawn before the mechanism: a grid, lengths, and how strong the effect is."""

    rng: np.random.Generator
    axes: tuple[PlannedAxis, ...]
    thinking: Thinking
    strength: float
    break_width: float
    written: str

    def between(self, weak: float, strong: float) -> float:
        """An effect of the store's strength, with some noise."""
        return weak + (self.strength + float(self.rng.normal(0.0, 0.08))) * (strong - weak)

    def share(self, weak: float, strong: float) -> float:
        """The same where it is a share."""
        return min(max(self.between(weak, strong), 0.02), 0.98)

    def loss(self, way: str, thinking: Thinking) -> Mechanism:
        """Accuracy lost evenly or along the first axis."""
        if way == "even":
            return Mechanism("uniform", high=self.share(0.8, 0.35), thinking=thinking)
        return Mechanism("gradual", high=0.95, low=self.share(0.65, 0.15), thinking=thinking)

    def cliff(self, thinking: Thinking, floor: float) -> Mechanism:
        """Accuracy lost between two levels of the first axis, neither the first nor the last."""
        return Mechanism(
            "cliff",
            high=0.95,
            low=self.share(0.5, floor),
            break_after=int(self.rng.integers(2, len(self.axes[0].levels) - 1)),
            width=self.break_width,
            thinking=thinking,
        )


def _healthy(case: Case, way: str) -> Mechanism:
    high = float(case.rng.uniform(0.955, 0.995))
    return Mechanism("healthy", high=high, thinking=case.thinking)


def _memory(case: Case, way: str) -> Mechanism:
    """A cliff; around and beyond it wrong traces circle or loop, or late ends go wrong."""
    thinking = replace(case.thinking, reach="beyond")
    if way == "circles":
        thinking = replace(
            thinking, wrong_ratio=case.between(1.4, 2.2), circles=case.share(0.6, 0.9)
        )
    elif way == "loops":
        thinking = replace(
            thinking,
            wrong_ratio=case.between(1.3, 1.8),
            loops=case.share(0.4, 0.75),
            loop_from=float(case.rng.uniform(0.4, 0.65)),
        )
    elif way == "late":
        thinking = replace(thinking, wrong_ends=WrongEnds("delayed", case.between(2.5, 7.0)))
    mechanism = case.cliff(thinking, 0.08)
    if way != "threshold":
        return mechanism
    # From about the median length of the first bad level on.
    at = (mechanism.break_after or 1) / (len(case.axes[0].levels) - 1)
    place = thinking.easy * (thinking.hard / thinking.easy) ** at
    tokens = place * math.exp(float(case.rng.normal(0.0, 0.15)))
    ends = WrongEnds("beyond", case.between(3.0, 8.0), round(tokens))
    return replace(mechanism, thinking=replace(thinking, wrong_ends=ends))


def _tokens(case: Case, way: str) -> Mechanism:
    """What is lost goes with how the question is written, or with numbers that break."""
    if way == "numbers":
        high, odds = case.share(0.75, 0.5), case.between(2.5, 6.0)
        return Mechanism("artifact", high=high, fragmented_odds=odds, thinking=case.thinking)
    high, low = float(case.rng.uniform(0.85, 0.95)), float(case.rng.uniform(0.6, 0.95))
    costs = ((case.written, case.share(0.25, 0.6)),)
    if case.rng.random() < 0.5:
        return Mechanism("uniform", high=high, thinking=case.thinking, costs=costs)
    return Mechanism("gradual", high=high, low=high * low, thinking=case.thinking, costs=costs)


def _inefficient(case: Case, way: str) -> Mechanism:
    """A slow loss, and many of the wrong traces fall into a loop from early on."""
    thinking = replace(
        case.thinking,
        wrong_ratio=case.between(1.0, 1.6),
        loops=case.share(0.4, 0.8),
        loop_from=float(case.rng.uniform(0.2, 0.55)),
    )
    return case.loss("falling", thinking)


def _short(case: Case, way: str) -> Mechanism:
    ratio = max(case.between(0.7, 0.35), 0.2)
    return case.loss(way, replace(case.thinking, wrong_ratio=ratio))


def _cut_off(case: Case, way: str) -> Mechanism:
    """Lengths follow from the share that is cut off, which grows along the first axis."""
    thinking = replace(case.thinking, cap=int(case.rng.choice([1536, 2048, 4096])))
    high, cut = case.share(0.92, 0.98), case.share(0.35, 0.95)
    return Mechanism("truncation", high=high, truncated=cut, thinking=thinking)


def _gap(case: Case, way: str) -> Mechanism:
    """What is lost leaves no trace: wrong completions look like right ones."""
    ratio = float(case.rng.uniform(0.95, 1.06))
    thinking = replace(case.thinking, wrong_ratio=ratio)
    return case.cliff(thinking, 0.03) if way == "cliff" else case.loss(way, thinking)


def _unstable(case: Case, way: str) -> Mechanism:
    mean = float(case.rng.uniform(0.4, 0.7))
    spread = min(case.between(0.2, 0.4), 0.9 * math.sqrt(mean * (1 - mean)))
    return Mechanism("chaos", high=mean, spread=spread, thinking=case.thinking)


CAUSES: Final[Mapping[str, Callable[[Case, str], Mechanism]]] = {
    "healthy": _healthy,
    "working_memory_limit": _memory,
    "tokenization_problem": _tokens,
    "reasoning_inefficiency": _inefficient,
    "underthinking": _short,
    "context_truncation": _cut_off,
    "capability_gap": _gap,
    "unstable_surface": _unstable,
}
"""How the mechanism of each cause is drawn."""
