"""Sorting long texts on disk: parts that fit into memory, each put in order by itself.

DuckDB sorts what is larger than its memory limit, but not rows of long texts: it gives up.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

BUCKET_BYTES: Final = 24 << 20
PLACE: Final = "place"


class Buckets:
    """Takes rows in any order and gives them by their places.

    Parameters
    ----------
    folder
        For what is written on the way; it must be there.
    sizes
        Bytes of the row of each place, from 0; a place may have no row.
    """

    def __init__(self, folder: Path, sizes: NDArray[np.int64]) -> None:
        import numpy as np

        self._folder = folder
        total = np.cumsum(sizes)
        parts = int(total[-1]) // BUCKET_BYTES + 1
        ends = np.searchsorted(total, np.arange(1, parts) * BUCKET_BYTES)
        self._ends: list[int] = np.unique(np.append(ends, len(sizes))).tolist()
        self._held: list[pa.RecordBatch] = []
        self._files: dict[int, tuple[Any, Any]] = {}

    def add(self, batch: pa.RecordBatch) -> None:
        """Take rows that have a column ``place``."""
        import numpy as np
        import pyarrow as pa

        if len(self._ends) == 1:
            self._held.append(batch)
            return
        place = batch.column(PLACE).to_numpy(zero_copy_only=False)
        numbers = np.searchsorted(self._ends, place, side="right")
        for number in np.unique(numbers).tolist():
            rows = pa.array(np.flatnonzero(numbers == number))
            self._writer(number, batch.schema).write_batch(batch.take(rows))

    def _writer(self, number: int, schema: pa.Schema) -> Any:
        import pyarrow as pa

        if number not in self._files:
            sink = pa.OSFile(str(self._folder / f"{number}.arrow"), "wb")
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            self._files[number] = (pa.ipc.new_stream(sink, schema, options=options), sink)
        return self._files[number][0]

    def tables(self, schema: pa.Schema) -> Iterator[pa.Table]:
        """Give all places in order, without their numbers; one that has no row is all NULL."""
        start = 0
        for number, end in enumerate(self._ends):
            if end > start:
                yield _filled(self._read(number, schema), start, end)
            start = end

    def _read(self, number: int, schema: pa.Schema) -> pa.Table:
        import pyarrow as pa

        if number not in self._files:
            held, self._held = self._held, []
            return pa.Table.from_batches(held, schema=schema)
        for file in self._files.pop(number):
            file.close()
        path = self._folder / f"{number}.arrow"
        with pa.OSFile(str(path)) as source:
            table = pa.ipc.open_stream(source).read_all()
        path.unlink()
        return table

    def close(self) -> None:
        """Close what is open; files that are left go with their folder."""
        for files in self._files.values():
            for file in files:
                file.close()
        self._files.clear()


def _filled(table: pa.Table, start: int, end: int) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    rows = np.full(end - start, -1, dtype=np.int64)
    rows[table.column(PLACE).to_numpy() - start] = np.arange(len(table))
    return table.drop_columns([PLACE]).take(pa.array(rows, mask=rows < 0))
