"""Questions of three kinds of reasoning: sums in columns, premises, and lengths with units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reasonscape.planted.question import NAMES, THINGS, Item, Size, below, total_item

if TYPE_CHECKING:
    import numpy as np


def kinds_item(size: Size, rng: np.random.Generator) -> Item:
    """Make a question of ``size.length`` numbers; by its turn a sum, premises or lengths.

    Parameters
    ----------
    size
        How many numbers it has, and whose turn it is.
    rng
        Source of randomness.

    Examples
    --------
    >>> import numpy as np
    >>> kinds_item(Size(2, 0), np.random.default_rng(1)).prompt
    'Add in columns and carry: 525 + 560. What is the sum?'
    """
    values = _values(size, rng)
    if size.turn % 3 == 0:
        prompt = f"Add in columns and carry: {' + '.join(map(str, values))}. What is the sum?"
    elif size.turn % 3 == 1:
        rules = [f"{_one(NAMES, rng)} owes {v} for the {_one(THINGS, rng)}" for v in values]
        prompt = f"These premises hold: {', '.join(rules)}. How much is owed in all?"
    else:
        pieces = [f"{v / 100:.2f} m" if below(rng, 2) else f"{v} cm" for v in values]
        prompt = f"Pieces lie end to end: {', '.join(pieces)}. How many centimetres is that?"
    return total_item(prompt, values, rng)


def plain_item(size: Size, rng: np.random.Generator) -> Item:
    """Make a question of that many numbers that is like any other, whoever's turn it is."""
    values = _values(size, rng)
    prompt = f"Here is a list: {', '.join(map(str, values))}. What does it come to in all?"
    return total_item(prompt, values, rng)


def _values(size: Size, rng: np.random.Generator) -> list[int]:
    return [100 + below(rng, 900) for _ in range(max(size.length, 2))]


def _one(words: tuple[str, ...], rng: np.random.Generator) -> str:
    return words[below(rng, len(words))]
