"""What is said again and again in a planted loop: units, exact, noisy, or with changing parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from reasonscape.planted.unlooped import foreign

Rng = np.random.Generator
Copies = Callable[[int], str]
"""The text of copy number ``i``, from 0."""

_NAMES: Final = (
    "Ada Ben Carla Dmitri Elena Farid Greta Hugo Ines Jonas Katya Liam Mona Nils Olga Pablo Quinn "
    "Rosa Sven Tariq Uma Viktor Wanda Xavier Yara Zeno apple bread castle dragon engine forest "
    "garden hammer island jungle kettle ladder mirror needle orange pencil quarry river saddle "
    "tunnel umbrella valley window yellow"
)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_NUMBER: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[A-Za-z]{3,}")


def exact_unit(bank: Sequence[str], rng: Rng, chars: int) -> str:
    """A passage of that many characters; one in ten is of another language.

    Short ones may be anything, a bare space apart; from 10 characters on they begin at a word.
    """
    while True:
        if rng.random() < 0.1:
            text = foreign(rng, chars + 50)
        else:
            text = bank[int(rng.integers(len(bank)))]
        if len(text) < chars + 10:
            joined = [text]
            while sum(map(len, joined)) < chars + 10:
                joined.append(bank[int(rng.integers(len(bank)))])
            text = "\n".join(joined)
        start = int(rng.integers(len(text) - chars))
        if chars >= 10:
            space = text.find(" ", start)
            start = space + 1 if 0 <= space <= len(text) - chars - 1 else start
        unit = text[start : start + chars]
        if unit.strip():
            return unit


def repeated(unit: str) -> tuple[Copies, int]:
    """Copies of a unit, and its true period (of ``abab`` it is 2).

    Examples
    --------
    >>> copies, period = repeated("abab")
    >>> copies(7), period
    ('abab', 2)
    """
    return (lambda _: unit), (unit + unit).index(unit, 1)


def noisy(text: str, rng: Rng, share: float) -> str:
    """Replace a share of the characters, each by a random letter."""
    hit = np.flatnonzero(rng.random(len(text)) < share)
    letters = rng.integers(len(_LETTERS), size=len(hit))
    changed = list(text)
    for at, letter in zip(hit.tolist(), letters.tolist(), strict=True):
        changed[at] = _LETTERS[letter]
    return "".join(changed)


def templated(bank: Sequence[str], rng: Rng, chars: int, *, names: bool) -> Copies:
    """A passage whose numbers change from copy to copy, or (``names``) some of whose words do.

    Numbers count up, or are drawn anew; a passage without numbers is given one. With ``names``, up
    to one word in six is drawn anew in each copy, numbers stay.
    """
    unit = _sentence(bank, rng, chars)
    pattern = _WORD if names else _NUMBER
    spans = [match.span() for match in pattern.finditer(unit)]
    if not spans:
        unit = f"{unit.rstrip()} (part 1) "
        spans = [match.span() for match in pattern.finditer(unit)]
    most = max(1, len(unit.split()) // 6) if names else len(spans)
    words = _NAMES.split()
    chosen = sorted(rng.choice(len(spans), int(rng.integers(1, most + 1)), replace=False).tolist())
    counting = rng.random(len(chosen)) < 0.5
    first = rng.integers(1, 10 ** rng.integers(1, 5, size=len(chosen)))
    seed = int(rng.integers(2**63))

    def copy(i: int) -> str:
        draws = np.random.default_rng([seed, i]).integers(0, 10**4, size=len(chosen))
        parts, at = list[str](), 0
        for k, span in enumerate(chosen):
            start, end = spans[span]
            if names:
                new = words[draws[k] % len(words)]
            else:
                new = str(first[k] + i if counting[k] else draws[k] % (2 * first[k] + 8))
            parts += [unit[at:start], new]
            at = end
        return "".join(parts) + unit[at:]

    return copy


def _sentence(bank: Sequence[str], rng: Rng, chars: int) -> str:
    """A passage with letters in it: at least 60% of it, else what changes is all there is."""
    while True:
        text = bank[int(rng.integers(len(bank)))]
        start = int(rng.integers(max(len(text) - chars, 1)))
        space = text.find(" ", start)
        unit = text[space + 1 : space + 1 + chars]
        enough = len(unit) >= min(chars, 25)
        if enough and sum(map(str.isalpha, unit)) >= 0.6 * len(unit) and len(unit.split()) >= 4:
            return unit.rstrip() + "\n"
