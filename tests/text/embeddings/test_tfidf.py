"""TF-IDF and its plane against scikit-learn; what words are; invariants; degenerate texts."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.text.embeddings import tfidf
from reasonscape.text.embeddings.limits import LONGEST, shortened
from reasonscape.text.embeddings.term_counts import TermCounts, term_counts
from reasonscape.text.embeddings.tfidf import Tfidf, weights

WORDS = re.split(
    " ", "add carry digit the of sum is 12 7 x2 wait check so then Bridge steel kin uncle"
)


def words_of(text: str) -> list[str]:
    """What is meant by a word, in ASCII, written another way."""
    found = re.findall(r"[a-z_]+|[0-9]+", text.lower())
    return ["#" if word[0].isdigit() else word for word in found]


def corpus(texts: int = 60, seed: int = 0) -> list[str]:
    rng = np.random.default_rng(seed)
    made = []
    for row in range(texts):
        weight = np.arange(1, len(WORDS) + 1.0) ** (row % 3 - 1)
        drawn = rng.choice(WORDS, size=rng.integers(3, 40), p=weight / weight.sum())
        made.append(" ".join(drawn) + f" once{'abcdefghij'[row % 10]}{'klmnop'[row // 10 % 6]}.")
    return made


def test_weights_are_those_of_scikit_learn() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [*corpus(), "", "...", "ADD, add; 99"]
    reference = TfidfVectorizer(analyzer=words_of, sublinear_tf=True, min_df=2).fit_transform(texts)
    ours = weights(term_counts(texts))
    assert ours.shape == reference.shape
    # Columns are in another order: all inner products of texts are the same.
    np.testing.assert_allclose(
        (ours @ ours.T).toarray(), (reference @ reference.T).toarray(), atol=1e-6
    )
    assert np.sort(ours.data) == pytest.approx(np.sort(reference.data), abs=1e-6)


def test_the_plane_is_that_of_truncated_svd(monkeypatch: pytest.MonkeyPatch) -> None:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    texts = corpus(200)
    matrix = TfidfVectorizer(analyzer=words_of, sublinear_tf=True, min_df=2).fit_transform(texts)
    svd = TruncatedSVD(6, algorithm="arpack", random_state=0)
    raw = svd.fit_transform(matrix)
    # As it is called, nearly as much lies in the plane as in the best one.
    ours = tfidf._axes(weights(term_counts(texts)), 6, 0)
    inside = np.linalg.norm(weights(term_counts(texts)) @ ours) ** 2
    assert 0.98 < inside / np.linalg.norm(raw) ** 2 <= 1 + 1e-6
    # With more turns it is the best one, to the digits that are kept.
    monkeypatch.setattr(tfidf, "_POWERS", 60)
    found = Tfidf(dimensions=6).vectors([texts])
    reference = normalize(raw)
    np.testing.assert_allclose(found @ found.T, reference @ reference.T, atol=1e-5)
    assert np.abs((found * reference).sum(axis=1)).max() <= 1 + 1e-5
    signs = np.sign((found * reference).sum(axis=0))
    np.testing.assert_allclose(found, reference * signs, atol=1e-5)


@cache
def vectors_of(texts: tuple[str, ...], seed: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return Tfidf(seed, dimensions=5).vectors([texts])


@given(st.permutations(range(24)), st.integers(1, 24), st.integers(0, 3))
def test_order_and_batches_do_not_matter(order: list[int], cut: int, seed: int) -> None:
    texts = [*corpus(20), "", "  ", corpus(20)[3], corpus(20)[3]]
    whole = vectors_of(tuple(texts), seed)
    turned = [texts[place] for place in order]
    parts = [turned[start : start + cut] for start in range(0, len(turned), cut)]
    assert Tfidf(seed, dimensions=5).vectors(parts).tobytes() == whole[order].tobytes()
    assert whole[3].tobytes() == whole[22].tobytes() == whole[23].tobytes()
    assert not whole[20:22].any()


@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_text_has_a_vector_of_unit_length_or_none(texts: list[str]) -> None:
    found = Tfidf(dimensions=4).vectors([texts])
    assert found.shape[0] == len(texts) and found.dtype == np.float32
    length = np.linalg.norm(found, axis=1)
    assert np.all((np.abs(length - 1) < 1e-5) | (length == 0))


@given(st.lists(st.text(alphabet="aB z_09.\n-", max_size=60), max_size=6))
def test_words_are_counted_as_said(texts: list[str]) -> None:
    counts = term_counts(texts)
    for row, text in enumerate(texts):
        words = words_of(text)
        expected = sorted(words.count(word) for word in set(words))
        assert sorted(counts.count[counts.row == row].tolist()) == expected
    assert counts.texts == len(texts)


@pytest.mark.parametrize(
    ("texts", "filled"),
    [
        ([], []),
        ([""], [False]),
        (["one text alone"], [True]),
        (["the same", "the same", "the same"], [True] * 3),
        (["the of", "of the", "steel bridge steel bridge"], [True, True, False]),
        (["12 345", "7"], [True, True]),
        (["...", "!?", "\x00\x00", "\n\n"], [False] * 4),
        (["alpha", "beta", "gamma"], [False] * 3),
        (["猫猫 ÄÖ", "äö 猫", "\ud800 x", "x \ufffd"], [True] * 4),
    ],
)
def test_degenerate_texts(texts: list[str], filled: list[bool]) -> None:
    found = Tfidf().vectors([texts])
    assert found.any(axis=1).tolist() == filled and np.isfinite(found).all()


def test_long_texts_are_read_at_both_ends_and_segments_do_not_show() -> None:
    head, tail = "start " * 6000, " finish" * 6000
    long = head + "middle " * 100_000 + tail
    counts = TermCounts.joined([term_counts([long]), term_counts([long, "start finish"])])
    assert counts.row.tolist().count(0) <= 4 and counts.texts == 3
    assert len(shortened(long).encode()) <= LONGEST + 1 and "middle" not in shortened(long)
    assert len(shortened("é" * LONGEST).encode()) <= LONGEST + 1
    many = ["add two", "ü 3"] * 5000
    assert term_counts(many).row.tolist() == [row for row in range(10_000) for _ in range(2)]
    assert term_counts(["a" * 1_000_000]).count.tolist() == [2]


def test_numbers_do_not_tell_texts_apart_and_what_is_said_of_it() -> None:
    texts = [f"add {a} and {a * 7}" for a in range(9)] + [f"who is kin of {a}" for a in range(9)]
    found = Tfidf().vectors([texts])
    assert (found @ found.T)[:9, :9] == pytest.approx(1, abs=1e-5)
    assert abs(float(found[0] @ found[10])) < 0.6
    said: Any = Tfidf().described
    assert said["name"] == "tfidf" and said["longest_bytes"] == 65536
    assert re.fullmatch(r"[\w-]{1,64}", Tfidf(7).fingerprint())
    assert Tfidf(7).fingerprint() != Tfidf().fingerprint()
