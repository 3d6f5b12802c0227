"""Embedders by the names that the user calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reasonscape.errors import UsageError

if TYPE_CHECKING:
    from reasonscape.text.embeddings.embedder import Embedder

EMBEDDERS: Final = ("tfidf", "wordllama", "minilm")


def embedder(name: str, *, seed: int = 0) -> Embedder:
    """Return an embedder by its name.

    Parameters
    ----------
    name
        One of ``EMBEDDERS``.
    seed
        Of what is random in it; the others are not.

    Raises
    ------
    UsageError
        There is no such embedder, or a package that it needs is not installed.

    Examples
    --------
    >>> embedder("tfidf").name
    'tfidf'
    """
    if name == "tfidf":
        from reasonscape.text.embeddings.tfidf import Tfidf

        return Tfidf(seed)
    if name == "wordllama":
        from reasonscape.text.embeddings.word_llama import WordLlama

        return WordLlama.found()
    if name == "minilm":
        from reasonscape.text.embeddings.minilm import MiniLM

        return MiniLM.found()
    raise UsageError(
        f"there is no embedder {name!r}",
        remedy=f"use {', '.join(EMBEDDERS)}, or a file that ends in .npy",
    )
