"""The Parquet files of lighteval's details, read in batches of bounded memory.

Of tokens only the numbers are taken, counted by Arrow: the ids themselves are most of such a file.
Column names are those of lighteval's writer (``doc``, ``metric``, ``model_response``), and the same
between double underscores, which other versions have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.arrow_rows import plain
from reasonscape.ingest.readers.log_words import listed, printable
from reasonscape.ingest.rows import RowError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

DOC, METRIC, RESPONSE = "doc", "metric", "model_response"
COLUMNS: Final = (DOC, METRIC, RESPONSE)
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    DOC: (
        *("query", "choices", "gold_index", "specific", "id", "task_name", "generation_size"),
        "sampling_methods",
    ),
    RESPONSE: (
        *("input", "text", "text_post_processed", "reasonings", "logprobs"),
        "truncated_tokens_count",
    ),
}
_NEEDED: Final = {
    DOC: frozenset(("query", "choices", "gold_index")),
    RESPONSE: frozenset(("text",)),
}
_INPUT_TOKENS: Final = "input_tokens"
_OUTPUT_TOKENS: Final = "output_tokens"
_OLD: Final = frozenset(("predictions", "metrics"))
_MAX_GROUP_BYTES: Final = 2 << 30
_BATCH_BYTES: Final = 256 << 20
_BATCH_ROWS: Final = 256


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


def columns_of(path: Path) -> frozenset[str]:
    """Names of the columns of a Parquet file; none if it cannot be read as one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return frozenset(pq.read_schema(str(path)).names)
    except (pa.ArrowException, OSError, ValueError):
        return frozenset()


def is_details(columns: frozenset[str]) -> bool:
    """Whether columns are those of details, of whatever version.

    Examples
    --------
    >>> is_details(frozenset(("__doc__", "__metric__", "__model_response__")))
    True
    """
    return all(_there(name, columns) for name in COLUMNS) or columns >= _OLD


def _there(name: str, columns: frozenset[str]) -> str | None:
    return next((found for found in (name, f"__{name}__") if found in columns), None)


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
        self._names = self._find(frozenset(schema.names), schema)
        if self.size > path.stat().st_size:
            raise UsageError(
                f"{path} declares {self.size:,} rows, more than it has bytes",
                remedy="get an intact copy",
            )
        metric = schema.field(self._names[METRIC]).type
        self.metrics = tuple(dict.fromkeys(part.name for part in metric if _is_number(part.type)))
        self._wanted = [f"{self._names[METRIC]}"]
        for column, fields in _FIELDS.items():
            self._wanted += [f"{self._names[column]}.{name}" for name in fields]
        response = self._names[RESPONSE]
        self._wanted += [f"{response}.{name}" for name in (_INPUT_TOKENS, _OUTPUT_TOKENS)]
        self._batch_rows = _batch_rows(self._file.metadata, self._wanted, path)

    def _find(self, columns: frozenset[str], schema: pa.Schema) -> dict[str, str]:
        import pyarrow as pa

        found = {name: _there(name, columns) for name in COLUMNS}
        names = {name: column for name, column in found.items() if column is not None}
        if len(names) < len(COLUMNS):
            if columns >= _OLD:
                raise UsageError(
                    f"{self.path} holds details of an old lighteval, with flat columns",
                    remedy="evaluate again with lighteval 0.10 or later, or convert the rows to "
                    "sample records (docs/import.md)",
                )
            raise UsageError(
                f"{self.path} is a Parquet file but none of lighteval's details: its columns are "
                f"{listed(sorted(columns)) or 'none'}",
                remedy="give a file details_TASK_TIME.parquet",
            )
        for name, column in names.items():
            if schema.names.count(column) > 1:
                raise self._none(f"the column {column!r} is there twice")
            kind = schema.field(column).type
            if not pa.types.is_struct(kind):
                raise self._none(f"{column!r} is no struct")
            fields = [part.name for part in kind]
            if len(set(fields)) < len(fields):
                raise self._none(f"a field of {column!r} is there twice")
            if needed := _NEEDED.get(name, frozenset()) - set(fields):
                raise self._none(f"{column!r} lacks {', '.join(sorted(needed))}")
        return names

    def _none(self, why: str) -> UsageError:
        return UsageError(
            f"{self.path} is none of lighteval's details: {why}",
            remedy="give a file details_TASK_TIME.parquet as lighteval wrote it",
        )

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
                for key in (_INPUT_TOKENS, _OUTPUT_TOKENS):
                    tokens[key] = arrays.pop(key, pa.nulls(len(batch)))
            parts[name] = _objects(arrays, len(batch))
        inputs = _lengths(tokens[_INPUT_TOKENS])
        outputs = _inner_lengths(tokens[_OUTPUT_TOKENS])
        for place in range(len(batch)):
            doc, metric, response = (parts[name][place] for name in COLUMNS)
            error = next(
                (one for one in (doc, metric, response) if isinstance(one, RowError)), None
            )
            if error is not None:
                yield error
            else:
                yield Detail(doc, metric, response, inputs[place] or None, outputs[place])


