"""Writing a file of ``samples`` once more, with features computed from its texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from reasonscape.store.engine import connect, quote_glob, quote_text, stream
from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.log import DataFile, Snapshot
from reasonscape.store.parquet import SAMPLE_GROUP_ROWS
from reasonscape.store.scan import scan_sql
from reasonscape.store.schema import FEATURE_COLUMNS
from reasonscape.store.traces import MakeFeatures, beside

if TYPE_CHECKING:
    import pyarrow.parquet as pq
    from duckdb import DuckDBPyConnection

FEATURES: Final = tuple(column.name for column in FEATURE_COLUMNS)

_MEMORY: Final = "400MB"
_BATCH: Final = 4096
_KEYS: Final = ("sample_uid", "import_id")
_COUNTS: Final = ("completion_tokens", "reasoning_tokens", "tokens_source")
_TEXTS: Final = ("reasoning", "reasoning_kind", "response")


def measured_file(
    samples: Snapshot,
    texts: Snapshot,
    file: DataFile,
    target: Path,
    make_features: MakeFeatures,
    folder: Path,
) -> int:
    """Write a file once more with new features; its rows keep their order.

    Parameters
    ----------
    samples, texts
        The versions to read.
    file, target
        The file of ``samples``, and the one to write.
    make_features
        Computes the columns ``f.*``.
    folder
        For what is written on the way.

    Returns
    -------
    int
        Its rows.
    """
    path, computed = samples.path(file), folder / "features.parquet"
    source = (
        f"read_parquet({quote_glob(str(path))}, hive_partitioning = false, file_row_number = true)"
    )
    words = (*_KEYS, *_TEXTS)
    of_texts = scan_sql(texts, words, frozenset({file.base_task}), frozenset(words))
    with connect(memory_limit=_MEMORY, spill=str(folder / "spill")) as connection:
        # Rows are to be written in their order.
        connection.execute("SET preserve_insertion_order = true")
        rows = _compute(connection, source, of_texts, make_features, computed)
        _combine(connection, source, path, computed, target)
    return rows


def _compute(
    connection: DuckDBPyConnection,
    source: str,
    texts: str,
    make_features: MakeFeatures,
    target: Path,
) -> int:
    """Write the features of a file's rows, in any order, each with its place; how many."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    chosen = ", ".join(("s.file_row_number AS place", *_COUNTS, *_TEXTS))
    # The narrow side is the one that is held; texts go by.
    sql = (
        f"SELECT {chosen} FROM {texts} t RIGHT JOIN "
        f"(SELECT file_row_number, {', '.join((*_KEYS, *_COUNTS))} FROM {source}) s "
        f"USING ({', '.join(_KEYS)})"
    )
    rows = 0
    writer: pq.ParquetWriter | None = None
    try:
        for batch in stream(connection, sql, _BATCH):
            table = pa.Table.from_batches([batch])
            made = make_features(table.select(_COUNTS), table.select(_TEXTS))
            found = beside(table.select(["place"]), made)
            if writer is None:
                writer = pq.ParquetWriter(str(target), found.schema, compression="zstd")
            writer.write_table(found)
            rows += found.num_rows
    finally:
        if writer is not None:
            writer.close()
    return rows


def _combine(
    connection: DuckDBPyConnection, source: str, file: Path, computed: Path, target: Path
) -> None:
    """Write a file of ``samples`` with the features that were computed for it."""
    import pyarrow.parquet as pq

    names = [name for name in pq.read_schema(str(file)).names if name not in FEATURES]
    sources = (*(("s", name) for name in names), *(("f", name) for name in FEATURES))
    chosen = ", ".join(f"{place}.{quote_identifier(name)}" for place, name in sources)
    connection.execute(
        f"COPY (SELECT {chosen} FROM {source} s JOIN "
        f"read_parquet({quote_glob(str(computed))}) f ON s.file_row_number = f.place "
        f"ORDER BY f.place) TO {quote_text(str(target))} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {SAMPLE_GROUP_ROWS})"
    )
