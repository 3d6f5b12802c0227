"""Keeping the token cache small: one file where there were many, no prompt that is gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.store.cached_files import PART, Chunk, UnusableFileError, remove_old
from reasonscape.store.prompt_keys import prompt_keys
from reasonscape.store.token_chunks import GROUP_IDS, piece_chunks, read_pieces, token_chunks
from reasonscape.store.token_files import Shelf, shelves
from reasonscape.store.token_index import TokenIndex

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reasonscape.store.tables import Store

_BLOCK_IDS: Final = 8 * GROUP_IDS


@dataclass(frozen=True)
class PruneReport:
    """What became of the token cache.

    Attributes
    ----------
    dropped
        Prompts that were dropped: no sample has them, or they were kept twice.
    files_before, files_after, bytes_before, bytes_after
        All its files, and their size.
    """

    dropped: int
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int


def prune(store: Store, retention: float) -> PruneReport:
    """Drop prompts that no sample has, merge files, remove what is broken.

    Lenses may run meanwhile. What a merged file takes the place of is in it, so nothing that
    another process just wrote is lost. Files are listed before samples are looked at: a prompt of
    which another process keeps ids was in the store before.

    Parameters
    ----------
    store
        The store; its last version says which prompts there are.
    retention
        Age in seconds from which files go whose owner cannot be asked: broken and unfinished ones.
    """
    before = _size(store)
    found = [(shelf, shelf.files("ids")) for shelf in shelves(store.path)]
    store.refresh()
    dropped = 0
    for shelf, paths in found:
        dropped += _prune_ids(shelf, paths, _live(store, shelf.base_task), retention)
        _prune_pieces(shelf, retention)
        _clear(shelf, retention)
    after = _size(store)
    return PruneReport(dropped, before[0], after[0], before[1], after[1])


def _size(store: Store) -> tuple[int, int]:
    sizes = [size for shelf in shelves(store.path) for _, size in shelf.sizes()]
    return len(sizes), sum(sizes)


def _live(store: Store, base_task: str) -> NDArray[np.uint64]:
    """Prompts that samples have, as numbers, sorted."""
    source = store.scan(("item_hash",), (base_task,))
    sql = f"SELECT DISTINCT item_hash FROM {source} WHERE item_hash IS NOT NULL"
    keys, valid = prompt_keys(store.arrays(sql)["item_hash"])
    return np.sort(keys[valid])


def _prune_ids(shelf: Shelf, paths: list[Path], live: NDArray[np.uint64], retention: float) -> int:
    """Put what is sound and live of these files into one; how many prompts were dropped."""
    index = TokenIndex(shelf)
    while True:
        index.take(paths)
        keys = index.keys
        _, first = np.unique(keys, return_index=True)
        first = np.sort(first)
        rows = first[np.isin(keys[first], live)]
        merged = list(index.files.values())
        if len(merged) > 1 or len(rows) < len(keys):
            try:
                if len(rows):
                    shelf.write("ids", _blocks(index, rows), merged[-1].described)
            except UnusableFileError:
                continue
            for file in merged:
                file.path.unlink(missing_ok=True)
        for path in index.unusable:
            remove_old(path, retention)
        return len(keys) - len(rows)


def _blocks(index: TokenIndex, rows: NDArray[np.intp]) -> Iterator[Chunk]:
    """Row groups of chosen prompts, of which only some at a time are in memory."""
    keys = index.keys[rows]
    ends = np.cumsum(index.lengths[rows])
    start = 0
    while start < len(rows):
        before = int(ends[start - 1]) if start else 0
        stop = max(int(np.searchsorted(ends, before + _BLOCK_IDS, side="right")), start + 1)
        tokens = index.tokens(rows[start:stop])
        yield from token_chunks(keys[start:stop], tokens, np.arange(stop - start))
        start = stop


def _prune_pieces(shelf: Shelf, retention: float) -> None:
    """Put all pieces into one file; without ids they go, once nobody may be about to add some."""
    held: dict[int, bytes] = {}
    sound: list[Path] = []
    described: dict[str, str] = {}
    for path in shelf.files("pieces"):
        try:
            held.update(read_pieces(shelf, path))
            described = shelf.described(path, "pieces")
            sound.append(path)
        except UnusableFileError:
            remove_old(path, retention)
    if not shelf.files("ids"):
        for path in sound:
            remove_old(path, retention)
    elif len(sound) > 1:
        shelf.write("pieces", piece_chunks(held), described)
        for path in sound:
            path.unlink(missing_ok=True)


def _clear(shelf: Shelf, retention: float) -> None:
    """Remove files that were never finished, and folders in which nothing is."""
    for path in shelf.folder.glob(f".*{PART}"):
        remove_old(path, retention)
    with suppress(OSError):
        shelf.folder.rmdir()
        shelf.folder.parent.rmdir()
