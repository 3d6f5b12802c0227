"""Which phrases occur in which of many texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.text.phrase_grams import Grams, frequent_grams, most_frequent, texts_with_words
from reasonscape.text.phrase_words import NUMBER, Spoken, spoken_words

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

SIZES: Final = (2, 3, 4)
MOST_PHRASES: Final = 20_000
NEARLY_SAME: Final = 0.95
"""Overlap (Jaccard) of texts from which a phrase says no more than a longer one that holds it."""

MOST_WORDS: Final = 1 << 16

_JOINING: Final = (
    "a an the this that these those it its it's he she they them his her their we us our you your i"
    " my me and or but nor of in on at to for from by with as into than so if then is are was were"
    " be been being am has have had do does did will would can could should may might must there"
    " here which who whom whose what when where not no"
)
_FUNCTION: Final = frozenset(_JOINING.split())
"""Words that only join others. One or two of them say nothing of a text; three or more may."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases, and the texts they are in.

    Attributes
    ----------
    phrases
        Lower-case words with single spaces between them, ``#`` for every number; those in the
        most texts first, then by the alphabet.
    presence
        1 where a text has a phrase, ``uint8``, shape (n, phrases).
    """

    phrases: tuple[str, ...]
    presence: csr_matrix


def default_least(texts: int) -> int:
    """Texts a phrase has to be in: one in 200, at least 5; fewer where there are under 50 texts.

    Examples
    --------
    >>> [default_least(n) for n in (2, 30, 500, 20_000)]
    [2, 3, 5, 100]
    """
    return max(min(5, max(2, texts // 10)), -(-texts // 200))


def phrases(
    batches: Iterable[Sequence[str]],
    *,
    sizes: Sequence[int] = SIZES,
    least: int | None = None,
    most_phrases: int = MOST_PHRASES,
    nearly_same: float = NEARLY_SAME,
) -> Phrases:
    """Find the phrases of texts.

    Parameters
    ----------
    batches
        The texts, read once; of each only the numbers of its words are held (4 bytes a word).
    sizes
        Words of a phrase, 1 or more.
    least
        Texts a phrase must be in, and texts it must not be in; `default_least` where not given.
    most_phrases
        Of more, those in the most texts.
    nearly_same
        A phrase is left out where a longer one around it is in this share of its texts; above 1
        none is.

    Returns
    -------
    Phrases
        The same whatever the batches; of texts in another order, the same rows in that order.

    Raises
    ------
    ValueError
        If a size or a number is below 1, or there is no size.

    How it misleads
    ---------------
    A phrase that is said once counts as one that is said in every line. Numbers are all one word,
    so "answer is 7" and "answer is 8" are one phrase, and signs are none: "3 - 4" is "# #". No
    phrase goes past the end of a sentence or a line. Longer texts have more phrases.

    Notes
    -----
    Words are told apart by 64 bits of hash: of a million distinct ones, any two are taken for one
    with a chance of 3 in 100 million. Runs of known words are told apart exactly.

    Examples
    --------
    >>> found = phrases([["Wait, let me check 12.", "let me check 7", "no"], ["So: 5"]], least=2)
    >>> found.phrases, found.presence.toarray().tolist()
    (('let me check #',), [[1], [1], [0], [0]])
    """
    if not sizes or min(sizes) < 1 or most_phrases < 1 or (least is not None and least < 1):
        raise ValueError(f"sizes {tuple(sizes)}, least {least} and most {most_phrases}: all from 1")
    spoken = spoken_words(batches)
    n = len(spoken.start) - 1
    floor = default_least(n) if least is None else least
    word, texts_with, spelling = _usable_words(spoken, floor)
    grams = frequent_grams(spoken, word, texts_with, sizes, floor)
    names = _names(grams, spelling)
    told = [
        _told(one, names[i], i + 1, n - floor)
        if i + 1 in sizes
        else np.zeros(len(one.last), np.bool_)
        for i, one in enumerate(grams)
    ]
    _leave_out_nested(grams, told, nearly_same)
    return _chosen(grams, names, told, n, most_phrases)


def _usable_words(
    spoken: Spoken, least: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Words in enough texts that can be shown, those texts, and how the words are spelt."""
    texts_with = texts_with_words(spoken)
    enough = np.flatnonzero(texts_with >= least)
    enough = enough[most_frequent(texts_with[enough], spoken.hash[enough], MOST_WORDS)]
    spelling = spoken.spellings(enough)
    shown = [
        i
        for i, word in enumerate(spelling)
        if word == NUMBER or (word.isprintable() and any(c.isalnum() for c in word))
    ]
    usable = enough[shown]
    return usable, texts_with[usable], [spelling[i] for i in shown]


def _names(grams: list[Grams], spelling: list[str]) -> list[list[str]]:
    names = [spelling]
    for one in grams[1:]:
        before = names[-1]
        pairs = zip(one.first.tolist(), one.last.tolist(), strict=True)
        names.append([f"{before[first]} {spelling[last]}" for first, last in pairs])
    return names


def _told(grams: Grams, names: list[str], size: int, most: int) -> NDArray[np.bool_]:
    """Whether each says something: not all numbers, and not one or two words that only join."""
    empty = (_FUNCTION | {NUMBER}) if size <= 2 else {NUMBER}
    says = np.fromiter((not empty.issuperset(name.split()) for name in names), np.bool_, len(names))
    return says & (grams.texts_with <= most)


def _leave_out_nested(
    grams: list[Grams], told: list[NDArray[np.bool_]], nearly_same: float
) -> None:
    """Texts with a phrase have all that is in it, so their overlap is a ratio of two counts."""
    around = np.zeros(len(grams[-1].last), np.int64)
    for i in range(len(grams) - 1, 0, -1):
        longer, shorter = grams[i], grams[i - 1]
        reach = np.maximum(around, np.where(told[i], longer.texts_with, 0))
        around = np.zeros(len(shorter.last), np.int64)
        for inner in (longer.first, longer.rest):
            known = inner >= 0
            np.maximum.at(around, inner[known], reach[known])
        told[i - 1] &= around < nearly_same * shorter.texts_with


def _chosen(
    grams: list[Grams], names: list[list[str]], told: list[NDArray[np.bool_]], n: int, most: int
) -> Phrases:
    from scipy.sparse import csr_matrix

    every = [
        (-int(grams[i].texts_with[k]), names[i][k], i, k)
        for i in range(len(grams))
        for k in np.flatnonzero(told[i]).tolist()
    ]
    every.sort()
    every = every[:most]
    columns = [np.full(len(one.last), -1, np.int32) for one in grams]
    for at, (_, _, i, k) in enumerate(every):
        columns[i][k] = at
    rows, cols = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    for one, column in zip(grams, columns, strict=True):
        place = column[one.gram]
        rows.append(one.row[place >= 0])
        cols.append(place[place >= 0])
    row, col = np.concatenate(rows), np.concatenate(cols)
    presence = csr_matrix((np.ones(len(row), np.uint8), (row, col)), shape=(n, len(every)))
    presence.sort_indices()
    return Phrases(tuple(name for _, name, _, _ in every), presence)
