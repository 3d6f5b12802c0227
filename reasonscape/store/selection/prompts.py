"""The prompts of many items, each once, in batches of bounded size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.store.engine import connect, quote_glob

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from reasonscape.store.tables import Store

BATCH_ROWS: Final = 8192
BATCH_BYTES: Final = 16 * 2**20
_ROW_BITS: Final = 40


def prompts(
    store: Store, base_task: str, hashes: Sequence[str | None] | NDArray[Any]
) -> Iterator[tuple[NDArray[np.object_], pa.Array]]:
    """Read the prompt of each hash.

    Keys are scanned once; then only those row groups of ``texts`` are opened that hold a chosen
    row, one at a time.

    Parameters
    ----------
    store
        The store; the texts are those of its version, also where a row was replaced.
    base_task
        Whose prompts they are.
    hashes
        Prompt hashes (``item_hash``), in any order; repeats and ``None`` count for nothing.

    Yields
    ------
    hashes : ndarray of str, shape (n,)
        Hashes, each in one batch only; one that the store does not hold is in none. The order is
        that of the texts in the store.
    texts : pyarrow.Array, shape (n,)
        Their prompts, about 16 MiB, or one row group where that is more.

    Raises
    ------
    StoreError
        The store cannot be read.
    """
    files = store.texts.of_tasks(frozenset({base_task}))
    if not files or not len(hashes):
        return
    paths = store.texts.paths(files)
    kept: list[tuple[NDArray[np.object_], pa.Array]] = []
    for batch in _found(store, paths, *_places(store, base_task, hashes, paths)):
        kept.append(batch)
        rows = sum(len(texts) for _, texts in kept)
        if rows >= BATCH_ROWS or sum(texts.nbytes for _, texts in kept) >= BATCH_BYTES:
            yield _joined(kept)
            kept = []
    if kept:
        yield _joined(kept)


def _places(
    store: Store, base_task: str, hashes: Sequence[str | None] | NDArray[Any], paths: list[Path]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Hashes and where the text of each is, by place: number of the file, then of the row."""
    import duckdb  # noqa: F401  # gives connections what takes Arrow tables
    import pyarrow as pa

    wanted = pa.table({"item_hash": pa.array(hashes, pa.string(), from_pandas=True)})
    listed = ", ".join(quote_glob(str(path)) for path in paths)
    keys = store.scan(("eval_id", "item_hash", "sample_uid", "import_id"), (base_task,))
    # Of one eval rather than of any: its texts lie together, so fewer row groups are opened.
    sql = (
        "WITH chosen AS (SELECT item_hash, arg_min({'uid': sample_uid, 'by': import_id}, "
        f"eval_id || sample_uid) AS key FROM {keys} SEMI JOIN wanted USING (item_hash) "
        "GROUP BY item_hash) "
        "SELECT item_hash, min((file_index::BIGINT << "
        f"{_ROW_BITS}) + file_row_number) AS place FROM (SELECT sample_uid, import_id, "
        f"file_index, file_row_number FROM read_parquet([{listed}], hive_partitioning = false)) t "
        "JOIN chosen ON t.sample_uid = chosen.key.uid AND t.import_id = chosen.key.by "
        "GROUP BY item_hash ORDER BY place"
    )
    with store.failing_in_words("read prompts of"), connect() as connection:
        connection.register("wanted", wanted)
        found = connection.execute(sql).fetchnumpy()
    return found["item_hash"], found["place"]


def _found(
    store: Store, paths: list[Path], hashes: NDArray[np.object_], places: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.object_], pa.Array]]:
    """Hashes and prompts of one row group after another."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    of_file = places >> _ROW_BITS
    for number in np.unique(of_file).tolist():
        part = slice(*np.searchsorted(of_file, [number, number + 1]))
        rows = places[part] & ((1 << _ROW_BITS) - 1)
        names = hashes[part]
        with store.failing_in_words("read prompts of"):
            file = pq.ParquetFile(str(paths[number]))
        with file:
            start = 0
            for group in range(file.metadata.num_row_groups):
                stop = start + file.metadata.row_group(group).num_rows
                here = slice(*np.searchsorted(rows, [start, stop]))
                if here.start < here.stop:
                    with store.failing_in_words("read prompts of"):
                        column = file.read_row_group(group, columns=["prompt"]).column(0)
                        chosen = column.take(pa.array(rows[here] - start))
                    yield from _pieces(names[here], chosen)
                start = stop


def _pieces(
    hashes: NDArray[np.object_], column: pa.ChunkedArray
) -> Iterator[tuple[NDArray[np.object_], pa.Array]]:
    """Pieces of a column without its NULLs, of at most a batch's rows each."""
    start = 0
    for chunk in column.chunks:
        for first in range(0, len(chunk), BATCH_ROWS):
            texts = chunk.slice(first, BATCH_ROWS)
            names = hashes[start + first : start + first + len(texts)]
            known = texts.is_valid()
            yield names[known.to_numpy(zero_copy_only=False)], texts.filter(known)
        start += len(chunk)


def _joined(
    batches: list[tuple[NDArray[np.object_], pa.Array]],
) -> tuple[NDArray[np.object_], pa.Array]:
    import numpy as np
    import pyarrow as pa

    names = np.concatenate([names for names, _ in batches])
    return names, pa.concat_arrays([texts for _, texts in batches])
