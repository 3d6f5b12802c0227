"""The one place that opens DuckDB connections.

The C extension is imported without the ``duckdb`` package around it: the package's modules for
its relation API, unused here, take 0.15 s to import, half of what a listing of evals may take.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

try:
    import _duckdb as engine
except ImportError:  # a build that names its extension differently
    import duckdb as engine  # type: ignore[no-redef]

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

EngineError: type[Exception] = engine.Error

# A process never fetches or loads code from elsewhere because of a file name or a filter value.
_SETTINGS: dict[str, Any] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "preserve_insertion_order": "false",
}


def connect(
    *, memory_limit: str | None = None, spill: str | None = None, only: Sequence[Path] = ()
) -> DuckDBPyConnection:
    """Open an in-memory connection.

    Parameters
    ----------
    only
        The folders that it may read, where it shall be held to some: no SQL can then open another
        file, load an extension or change a setting. Values of filters are never part of the SQL:
        this holds should they be.
    memory_limit
        For example ``"400MB"``; DuckDB's own default otherwise.
    spill
        Folder for what exceeds the limit; nothing is spilled without one.
    """
    settings = dict(_SETTINGS)
    if memory_limit is not None:
        settings["memory_limit"] = memory_limit
    if spill is not None:
        settings["temp_directory"] = spill
    connection: DuckDBPyConnection = engine.connect(":memory:", config=settings)
    # Files never change once they are named: a second query need not read their footers again.
    connection.execute("SET parquet_metadata_cache = true")
    if only:
        # DuckDB asks for the names as they stand in the query, before it reads them as patterns.
        folders = ", ".join(f"{quote_text(str(one))}, {quote_glob(str(one))}" for one in only)
        connection.execute(f"SET allowed_directories = [{folders}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    return connection


def fetch(
    connection: DuckDBPyConnection, sql: str, params: Sequence[object] = ()
) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows."""
    rows: list[tuple[Any, ...]] = connection.execute(sql, list(params)).fetchall()
    return rows


def stream(
    connection: DuckDBPyConnection, sql: str, rows: int, params: Sequence[object] = ()
) -> Iterator[pa.RecordBatch]:
    """Run one query and yield its rows as Arrow batches, while it goes on; texts are not copied.

    Parameters
    ----------
    connection, sql
        What to run.
    rows
        How many rows a batch has at most.
    params
        Values for the places of the query.
    """
    import duckdb  # noqa: F401  # gives connections what makes Arrow of their results

    yield from connection.sql(sql, params=list(params) or None).to_arrow_reader(rows)


def first_line(error: BaseException) -> str:
    """First line of what an error says: the rest points into SQL that the user did not write."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def quote_text(value: str) -> str:
    """SQL string literal; for file names, which cannot be parameters of a FROM item.

    Examples
    --------
    >>> quote_text("it's")
    "'it''s'"
    """
    if "\x00" in value:
        raise ValueError("a NUL character cannot stand in an SQL literal")
    return "'" + value.replace("'", "''") + "'"


def quote_glob(path: str) -> str:
    """SQL string literal of a file name in which no character is a pattern.

    Examples
    --------
    >>> quote_glob("a[1]*.parquet")
    "'a[[]1][*].parquet'"
    """
    escaped = "".join(f"[{char}]" if char in "[*?" else char for char in path)
    return quote_text(escaped)