def _objects(arrays: Mapping[str, pa.Array], length: int) -> list[Any]:
    """Turn the fields of a struct into one object a row, or the error of a row."""
    values = {name: _values(array) for name, array in arrays.items()}
    rows: list[Any] = []
    for place in range(length):
        row = {name: column[place] for name, column in values.items()}
        error = next((one for one in row.values() if isinstance(one, RowError)), None)
        rows.append(error or row)
    return rows


def _values(array: pa.Array) -> list[Any]:
    try:
        return [plain(value) for value in array.to_pylist()]
    except (ValueError, TypeError, OverflowError, ArithmeticError):
        return [_value(value) for value in array]


def _value(scalar: pa.Scalar) -> Any:
    try:
        return plain(scalar.as_py())
    except UnicodeDecodeError as error:
        return RowError("not_utf8", f"byte {error.start} of a text is not UTF-8")
    except (ValueError, TypeError, OverflowError, ArithmeticError) as error:
        return RowError("bad_value", printable(f"a value cannot be read: {error}"))


def _lengths(array: pa.Array) -> list[int | None]:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return [None] * len(array)
    lengths: list[int | None] = pc.list_value_length(array).to_pylist()
    return lengths


def _inner_lengths(array: pa.Array) -> list[list[int]]:
    """Lengths of the lists in each list."""
    outer = _lengths(array)
    if not any(outer):
        return [[] for _ in outer]
    inner = _lengths(array.flatten())
    found, place = list[list[int]](), 0
    for length in outer:
        end = place + (length or 0)
        found.append([one or 0 for one in inner[place:end]] if None not in inner[place:end] else [])
        place = end
    return found


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean)
    return any(test(kind) for test in tests)


def _batch_rows(metadata: pq.FileMetaData, wanted: list[str], path: Path) -> int:
    """Rows of a batch that stays within bounds even if every row refers to one huge value."""
    largest = 1
    prefixes = tuple(f"{name}." for name in wanted)
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        total = 0
        for number in range(row_group.num_columns):
            column = row_group.column(number)
            if f"{column.path_in_schema}.".startswith(prefixes):
                total += max(0, column.total_uncompressed_size)
        if total > _MAX_GROUP_BYTES:
            raise UsageError(
                f"{path} declares a row group of {total >> 20:,} MiB, the bound is "
                f"{_MAX_GROUP_BYTES >> 20:,} MiB",
                remedy="write it anew with smaller row groups",
            )
        largest = max(largest, total)
    return max(1, min(_BATCH_ROWS, _BATCH_BYTES // largest))


def _not_intact(path: Path, error: Exception) -> UsageError:
    said = printable(" ".join(str(error).split()))[:200]
    return UsageError(f"{path} is no intact Parquet file: {said}", remedy="get an intact copy")
