"""Tokens of stored prompts: from the cache where it has them, else tokenised and kept."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reasonscape.store.selection.prompts import prompts
from reasonscape.store.token_cache import TokenCache
from reasonscape.store.tokens import Tokens
from reasonscape.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.store.tables import Store
    from reasonscape.text.readings import Reading


@dataclass(frozen=True, slots=True)
class PromptTokens:
    """Tokens of n prompts.

    Attributes
    ----------
    tokens
        In the order asked for; none where the store has no text.
    vocabulary
        What the tokens stand for.
    tokenised
        Prompts that no cache had.
    """

    tokens: Tokens
    vocabulary: Vocabulary
    tokenised: int


def prompt_tokens(
    store: Store, base_task: str, hashes: NDArray[np.object_], reading: Reading
) -> PromptTokens:
    """Return the tokens of prompts as a reading reads them.

    Texts are read only of prompts that the cache beside the store lacks; what is tokenised is kept
    there, so that the next run needs neither the texts nor the tokenizer.

    Parameters
    ----------
    store, base_task
        Whose prompts.
    hashes
        Distinct prompt hashes, shape (n,).
    reading
        Tokenizer and chat template.

    Raises
    ------
    UsageError
        The tokenizer or the template cannot read them.
    """
    cache = TokenCache(store, reading.fingerprint, base_task)
    cached = cache.read(hashes)
    if cached.found.all():
        return PromptTokens(cached.tokens, Vocabulary.of(cache.pieces()), 0)
    missing = hashes[~cached.found]
    parts, of_parts = [cached.tokens], [hashes[cached.found]]
    pieces = dict(cache.pieces())
    # What is written waits for the disk; the next texts are tokenised in the meantime. One file
    # is written before the next is begun, so that few texts wait in memory.
    kept: Future[bool] | None = None
    with ThreadPoolExecutor(1) as writer:
        for of_part, texts in prompts(store, base_task, missing):
            encoded = reading.encode(texts)
            if kept is not None:
                kept.result()
            kept = writer.submit(
                cache.add, of_part, encoded.tokens, encoded.pieces, reading.described
            )
            parts.append(encoded.tokens)
            of_parts.append(np.asarray(of_part, dtype=object))
            pieces.update(encoded.pieces)
        if kept is not None:
            kept.result()
    tokens = _in_order(parts, np.concatenate(of_parts), hashes)
    return PromptTokens(tokens, Vocabulary.of(pieces), len(missing))


def _in_order(
    parts: list[Tokens], found: NDArray[np.object_], hashes: NDArray[np.object_]
) -> Tokens:
    """All parts as one, in the order of ``hashes``; one that is in no part has no tokens."""
    ids = np.concatenate([part.ids for part in parts])
    lengths = np.concatenate([part.lengths for part in parts])
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    if len(found) < len(hashes):
        lacking = np.setdiff1d(hashes.astype(str), found.astype(str)).astype(object)
        found = np.concatenate([found, lacking])
        offsets = np.concatenate([offsets, np.full(len(lacking), offsets[-1])])
    place = {value: i for i, value in enumerate(found.tolist())}
    rows = np.fromiter((place[value] for value in hashes.tolist()), np.int64, len(hashes))
    return Tokens(ids, offsets).taken(rows)
