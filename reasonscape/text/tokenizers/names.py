"""Tokenizers by name or path."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reasonscape.errors import UsageError
from reasonscape.text.tokenizers.builtin import BUILT_IN
from reasonscape.text.tokenizers.encoded import fingerprint
from reasonscape.text.tokenizers.engine import Library
from reasonscape.text.tokenizers.huggingface import open_json

if TYPE_CHECKING:
    from reasonscape.text.tokenizers.encoded import Tokenizer

TOKENIZERS: Final[dict[str, str]] = {
    "bytes": "the bytes of UTF-8",
    "words": "words, white space, and other characters one by one",
}
"""Names, and what each stands for."""

_SUFFIXES: Final = (".json", ".model", ".tiktoken")


def tokenizer(name: str, folder: Path | None = None) -> Tokenizer:
    """Return a tokenizer by its name, or by the path of its vocabulary.

    Parameters
    ----------
    name
        A key of `TOKENIZERS`, or the path of a ``tokenizer.json``. What has a separator, or ends
        as such a file does, is a path.
    folder
        Where relative paths begin; the current directory if None.

    Raises
    ------
    UsageError
        No tokenizer has that name, or no file is there.

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
    if "/" in name or "\\" in name or name.lower().endswith(_SUFFIXES):
        return _at((folder or Path()) / name, name)
    raise UsageError(
        f"there is no tokenizer {name!r}",
        remedy=f"use one of {', '.join(TOKENIZERS)}, or the path of a tokenizer.json",
        did_you_mean=get_close_matches(name, TOKENIZERS),
    )


def _at(path: Path, name: str) -> Tokenizer:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"the tokenizer {name} cannot be read ({error.strerror})",
            remedy="name a file; relative paths begin at the folder of the config",
        ) from None
    key = fingerprint(b"tokenizer.json", b"1", content)
    return Library(name, key, cache(partial(open_json, path, name)))
