"""What the token cache of a store holds, by tokenizer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from reasonscape.store.cached_files import UnusableFileError
from reasonscape.store.token_chunks import read_pieces
from reasonscape.store.token_files import shelves
from reasonscape.store.token_index import TokenIndex

if TYPE_CHECKING:
    from reasonscape.store.tables import Store


@dataclass(frozen=True)
class TokenizerCache:
    """Token ids that are kept of one tokenizer.

    Attributes
    ----------
    fingerprint
        Of the tokenizer with its template.
    described
        Its name and template, as a lens called them; empty where no file can be read.
    prompts
        Prompts of which ids are kept.
    tokens
        Tokens of these.
    files, bytes
        All files, and their size.
    unusable_files
        Those among them that are damaged or of another form; nothing reads them, and ``compact``
        removes them once they are old.
    """

    fingerprint: str
    described: dict[str, str]
    prompts: int
    tokens: int
    files: int
    bytes: int
    unusable_files: int


def token_caches(store: Store) -> tuple[TokenizerCache, ...]:
    """List the tokenizers of which ids are kept, by fingerprint; reads hashes and no ids."""
    return tuple(
        _of_one(fingerprint, [TokenIndex(shelf) for shelf in group])
        for fingerprint, group in groupby(shelves(store.path), lambda shelf: shelf.fingerprint)
    )


def _of_one(fingerprint: str, indexes: list[TokenIndex]) -> TokenizerCache:
    described: dict[str, str] = {}
    prompts = tokens = unusable = 0
    sizes: list[int] = []
    for index in indexes:
        index.refresh()
        for file in index.files.values():
            described = file.described
        _, first = np.unique(index.keys, return_index=True)
        prompts += len(first)
        tokens += int(index.lengths[first].sum())
        unusable += len(index.unusable)
        for path in index.shelf.files("pieces"):
            try:
                read_pieces(index.shelf, path)
            except UnusableFileError:
                unusable += 1
        sizes += [size for _, size in index.shelf.sizes()]
    return TokenizerCache(fingerprint, described, prompts, tokens, len(sizes), sum(sizes), unusable)
