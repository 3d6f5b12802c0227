"""Writing a file again without some of its rows, one row group at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reasonscape.store.parquet import open_writer

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    BoolArray = NDArray[np.bool_]


def row_groups(path: Path) -> Iterator[tuple[int, pa.Table]]:
    """Row groups of a file, each with the number of its first row."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(str(path)) as file:
        start = 0
        for group in range(file.metadata.num_row_groups):
            table = file.read_row_group(group)
            yield start, table
            start += table.num_rows


def rewrite(
    source: Path,
    target: Path,
    keep: BoolArray,
    *,
    texts: bool,
    change: Callable[[int, pa.Table], pa.Table] | None = None,
) -> None:
    """Write the kept rows of one file into another.

    Parameters
    ----------
    source, target
        Files of ``samples``, or of ``texts``.
    keep
        Which rows to keep, shape (rows of source,).
    texts
        Whether they are files of ``texts``.
    change
        Given a row group and the number of its first row, before rows are dropped.
    """
    import pyarrow as pa

    target.parent.mkdir(parents=True, exist_ok=True)
    writer: Any = None
    try:
        for start, group in row_groups(source):
            chosen = keep[start : start + group.num_rows]
            table = group if change is None else change(start, group)
            table = table if chosen.all() else table.filter(pa.array(chosen))
            if writer is None:
                writer = open_writer(target, table.schema, texts=texts)
            if table.num_rows:
                writer.write_table(table, row_group_size=table.num_rows)
    finally:
        if writer is not None:
            writer.close()
