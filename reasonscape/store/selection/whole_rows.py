"""Rows as they are, texts beside them, in batches: what an export or a data frame is made of."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reasonscape.store.engine import connect, stream
from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.outcome import OUTCOME_COLUMNS, OUTCOME_SQL
from reasonscape.store.schema import TEXT_FIELDS
from reasonscape.store.selection.buckets import PLACE, Buckets
from reasonscape.store.selection.source import selected

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store

OUTCOME: Final = "outcome"
WORDS: Final = (*TEXT_FIELDS, "reasoning_kind")
"""Columns of ``texts`` that can be asked for."""

_ORDER: Final = ("eval_id", "task", "item_id", "repeat", "sample_uid")
_KEYS: Final = ("sample_uid", "import_id")
_MEMORY: Final = "400MB"
_ROWS: Final = 8192
_ROWS_WITH_TEXTS: Final = 512
_ROW_BYTES: Final = 1000
"""About what a row takes besides its texts."""


def whole_rows(store: Store, where: Where, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Read rows that match, in batches.

    They come by base task, then by eval, task, item and repeat, the same every time. What does not
    fit into memory while it is sorted goes to the machine's folder for temporary files.

    Parameters
    ----------
    store, where
        What to read.
    columns
        Columns of ``samples``, ``outcome``, and columns of ``texts``; at least one. No text is
        read that is not named. One that the store lacks is all NULL.

    Raises
    ------
    StoreError
        The store cannot be read.
    """
    tasks = store.base_tasks()
    if where.base_tasks is not None:
        tasks = tuple(task for task in tasks if task in where.base_tasks)
    words = tuple(name for name in columns if name in WORDS)
    plain = [name for name in columns if name not in WORDS]
    scanned = [name for name in plain if name != OUTCOME]
    scanned = list(dict.fromkeys((*scanned, *_ORDER, *_KEYS, *sorted(OUTCOME_COLUMNS))))
    with (
        store.failing_in_words("read rows of"),
        tempfile.TemporaryDirectory(prefix="reasonscape-") as folder,
        connect(memory_limit=_MEMORY, spill=f"{folder}/spill") as connection,
    ):
        for task in tasks:
            source = selected(store, where, scanned, [task])

            def ordered(
                names: Sequence[str], rows: int = _ROWS, source: str = source
            ) -> Iterator[pa.RecordBatch]:
                chosen = ", ".join(map(_expression, names)) or "1 AS one"
                sql = f"SELECT {chosen} FROM {source} ORDER BY {', '.join(_ORDER)}"
                return stream(connection, sql, rows, where.params)

            if not words:
                yield from ordered(plain)
                continue
            keys = list(ordered(_KEYS))
            if keys:
                texts = store.scan_texts((*_KEYS, *words), (task,))
                parts = _texts_in_order(connection, texts, words, keys, Path(folder))
                for batch in _beside(parts, ordered(plain)):
                    yield batch.select(list(columns))


def _expression(name: str) -> str:
    return f"{OUTCOME_SQL} AS {OUTCOME}" if name == OUTCOME else quote_identifier(name)


def _texts_in_order(
    connection: DuckDBPyConnection,
    texts: str,
    words: Sequence[str],
    keys: list[pa.RecordBatch],
    folder: Path,
) -> Iterator[pa.Table]:
    """Texts of rows in the order of their keys, NULL where a row has none."""
    import duckdb  # noqa: F401  # gives connections what takes Arrow tables
    import numpy as np
    import pyarrow as pa

    table = pa.Table.from_batches(keys)
    connection.register("ranked", table.append_column(PLACE, pa.array(np.arange(len(table)))))
    # The narrow side is the one that is held; texts go by.
    source = f"{texts} t JOIN ranked USING ({', '.join(_KEYS)})"
    lengths = " + ".join(f"coalesce(strlen({quote_identifier(name)}), 0)" for name in words)
    found = connection.execute(
        f"SELECT {PLACE}, ({lengths})::BIGINT AS size FROM {source}"
    ).fetchnumpy()
    sizes = np.full(len(table), _ROW_BYTES, dtype=np.int64)
    sizes[found[PLACE]] += found["size"]
    buckets = Buckets(folder, sizes)
    names = ", ".join(map(quote_identifier, words))
    try:
        sql = f"SELECT {PLACE}, {names} FROM {source}"
        for batch in stream(connection, sql, _ROWS_WITH_TEXTS):
            buckets.add(batch)
        connection.unregister("ranked")
        kinds = [(PLACE, pa.int64()), *((name, pa.string()) for name in words)]
        yield from buckets.tables(pa.schema(kinds))
    finally:
        buckets.close()


def _beside(texts: Iterator[pa.Table], rows: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Put texts beside the rows they belong to; both come in the same order."""
    import pyarrow as pa

    held: pa.Table | None = None
    for part in texts:
        taken, count = list[pa.Table](), 0
        while count < len(part):
            if held is None or not len(held):
                held = pa.Table.from_batches([next(rows)])
            piece = held.slice(0, len(part) - count)
            held = held.slice(len(piece))
            taken.append(piece)
            count += len(piece)
        whole = pa.concat_tables(taken)
        for name in part.column_names:
            whole = whole.append_column(name, part.column(name))
        yield from whole.combine_chunks().to_batches(max_chunksize=_ROWS_WITH_TEXTS)
    # A connection takes no other query before a result has been read to its end.
    for _ in rows:
        pass
