"""Filtered rows out of a store: to Every Eval Ever, Parquet and CSV, and into a data frame."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.errors import UsageError
from reasonscape.runs.export_report import ExportReport, new_report
from reasonscape.runs.selection import Selected, compiled

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from reasonscape.datasets.config import Dataset

FORMATS: Final = ("eee", "parquet", "csv")
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_ENDINGS: Final = {".parquet": "parquet", ".csv": "csv", "": "eee"}


def export(
    dataset: Dataset,
    filters: Any = None,
    *,
    to: str | Path,
    format: str | None = None,
    columns: str | Iterable[str] | None = None,
    texts: bool | None = None,
    escape_formulas: bool = False,
    force: bool = False,
) -> ExportReport:
    """Write the rows that match.

    Parameters
    ----------
    dataset, filters
        As for every lens.
    to
        A ``.parquet`` or ``.csv`` file, or a folder for Every Eval Ever.
    format
        ``eee``, ``parquet`` or ``csv``; by the ending of ``to`` with None.
    columns
        Columns of a table: names, bare names of coordinates, or shell patterns; all with None.
    texts
        Also prompts, traces and answers; with None those of Every Eval Ever only, whose rows are
        made of them.
    escape_formulas
        For CSV: an apostrophe before texts that a spreadsheet would run.
    force
        Write over a file that is no earlier export.

    Raises
    ------
    FilterError, NoRowsError
        The filters are wrong or match nothing.
    UsageError
        The format cannot be told, or a column is none.
    OutputError
        The place is taken by something else, or cannot be written.
    """
    if _URL.match(str(to)):
        raise UsageError(
            f"{to} is a URL, and an export is written to a path of this machine",
            remedy="name a file or folder here, and copy it there",
        )
    path = Path(to)
    kind = _format(path, format)
    if kind == "eee":
        if columns:
            raise UsageError(
                "rows of Every Eval Ever have fields of their own and no --columns",
                remedy="leave --columns away, or name a .parquet or .csv file",
            )
        from reasonscape.runs.export_eee_folder import write_eee

        return write_eee(dataset, filters, path, texts=texts is not False)
    from reasonscape.runs.export_tables import check_place, described
    from reasonscape.store.selection.whole_rows import WORDS

    check_place(path, dataset.store(), force=force)
    chosen = compiled(dataset, filters)
    names = _columns(dataset, columns, texts=bool(texts))
    rows, notes = _to_table(dataset, chosen, path, kind, names, escape=escape_formulas)
    report = new_report(dataset, chosen, kind, path, names, any(name in WORDS for name in names))
    file = {"path": path.name, "rows": rows, **described(path)}
    return replace(report, rows=rows, files=(file,), notes=(*report.notes, *notes))


def samples(
    dataset: Dataset,
    filters: Any = None,
    *,
    columns: str | Iterable[str] | None = None,
    texts: bool = False,
) -> pl.DataFrame:
    """Read the rows that match into a Polars frame; parameters as for `export`.

    Raises
    ------
    FilterError, NoRowsError
        The filters are wrong or match nothing.
    UsageError
        A column is none.
    """
    import polars as pl
    import pyarrow as pa

    from reasonscape.store.selection.whole_rows import whole_rows

    chosen = compiled(dataset, filters)
    names = _columns(dataset, columns, texts=texts)
    table = pa.Table.from_batches(whole_rows(dataset.store(), chosen.where, names))
    frame = pl.from_arrow(table)
    return frame if isinstance(frame, pl.DataFrame) else frame.to_frame()


def _format(path: Path, named: str | None) -> str:
    if named is not None:
        if named not in FORMATS:
            raise UsageError(
                f"no export format {named!r}", remedy=f"use one of {', '.join(FORMATS)}"
            )
        return named
    found = "eee" if path.is_dir() else _ENDINGS.get(path.suffix)
    if found is None:
        raise UsageError(
            f"the ending of {path} names no export format",
            remedy="end it in .parquet or .csv, name a folder for Every Eval Ever files, or add "
            "--as eee|parquet|csv",
        )
    return found


def _columns(
    dataset: Dataset, asked: str | Iterable[str] | None, *, texts: bool
) -> tuple[str, ...]:
    from reasonscape.runs.export_columns import chosen_columns

    return chosen_columns(dataset.store().columns(), asked, texts=texts)


def _to_table(
    dataset: Dataset, chosen: Selected, path: Path, kind: str, names: tuple[str, ...], *,
    escape: bool,
) -> tuple[int, tuple[str, ...]]:  # fmt: skip
    from reasonscape.runs.export_tables import write_csv, write_parquet
    from reasonscape.store.selection.whole_rows import whole_rows

    batches: Iterator[pa.RecordBatch] = whole_rows(dataset.store(), chosen.where, names)
    first = next(batches)
    batches = chain((first,), batches)
    if kind == "parquet":
        marks = {"reasonscape.dataset": dataset.name}
        return write_parquet(path, first.schema, batches, marks), ()
    rows, formulas = write_csv(path, first.schema, batches, escape=escape)
    if formulas and not escape:
        said = (
            f"{formulas:,} cells begin with one of = + - @: a spreadsheet may run them as "
            "formulas; --escape-formulas puts an apostrophe before each"
        )
        return rows, (said,)
    return rows, ()
