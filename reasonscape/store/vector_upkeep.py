"""What the cache of vectors holds, and keeping it small: no vector of a text that is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reasonscape.store.cached_files import PART, CachedFiles, Chunk, UnusableFileError, remove_old
from reasonscape.store.selection.trace_texts import keyed
from reasonscape.store.vector_cache import (
    POOL,
    ROWS,
    keys_in,
    trim,
    vector_chunks,
    vector_files,
    vector_schema,
    vectors_folder,
    vectors_in,
)

if TYPE_CHECKING:
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

    from reasonscape.store.tables import Store
    from reasonscape.store.vector_cache import Keys


@dataclass(frozen=True)
class EmbedderCache:
    """Vectors that are kept of one embedder and one part of the texts.

    Attributes
    ----------
    fingerprint
        Of the embedder and what it reads.
    described
        What it is, as its ``described`` said; empty where no file can be read.
    vectors
        Texts of which vectors are kept, each counted once.
    pools
        Selections of which vectors are kept that hold for them only.
    files, bytes
        All files, and their size.
    unusable_files
        Those among them that are damaged or of another form; nothing reads them, and ``compact``
        removes them once they are old.
    """

    fingerprint: str
    described: dict[str, Any]
    vectors: int
    pools: int
    files: int
    bytes: int
    unusable_files: int


@dataclass(frozen=True)
class VectorPruneReport:
    """What became of the cache of vectors.

    Attributes
    ----------
    dropped
        Vectors that were dropped: no sample has the text, they were kept twice, or they were the
        oldest of too many.
    files_before, files_after, bytes_before, bytes_after
        All its files, and their size.
    """

    dropped: int
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int


@dataclass(frozen=True)
class _Held:
    """A sound file: whose vectors it has, of how many dimensions, and what its writer said."""

    path: Path
    keys: Keys
    dimensions: int
    described: Mapping[str, Any]


def vector_caches(store: Store) -> tuple[EmbedderCache, ...]:
    """List the embedders of which vectors are kept, by fingerprint; reads no vector."""
    return tuple(_listed(name, files) for name, files in _all(store))


def _listed(name: str, files: CachedFiles) -> EmbedderCache:
    sound, broken = _sound(files, _every(files))
    keys = [np.zeros(0, np.uint64), *(one.keys for one in sound)]
    sizes = [size for _, size in files.sizes()]
    return EmbedderCache(
        name,
        dict(sound[-1].described) if sound else {},
        len(np.unique(np.concatenate(keys))),
        len({_kind(one.path) for one in sound} - {ROWS}),
        len(sizes),
        sum(sizes),
        len(broken),
    )


def prune_vectors(store: Store, retention: float) -> VectorPruneReport:
    """Drop vectors of texts that no sample has, merge files, remove what is broken or too much.

    Lenses may run meanwhile: files are listed before samples are looked at, and what a merged
    file takes the place of is in it.

    Parameters
    ----------
    store
        The store; its last version says which texts there are.
    retention
        Age in seconds from which files go whose owner cannot be asked: broken and unfinished ones.
    """
    found = [(files, _every(files)) for _, files in _all(store)]
    before = [size for files, _ in found for _, size in files.sizes()]
    dropped = 0
    if found:
        store.refresh()
        live = np.sort(store.arrays(f"SELECT DISTINCT key FROM {keyed(store)}")["key"])
        for files, paths in found:
            dropped += _prune(files, paths, live.astype(np.uint64), retention)
        trim(vectors_folder(store.path))
    after = [size for files, _ in found for _, size in files.sizes()]
    for files, _ in found:
        with suppress(OSError):
            files.folder.rmdir()
            files.folder.parent.rmdir()
    return VectorPruneReport(dropped, len(before), len(after), sum(before), sum(after))


def _all(store: Store) -> Iterator[tuple[str, CachedFiles]]:
    with suppress(OSError):
        for folder in sorted(vectors_folder(store.path).iterdir()):
            if folder.is_dir():
                yield folder.name, vector_files(store.path, folder.name)


def _every(files: CachedFiles) -> list[Path]:
    return [*files.named(ROWS), *files.named(f"{POOL}*")]


def _kind(path: Path) -> str:
    return path.name.split("-")[0]


def _sound(files: CachedFiles, paths: list[Path]) -> tuple[list[_Held], list[Path]]:
    """Files that can be read, and the others."""
    sound: list[_Held] = []
    broken: list[Path] = []

    def use(file: pq.ParquetFile, described: Mapping[str, Any]) -> tuple[Keys, int, Any]:
        width = file.schema_arrow.field("vector").type.byte_width
        return keys_in(file), width // 4, described

    for path in paths:
        try:
            sound.append(_Held(path, *files.read(path, use)))
        except UnusableFileError:
            broken.append(path)
    return sound, broken


def _prune(files: CachedFiles, paths: list[Path], live: Keys, retention: float) -> int:
    """Prune the files of one embedder; how many vectors were dropped."""
    sound, broken = _sound(files, paths)
    rows = [one for one in sound if _kind(one.path) == ROWS]
    dropped = _merge(files, rows, live)
    newest: dict[str, _Held] = {}
    for one in sound:
        if _kind(one.path) == ROWS:
            continue
        # Vectors of a pool are asked for with all its texts; with one of them gone, never again.
        stale = one if not np.isin(one.keys, live).all() else newest.get(_kind(one.path))
        if stale is not one:
            newest[_kind(one.path)] = one
        if stale is not None:
            stale.path.unlink(missing_ok=True)
            dropped += len(stale.keys)
    for path in (*broken, *files.folder.glob(f".*{PART}")):
        remove_old(path, retention)
    return dropped


def _merge(files: CachedFiles, held: list[_Held], live: Keys) -> int:
    """Put what is live of these files into one."""
    if not held:
        return 0
    keys = np.concatenate([one.keys for one in held])
    _, first = np.unique(keys, return_index=True)
    kept = np.zeros(len(keys), np.bool_)
    kept[first] = np.isin(keys[first], live)
    dimensions = held[-1].dimensions
    if any(one.dimensions != dimensions for one in held) or (len(held) == 1 and kept.all()):
        return 0
    if kept.any():
        try:
            schema = vector_schema(dimensions)
            files.write(ROWS, schema, _kept(files, held, kept), held[-1].described)
        except UnusableFileError:
            return 0
    for one in held:
        one.path.unlink(missing_ok=True)
    return int((~kept).sum())


def _kept(files: CachedFiles, held: list[_Held], kept: NDArray[np.bool_]) -> Iterator[Chunk]:
    """Row groups of what is kept of files, one file in memory at a time."""
    start = 0
    for one in held:
        rows = np.flatnonzero(kept[start : start + len(one.keys)])
        start += len(one.keys)
        if len(rows):
            matrix = files.read(one.path, lambda file, _: vectors_in(file))
            yield from vector_chunks(one.keys[rows], matrix, rows)
