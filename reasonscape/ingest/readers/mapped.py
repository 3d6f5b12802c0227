"""Foreign JSON Lines read through a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.arrow_rows import Batches, is_parquet, parquet_batches, pieces
from reasonscape.ingest.expression import Expression
from reasonscape.ingest.fields import FIELDS, SampleBuilder
from reasonscape.ingest.format import Declared, Format, never
from reasonscape.ingest.json_lines import Convert, read_json_lines
from reasonscape.ingest.mapping import Evaluate, RowMapping
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.params import ParamReader
from reasonscape.ingest.rows import RowError, shown
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

PATH_CHECK_ROWS: Final = 1000


def read_mapped(path: Path, options: ReadOptions) -> Iterator[Sample | Refusal]:
    """Read a foreign log through ``options.mapping``.

    Yields
    ------
    Sample or Refusal
        One for each row, in the order of the log. A path that the first rows nowhere have is
        named in the notices: it is often a constant whose quotes were forgotten.

    Raises
    ------
    UsageError
        There is no mapping, or the file is empty or is no JSON Lines file.
    """
    mapping = _mapping_of(path, options)
    if is_parquet(path):
        return read_mapped_batches(path, options, parquet_batches(path))
    return read_json_lines(path, options, _converter(path, options, mapping))


def read_mapped_batches(
    path: Path, options: ReadOptions, table: Batches
) -> Iterator[Sample | Refusal]:
    """Read the rows of a foreign table through ``options.mapping``; each is as an object of JSON.

    Yields
    ------
    Sample or Refusal
        One for each row, in the order of the table.
    """
    convert = _converter(path, options, _mapping_of(path, options))
    source, number = options.source_of(path), 0
    for piece in pieces(table.batches):
        columns = [piece.values(name) for name in table.columns]
        for place in range(piece.rows):
            number += 1
            row = {name: held[place] for name, held in zip(table.columns, columns, strict=True)}
            try:
                if place in piece.errors:
                    raise piece.errors[place]
                yield convert(row, number, True)
            except RowError as error:
                yield Refusal(source, number, error.field, error.reason, error.detail)


def _mapping_of(path: Path, options: ReadOptions) -> RowMapping:
    if options.mapping is None:
        raise UsageError(
            f"{path} was to be read with a mapping and none was given", remedy="add --map map.json"
        )
    return options.mapping


def _converter(path: Path, options: ReadOptions, mapping: RowMapping) -> Convert:
    """Give what makes a sample of a row."""
    builder = SampleBuilder.of_log(
        path, options, correct_at=mapping.correct_at, markers=mapping.markers
    )
    reader = ParamReader(options.notices, mapping.drop_params, options.spellings)
    check = _PathCheck(mapping, options)
    columns, extra, objects = mapping.columns, mapping.params, mapping.param_objects
    # Most columns are a key of the row as it is; looking those up directly saves a call for each.
    keys = tuple((field, mapping.keys[field]) for field, _ in columns if field in mapping.keys)
    computed = tuple(pair for pair in columns if pair[0] not in mapping.keys)

    def convert(row: dict[str, Any], number: int, exact: bool) -> Sample:
        if check.left:
            check.see(row)
        get = row.get
        values = {field: get(key) for field, key in keys}
        for field, evaluate in computed:
            values[field] = _value(field, evaluate, row)
        params, labels = dict[str, float](), dict[str, str]()
        for expression in objects:
            _read_object(expression, row, reader, params, labels)
        for name, evaluate in extra:
            value = _value(f"params.{name}", evaluate, row)
            if type(value) is dict:
                reader.read(value, params, labels, f"{name}.")
            elif value is not None:
                reader.add(name, value, params, labels)
        options.axes.read_named(row, reader, params, labels)
        return builder.build(values, params, labels, number, exact=exact)

    return convert


def _value(field: str, evaluate: Evaluate, row: dict[str, Any]) -> Any:
    try:
        return evaluate(row)
    except RowError as error:
        raise RowError(error.reason, error.detail, field) from error


def _read_object(
    expression: Expression,
    row: dict[str, Any],
    reader: ParamReader,
    params: dict[str, float],
    labels: dict[str, str],
) -> None:
    value = expression.evaluate(row)
    if type(value) is dict:
        reader.read(value, params, labels)
    elif value is not None:
        raise RowError("wrong_type", f"expected an object, found {shown(value)}", expression.text)


class _PathCheck:
    """Looks, in the first rows, for paths that lead nowhere."""

    def __init__(self, mapping: RowMapping, options: ReadOptions) -> None:
        self.left = PATH_CHECK_ROWS
        self._options = options
        self._missing = [pair for pair in mapping.paths if pair[1].paths]

    def see(self, row: dict[str, Any]) -> None:
        self._missing = [pair for pair in self._missing if not pair[1].leads_somewhere(row)]
        self.left -= 1
        if not self._missing:
            self.left = 0
        elif not self.left:
            for column, expression in self._missing:
                self._options.notices.add(
                    f"{column} reads {expression.text!r}, which none of the first "
                    f'{PATH_CHECK_ROWS:,} rows has; a constant is written {{"const": ...}}',
                    PATH_CHECK_ROWS,
                )


MAPPED: Final = Format(
    "mapped",
    "any other JSON Lines, through `--map`",
    never,
    read_mapped,
    Declared(native=dict.fromkeys(FIELDS, "where the mapping says")),
)
