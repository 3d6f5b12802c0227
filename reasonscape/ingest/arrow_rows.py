"""Tables of whatever library as batches of Arrow, and their values as JSON has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.rows import RowError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

BATCH_ROWS: Final = 1000
_ROWS_A_BYTE: Final = 64
_INFLATED: Final = 1000
_FREE_BYTES: Final = 64 << 20
_BATCH_BYTES: Final = 256 << 20
PARQUET: Final = b"PAR1"
_WANTED: Final = "a polars or pandas data frame, or an Arrow table or reader"


@dataclass(frozen=True, slots=True)
class Batches:
    """A table that is read once, batch by batch, with its columns."""

    columns: tuple[str, ...]
    batches: Iterable[pa.RecordBatch]


def is_parquet(path: Path) -> bool:
    """Whether a file is Parquet, by its first bytes."""
    with path.open("rb") as file:
        return file.read(len(PARQUET)) == PARQUET


def table_batches(table: Any) -> Batches:
    """Read a table of Arrow, Polars or Pandas, or of any library that gives Arrow streams.

    Raises
    ------
    UsageError
        It is no table, has a column name twice, or a column that Arrow cannot hold.
    """
    import pyarrow as pa

    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    try:
        if type(table).__module__.partition(".")[0] == "pandas" and hasattr(table, "columns"):
            table = pa.Table.from_pandas(table, preserve_index=False)
        if isinstance(table, pa.Table):
            return _named(table.schema, table.to_batches(max_chunksize=BATCH_ROWS))
        if type(table).__name__ == "LazyFrame" and hasattr(table, "collect"):
            table = table.collect()
        if not isinstance(table, pa.RecordBatchReader):
            if not hasattr(table, "__arrow_c_stream__"):
                raise UsageError(f"a {type(table).__name__} is no table", remedy=f"give {_WANTED}")
            table = pa.RecordBatchReader.from_stream(table)
        return _named(table.schema, table)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise UsageError(
            f"the table cannot be read as Arrow: {_one_line(error)}",
            remedy="mend or drop that column",
        ) from error


def parquet_columns(path: Path) -> tuple[str, ...]:
    """Names of the columns of a Parquet file; none if it cannot be read as one."""
    import pyarrow.parquet as pq

    try:
        with _in_words(path):
            return tuple(pq.read_schema(str(path)).names)
    except UsageError:
        return ()


def parquet_batches(path: Path) -> Batches:
    """Read a Parquet file; what is broken in it is an error when it is reached.

    Raises
    ------
    UsageError
        It is no intact Parquet file.
    """
    import pyarrow.parquet as pq

    with _in_words(path):
        file = pq.ParquetFile(str(path), pre_buffer=False)
        schema = file.schema_arrow
        _check_size(path, file.metadata)
        # Else a text that a page holds once is written out for each row that has it.
        texts = [field.name for field in schema if _is_text(field.type)]
        rows = _batch_rows(file.metadata, frozenset(schema.names))
        file.close()

    def read() -> Iterator[pa.RecordBatch]:
        with (
            _in_words(path),
            pq.ParquetFile(str(path), pre_buffer=False, read_dictionary=texts) as file,
        ):
            yield from file.iter_batches(batch_size=rows, use_threads=False)

    return _named(schema, read())


def _batch_rows(metadata: pq.FileMetaData, flat: frozenset[str]) -> int:
    """Rows of a batch, so few that a text within a struct may be written out for each of them."""
    largest = 1
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(group.num_columns):
            chunk = group.column(place)
            if chunk.path_in_schema not in flat and chunk.has_dictionary_page:
                largest = max(largest, chunk.total_uncompressed_size)
    return min(BATCH_ROWS, max(1, _BATCH_BYTES // largest))


def _check_size(path: Path, metadata: pq.FileMetaData) -> None:
    """Refuse what is far more once it is read than the file is."""
    if metadata.num_rows > _ROWS_A_BYTE * path.stat().st_size:
        raise UsageError(
            f"{path} declares {metadata.num_rows:,} rows, far more than it can hold",
            remedy="get an intact copy",
        )
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(group.num_columns):
            chunk = group.column(place)
            inflated = chunk.total_uncompressed_size
            if inflated > _INFLATED * max(1, chunk.total_compressed_size) + _FREE_BYTES:
                raise UsageError(
                    f"{path} inflates {inflated >> 20:,} MiB out of "
                    f"{chunk.total_compressed_size:,} bytes",
                    remedy="get an intact copy",
                )


class _in_words:  # noqa: N801  # reads as a phrase where it is used
    """Turns what Arrow says of a broken file into one sentence."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        import pyarrow as pa

        if isinstance(error, pa.ArrowException | OSError | ValueError | TypeError | OverflowError):
            raise UsageError(
                f"{self._path} is no intact Parquet file: {_one_line(error)}",
                remedy="get an intact copy",
            ) from error


