"""What files of the token cache are made of: row groups of bounded size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from reasonscape.store.cached_files import Chunk
from reasonscape.store.token_files import Shelf

if TYPE_CHECKING:
    import pyarrow.parquet as pq
    from numpy.typing import NDArray

    from reasonscape.store.tokens import Tokens

GROUP_IDS: Final = 2**20
GROUP_ROWS: Final = 2**16
_MOST_MARKS: Final = 2**24

LONGEST: Final = 2**28
"""Tokens of a prompt from which on it is not kept: a value of a row group is below 2 GiB."""


def token_chunks(
    keys: NDArray[np.uint64], tokens: Tokens, rows: NDArray[np.intp]
) -> Iterator[Chunk]:
    """Row groups of bounded size, of chosen texts in their order."""
    import pyarrow as pa

    lengths = tokens.lengths[rows]
    ends = np.cumsum(lengths)
    start = 0
    while start < len(rows):
        before = int(ends[start - 1]) if start else 0
        stop = int(np.searchsorted(ends, before + GROUP_IDS, side="right"))
        stop = min(max(stop, start + 1), start + GROUP_ROWS)
        chosen = rows[start:stop]
        first, last = int(chosen[0]), int(chosen[-1])
        if last - first == len(chosen) - 1:
            ids = tokens.ids[tokens.offsets[first] : tokens.offsets[last + 1]]
        else:
            ids = tokens.taken(chosen).ids
        counts = lengths[start:stop]
        bounds = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32) * np.int32(4)
        values = np.ascontiguousarray(ids, "<i4")
        buffers = [None, pa.py_buffer(bounds), pa.py_buffer(values)]
        yield {
            "hash": pa.array(keys[chosen]),
            "tokens": pa.array(counts.astype(np.int32)),
            "ids": pa.Array.from_buffers(pa.binary(), len(chosen), buffers),
        }
        start = stop


def piece_chunks(pieces: Mapping[int, bytes]) -> Iterator[Chunk]:
    """Pieces by id, as one row group."""
    import pyarrow as pa

    ids = sorted(pieces)
    texts = [pieces[id_] for id_ in ids]
    yield {"id": pa.array(ids, pa.int32()), "piece": pa.array(texts, pa.binary())}


def with_pieces(tokens: Tokens, pieces: Mapping[int, bytes]) -> NDArray[np.bool_]:
    """Which texts have no id whose piece was lost with its file, shape (n,).

    Examples
    --------
    >>> from reasonscape.store.tokens import Tokens
    >>> with_pieces(
    ...     Tokens(np.array([7, 8, 9]), np.array([0, 2, 2, 3])), {7: b"a", 9: b"b"}
    ... ).tolist()
    [False, True, True]
    """
    lowest = int(tokens.ids.min(initial=0))
    span = int(tokens.ids.max(initial=0)) - lowest + 1
    if span <= _MOST_MARKS:
        marks = np.zeros(span, np.bool_)
        # In blocks: as an index, ids take twice their memory.
        for start in range(0, len(tokens.ids), GROUP_IDS):
            marks[tokens.ids[start : start + GROUP_IDS] - lowest] = True
        occurring = np.flatnonzero(marks) + lowest
    else:
        occurring = np.unique(tokens.ids)
    lost = np.array([id_ for id_ in occurring.tolist() if id_ not in pieces], np.int64)
    if not len(lost):
        return np.ones(len(tokens), np.bool_)
    seen = np.concatenate([[0], np.cumsum(np.isin(tokens.ids, lost))])
    whole: NDArray[np.bool_] = np.diff(seen[tokens.offsets]) == 0
    return whole


def read_pieces(shelf: Shelf, path: Path) -> dict[int, bytes]:
    """Read a file of pieces.

    Raises
    ------
    UnusableFileError
        There is no such file, or not a sound one.
    """

    def use(file: pq.ParquetFile) -> dict[int, bytes]:
        found = file.read()
        ids, pieces = (found.column(name).to_pylist() for name in ("id", "piece"))
        return dict(zip(ids, pieces, strict=True))

    held: dict[int, bytes] = shelf.read(path, "pieces", use)
    return held
