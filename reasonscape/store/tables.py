"""The store: two tables in one folder, read at one version."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.errors import StoreError
from reasonscape.store.engine import EngineError, connect, fetch, first_line
from reasonscape.store.log import Snapshot, entry_versions, has_version, read_snapshot
from reasonscape.store.remote.urls import UrlPath, local_path, url_of
from reasonscape.store.scan import scan_sql
from reasonscape.store.schema import LATER, SCHEMA_VERSION, STEADY, TEXT_COLUMNS, column_type

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection

    from reasonscape.store.remote.mirror import Mirror

SAMPLES: Final = "samples"
TEXTS: Final = "texts"

_TEXT_NAMES = frozenset(column.name for column in TEXT_COLUMNS)


class Store:
    """A store opened at one version: what it reads does not change until :meth:`refresh`.

    Attributes
    ----------
    path
        The store's folder; of a store behind a URL, that of its copy on this machine.
    shown
        What the user named: the folder, or the URL without what may be secret.

    Parameters
    ----------
    path
        The store's folder or URL; use :meth:`open` or :meth:`create`.
    """

    def __init__(self, path: Path | str) -> None:
        self._mirror: Mirror | None = None
        if (url := url_of(path)) is None:
            self.path = self.shown = local_path(path)
        else:
            from reasonscape.store.remote.mirror import Mirror

            self._mirror = Mirror(url)
            self.path, self.shown = self._mirror.folder, UrlPath.of(url)
        self.refresh()

    @classmethod
    def open(cls, path: Path | str) -> Store:
        """Open a store that exists.

        Raises
        ------
        StoreError
            There is no store, a damaged one, or one of a newer schema.
        """
        store = cls(path)
        store._check()
        return store

    @classmethod
    def create(cls, path: Path | str) -> Store:
        """Open a store, making it first where there is none; two processes may do so at once."""
        from reasonscape.store.commits import create_tables

        store = cls(path)
        if not store.is_made:
            store.check_writable()
            create_tables(store.path)
        store._check()
        return store

    @property
    def is_made(self) -> bool:
        """Whether the tables are there; what was killed while it made them may leave a folder."""
        try:
            with os.scandir(self.path / SAMPLES / "_delta_log") as entries:
                return any(entry.name.endswith((".json", ".parquet")) for entry in entries)
        except OSError:
            return False

    def _check(self) -> None:
        if not self.is_made:
            raise StoreError(
                f"there is no store at {self.shown}",
                remedy="check the path, or make one with: analyze.py import LOG --dataset FILE",
            )
        found = self.samples.schema_version
        if found > SCHEMA_VERSION:
            raise StoreError(
                f"the store {self.shown} has schema {found}, this package reads up to "
                f"{SCHEMA_VERSION}",
                remedy="update the package",
            )

    def check_writable(self) -> None:
        """Refuse to write to a store behind a URL of a kind that can only be read.

        Raises
        ------
        StoreError
            It can only be read.
        """
        if self._mirror is not None:
            self._mirror.check_writable()

    def sweep_elsewhere(self, retention: float) -> tuple[int, int] | None:
        """Delete files behind the URL that no version names; None for a store of this machine."""
        return None if self._mirror is None else self._mirror.sweep(retention)

    def refresh(self) -> None:
        """Forget the version read so far; the next read takes the last committed one."""
        for name in ("_versions", "samples", "texts"):
            self.__dict__.pop(name, None)
        if self._mirror is not None:
            self._mirror.follow()

    @cached_property
    def samples(self) -> Snapshot:
        """The version of the table ``samples`` that is read."""
        return self._versions[0]

    @cached_property
    def texts(self) -> Snapshot:
        """The version of the table ``texts`` that is read."""
        return read_snapshot(self.path / TEXTS, self._versions[1])

    @cached_property
    def _versions(self) -> tuple[Snapshot, int | None]:
        """What is read of ``samples``, and the version of ``texts`` of the same moment.

        Texts come before samples and go after them. So the texts of a moment in which the samples
        did not change are all there; those read later may be gone, with rows that were replaced.
        """
        folder = self.path / SAMPLES
        while True:
            samples = read_snapshot(folder)
            try:
                texts = max(entry_versions(self.path / TEXTS / "_delta_log"), default=None)
            except OSError:
                texts = None  # reading them says what is wrong
            if not has_version(folder, samples.version + 1):
                return samples, texts

    @cached_property
    def _connection(self) -> DuckDBPyConnection:
        return self.connect()

    @property
    def version(self) -> int:
        """Version of the table ``samples``."""
        return self.samples.version

    def content_hash(self) -> str:
        """Hash of the names and sizes of the active files; equal means equal content."""
        digest = sha256()
        for file in self.samples.files:
            digest.update(f"{file.path}\n{file.size}\n".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()[:32]

    def columns(self) -> dict[str, str]:
        """Columns of ``samples`` and their DuckDB types, ``param.*`` and ``label.*`` included."""
        columns = dict(self.samples.columns)
        # A column that the store is too old for is one all the same: NULL in every row.
        for name in LATER - columns.keys():
            columns[name] = column_type(name) or "VARCHAR"
        return columns

    def base_tasks(self) -> tuple[str, ...]:
        """Base tasks that have rows, sorted; from the log, no data file is opened."""
        return tuple(sorted({file.base_task for file in self.samples.files if file.rows != 0}))

    def row_count(self) -> int:
        """Number of samples; from the log where it has statistics."""
        counts = [file.rows for file in self.samples.files]
        known = [count for count in counts if count is not None]
        if len(known) == len(counts):
            return sum(known)
        return int(self.rows(f"SELECT count(*) FROM {self.scan(('sample_uid',))}")[0][0])

    def scan(
        self, columns: Collection[str] | None = None, base_tasks: Collection[str] | None = None
    ) -> str:
        """SQL text of a FROM item over the samples of those base tasks.

        Parameters
        ----------
        columns
            Columns the query names, all with ``None``; unknown ones are NULL.
        base_tasks
            Base tasks to read, all with ``None``; files of others are not opened.

        Returns
        -------
        str
            A parenthesised SELECT; valid also where nothing is selected.
        """
        tasks = None if base_tasks is None else frozenset(base_tasks)
        return scan_sql(self.samples, columns, tasks, STEADY)

    def scan_texts(
        self, columns: Collection[str] | None = None, base_tasks: Collection[str] | None = None
    ) -> str:
        """SQL text of a FROM item over ``texts``; join it on ``(sample_uid, import_id)``."""
        tasks = None if base_tasks is None else frozenset(base_tasks)
        return scan_sql(self.texts, columns, tasks, _TEXT_NAMES)

    def connect(self) -> DuckDBPyConnection:
        """Open a new in-memory connection that reads files of this store and nothing else."""
        # A table may be a link to another disk.
        tables = (self.path / name for name in (SAMPLES, TEXTS))
        return connect(only=[self.path, *(one.resolve() for one in tables if one.is_symlink())])

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        try:
            return fetch(self._connection, sql, params)
        except EngineError as error:
            raise self._unreadable(error) from error

    def arrays(self, sql: str, params: Sequence[object] = ()) -> dict[str, np.ndarray[Any, Any]]:
        """Run a query and return its columns as numpy arrays.

        Returns
        -------
        dict
            NULL is NaN in float columns and ``None`` in text columns.

        Raises
        ------
        ValueError
            An integer or boolean column holds NULL: cast it, or decide in the query.
        """
        from reasonscape.store.arrays import plain_columns

        try:
            fetched = self._connection.execute(sql, list(params)).fetchnumpy()
        except EngineError as error:
            raise self._unreadable(error) from error
        return plain_columns(fetched)

    def _unreadable(self, error: Exception) -> StoreError:
        return StoreError(
            f"a query of the store {self.shown} failed ({first_line(error)})",
            remedy=f"check the store with: analyze.py store verify {self.shown}",
        )

    @contextmanager
    def failing_in_words(self, doing: str) -> Iterator[None]:
        """Turn what files and DuckDB may raise into one sentence.

        Parameters
        ----------
        doing
            What was tried, as in ``"compact"``.
        """
        try:
            yield
        except (OSError, ValueError, EngineError) as error:
            raise StoreError(
                f"could not {doing} the store {self.shown} ({first_line(error)})",
                remedy=f"check that it may be written and the disk has room, and look at it with: "
                f"analyze.py store verify {self.shown}",
            ) from error
