"""A small grammar of questions: prompt, right answer, plausible wrong answers, steps.

Harder coordinates make longer and deeper questions. Nothing here comes from a benchmark; prompts
are plain letters, digits and ordinary punctuation.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from reasonscape.planted.failure_items import kinds_item, plain_item
from reasonscape.planted.pairs import SENTENCE, draw_number
from reasonscape.planted.patterned import (
    kept_table_item,
    mixed_terms_item,
    table_item,
    terms_item,
)
from reasonscape.planted.question import NAMES, THINGS, Item, Size, below

if TYPE_CHECKING:
    import numpy as np

_PEOPLE = 5


def make_item(grammar: str, size: Size, rng: np.random.Generator) -> Item:
    """Make one question.

    Parameters
    ----------
    grammar
        A key of the table below.
    size
        How large it is.
    rng
        Source of randomness.

    Examples
    --------
    >>> import numpy as np
    >>> item = make_item("sorting", Size(3, 0), np.random.default_rng(1))
    >>> item.prompt, item.target
    ('Sort from small to large: 52 56 77', '52 56 77')
    """
    return _GRAMMARS[grammar](size, rng)


def _squeeze(text: str, share: float, rng: np.random.Generator) -> str:
    """Leave out each space with that chance."""
    if share <= 0:
        return text
    return "".join(c for c in text if c != " " or rng.random() >= share)


def _small(rng: np.random.Generator) -> int:
    return 1 + below(rng, 98)


def _sum(
    n: int,
    depth: int,
    rng: np.random.Generator,
    number: Callable[[np.random.Generator], int] = _small,
) -> tuple[str, int, list[str]]:
    inner_at, inner = -1, ("", 0, [""])
    terms = n
    if depth > 0 and n >= 3:
        size = 2 + below(rng, n - 2)
        inner = _sum(size, depth - 1, rng, number)
        terms = n - size + 1
        inner_at = below(rng, terms)
    text, total, steps = "", 0, [*inner[2]] if inner_at >= 0 else []
    for i in range(terms):
        minus = i > 0 and below(rng, 2) == 1
        value = inner[1] if i == inner_at else number(rng)
        written = f"( {inner[0]} )" if i == inner_at else str(value)
        text += ("" if i == 0 else " - " if minus else " + ") + written
        before, total = total, total - value if minus else total + value
        if i:
            steps.append(f"{before} {'minus' if minus else 'plus'} {value} makes {total}.")
    return text, total, steps


def _arithmetic(size: Size, rng: np.random.Generator) -> Item:
    text, value, steps = _sum(max(size.length, 2), size.depth, rng)
    slips = [1, -1, 10, -10, 2, 2 * (1 + below(rng, 40))]
    return Item(
        f"What is {_squeeze(text, size.dewhitespace, rng)} ?",
        str(value),
        tuple(str(value + slip) for slip in slips),
        tuple(steps),
    )


def _long_sums(size: Size, rng: np.random.Generator) -> Item:
    text, value, steps = _sum(
        max(size.length, 2), size.depth, rng, lambda own: draw_number(size.fragmented, own)
    )
    slips = [1, -1, 10, -10, 2, 2 * (1 + below(rng, 40))]
    wrong = tuple(str(value + slip) for slip in slips)
    return Item(SENTENCE.format(text), str(value), wrong, tuple(steps))


def _truth(n: int, depth: int, rng: np.random.Generator) -> tuple[str, bool, list[str]]:
    text, value, steps = "", False, []
    inner_at = below(rng, n) if depth > 0 and n >= 3 else -1
    for i in range(n if inner_at < 0 else n - 1):
        if i == inner_at:
            part, now, inner_steps = _truth(2, depth - 1, rng)
            part = f"( {part} )"
            steps += inner_steps
        else:
            now = below(rng, 2) == 1
            part = str(now)
            if below(rng, 4) == 0:
                part, now = f"not {part}", not now
        if i == 0:
            text, value = part, now
            continue
        word = ("and", "or")[below(rng, 2)]
        before, value = value, (value and now) if word == "and" else (value or now)
        text = f"{text} {word} {part}"
        steps.append(f"{before} {word} {now} is {value}.")
    return text, value, steps


def _boolean(size: Size, rng: np.random.Generator) -> Item:
    text, value, steps = _truth(max(size.length, 2), size.depth, rng)
    prompt = f"Read from left to right. Is this True or False? {text}"
    return Item(prompt, str(value), (str(not value),), tuple(steps) or (f"It is {value}.",))


def _ordering(size: Size, rng: np.random.Generator) -> Item:
    n = min(max(size.length, 4), len(NAMES))
    row = [NAMES[int(i)] for i in rng.permutation(len(NAMES))[:n]]
    clues = [f"{a} stands directly left of {b}." for a, b in pairwise(row)]
    shuffled = [clues[int(i)] for i in rng.permutation(len(clues))]
    at = below(rng, n)
    others = [name for i, name in enumerate(row) if i != at]
    wrong = [others[int(i)] for i in rng.permutation(n - 1)[:3]]
    options = sorted([row[at], *wrong])
    asked = f"Who stands at place {at + 1} from the left: {', '.join(options)}?"
    steps = [f"{clue[:-1]}, so {clue.split()[0]} is at place {i + 1}." for i, clue in
             enumerate(clues)]  # fmt: skip
    extra = [f"{name} likes the {THINGS[below(rng, len(THINGS))]}." for name in row[: size.depth]]
    return Item(" ".join([*shuffled, *extra, asked]), row[at], tuple(wrong), tuple(steps))


def _tracking(size: Size, rng: np.random.Generator) -> Item:
    people = _PEOPLE
    names = [NAMES[int(i)] for i in rng.permutation(len(NAMES))[:people]]
    held = [THINGS[int(i)] for i in rng.permutation(len(THINGS))[:people]]
    start = [f"{name} has the {thing}." for name, thing in zip(names, held, strict=True)]
    moves, steps = [], []
    for _ in range(max(size.length, 1)):
        a, b = (int(i) for i in rng.permutation(people)[:2])
        held[a], held[b] = held[b], held[a]
        moves.append(f"{names[a]} and {names[b]} swap.")
        steps.append(f"{names[a]} has the {held[a]} and {names[b]} has the {held[b]}.")
    extra = [f"{name} is {20 + below(rng, 60)}." for name in names[: size.depth]]
    who = below(rng, people)
    wrong = tuple(thing for i, thing in enumerate(held) if i != who)
    asked = f"What does {names[who]} have now?"
    return Item(" ".join([*start, *extra, *moves, asked]), held[who], wrong, tuple(steps))


def _counting(size: Size, rng: np.random.Generator) -> Item:
    letters = "abcdefgh"[: 3 + min(size.depth, 5)]
    picks = rng.integers(len(letters), size=max(size.length, 2))
    row = [letters[int(i)] for i in picks]
    asked = letters[below(rng, len(letters))]
    count, steps = 0, []
    for place, letter in enumerate(row, 1):
        count += letter == asked
        steps.append(f"{letter} stands at place {place}, the count of {asked} is {count}.")
    wrong = tuple(str(v) for v in (count + 1, count - 1, count + 2) if v >= 0)
    prompt = f"How often does {asked} occur in: {' '.join(row)} ?"
    return Item(prompt, str(count), wrong, tuple(steps))


def _sorting(size: Size, rng: np.random.Generator) -> Item:
    reach = 100 * 10 ** min(size.depth, 4)
    values = [int(v) for v in rng.integers(10, reach, size=max(size.length, 2))]
    ordered = sorted(values)
    steps = [f"{v} is the smallest of what is left." for v in ordered]
    wrong = []
    for i in range(min(4, len(ordered) - 1)):
        other = [*ordered]
        other[i], other[i + 1] = other[i + 1], other[i]
        if other != ordered:
            wrong.append(" ".join(map(str, other)))
    wrong = wrong or [" ".join(map(str, ordered[:-1]))]
    prompt = f"Sort from small to large: {' '.join(map(str, values))}"
    return Item(prompt, " ".join(map(str, ordered)), tuple(wrong), tuple(steps))


_GRAMMARS: dict[str, Callable[[Size, np.random.Generator], Item]] = {
    "arithmetic": _arithmetic,
    "boolean": _boolean,
    "ordering": _ordering,
    "tracking": _tracking,
    "counting": _counting,
    "sorting": _sorting,
    "table": table_item,
    "kept-table": kept_table_item,
    "terms": terms_item,
    "mixed-terms": mixed_terms_item,
    "long-sums": _long_sums,
    "three-kinds": kinds_item,
    "plain-list": plain_item,
}
