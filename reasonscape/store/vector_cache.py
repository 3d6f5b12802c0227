"""Vectors of texts, kept beside the tables so that a second run reads no text.

Files are only added, each under a name of its own: two processes at once lose nothing, and what
both kept is kept twice, which is harmless. A store that cannot be written keeps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from reasonscape.store.cached_files import CachedFiles, Chunk, UnusableFileError
from reasonscape.store.memory import FOLDER

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

    from reasonscape.store.tables import Store

    Matrix = NDArray[np.float32]
    Keys = NDArray[np.uint64]

MOST_BYTES: Final = 2**30
"""Size from which on the oldest files go when another is written."""

_FINGERPRINT: Final = re.compile(r"[0-9A-Za-z_-]{1,96}")
_GROUP_ROWS: Final = 4096
_FORM: Final = 1
_MARK: Final = b"reasonscape.vectors"
ROWS: Final = "rows"
POOL: Final = "pool_"


class VectorCache:
    """Vectors of texts by one embedder, found by the numbers that stand for the texts.

    Parameters
    ----------
    store
        The store beside whose tables they are kept.
    fingerprint
        Of the embedder and of what it reads: other vectors, other fingerprint.
    pool
        All texts together, where each vector depends on all of them: only all of these are found,
        and only together.

    Raises
    ------
    ValueError
        The fingerprint cannot be the name of a folder.
    """

    def __init__(self, store: Store, fingerprint: str, pool: Keys | None = None) -> None:
        if not _FINGERPRINT.fullmatch(fingerprint):
            raise ValueError(f"{fingerprint!r} is no fingerprint of an embedder")
        self._root = vectors_folder(store.path)
        self._files = vector_files(store.path, fingerprint)
        self._kind = ROWS if pool is None else POOL + pool_digest(pool)

    def read(self, keys: Keys) -> tuple[NDArray[np.bool_], Matrix]:
        """Read vectors.

        Parameters
        ----------
        keys
            Numbers of texts, in any order, also repeated; 0 is never found.

        Returns
        -------
        found
            Which are there, shape (n,).
        matrix
            Vectors of all, shape (n, d), zero where not found; d is 0 where none is.
        """
        found = np.zeros(len(keys), np.bool_)
        matrix: Matrix = np.zeros((len(keys), 0), np.float32)
        for path in self._files.named(self._kind):
            left = np.flatnonzero(~found & (keys != 0))
            if not len(left):
                break
            with suppress(UnusableFileError):
                places, vectors = self._files.read(path, partial(_chosen, keys[left]))
                if not len(places):
                    continue
                if not matrix.shape[1]:
                    matrix = np.zeros((len(keys), vectors.shape[1]), np.float32)
                if vectors.shape[1] == matrix.shape[1]:
                    matrix[left[places]] = vectors
                    found[left[places]] = True
        return found, matrix

    def add(self, keys: Keys, matrix: Matrix, described: Mapping[str, Any]) -> bool:
        """Keep vectors; one call writes one file, so give it many.

        Parameters
        ----------
        keys
            Numbers of texts; those that are 0 are left out, of repeated ones all but the first.
        matrix
            Their vectors, shape (n, d).
        described
            What ``store info`` shows of the embedder.

        Returns
        -------
        bool
            Whether they are kept: a store that cannot be written keeps nothing, and nothing fails.
        """
        if len(keys) != len(matrix):
            raise ValueError(f"{len(keys)} keys do not fit {len(matrix)} vectors")
        _, rows = np.unique(keys, return_index=True)
        rows = np.sort(rows[keys[rows] != 0])
        if not len(rows) or not matrix.shape[1]:
            return True
        try:
            written = self._files.write(
                self._kind,
                vector_schema(matrix.shape[1]),
                vector_chunks(keys[rows], matrix, rows),
                described,
            )
        except OSError:
            return False
        trim(self._root, keep=written)
        return True


def pool_digest(pool: Keys) -> str:
    """What stands for texts taken together, in whatever order."""
    return sha256(np.sort(pool).astype("<u8").tobytes()).hexdigest()[:32]


def vectors_folder(store: Path) -> Path:
    """Folder of all vectors of a store."""
    return store / FOLDER / "vectors"


def vector_files(store: Path, fingerprint: str) -> CachedFiles:
    """Files of one embedder."""
    return CachedFiles(vectors_folder(store) / fingerprint, _MARK, [fingerprint], _FORM)


def vector_schema(dimensions: int) -> pa.Schema:
    """Columns of a file: the number of a text, and four bytes for each dimension."""
    import pyarrow as pa

    return pa.schema([("key", pa.uint64()), ("vector", pa.binary(4 * dimensions))])


def vector_chunks(keys: Keys, matrix: Matrix, rows: NDArray[np.intp]) -> Iterator[Chunk]:
    """Row groups of bounded size, of chosen rows of a matrix."""
    import pyarrow as pa

    for start in range(0, len(rows), _GROUP_ROWS):
        part = slice(start, start + _GROUP_ROWS)
        values = np.ascontiguousarray(matrix[rows[part]], "<f4")
        kind = pa.binary(4 * matrix.shape[1])
        buffers = [None, pa.py_buffer(values)]
        yield {
            "key": pa.array(keys[part]),
            "vector": pa.Array.from_buffers(kind, len(values), buffers),
        }


def keys_in(file: pq.ParquetFile) -> Keys:
    """Numbers of the texts of a file."""
    column = file.read(columns=["key"]).column(0)
    if column.null_count:
        raise ValueError("keys are missing")
    keys: Keys = column.to_numpy()
    return keys


def _chosen(
    wanted: Keys, file: pq.ParquetFile, _: Mapping[str, Any]
) -> tuple[NDArray[np.intp], Matrix]:
    """Places among ``wanted`` of what a file has, and the vectors."""
    width = file.schema_arrow.field("vector").type.byte_width
    if not file.schema_arrow.equals(vector_schema(width // 4)):
        raise ValueError("other columns")
    keys = keys_in(file)
    order = np.argsort(keys, kind="stable")
    at = np.searchsorted(keys[order], wanted)
    at[at == len(keys)] = 0
    rows = order[at] if len(keys) else at
    places = np.flatnonzero(keys[rows] == wanted) if len(keys) else at[:0]
    rows = rows[places]
    matrix = np.empty((len(rows), width // 4), np.float32)
    start = 0
    for group in range(file.metadata.num_row_groups):
        stop = start + file.metadata.row_group(group).num_rows
        here = np.flatnonzero((rows >= start) & (rows < stop))
        if len(here):
            column = file.read_row_group(group, columns=["vector"]).column(0)
            matrix[here] = _values(column.combine_chunks(), width)[rows[here] - start]
        start = stop
    if not np.isfinite(matrix).all():
        raise ValueError("vectors are not finite")
    return places, matrix


def vectors_in(file: pq.ParquetFile) -> Matrix:
    """All vectors of a file."""
    column = file.read(columns=["vector"]).column(0).combine_chunks()
    return _values(column, column.type.byte_width)


def _values(column: pa.FixedSizeBinaryArray, width: int) -> Matrix:
    raw = memoryview(column.buffers()[1])[column.offset * width :][: len(column) * width]
    return np.frombuffer(raw, "<f4").reshape(len(column), width // 4)


def trim(root: Path, *, keep: Path | None = None) -> int:
    """Remove the oldest files until all together have the size that is allowed; how many went."""
    sized: list[tuple[float, str, int, Path]] = []
    for path in root.glob("*/*.parquet"):
        with suppress(OSError):
            status = path.stat()
            sized.append((status.st_mtime, path.name, status.st_size, path))
    size = sum(each[2] for each in sized)
    gone = 0
    for _, _, bytes_, path in sorted(sized):
        if size <= MOST_BYTES:
            break
        if path != keep:
            with suppress(OSError):
                path.unlink(missing_ok=True)
                gone += 1
                size -= bytes_
    return gone
