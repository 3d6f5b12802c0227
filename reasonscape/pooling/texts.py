"""What the samples of a pool say: streamed, never held at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.pooling.pool import Pool
    from reasonscape.store.selection.trace_texts import Part
    from reasonscape.text.markers import Between

Texts = Callable[[], Iterator[tuple[NDArray[np.int64], Sequence[str]]]]
"""Streams texts with the places of their samples in the pool."""


def texts_of_pool(
    dataset: Dataset, pool: Pool, part: Part, between: Between | None = None
) -> Texts:
    """A stream of the pool's texts that can be started again and again.

    Parameters
    ----------
    dataset, pool
        Whose samples they are.
    part, between
        What of each is read.
    """

    def stream() -> Iterator[tuple[NDArray[np.int64], Sequence[str]]]:
        from reasonscape.store.selection.trace_texts import trace_texts

        place = {uid: i for i, uid in enumerate(pool.uid.tolist())}
        for base_task, uids in pool.uids_by_task().items():
            for names, texts in trace_texts(dataset.store(), base_task, uids, part=part):
                places = np.array([place[name] for name in names], dtype=np.int64)
                cut = between is not None and between.asked
                yield places, [between.cut(one) for one in texts] if between and cut else texts

    return stream


def pool_phrases(
    texts: Texts, chosen: NDArray[np.int64], n: int, sizes: tuple[int, ...] = (1, 2, 3, 4)
) -> tuple[Any, tuple[str, ...]]:
    """Which phrases the chosen samples have: a sparse matrix in their order, and the phrases."""
    from reasonscape.text.phrases import phrases

    row = np.full(n, -1, dtype=np.int64)
    row[chosen] = np.arange(len(chosen))
    order: list[int] = []

    def stream() -> Iterator[Sequence[str]]:
        for places, batch in texts():
            kept = [(int(row[p]), text) for p, text in zip(places, batch, strict=True)]
            kept = [one for one in kept if one[0] >= 0]
            order.extend(place for place, _ in kept)
            yield [text for _, text in kept]

    found = phrases(stream(), sizes=sizes)
    back = np.empty(len(order), dtype=np.int64)
    back[np.array(order, dtype=np.int64)] = np.arange(len(order))
    return found.presence[back], found.phrases


SHOWN_CHARS = 2_000
"""Characters of an example text."""


def typical_texts(texts: Texts, places: Sequence[int]) -> tuple[str, ...]:
    """The beginnings of a few texts, in the order asked."""
    found: dict[int, str] = {}
    wanted = set(places)
    for those, batch in texts():
        for place, text in zip(those.tolist(), batch, strict=True):
            if place in wanted:
                found[place] = text[:SHOWN_CHARS]
        if len(found) == len(wanted):
            break
    return tuple(found.get(place, "") for place in places)


EXCERPT_CHARS = 160
"""Characters of a text that a map shows."""


def excerpts_of(texts: Texts, n: int) -> tuple[str, ...]:
    """The beginning of every text, in the order of the pool."""
    found = [""] * n
    for places, batch in texts():
        for place, text in zip(places.tolist(), batch, strict=True):
            found[place] = text[:EXCERPT_CHARS]
    return tuple(found)


AROUND_CHARS = 100
"""Characters before and behind a phrase that are quoted with it."""


def around(texts: Texts, asked: set[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """Where a phrase stands in a sample: the words around it, for each pair asked for.

    Phrases are lower-cased words with numbers as ``#``, so they are looked for as a pattern.
    """
    wanted: dict[int, list[str]] = {}
    for place, phrase in asked:
        wanted.setdefault(place, []).append(phrase)
    found: dict[tuple[int, str], str] = {}
    for places, batch in texts():
        for place, text in zip(places.tolist(), batch, strict=True):
            for phrase in wanted.get(place, ()):
                words = (_pattern(word) for word in phrase.split())
                seen = re.search(r"\W*".join(words), text, re.IGNORECASE)
                if seen:
                    begin = max(seen.start() - AROUND_CHARS, 0)
                    found[place, phrase] = text[begin : seen.end() + AROUND_CHARS]
    return found


def _pattern(word: str) -> str:
    """A word of a phrase as it may be written: a number for ``#``, either apostrophe."""
    return r"\d[\d.,]*" if word == "#" else re.escape(word).replace("'", "['’]")
