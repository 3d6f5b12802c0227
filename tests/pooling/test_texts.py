"""What samples say: between markers, phrases in the order asked for, quotes around a phrase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from reasonscape.datasets.config import Dataset
from reasonscape.pooling.pool import Pool
from reasonscape.pooling.texts import (
    AROUND_CHARS,
    EXCERPT_CHARS,
    Texts,
    around,
    excerpts_of,
    pool_phrases,
    texts_of_pool,
    typical_texts,
)
from reasonscape.text.markers import Between
from tests.pooling.samples import SAID

SAMPLES = ("one two three", "two three four", "", "one two 35 apples", "<b>one</b>\nTWO   three")


def stream() -> Iterator[tuple[np.ndarray, Sequence[str]]]:
    """Samples in two batches, not in their order."""
    for places in ([3, 0, 4], [2, 1]):
        yield np.array(places, dtype=np.int64), [SAMPLES[i] for i in places]


TEXTS: Texts = stream


def test_every_text_of_the_pool_comes_once(dataset: Dataset, pool: Pool) -> None:
    texts = texts_of_pool(dataset, pool, "trace")
    found = {p: t for places, batch in texts() for p, t in zip(places, batch, strict=True)}
    assert sorted(found) == list(range(len(pool)))
    assert sum(len(batch) for _, batch in texts()) == len(pool)  # it can be started again
    told = [SAID[i] for i in (0, 1, 2)]
    for place, text in found.items():
        assert any(one in text for one in told) == bool(pool.wrong[place])


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("first ", ", and again", True),
        ("first ", None, True),
        (None, ", and again", True),
        ("never said", None, True),
        (", number", None, False),
    ],
)
def test_markers_cut_what_is_read(
    dataset: Dataset, pool: Pool, start: str | None, end: str | None, said: bool
) -> None:
    part = pool.only(pool.wrong)
    texts = texts_of_pool(dataset, part, "trace", Between(start, end))
    whole = texts_of_pool(dataset, part, "trace")
    cut = excerpts_of(texts, len(part))
    assert all(any(one in text for one in SAID) == said for text in cut)
    assert (cut == excerpts_of(whole, len(part))) == (start == "never said")


def test_phrases_stand_in_the_order_of_the_pool_whatever_the_order_of_batches() -> None:
    chosen = np.array([1, 3, 4], dtype=np.int64)
    presence, names = pool_phrases(TEXTS, chosen, len(SAMPLES), (2,))
    dense = np.asarray(presence.todense())
    told = {name: dense[:, i].tolist() for i, name in enumerate(names)}
    for name, has in told.items():
        expected = {"two three": [1, 0, 1], "one two": [0, 1, 1]}.get(name)
        if expected is not None:
            assert has == expected
    assert dense.shape[0] == 3


def test_typical_texts_come_in_the_order_asked() -> None:
    assert typical_texts(TEXTS, [4, 0]) == (SAMPLES[4], SAMPLES[0])
    assert typical_texts(TEXTS, []) == ()
    assert excerpts_of(TEXTS, len(SAMPLES)) == SAMPLES
    long = "x" * 10_000
    assert len(excerpts_of(lambda: iter([(np.array([0]), [long])]), 1)[0]) == EXCERPT_CHARS


def test_a_phrase_is_found_in_its_text_whatever_stands_between_its_words() -> None:
    found = around(TEXTS, {(3, "two # apples"), (4, "two three"), (0, "four five"), (2, "a b")})
    assert found == {(3, "two # apples"): SAMPLES[3], (4, "two three"): SAMPLES[4]}
    text = "a" * 500 + " here it is " + "b" * 500
    (quote,) = around(lambda: iter([(np.array([0]), [text])]), {(0, "here it")}).values()
    assert len(quote) == 2 * AROUND_CHARS + len("here it")
