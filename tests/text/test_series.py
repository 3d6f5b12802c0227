from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.store.tokens import Tokens
from reasonscape.text.fragments import NUMBER, WORD, fragments
from reasonscape.text.series import SIGNALS, series
from reasonscape.text.vocabulary import Vocabulary


def tokens_of(prompts: list[list[bytes]], first: int = 0) -> tuple[Tokens, Vocabulary]:
    """Prompts given as pieces; ids in order of first appearance from ``first`` on."""
    ids: dict[bytes, int] = {}
    for prompt in prompts:
        for piece in prompt:
            ids.setdefault(piece, first + len(ids))
    flat = np.array([ids[p] for prompt in prompts for p in prompt], dtype=np.int32)
    offsets = np.concatenate([[0], np.cumsum([len(p) for p in prompts])]).astype(np.int64)
    return Tokens(flat, offsets), Vocabulary.of({i: piece for piece, i in ids.items()})


@pytest.mark.parametrize("first", [0, 1 << 30])
def test_series_say_what_each_token_is(first: int) -> None:
    tokens, vocabulary = tokens_of([[b"ab", b" 12", b"ab", "é".encode()], [b"\n"]], first)
    assert series("token_length", tokens, vocabulary).tolist() == [2, 3, 2, 2, 1]
    assert series("digit", tokens, vocabulary).tolist() == [0, 1, 0, 0, 0]
    assert series("space", tokens, vocabulary).tolist() == [0, 1, 0, 0, 1]
    assert series("token_id", tokens, vocabulary).tolist() == [0, 1, 0, 2, 3]
    bits = series("surprisal", tokens, vocabulary)
    # -log2 of 2/5 and 1/5, by hand.
    assert bits.tolist() == pytest.approx([1.3219281, 2.3219281, 1.3219281, 2.3219281, 2.3219281])


def test_the_symbolic_signal_is_no_series() -> None:
    tokens, vocabulary = tokens_of([[b"a"]])
    with pytest.raises(ValueError, match="symbolic"):
        series("symbolic", tokens, vocabulary)


@pytest.mark.parametrize("signal", SIGNALS[1:])
def test_no_prompts_are_no_numbers(signal: str) -> None:
    tokens, vocabulary = tokens_of([[], []])
    assert len(series(signal, tokens, vocabulary)) == 0  # type: ignore[arg-type]


def test_a_token_that_the_vocabulary_lacks_is_an_error() -> None:
    _, vocabulary = tokens_of([[b"a", b"b"]])
    far = Vocabulary.of({1 << 30: b"a"})
    for known in (vocabulary, far, Vocabulary.of({})):
        with pytest.raises(KeyError):
            known.places(np.array([5]))


@given(st.lists(st.floats(0.05, 1.0), min_size=1, max_size=6))
def test_mean_surprisal_is_the_entropy(weights: list[float]) -> None:
    counts = [max(1, round(20 * w)) for w in weights]
    pieces = [bytes([65 + i]) for i, n in enumerate(counts) for _ in range(n)]
    tokens, vocabulary = tokens_of([pieces])
    shares = np.array(counts) / sum(counts)
    entropy = -sum(p * math.log2(p) for p in shares)
    assert series("surprisal", tokens, vocabulary).mean() == pytest.approx(entropy, abs=1e-5)


def test_numbers_and_words_are_found_across_tokens_and_not_across_prompts() -> None:
    tokens, vocabulary = tokens_of(
        [[b"add 1", b"23", b"4 to", b"o"], [], [b"ok", b"7"], [b"8", b" ", b"8"]]
    )
    found = fragments(tokens, vocabulary)
    assert list(zip(found.prompt, found.kind, found.size, found.tokens, strict=True)) == [
        (0, WORD, 3, 1), (0, NUMBER, 4, 3), (0, WORD, 3, 2),
        (2, NUMBER, 1, 1),
        (3, NUMBER, 1, 1), (3, NUMBER, 1, 1),
    ]  # fmt: skip
    assert found.of_kind(NUMBER).size.tolist() == [4, 1, 1, 1]


def test_characters_beyond_ascii_are_words_though_tokens_cut_them() -> None:
    tokens, vocabulary = tokens_of([["na\N{LATIN SMALL LETTER I WITH DIAERESIS}ve".encode()[:3]]])
    assert fragments(tokens, vocabulary).size.tolist() == [3]


@given(
    st.lists(
        st.lists(st.text("a1 é", min_size=0, max_size=4).map(str.encode), max_size=6), max_size=6
    )
)
def test_fragments_agree_with_a_plain_search(prompts: list[list[bytes]]) -> None:
    import re

    tokens, vocabulary = tokens_of(prompts)
    found = fragments(tokens, vocabulary)
    expected = []
    for i, prompt in enumerate(prompts):
        owner = [k for k, piece in enumerate(prompt) for _ in piece]
        joined = b"".join(prompt)
        for match in re.finditer(rb"[0-9]+|[A-Za-z\x80-\xff]+", joined):
            used = set(owner[match.start() : match.end()])
            # Pieces without bytes between two tokens are not part of the word.
            span = max(used) - min(used) + 1
            around = joined[max(match.start() - 1, 0) : match.end() + 1]
            if match[0][:1].isdigit() or not re.search(rb"[0-9]", around):
                expected.append((i, match.end() - match.start(), span))
    assert list(zip(found.prompt, found.size, found.tokens, strict=True)) == expected


def test_many_prompts_are_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, vocabulary = tokens_of([[b"a", b"b1"], [b"22", b"c"], [], [b"d 4"]] * 5)
    whole = fragments(tokens, vocabulary)
    monkeypatch.setattr("reasonscape.text.fragments._AT_ONCE", 3)
    parts = fragments(tokens, vocabulary)
    for name in ("prompt", "kind", "size", "tokens"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name))