def _one_line(error: BaseException) -> str:
    said = " ".join(str(error).split())[:200]
    return "".join(char if char.isprintable() else "?" for char in said)


def _named(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Batches:
    names = tuple(schema.names)
    for name in names:
        if names.count(name) > 1:
            raise UsageError(
                f"the table has the column {name[:60]!r} twice", remedy="rename one of them"
            )
    return Batches(names, batches)


class Piece:
    """Some rows of a table.

    Attributes
    ----------
    rows
        How many.
    errors
        Place of a row -> why it cannot be read, of the columns that were asked for.
    """

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.rows: int = batch.num_rows
        self.errors: dict[int, RowError] = {}
        self._batch = batch

    def values(self, name: str) -> list[Any]:
        """Values of a column as JSON has them."""
        array = self._batch.column(name)
        try:
            return _listed(array)
        except _ODD:
            return [self._value(place, value, name) for place, value in enumerate(array)]

    def _value(self, place: int, value: Any, name: str) -> Any:
        try:
            return plain(value.as_py())
        except UnicodeDecodeError as error:
            detail = f"byte {error.start} of a text is not UTF-8"
            self.errors.setdefault(place, RowError("not_utf8", detail, name))
        except _ODD as error:
            self.errors.setdefault(place, RowError("bad_value", _one_line(error), name))
        return None


# What Arrow has not implemented is none of the others.
_ODD: Final = (ValueError, TypeError, OverflowError, ArithmeticError, NotImplementedError)


def pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[Piece]:
    """Cut batches into pieces of bounded rows."""
    for batch in batches:
        for start in range(0, batch.num_rows, BATCH_ROWS):
            yield Piece(batch.slice(start, BATCH_ROWS))


def _listed(array: pa.Array) -> list[Any]:
    import pyarrow as pa

    kind = array.type
    if pa.types.is_dictionary(kind) and _is_text(kind.value_type):
        return _from_dictionary(array)
    found: list[Any] = array.to_pylist()
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or _is_text(kind):
        return found
    if pa.types.is_map(kind):
        return [None if value is None else plain(dict(value)) for value in found]
    return [plain(value) for value in found]


def _from_dictionary(array: Any) -> list[str | None]:
    """Texts of which equal ones are one: many rows of one long text take no more than it does."""
    import pyarrow as pa

    used = array.indices.unique().drop_null()
    words = array.dictionary
    if pa.types.is_string_view(words.type):  # Arrow cannot take from those, and Polars gives them
        words = words.cast(pa.large_string())
    texts = dict(zip(used.to_pylist(), words.take(used).to_pylist(), strict=True))
    return [None if place is None else texts[place] for place in array.indices.to_pylist()]


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(test(kind) for test in tests)


def plain(value: Any) -> Any:
    """Give a value as JSON has it: dates as ISO text, decimals as numbers, maps as objects.

    What JSON does not have, such as bytes, stays what it is: the row that has it is refused.

    Examples
    --------
    >>> plain({"when": date(2026, 1, 2), "at": [("x", Decimal("1.5"))], "n": Decimal(3)})
    {'when': '2026-01-02', 'at': {'x': 1.5}, 'n': 3}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list):
        if value and all(isinstance(part, tuple) and len(part) == 2 for part in value):
            return {str(key): plain(part) for key, part in value}
        return [plain(part) for part in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value
