"""Vectors of texts as the mean of a vector for each token: WordLlama, offline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reasonscape.text.embeddings.limits import LONGEST, shortened
from reasonscape.text.embeddings.packages import mark, package_files, release
from reasonscape.text.embeddings.unit import unit_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

_FILES: Final = (
    "weights/l2_supercat_256.safetensors",
    "tokenizers/l2_supercat_tokenizer_config.json",
)
_TENSOR: Final = "embedding.weight"
_BYTES: Final = 1 << 21
_FORM: Final = 1


@dataclass(frozen=True)
class WordLlama:
    """WordLlama of 256 dimensions, whose weights come in its package.

    Its files are read where they lie: the package's own way to load them looks for the tokenizer
    elsewhere, and fetches it from the network.

    The order of words does not matter, and common words weigh as much as rare ones.

    Parameters
    ----------
    weights, tokenizer
        The files of the package.
    name
        What the user calls it.
    corpus_bound
        A text's vector is its own.

    References
    ----------
    Miller (2024), WordLlama: recycled token embeddings from large language models.
    """

    weights: Path
    tokenizer: Path
    name: str = "wordllama"
    corpus_bound: bool = False

    @classmethod
    def found(cls) -> WordLlama:
        """Find the package.

        Raises
        ------
        UsageError
            It is not installed.
        """
        remedy = "install it with: pip install 'reasonscape[wordllama]'"
        also = ("tokenizers", "safetensors")
        weights, tokenizer = package_files("wordllama", "wordllama", _FILES, also, remedy)
        return cls(weights, tokenizer)

    @property
    def described(self) -> Mapping[str, Any]:
        """What a summary says of it."""
        return {
            "name": self.name,
            "package": f"wordllama {release('wordllama')}",
            "dimensions": 256,
            "longest_bytes": LONGEST,
        }

    def fingerprint(self) -> str:
        """Changes with whatever changes vectors."""
        return f"wordllama-{_FORM}-{mark(release('wordllama'))}"

    def vectors(self, batches: Iterable[Sequence[str]]) -> NDArray[np.float32]:
        """Compute vectors; tokens of two megabytes of text at a time are in memory."""
        parts = [
            unit_rows(np.asarray(self._counts(texts) @ self._table))
            for batch in batches
            for texts in pieces(batch)
        ]
        return np.concatenate([np.zeros((0, self._table.shape[1]), np.float32), *parts])

    @cached_property
    def _table(self) -> NDArray[np.float64]:
        from safetensors.numpy import load_file

        table: NDArray[np.float64] = load_file(str(self.weights))[_TENSOR].astype(np.float64)
        return table

    @cached_property
    def _encoder(self) -> Any:
        from tokenizers import Tokenizer

        encoder = Tokenizer.from_file(str(self.tokenizer))
        encoder.no_padding()
        encoder.no_truncation()
        return encoder

    def _counts(self, texts: list[str]) -> csr_matrix:
        """Share of each token in each text, shape (texts, vocabulary)."""
        from scipy.sparse import csr_matrix

        found = self._encoder.encode_batch_fast(texts, add_special_tokens=False)
        ids = [np.minimum(np.array(one.ids, np.int64), len(self._table) - 1) for one in found]
        known = [np.unique(one, return_counts=True) for one in ids]
        ends = np.cumsum([0, *(len(tokens) for tokens, _ in known)])
        none = np.zeros(0, np.int64)
        shares = [counts / counts.sum() for _, counts in known]
        return csr_matrix(
            (
                np.concatenate([none.astype(np.float64), *shares]),
                np.concatenate([none, *(tokens for tokens, _ in known)]),
                ends,
            ),
            shape=(len(texts), len(self._table)),
        )


def pieces(texts: Sequence[str]) -> Iterable[list[str]]:
    """Cut texts into groups of bounded size, and each to what is read of it."""
    group: list[str] = []
    size = 0
    for text in map(shortened, texts):
        group.append(text)
        size += len(text)
        if size >= _BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group
