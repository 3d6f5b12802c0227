"""What the samples of a pool say: streamed, never held at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.pooling.pool import Pool

Texts = Callable[[], Iterator[tuple[NDArray[np.int64], Sequence[str]]]]
"""Streams texts with the places of their samples in the pool."""


def texts_of_pool(dataset: Dataset, pool: Pool, part: str) -> Texts:
    """A stream of the pool's texts that can be started again and again."""

    def stream() -> Iterator[tuple[NDArray[np.int64], Sequence[str]]]:
        from reasonscape.store.selection.trace_texts import trace_texts

        place = {uid: i for i, uid in enumerate(pool.uid.tolist())}
        for base_task, uids in pool.uids_by_task().items():
            for names, texts in trace_texts(dataset.store(), base_task, uids, part=part):
                yield np.array([place[name] for name in names], dtype=np.int64), texts

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
