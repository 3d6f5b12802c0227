"""Tables of whatever library as batches of Arrow, and their values as JSON has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS: Final = 1000
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
        said = " ".join(str(error).split())[:200]
        raise UsageError(
            f"the table cannot be read as Arrow: {said}", remedy="mend or drop that column"
        ) from error


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

    def read() -> Iterator[pa.RecordBatch]:
        with _in_words(path), file:
            yield from file.iter_batches(batch_size=BATCH_ROWS, use_threads=False)

    return _named(schema, read())


class _in_words:  # noqa: N801  # reads as a phrase where it is used
    """Turns what Arrow says of a broken file into one sentence."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        import pyarrow as pa

        if isinstance(error, pa.ArrowException | OSError | ValueError | TypeError | OverflowError):
            said = " ".join(str(error).split())[:200]
            raise UsageError(
                f"{self._path} is no intact Parquet file: {said}", remedy="get an intact copy"
            ) from error


def _named(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Batches:
    names = tuple(schema.names)
    for name in names:
        if names.count(name) > 1:
            raise UsageError(
                f"the table has the column {name[:60]!r} twice", remedy="rename one of them"
            )
    return Batches(names, batches)


Values = Callable[[str], list[Any]]


def pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, Values]]:
    """Cut batches into pieces of bounded rows.

    Yields
    ------
    int, callable
        Rows of the piece, and what gives a column of it as values that JSON has.
    """
    for batch in batches:
        for start in range(0, batch.num_rows, BATCH_ROWS):
            part = batch.slice(start, BATCH_ROWS)
            yield part.num_rows, _values_of(part)


def _values_of(part: pa.RecordBatch) -> Values:
    def values(name: str) -> list[Any]:
        import pyarrow as pa

        array = part.column(name)
        kind, found = array.type, array.to_pylist()
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or _is_text(kind):
            return found
        return [plain(value) for value in found]

    return values


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


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
