"""Tables with the columns of sample records: data frames, Arrow, and Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
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
from reasonscape.ingest.rows import RowError, shown
from reasonscape.store.sample import Sample
from reasonscape.store.schema import FEATURE, LABEL, PARAM, SAMPLE_COLUMNS
from reasonscape.store.writing import Refusal

PARAMS: Final = "params"
_GRADE_SOURCE: Final = "grade_source"
_FIELDS: Final = tuple(dict.fromkeys((*FIELDS, _GRADE_SOURCE)))
# Columns of our own export that the store makes anew.
_MADE: Final = frozenset(column.name for column in SAMPLE_COLUMNS) | {"outcome"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field of a sample stands in a table.

    Attributes
    ----------
    fields
        Field -> column.
    constants
        Field -> the value that all rows have.
    axes
        ``param.NAME`` or ``label.NAME`` -> column.
    objects
        Columns that hold an object of parameters.
    unknown
        Columns that are none of these.
    """

    fields: Mapping[str, str]
    constants: Mapping[str, Any]
    axes: Mapping[str, str]
    objects: tuple[str, ...]
    unknown: tuple[str, ...]


def table_columns(names: tuple[str, ...], given: Mapping[str, Any] | None = None) -> Columns:
    """Find the fields of a sample among the columns of a table.

    Parameters
    ----------
    names
        Columns of the table.
    given
        Field, ``param.NAME``, ``label.NAME`` or ``params`` -> its column, or ``{"const": VALUE}``;
        other fields are looked for by their own names.

    Raises
    ------
    UsageError
        A column that is named, or that every table must have, is not there.

    Examples
    --------
    >>> found = table_columns(("m", "base_task", "correct", "param.n"), {"model": "m"})
    >>> dict(found.fields), dict(found.axes)
    ({'base_task': 'base_task', 'correct': 'correct', 'model': 'm'}, {'param.n': 'param.n'})
    """
    fields, constants, axes = dict[str, str](), dict[str, Any](), dict[str, str]()
    named, objects = dict(given or {}), list[str]()
    taken = {column for column in named.values() if isinstance(column, str)}
    for name in names:
        if name not in taken and name not in named:
            if name in _FIELDS:
                fields[name] = name
            elif name.startswith((PARAM, LABEL)):
                axes[name] = name
            elif name == PARAMS:
                objects.append(name)
    for target, column in named.items():
        if isinstance(column, Mapping) and column.keys() == {"const"} and target in _FIELDS:
            constants[target] = column["const"]
            continue
        _check_named(target, column, names)
        if target in _FIELDS:
            fields[target] = column
        elif target == PARAMS:
            objects.append(column)
        else:
            axes[target] = column
    _check_needed(fields, constants, names)
    used = {*fields.values(), *axes.values(), *objects}
    unknown = (name for name in names if name not in used | _MADE and not name.startswith(FEATURE))
    return Columns(fields, constants, axes, tuple(objects), tuple(unknown))


def _check_named(target: str, column: object, names: tuple[str, ...]) -> None:
    if target not in (*_FIELDS, PARAMS) and not target.startswith((PARAM, LABEL)):
        raise UsageError(
            f"columns names {target!r}, which is no field of a sample",
            remedy="name a field (docs/import.md), params, param.NAME or label.NAME",
            did_you_mean=get_close_matches(target, _FIELDS, n=2),
        )
    if not isinstance(column, str) or column not in names:
        raise UsageError(
            f"the table has no column {column!r:.60} for {target!r}",
            remedy='name a column of the table, or write {"const": VALUE}',
            did_you_mean=get_close_matches(str(column), names, n=2),
        )


def _check_needed(
    fields: Mapping[str, str], constants: Mapping[str, Any], names: tuple[str, ...]
) -> None:
    there = fields.keys() | constants.keys()
    for choices in (("model",), ("base_task",), ("correct", "score")):
        if there.isdisjoint(choices):
            what = " and no column ".join(map(repr, choices))
            raise UsageError(
                f"the table has no column {what}",
                remedy=f"say which it is: columns={{{choices[0]!r}: NAME}}",
                did_you_mean=get_close_matches(choices[0], names, n=2),
            )


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
        options.notices.add(_unknown(name))
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


def _unknown(name: str) -> str:
    near = get_close_matches(name, (*_FIELDS, PARAMS), n=2)
    guess = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"the column {name[:60]!r} is unknown and was left out{guess}"


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
