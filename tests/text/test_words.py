"""Words, their variety, and tokenizers, against plain Python."""

from __future__ import annotations

import math
import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.errors import UsageError
from reasonscape.text import words as words_module
from reasonscape.text.buffers import flat_texts
from reasonscape.text.tokenizers import tokenizer
from reasonscape.text.variety import Variety, variety
from reasonscape.text.words import words_of

PLAIN = re.compile(
    "[A-Za-z0-9_\u0080-\u1fff]+|[\u3000-\ueeff]|[\U00010000-\U0010ffff]"  # as the module says
)


def measured(texts: list[str]) -> Variety:
    return variety(words_of(flat_texts(pa.array(texts))), len(texts))


def plain_words(text: str) -> list[str]:
    return [re.sub("[A-Z]", lambda m: m[0].lower(), word) for word in PLAIN.findall(text)]


@given(st.lists(st.text(st.sampled_from("aAb1_ ,.\n-é猫。”→👍"), max_size=60), max_size=8))
def test_agrees_with_plain_python(texts: list[str]) -> None:
    found = measured(texts)
    for row, text in enumerate(texts):
        words = plain_words(text)
        assert found.words[row] == len(words)
        assert found.steps[row] == sum(bool(plain_words(line)) for line in text.split("\n"))
        grams = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
        if grams:
            assert found.distinct4[row] == pytest.approx(len(set(grams)) / len(grams))
        else:
            assert np.isnan(found.distinct4[row])
        if words:
            counts = Counter(words)
            shares = [count / len(words) for count in counts.values()]
            plug_in = -sum(share * math.log2(share) for share in shares)
            bias = (len(counts) - 1) / (2 * len(words) * math.log(2))
            assert found.entropy[row] == pytest.approx(plug_in + bias)
        else:
            assert np.isnan(found.entropy[row])


def test_entropy_of_equally_likely_words() -> None:
    rng = np.random.default_rng(3)
    text = " ".join(f"w{i}" for i in rng.integers(0, 64, 20_000))
    assert measured([text]).entropy[0] == pytest.approx(6.0, abs=0.01)


def test_segments_cut_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "one two three-four, five\nsix seven 猫猫 eight " * 50
    whole = words_of(flat_texts(pa.array([text, "and more"])))
    monkeypatch.setattr(words_module, "SEGMENT", 64)
    parts = words_of(flat_texts(pa.array([text, "and more"])))
    assert parts.hash.tolist() == whole.hash.tolist()
    assert parts.row.tolist() == whole.row.tolist()
    steps = [variety(found, 2).steps.tolist() for found in (parts, whole)]
    assert steps[0] == steps[1] == [51, 1]


def test_a_word_longer_than_a_segment_is_cut_between_characters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(words_module, "SEGMENT", 7)
    assert len(words_of(flat_texts(pa.array(["é" * 10]))).hash) == 4


def test_tokenizers_count_chunks_of_any_size() -> None:
    texts = pa.array(["one two", None, "", "猫猫"], pa.large_string())
    assert tokenizer("bytes").count(texts).tolist() == [7, 0, 0, 6]
    assert tokenizer("words").count(texts).tolist() == [3, 0, 0, 2]
    assert tokenizer("words").count(pa.array([], pa.string())).tolist() == []


def test_unknown_tokenizer_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no tokenizer 'word'; did you mean words\? use one of"):
        tokenizer("word")
