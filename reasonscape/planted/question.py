"""What a planted question is, and the words that all grammars share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

NAMES = (
    "Ada", "Ben", "Cleo", "Dov", "Edda", "Finn", "Gus", "Hana", "Ivo", "Jun", "Kira", "Leo",
    "Mina", "Nils", "Oona", "Pia", "Quin", "Rosa", "Sven", "Tess", "Una", "Vera", "Wim", "Yara",
)  # fmt: skip
THINGS = ("apple", "bell", "coin", "drum", "flute", "glove", "key", "lamp", "map", "ring")


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its answer and the steps that lead there."""

    prompt: str
    target: str
    wrong: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How a question is asked for.

    Attributes
    ----------
    length, depth
        Parts and nesting.
    dewhitespace
        The chance, or in tables the share, of spaces left out.
    fragmented
        Whether the numbers are such that the planted tokenizer breaks them.
    turn
        Number of the item within its cell, where kinds of items take turns.
    """

    length: int
    depth: int
    dewhitespace: float = 0.0
    fragmented: bool = False
    turn: int = 0


def below(rng: np.random.Generator, n: int) -> int:
    """Draw a whole number from 0 to below n."""
    return int(rng.integers(n))


def total_item(prompt: str, values: list[int], rng: np.random.Generator) -> Item:
    """Return the question of that prompt whose answer is the sum of the values."""
    steps, total = [], 0
    for value in values:
        steps.append(f"{total} plus {value} makes {total + value}.")
        total += value
    slips = (1, -1, 10, -10, 2, 2 * (1 + below(rng, 40)))
    return Item(prompt, str(total), tuple(str(total + slip) for slip in slips), tuple(steps))
