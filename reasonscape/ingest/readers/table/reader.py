"""Tables with the columns of sample records: data frames, Arrow, and Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from reasonscape.ingest.arrow_rows import (
    PARQUET,
    Batches,
    Piece,
    parquet_batches,
    parquet_columns,
    pieces,
)
from reasonscape.ingest.fields import FIELDS, SampleBuilder
from reasonscape.ingest.format import Declared, Format, Head
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.params import ParamReader
from reasonscape.ingest.readers.table.columns import Columns, table_columns, unknown_column
from reasonscape.ingest.rows import RowError, shown
from reasonscape.store.sample import Sample
from reasonscape.store.schema import LABEL, PARAM
from reasonscape.store.writing import Refusal


def read_batches(
    path: Path, options: ReadOptions, table: Batches, columns: Columns
) -> Iterator[Sample | Refusal]:
    """Read the rows of a table.

    Parameters
    ----------
    path
        Its name, where ``options`` have none.

    Yields
    ------
    Sample or Refusal
        One for each row; a refusal names the column.
    """
    builder = SampleBuilder.of_log(path, options)
    reader = ParamReader(options.notices, spellings=options.spellings)
    for name in columns.unknown:
        options.notices.add(unknown_column(name))
    number = 0
    for piece in pieces(table.batches):
        take = _taker(columns, piece, reader)
        for place in range(piece.rows):
            number += 1
            try:
                if place in piece.errors:
                    raise piece.errors[place]
                yield builder.build(*take(place), number, exact=True)
            except RowError as error:
                column = columns.fields.get(error.field, error.field)
                yield Refusal(builder.source, number, column, error.reason, error.detail)


_Row = tuple[dict[str, Any], dict[str, float], dict[str, str]]


def _taker(columns: Columns, piece: Piece, reader: ParamReader) -> Callable[[int], _Row]:
    """Give what takes one row of a piece: its fields and its coordinates."""
    values = piece.values
    fields = [(field, values(column)) for field, column in columns.fields.items()]
    objects = [(column, values(column)) for column in columns.objects]
    axes = [
        (
            target[len(PARAM if target.startswith(PARAM) else LABEL) :],
            target.startswith(PARAM),
            column,
            values(column),
        )
        for target, column in columns.axes.items()
    ]

    def take(place: int) -> _Row:
        row = dict(columns.constants)
        row.update((field, held[place]) for field, held in fields)
        params, labels = dict[str, float](), dict[str, str]()
        for column, held in objects:
            value = held[place]
            if isinstance(value, dict):
                reader.read(value, params, labels)
            elif value is not None:
                raise RowError("wrong_type", f"expected an object, found {shown(value)}", column)
        for name, numeric, column, held in axes:
            if (value := held[place]) is not None:
                _add(name, value, column, reader, params, labels, numeric=numeric)
        return row, params, labels

    return take


def _add(
    name: str,
    value: Any,
    column: str,
    reader: ParamReader,
    params: dict[str, float],
    labels: dict[str, str],
    *,
    numeric: bool,
) -> None:
    if numeric and not isinstance(value, int | float):
        raise RowError("wrong_type", f"expected a number, found {shown(value)}", column)
    if not numeric and not isinstance(value, str):
        if not isinstance(value, bool | int | float):
            raise RowError("wrong_type", f"expected text, found {shown(value)}", column)
        value = str(value).lower() if isinstance(value, bool) else repr(value)
    reader.add(name, value, params, labels)


def read_table(path: Path, options: ReadOptions) -> Iterator[Sample | Refusal]:
    """Read a Parquet file with the columns of sample records, such as our own export.

    Raises
    ------
    UsageError
        It is no intact Parquet file, or lacks a column that every row must have.
    """
    table = parquet_batches(path)
    columns = table_columns(table.columns)
    return read_batches(path, options, table, columns)


def _is_table(head: Head) -> bool:
    if not head.bytes.startswith(PARQUET):
        return False
    return {"model", "base_task"} <= set(parquet_columns(head.path))


TABLE: Final = Format(
    "table",
    "Parquet files with the columns of sample records and `param.*`, `label.*` or a `params` "
    "struct, such as `export` writes; data frames through `rs.import_table`",
    _is_table,
    read_table,
    Declared(native={field: f"column `{field}`" for field in FIELDS}),
)
