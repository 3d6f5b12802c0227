"""Importing a table of the Python API: Polars, Pandas, Arrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from reasonscape.errors import UsageError
from reasonscape.ingest.arrow_rows import Batches, table_batches
from reasonscape.ingest.choices import Choices, read_options
from reasonscape.ingest.format import Format, never
from reasonscape.ingest.importing import ImportReport, import_found
from reasonscape.ingest.logs import Log, LogList
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.mapped import read_mapped_batches
from reasonscape.ingest.readers.table.columns import table_columns
from reasonscape.ingest.readers.table.reader import TABLE, read_batches
from reasonscape.store.sample import Sample
from reasonscape.store.writing import OnConflict, Refusal


def import_table(
    table: Any,
    dataset: str | Path,
    *,
    columns: Mapping[str, Any] | None = None,
    source: str = "table",
    features: bool = True,
    on_conflict: OnConflict = "error",
    allow_partial: bool = False,
    refusals: Path | None = None,
    **choices: Unpack[Choices],
) -> ImportReport:
    """Import a table: one commit, all or nothing, refused rows aside.

    Parameters
    ----------
    table
        A Polars or Pandas data frame, an Arrow table, batch or reader, or anything that gives
        Arrow streams. A reader is read once, batch by batch.
    dataset
        As for `import_logs`.
    columns
        Field of a sample -> the table's column, or ``{"const": VALUE}``, where they differ:
        ``{"model": "model_name", "param.length": "n", "template": {"const": "cot"}}``. Other
        columns are found by their names: the fields of sample records, ``param.NAME``,
        ``label.NAME`` and a struct ``params``.
    source
        Name that is stored with the rows as where they came from.
    features, on_conflict, allow_partial, refusals
        As for `import_logs`.
    **choices
        ``mapping`` (a mapping of foreign rows, instead of ``columns``), ``think_open``,
        ``think_close`` and others of `reasonscape.ingest.choices.Choices`.

    Raises
    ------
    UsageError
        It is no table, or has no column that is needed or named; nothing was changed.
    ImportIncompleteError
        Rows conflict with the store and ``on_conflict`` is ``error``; nothing was changed.
    """
    options = replace(read_options(**choices), source=source)
    if options.mapping is not None and columns is not None:
        raise UsageError("both columns and a mapping were given", remedy="leave one of them away")
    batches = table_batches(table)
    read = _reader(batches, options, columns)
    log = Log(Path(source), Format(TABLE.name, TABLE.meaning, never, read), 0)
    return import_found(
        LogList((log,), ()),
        options,
        dataset,
        features=features,
        on_conflict=on_conflict,
        allow_partial=allow_partial,
        refusals=refusals,
    )


def _reader(batches: Batches, options: ReadOptions, columns: Mapping[str, Any] | None) -> Any:
    if options.mapping is not None:

        def read_foreign(path: Path, given: ReadOptions) -> Iterator[Sample | Refusal]:
            return read_mapped_batches(path, given, batches)

        return read_foreign
    found = table_columns(batches.columns, columns)

    def read(path: Path, given: ReadOptions) -> Iterator[Sample | Refusal]:
        return read_batches(path, given, batches, found)

    return read
