"""How the store's Parquet files are written, and what the log says about them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import file_digest as file_digest_of
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.store.log import PARTITION

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from deltalake.transaction import AddAction

SAMPLE_GROUP_ROWS: Final = 100_000
TEXT_GROUP_BYTES: Final = 16 * 2**20
DIGEST: Final = "sha256"
"""Among a file's statistics in the log: the hash of its bytes; readers pass over what they miss."""

_LONGEST_BOUND: Final = 64
_UNIQUE: Final = frozenset({"sample_uid", "content_hash", "source_row"})


def open_writer(path: Path, schema: pa.Schema, *, texts: bool) -> pq.ParquetWriter:
    """Open a file of ``samples``, or of ``texts``.

    Texts have no dictionaries: each is its own, and a dictionary page of long strings makes a
    reader of one row decode many. Their row groups are bounded by bytes, by the caller.
    """
    import pyarrow.parquet as pq

    repeated = [name for name in schema.names if name not in _UNIQUE]
    return pq.ParquetWriter(
        str(path),
        schema,
        compression="zstd",
        compression_level=1 if texts else 3,
        use_dictionary=["import_id"] if texts else repeated,
        write_statistics=["import_id"] if texts else True,
    )


def text_slices(table: pa.Table) -> Iterator[pa.Table]:
    """Cut a table of texts into pieces of about a row group's bytes each, at least one row."""
    if table.nbytes <= TEXT_GROUP_BYTES or table.num_rows <= 1:
        yield table
        return
    half = table.num_rows // 2
    yield from text_slices(table.slice(0, half))
    yield from text_slices(table.slice(half))


def file_stats(metadata: pq.FileMetaData) -> str:
    """Statistics of one file as the transaction log has them, as JSON text.

    Short bounds only: the log is read as a whole, and a longest prompt has no place in it.
    """
    nulls: dict[str, int] = {}
    low: dict[str, Any] = {}
    high: dict[str, Any] = {}
    for place in range(metadata.num_columns):
        name, is_list = _column_of(metadata.schema.column(place))
        chunks = [metadata.row_group(g).column(place) for g in range(metadata.num_row_groups)]
        found = [chunk.statistics for chunk in chunks if chunk.is_stats_set]
        if len(found) < len(chunks):
            continue
        nulls[name] = sum(s.null_count for s in found)
        bounds = [(s.min, s.max) for s in found if s.has_min_max]
        if not bounds or is_list or name in _UNIQUE:
            continue
        least, most = min(b[0] for b in bounds), max(b[1] for b in bounds)
        if _plain(least) and _plain(most):
            low[name], high[name] = least, most
    return json.dumps(
        {
            "numRecords": metadata.num_rows,
            "minValues": low,
            "maxValues": high,
            "nullCount": nulls,
        }
    )


def _column_of(leaf: pq.ColumnSchema) -> tuple[str, bool]:
    """Name of the column that a leaf of the file's schema belongs to, and whether it is a list.

    The path of a list's leaf ends in two names that differ by writer.
    """
    if leaf.max_repetition_level:
        return leaf.path.rsplit(".", 2)[0], True
    return leaf.name, False


def _plain(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return len(value) <= _LONGEST_BOUND
    return isinstance(value, int | float)


def add_action(folder: Path, path: str, base_task: str) -> AddAction:
    """Describe a finished file for a commit.

    Parameters
    ----------
    folder
        The table's folder.
    path
        The file's path in it.
    base_task
        Whose rows it holds.
    """
    import pyarrow.parquet as pq
    from deltalake.transaction import AddAction

    target = folder / path
    status = target.stat()
    stats = json.loads(file_stats(pq.read_metadata(str(target))))
    return AddAction(
        path,
        status.st_size,
        {PARTITION: base_task},
        int(status.st_mtime * 1000),
        True,
        json.dumps({**stats, DIGEST: file_digest(target)}),
    )


def file_digest(path: Path) -> str:
    """Hash of a file's bytes, in hex digits."""
    with path.open("rb") as file:
        return file_digest_of(file, "sha256").hexdigest()


def unified(tables: Iterable[pa.Table], first: Iterable[str] = ()) -> pa.Table:
    """Tables below one another; a column that one lacks is NULL there.

    Parameters
    ----------
    tables
        At least one.
    first
        Names whose order comes first, whatever the tables' own order.
    """
    import pyarrow as pa

    tables = list(tables)
    table = tables[0] if len(tables) == 1 else pa.concat_tables(tables, promote_options="default")
    known = [name for name in first if name in set(table.column_names)]
    rest = sorted(name for name in table.column_names if name not in set(known))
    return table.select([*known, *rest])
