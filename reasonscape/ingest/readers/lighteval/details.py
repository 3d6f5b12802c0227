"""The Parquet files of lighteval's details, read in batches of bounded memory.

Of tokens only the numbers are taken, counted by Arrow: the ids themselves are most of such a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reasonscape.errors import UsageError
from reasonscape.ingest.readers.lighteval.arrow import inner_lengths, lengths, objects
from reasonscape.ingest.readers.lighteval.columns import (
    COLUMNS,
    INPUT_TOKENS,
    METRIC,
    OUTPUT_TOKENS,
    RESPONSE,
    batch_rows,
    find_columns,
    wanted_fields,
)
from reasonscape.ingest.readers.log_words import printable
from reasonscape.ingest.rows import RowError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


@dataclass(slots=True)
class Detail:
    """One row: a document, what the model answered and what was measured.

    Attributes
    ----------
    input_tokens
        Number of tokens of the prompt; None where none are stored.
    output_tokens
        Number of tokens of each output.
    """

    doc: dict[str, Any]
    metric: dict[str, Any]
    response: dict[str, Any]
    input_tokens: int | None
    output_tokens: list[int]


class Details:
    """The rows of a details file.

    Parameters
    ----------
    path
        The file.

    Attributes
    ----------
    metrics
        Names of the metrics whose values are numbers, in the order of the file.

    Raises
    ------
    UsageError
        It is no Parquet file, none of lighteval, one of an older layout, or declares more rows than
        it has bytes or row groups of more than 2 GiB.
    """

    def __init__(self, path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.path = path
        try:
            self._file = pq.ParquetFile(str(path), pre_buffer=False)
            schema = self._file.schema_arrow
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _not_intact(path, error) from error
        self._names = find_columns(path, schema)
        if self.size > path.stat().st_size:
            raise UsageError(
                f"{path} declares {self.size:,} rows, more than it has bytes",
                remedy="get an intact copy",
            )
        metric = schema.field(self._names[METRIC]).type
        self.metrics = tuple(dict.fromkeys(part.name for part in metric if _is_number(part.type)))
        self._wanted = wanted_fields(self._names)
        self._batch_rows = batch_rows(self._file.metadata, self._wanted, path)

    @property
    def size(self) -> int:
        """Number of rows."""
        return int(self._file.metadata.num_rows)

    def __iter__(self) -> Iterator[Detail | RowError]:
        with self._file as file:
            for group in range(file.metadata.num_row_groups):
                yield from self._group(file, group)

    def _group(self, file: pq.ParquetFile, group: int) -> Iterator[Detail | RowError]:
        """Rows of one row group; one that is damaged costs those of its rows not yet read."""
        import pyarrow as pa

        try:
            for batch in file.iter_batches(
                self._batch_rows, row_groups=[group], columns=self._wanted, use_threads=False
            ):
                yield from self._rows(batch)
        except (pa.ArrowException, OSError, ValueError, TypeError) as error:
            said = printable(" ".join(str(error).split()))
            yield RowError("broken_compression", f"the rest of a row group is damaged: {said}")

    def _rows(self, batch: pa.RecordBatch) -> Iterator[Detail | RowError]:
        import pyarrow as pa

        parts = {}
        tokens: dict[str, pa.Array] = {}
        for name in COLUMNS:
            column = batch.column(self._names[name])
            fields = [part.name for part in column.type]
            arrays = dict(zip(fields, column.flatten(), strict=True))
            if name == RESPONSE:
                for key in (INPUT_TOKENS, OUTPUT_TOKENS):
                    tokens[key] = arrays.pop(key, pa.nulls(len(batch)))
            parts[name] = objects(arrays, len(batch))
        inputs = lengths(tokens[INPUT_TOKENS])
        outputs = inner_lengths(tokens[OUTPUT_TOKENS])
        for place in range(len(batch)):
            doc, metric, response = (parts[name][place] for name in COLUMNS)
            error = next(
                (one for one in (doc, metric, response) if isinstance(one, RowError)), None
            )
            if error is not None:
                yield error
            else:
                yield Detail(doc, metric, response, inputs[place] or None, outputs[place])


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean)
    return any(test(kind) for test in tests)


def _not_intact(path: Path, error: Exception) -> UsageError:
    said = printable(" ".join(str(error).split()))[:200]
    return UsageError(f"{path} is no intact Parquet file: {said}", remedy="get an intact copy")
