"""Phrases: scikit-learn's n-grams, a plain implementation, batches, hostile and empty texts."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.text import phrase_chunks, phrase_grams, phrase_words
from reasonscape.text.phrase_lookup import Lookup
from reasonscape.text.phrases import Phrases, default_least, phrases

WORDS = ["wait", "check", "answer", "total", "seven", "so", "the", "12", "3.5", "x2", "don't", "né"]
TEXTS = st.lists(
    st.lists(st.sampled_from([*WORDS, "\n", ". ", "!", ", ", " - "]), max_size=14).map(" ".join),
    max_size=12,
)
EXPECTED = {
    "blue up left": [1, 2],
    "left red": [1, 2, 4],
    "left red red": [1, 4],
    "red blue": [0, 2, 4],
    "red blue up": [0, 2, 4],
    "red red": [0, 1, 4],
    "red red blue": [0, 4],
    "red red blue up": [0, 4],
    "up left": [1, 2],
    "up left red": [1, 2],
}


def table(found: Phrases) -> dict[str, list[int]]:
    """Texts that each phrase is in."""
    dense = found.presence.toarray()
    return {name: np.flatnonzero(dense[:, i]).tolist() for i, name in enumerate(found.phrases)}


def every(texts: list[str], least: int = 1, sizes: tuple[int, ...] = (2, 3, 4)) -> Phrases:
    return phrases([texts], sizes=sizes, least=least, nearly_same=2.0)


def plain(texts: list[str], least: int) -> dict[str, list[int]]:
    """Sentences, words and n-grams by regular expressions."""
    seen: dict[str, set[int]] = {}
    for row, text in enumerate(texts):
        for sentence in re.split(r"[\n\r!?]|\.(?=\s|$)", text.lower()):
            words = [
                "#" if word[0].isdigit() else word
                for word in re.findall(r"\d+(?:[.,]\d+)*|[^\W\d]+(?:'[^\W\d]+)*", sentence)
            ]
            for size in (2, 3, 4):
                for i in range(len(words) - size + 1):
                    seen.setdefault(" ".join(words[i : i + size]), set()).add(row)
    joining = ({"so", "the", "#"}, {"#"})
    return {
        name: sorted(rows)
        for name, rows in seen.items()
        if least <= len(rows) <= len(texts) - least
        and not set(name.split()) <= joining[len(name.split()) > 2]
    }


@given(texts=TEXTS, least=st.integers(1, 3))
def test_agrees_with_a_plain_implementation(texts: list[str], least: int) -> None:
    assert table(every(texts, least)) == plain(texts, least)


def test_reference_values() -> None:
    texts = ["red red blue up", "blue up left red red", "up left red blue up left", "stop"]
    texts.append("left red red blue up stop")
    # from sklearn.feature_extraction.text import CountVectorizer
    # CountVectorizer(ngram_range=(2, 4), binary=True, min_df=2, max_df=3).fit_transform(texts)
    assert table(every(texts, 2)) == EXPECTED


@given(texts=TEXTS, seed=st.integers(0, 99))
def test_batches_and_order_do_not_matter(texts: list[str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    whole = phrases([texts], least=2)
    cuts = [0, *sorted(rng.integers(0, len(texts) + 1, 3).tolist()), len(texts)]
    order = rng.permutation(len(texts))
    turned = phrases(([texts[i] for i in order[a:b]] for a, b in pairwise(cuts)), least=2)
    assert turned.phrases == whole.phrases
    assert (turned.presence != whole.presence[order]).nnz == 0


def test_small_segments_and_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    texts = [" ".join(rng.choice(WORDS, 30)) + ". é" for _ in range(50)]
    whole = table(every(texts, 2))
    monkeypatch.setattr(phrase_words, "_SEGMENT", 100)
    monkeypatch.setattr(phrase_chunks, "_WORDS_AT_ONCE", 64)
    monkeypatch.setattr(phrase_chunks, "_MERGE", 100)
    assert table(every(texts, 2)) == whole


def test_too_many_keeps_those_in_the_most_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    texts = [" ".join(rng.choice(WORDS[:6], 12)) for _ in range(60)]
    whole = every(texts, 2)
    few = phrases([texts], least=2, most_phrases=10, nearly_same=2.0)
    assert few.phrases == whole.phrases[:10]
    counts = np.asarray(whole.presence.sum(axis=0), dtype=np.int64).reshape(-1)
    assert (np.diff(counts) <= 0).all()
    monkeypatch.setattr(phrase_grams, "MOST_GRAMS", 30)
    bounded = table(every(texts, 2))
    assert 0 < len(bounded) <= 90
    order = rng.permutation(60)
    turned = every([texts[i] for i in order], 2)
    assert set(turned.phrases) == set(bounded)


def test_of_nested_phrases_the_longest_is_kept() -> None:
    texts = ["now let me check that", "let me check it", "let me see", "nothing at all", "none"]
    assert "me check" in every(texts, 2).phrases
    assert phrases([texts], least=2).phrases == ("let me", "let me check")
    assert phrases([texts], least=2, sizes=(1, 3)).phrases == ("let", "let me check")
    loose = phrases([texts], least=2, nearly_same=0.6)
    assert loose.phrases == ("let me check",)


def test_once_is_as_often_as_five_hundred_times() -> None:
    texts = ["go back again. " * 500, "go back again", "stay here now", "stay here now then"]
    found = table(every(texts, 2, sizes=(3,)))
    assert found == {"go back again": [0, 1], "stay here now": [2, 3]}


def test_what_ends_a_phrase() -> None:
    texts = [
        "alpha beta",
        "alpha. beta",
        "alpha\nbeta",
        "alpha! beta",
        "alpha, beta",
        "alpha: beta",
    ]
    found = table(every([*texts, "alpha\rbeta", "alpha? beta", "alpha.beta"], 1))
    assert found == {"alpha beta": [0, 4, 5, 8]}
    assert phrases([["alpha", "beta", "alpha", "beta"]], least=1, sizes=(2,)).phrases == ()


def test_numbers_are_one_word() -> None:
    found = table(every(["gives 12 apples", "gives 1,234.5 apples", "gives x2 apples", "no"], 1))
    assert found["gives # apples"] == [0, 1]
    assert found["gives x # apples"] == [2]
    assert every(["1 2 3 4 5", "6 7 8 9", "none here"], 1).phrases == ("none here",)


def test_words_that_only_join_are_no_phrase_of_two() -> None:
    texts = ["it is", "of the", "it is in", "the 7", "answer is", "so"]
    names = set(every(texts, 1, sizes=(1, 2, 3)).phrases)
    assert names == {"it is in", "answer is", "answer"}


def test_no_control_character_comes_out() -> None:
    hostile = [
        "safe\x1b[31m words\x00 here\x9b2J then\x85 more",
        "\u202eright\u202c to\u200b left\ufeff and\xad soft\u061c marks",
        "half \ud800 character \U000e0041\U000e0042 tags \u2028 line",
        "a" * 5_000 + " " + "b" * 40 + " ends " + "c" * 41 + " there",
    ]
    found = every([*hostile, *hostile, "other"], 1, sizes=(1, 2, 3, 4))
    assert all(name.isprintable() for name in found.phrases)
    assert max(len(word) for name in found.phrases for word in name.split()) == 40
    assert "b" * 40 + " ends" in found.phrases


def test_of_a_long_text_both_ends_are_read() -> None:
    middle = "filler words " * 10_000
    texts = ["first thing said " + middle + "last thing said", "first thing said", "none", "none"]
    found = table(every([texts[0], *texts[1:], "last thing said"], 2, sizes=(3,)))
    assert found == {"first thing said": [0, 1], "last thing said": [0, 4]}


def test_other_scripts() -> None:
    texts = ["Ответ равен 5", "ОТВЕТ РАВЕН 7", "答案是五", "答案是六", "it’s done", "it's done"]
    found = table(every(texts, 2))
    assert found["ответ равен #"] == [0, 1]
    assert found["答 案 是"] == [2, 3]
    assert found["it's done"] == [4, 5]


def test_degenerate() -> None:
    nothing: list[list[list[str]]] = [[], [[]], [[""]], [["one text only"]], [["the of", "it"] * 9]]
    for batches in nothing:
        found = phrases(batches)
        assert found.phrases == ()
        assert found.presence.shape == (sum(map(len, batches)), 0)
    assert phrases([["all are alike"] * 30]).phrases == ()
    assert phrases([["", "left over", "left over", ""]], least=2).phrases == ("left over",)
    for bad in ({"sizes": ()}, {"sizes": (0,)}, {"least": 0}, {"most_phrases": 0}):
        with pytest.raises(ValueError, match="all from 1"):
            phrases([["text"]], **bad)


def test_least_grows_with_the_texts() -> None:
    counts = [default_least(n) for n in range(0, 30_000, 7)]
    assert counts == sorted(counts)
    assert Counter(counts)[5] > 100


@given(
    keys=st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=40),
    asked=st.lists(st.integers(-(2**63), 2**63 - 1), max_size=40),
)
def test_lookup_finds_what_bisection_finds(keys: list[int], asked: list[int]) -> None:
    ordered = np.array(sorted(keys), dtype=np.int64)
    query = np.array([*asked, *keys], dtype=np.int64)
    found = Lookup(ordered).find(query)
    expected = [sorted(keys).index(one) if one in keys else -1 for one in query.tolist()]
    assert found.tolist() == expected


def test_lookup_where_slots_are_shared() -> None:
    rng = np.random.default_rng(0)
    keys = np.unique(rng.integers(0, 1 << 40, 3_000))
    found = Lookup(keys).find(np.concatenate([keys, keys + 1]))
    place = np.searchsorted(keys, keys + 1)
    inside = keys[np.minimum(place, len(keys) - 1)] == keys + 1
    expected = np.concatenate([np.arange(len(keys)), np.where(inside, place, -1)])
    assert found.tolist() == expected.tolist()
