"""Questions whose prompts have a period that is known: tables of prices and repeated terms.

The period is one in every tokenizer: rows have one width in bytes and one number of words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reasonscape.planted.question import NAMES, THINGS, Item, Size, below, total_item

if TYPE_CHECKING:
    import numpy as np

# Tokens from one row or term to the next. Numbers have two digits and columns at least two spaces
# between them, so that vocabularies that split numbers or keep spaces apart see equal rows too.
# Without spaces the table is a single word, and in bytes the width of its rows varies.
ROW: Final = {"words": 8, "bytes": 19}
TERM: Final = {"words": 6, "bytes": 12}
RUN: Final = 4

# Commas and brackets at uneven distances: plain words and spaces would take turns, which is a
# period of two that no table could be told from.
_TABLE: Final = (
    "Prices (in euros, whole), one week: each thing, then what it cost us. Nothing was returned, "
    "or lost: read on, add, answer."
)
_ASKED: Final = "In all, how much?"
_TASK: Final = (
    "Keep a running total while you read what stands below, from its first entry to the last, "
    "and say at the end only which number it has reached by"
)
_PLACES: Final = ("by the old door", "near a window", "under the stairs", "in town", "at home")
_DOINGS: Final = ("likes", "lost", "found", "painted", "borrowed", "sold", "wants", "carries")
_TIMES: Final = ("again", "last summer", "before noon", "every other week", "once", "too")


def table_item(size: Size, rng: np.random.Generator) -> Item:
    """Make a table of prices; ``dewhitespace`` is the share of its rows without spaces."""
    rows, values = _prices(size, rng)
    spaced = len(rows) - round(size.dewhitespace * len(rows))
    table = "".join(rows[:spaced]) + "".join(row.replace(" ", "") for row in rows[spaced:])
    table = table.rstrip(" ")
    return total_item(f"{_TABLE} {table}. {_ASKED}", values, rng)


def kept_table_item(size: Size, rng: np.random.Generator) -> Item:
    """Make the same table, but spaces are left out of the sentence before it only."""
    rows, values = _prices(size, rng)
    words = _TABLE.split(" ")
    spaced = len(words) - round(size.dewhitespace * len(words))
    intro = "".join(f"{word} " for word in words[:spaced]) + "".join(words[spaced:])
    table = "".join(rows).rstrip(" ")
    return total_item(f"{intro.rstrip(' ')} {table}. {_ASKED}", values, rng)


def terms_item(size: Size, rng: np.random.Generator) -> Item:
    """Make one fixed instruction and ``length`` equal terms: longer is more periodic."""
    values = _values(max(size.length, 2), rng)
    return total_item(f"{_TASK} then: {_terms(values)}stop", values, rng)


def mixed_terms_item(size: Size, rng: np.random.Generator) -> Item:
    """Make ``length`` runs of terms among as many side remarks: longer is only longer."""
    runs = [_values(RUN, rng) for _ in range(max(size.length, 1))]
    parts = [_terms(run) for run in runs] + [_remark(rng) for _ in runs]
    text = "".join(parts[int(i)] for i in rng.permutation(len(parts)))
    return total_item(f"{text}stop", [value for run in runs for value in run], rng)


def _prices(size: Size, rng: np.random.Generator) -> tuple[list[str], list[int]]:
    values = _values(max(size.length, 2), rng)
    things = (THINGS[below(rng, len(THINGS))] for _ in values)
    return [f"{n:<7}cost us {v}  " for n, v in zip(things, values, strict=True)], values


def _values(n: int, rng: np.random.Generator) -> list[int]:
    return [int(v) for v in rng.integers(10, 100, size=n)]


def _terms(values: list[int]) -> str:
    return "".join(f"add {value} then " for value in values)


def _remark(rng: np.random.Generator) -> str:
    name, thing = NAMES[below(rng, len(NAMES))], THINGS[below(rng, len(THINGS))]
    doing, place, time = (of[below(rng, len(of))] for of in (_DOINGS, _PLACES, _TIMES))
    return (
        f"{name} {doing} the {thing} {place}, {time}, ",
        f"{place} {name} {doing} one more {thing}, ",
        f"{time} the {thing} that {name} {doing} was seen {place}, ",
    )[below(rng, 3)]
