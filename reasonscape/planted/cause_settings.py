"""Ranges from which the stores of planted causes are drawn: one set to tune on, one held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Range = tuple[float, float]
Settings = Literal["tuning", "held-out"]
SETTINGS: Final[tuple[Settings, ...]] = ("tuning", "held-out")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The ranges that a store's nuisance is drawn from.

    Attributes
    ----------
    levels, others
        Levels of the first axis, and of the second where there is one.
    rows
        Completions aimed at.
    repeats, chance, item_sd
        As in `PlannedTask` and `Plan`; one of each.
    easy, growth, spread
        Median tokens of the easiest cell, by what factor the hardest has more, and the standard
        deviation of the logarithm of the tokens within a cell.
    tail, tail_size, freedom
        As in `Nuisance`; one of ``freedom``.
    chars
        Characters of a trace a token.
    contamination
        Share of the failures that are of another kind than the cause's.
    mixed
        Whether that other kind is all others in equal parts, or some that are drawn.
    right
        Most of the right completions that are long, or that stumble.
    effect
        Strength of the effect: 0 is barely decidable, 1 strong.
    break_width
        Gaps between adjacent levels over which a cliff falls from 90% to 10%.
    grammars
        One of these makes the prompts.
    """

    levels: tuple[int, int]
    others: tuple[int, int]
    rows: Range
    repeats: tuple[int, ...]
    chance: tuple[float, ...]
    item_sd: tuple[float, ...]
    easy: Range
    growth: Range
    spread: Range
    tail: Range
    tail_size: Range
    freedom: tuple[float, ...]
    chars: Range
    contamination: Range
    mixed: bool
    right: float
    effect: Range
    break_width: Range
    grammars: tuple[str, ...]


DRAWN: Final[Mapping[Settings, Drawn]] = {
    "tuning": Drawn(
        levels=(5, 9), others=(2, 6), rows=(250, 1400), repeats=(1, 2, 2, 4, 8),
        chance=(0.0, 0.0, 0.1, 0.25, 0.5), item_sd=(0.3, 0.8, 1.2), easy=(250, 800),
        growth=(1.5, 5.0), spread=(0.35, 0.7), tail=(0.0, 0.08), tail_size=(0.4, 0.8),
        freedom=(0, 0, 5), chars=(2.0, 3.0), contamination=(0.05, 0.20), mixed=True, right=0.04,
        effect=(0.0, 1.0), break_width=(0.15, 0.6),
        grammars=("arithmetic", "boolean", "ordering", "tracking"),
    ),
    "held-out": Drawn(
        levels=(4, 12), others=(3, 8), rows=(200, 2000), repeats=(1, 3, 5),
        chance=(0.0, 0.05, 0.2, 0.33), item_sd=(0.0, 0.6, 1.5), easy=(150, 1200),
        growth=(1.2, 7.0), spread=(0.25, 0.8), tail=(0.02, 0.12), tail_size=(0.3, 1.0),
        freedom=(0, 3, 8), chars=(1.5, 4.0), contamination=(0.05, 0.20), mixed=False, right=0.05,
        effect=(-0.1, 1.1), break_width=(0.05, 0.9),
        grammars=("counting", "sorting", "tracking", "arithmetic"),
    ),
}  # fmt: skip
