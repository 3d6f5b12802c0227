"""OpenAI's vocabularies, which the package bpe-openai holds; nothing is fetched."""

from __future__ import annotations

import re
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.text.tokenizers.engine import Engine, library

_LONG: Final = 50_000
"""Characters that stay under the package's limit of 200,000 tokens, whatever they are."""
_MOST: Final = 999_999

# No token of these vocabularies reaches from a letter or digit into the space after it, nor from a
# line's end into a letter or digit: a text cut there has the same tokens.
_SEAM: Final = re.compile(r"(?<=[A-Za-z0-9])(?= )|(?<=\n)(?=[A-Za-z0-9])")


def open_openai(name: str) -> Engine:
    """Open ``o200k_base`` or ``cl100k_base``; names of special tokens in a text are plain text.

    Raises
    ------
    UsageError
        The package is not installed.
    """
    encoding = library("bpe_openai", name).get_encoding(name)
    known: list[bytes] = encoding.token_byte_values()

    def ids(texts: list[str]) -> list[list[int]]:
        # One by one: the package's own batches are slower, as their threads wait for each other.
        return [_encoded(text) for text in texts]

    def _encoded(text: str) -> list[int]:
        if len(text) <= _LONG:
            return list(encoding.encode_ordinary(text))
        try:
            return [i for part in cut(text) for i in encoding.encode_ordinary(part)]
        except (ValueError, RuntimeError) as error:
            raise UsageError(
                f"a text of {len(text):,} characters is too long for {name} ({error})",
                remedy="leave such prompts out, or use the tokenizer bytes",
            ) from None

    return Engine(ids, lambda wanted: [known[i] for i in wanted])


def cut(text: str, size: int = _LONG) -> list[str]:
    """Cut a long text where no token is cut, into parts of about ``size`` characters.

    Examples
    --------
    >>> cut("one two three", 4)
    ['one', ' two', ' three']
    """
    parts = []
    first = 0
    while len(text) - first > size:
        seam = None
        for found in _SEAM.finditer(text, first + 1, min(first + _MOST, len(text))):
            if seam is not None and found.start() - first > size:
                break
            seam = found.start()
        if seam is None:
            break
        parts.append(text[first:seam])
        first = seam
    return [*parts, text[first:]]
