"""Token ids of prompts, kept beside the tables so that a second run need not tokenise.

Files are only added, each under a name of its own: two processes at once lose nothing, and what
both kept is kept twice, which is harmless. A store that cannot be written keeps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reasonscape.store.cached_files import UnusableFileError
from reasonscape.store.prompt_keys import prompt_keys
from reasonscape.store.token_chunks import (
    LONGEST,
    piece_chunks,
    read_pieces,
    token_chunks,
    with_pieces,
)
from reasonscape.store.token_files import Shelf
from reasonscape.store.token_index import TokenIndex
from reasonscape.store.tokens import Tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.store.tables import Store

_FINGERPRINT: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True, slots=True)
class CachedTokens:
    """What the cache holds of the prompts asked for.

    Attributes
    ----------
    tokens
        Tokens of those that were found, in the order asked.
    found
        Which were, shape (n asked,).
    """

    tokens: Tokens
    found: NDArray[np.bool_]


class TokenCache:
    """Token ids of the prompts of one base task, by one tokenizer with its template.

    Parameters
    ----------
    store
        The store beside whose tables they are kept.
    fingerprint
        Of the tokenizer with its template: other rules, other ids.
    base_task
        Whose prompts they are.

    Raises
    ------
    ValueError
        The fingerprint cannot be the name of a folder.
    """

    def __init__(self, store: Store, fingerprint: str, base_task: str) -> None:
        if not _FINGERPRINT.fullmatch(fingerprint):
            raise ValueError(f"{fingerprint!r} is no fingerprint of a tokenizer")
        self._shelf = Shelf(store.path, fingerprint, base_task)
        self._index = TokenIndex(self._shelf)
        self._pieces: dict[Path, dict[int, bytes]] = {}

    def read(self, hashes: Sequence[str | None] | NDArray[Any]) -> CachedTokens:
        """Read the ids of prompts.

        Parameters
        ----------
        hashes
            Prompt hashes (``item_hash``), in any order, also repeated; ``None`` is never found.
        """
        keys, valid = prompt_keys(hashes)
        while True:
            self._index.refresh()
            rows = self._index.locate(keys)
            found = valid & (rows >= 0)
            try:
                tokens = self._index.tokens(rows[found])
            except UnusableFileError:
                # Compacted away by another process, or damaged: once more without that file.
                continue
            whole = with_pieces(tokens, self.pieces())
            if whole.all():
                return CachedTokens(tokens, found)
            found[found] = whole
            return CachedTokens(tokens.taken(np.flatnonzero(whole)), found)

    def pieces(self) -> dict[int, bytes]:
        """Bytes of text that ids stand for; all ids of prompts that were found are in it."""
        while fresh := [path for path in self._shelf.files("pieces") if path not in self._pieces]:
            for path in fresh:
                try:
                    self._pieces[path] = read_pieces(self._shelf, path)
                except UnusableFileError:
                    # Damaged, or merged by another process: then the list has changed.
                    self._pieces[path] = {}
        return {id_: piece for held in self._pieces.values() for id_, piece in held.items()}

    def add(
        self,
        hashes: Sequence[str | None] | NDArray[Any],
        tokens: Tokens,
        pieces: Mapping[int, bytes],
        described: Mapping[str, str],
    ) -> bool:
        """Keep the ids of prompts; one call writes one file, so give it many prompts.

        Prompts that are kept already are left out, and so are those without a proper hash.

        Parameters
        ----------
        hashes
            Prompt hashes (``item_hash``), as many as ``tokens`` has texts.
        tokens
            Their ids.
        pieces
            Bytes of text that ids stand for, at least for those that occur.
        described
            What ``store info`` shows, as in ``{"tokenizer": ..., "template": ...}``.

        Returns
        -------
        bool
            Whether all is kept: a store that cannot be written keeps nothing, and nothing fails.

        Raises
        ------
        ValueError
            There are not as many hashes as texts.
        """
        if len(hashes) != len(tokens):
            raise ValueError(f"{len(hashes)} hashes do not fit {len(tokens)} texts")
        keys, valid = prompt_keys(hashes)
        self._index.refresh()
        rows = np.flatnonzero(valid & (self._index.locate(keys) < 0) & (tokens.lengths < LONGEST))
        _, first = np.unique(keys[rows], return_index=True)
        rows = rows[np.sort(first)]
        known = self.pieces()
        fresh = {id_: piece for id_, piece in pieces.items() if known.get(id_) != piece}
        try:
            # Pieces first: what is found in the cache has its pieces there too.
            if fresh:
                self._shelf.write("pieces", piece_chunks(fresh), dict(described))
            if len(rows):
                self._shelf.write("ids", token_chunks(keys, tokens, rows), dict(described))
        except OSError:
            return False
        return True
