"""Computing the columns ``f.*`` again for rows that were stored before they were."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reasonscape.store.checking import task_folder
from reasonscape.store.commits import add_columns, commit_files, retry
from reasonscape.store.engine import connect, quote_glob, quote_text, stream
from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.lease import Lease, new_import_id
from reasonscape.store.log import DataFile, Snapshot, read_snapshot
from reasonscape.store.parquet import SAMPLE_GROUP_ROWS, add_action
from reasonscape.store.scan import scan_sql
from reasonscape.store.schema import FEATURE_COLUMNS
from reasonscape.store.tables import SAMPLES, TEXTS, Store
from reasonscape.store.traces import MakeFeatures, beside

if TYPE_CHECKING:
    from deltalake.transaction import AddAction
    from duckdb import DuckDBPyConnection

VERSION: Final = "f.version"

_MEMORY: Final = "400MB"
_BATCH: Final = 4096
_KEYS: Final = ("sample_uid", "import_id")
_COUNTS: Final = ("completion_tokens", "reasoning_tokens", "tokens_source")
_TEXTS: Final = ("reasoning", "reasoning_kind", "response")
_FEATURES: Final = tuple(column.name for column in FEATURE_COLUMNS)


@dataclass(frozen=True)
class RefreshReport:
    """What was computed.

    Attributes
    ----------
    version
        Version of the features that all rows have now; rows of a newer package keep theirs.
    rows, files
        Rows computed again, and the files of ``samples`` that hold them.
    """

    version: int
    rows: int
    files: int


def refresh_features(
    store: Store, make_features: MakeFeatures, version: int, *, force: bool = False
) -> RefreshReport:
    """Compute the columns ``f.*`` of every file that has rows without them or with older ones.

    Texts are read a batch at a time, and the files that change are replaced in one commit; until
    then the store is what it was. Imports may run meanwhile.

    Parameters
    ----------
    store
        The store.
    make_features, version
        Computes the columns, and what it writes to ``f.version``.
    force
        Compute those of all files.

    Raises
    ------
    StoreError
        The store cannot be read or written, or other imports always came first.
    """
    lease = Lease(store.path, new_import_id())
    work = _Work(store.path, lease.folder, make_features, version, force=force)
    try:
        with store.failing_in_words("refresh the features of"):
            try:
                retry(work.attempt, store.path / SAMPLES)
            finally:
                work.clear()
    finally:
        lease.release()
        store.refresh()
    return RefreshReport(version, work.rows, work.files)


@dataclass(frozen=True)
class _Written:
    """A file that takes the place of another."""

    action: AddAction
    rows: int


class _Work:
    """One refresh: attempts to commit it, and the files they share."""

    def __init__(
        self, store: Path, folder: Path, make_features: MakeFeatures, version: int, *, force: bool
    ) -> None:
        self._samples = store / SAMPLES
        self._texts = store / TEXTS
        self._folder = folder
        self._make_features = make_features
        self._version = version
        self._force = force
        # A file never changes: what was computed for it serves the next attempt too.
        self._written: dict[str, _Written] = {}
        self._names: list[str] = []
        self.rows = self.files = 0

    def attempt(self) -> None:
        """Compute what is missing in the last version, and commit it.

        Raises
        ------
        CommitRaceError
            Another commit landed in between.
        """
        samples = read_snapshot(self._samples)
        if any(map(self._is_stale, samples.files)):
            add_columns(self._samples, _FEATURES)
            samples = read_snapshot(self._samples)
        stale = [file for file in samples.files if self._is_stale(file)]
        self.rows = self.files = 0
        if not stale:
            return
        texts = read_snapshot(self._texts)
        for file in stale:
            if file.path not in self._written:
                self._written[file.path] = self._rewrite(samples, texts, file)
        written = [self._written[file.path] for file in stale]
        metadata = {"refreshed_features": str(self._version)}
        added = [each.action for each in written]
        commit_files(self._samples, samples.version, added, stale, metadata)
        self.rows, self.files = sum(each.rows for each in written), len(written)

    def clear(self) -> None:
        """Delete what was computed and never committed."""
        if not self._names:
            return
        samples = read_snapshot(self._samples)
        committed = {*samples.removed, *(file.path for file in samples.files)}
        for name in self._names:
            if name not in committed:
                (self._samples / name).unlink(missing_ok=True)

    def _is_stale(self, file: DataFile) -> bool:
        """Whether a file may have rows without features or with older ones, as the log tells."""
        if file.rows == 0:
            return False
        nulls = file.stats.get("nullCount", {}).get(VERSION)
        least = file.stats.get("minValues", {}).get(VERSION)
        return self._force or nulls != 0 or least is None or least < self._version

    def _rewrite(self, samples: Snapshot, texts: Snapshot, file: DataFile) -> _Written:
        """Write a file once more with new features; its rows keep their order."""
        name = f"{task_folder(file.base_task)}/{self._folder.name}-{len(self._names):05d}.parquet"
        self._names.append(name)
        with connect(memory_limit=_MEMORY, spill=str(self._folder / "spill")) as connection:
            connection.execute("SET preserve_insertion_order = true")
            source = (
                f"read_parquet({quote_glob(str(samples.folder / file.path))}, "
                "hive_partitioning = false, file_row_number = true)"
            )
            of_texts = scan_sql(
                texts, (*_KEYS, *_TEXTS), frozenset({file.base_task}), frozenset((*_KEYS, *_TEXTS))
            )
            computed = self._folder / "features.parquet"
            rows = self._compute(connection, source, of_texts, computed)
            target = samples.folder / name
            _combine(connection, source, samples.folder / file.path, computed, target)
        return _Written(add_action(samples.folder, name, file.base_task), rows)

    def _compute(
        self, connection: DuckDBPyConnection, source: str, texts: str, target: Path
    ) -> int:
        """Write the features of a file's rows, in any order, each with its place; how many."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        chosen = ", ".join(("s.file_row_number AS place", *_COUNTS, *_TEXTS))
        # The narrow side is the one that is held; texts go by.
        sql = (
            f"SELECT {chosen} FROM {texts} t RIGHT JOIN "
            f"(SELECT file_row_number, {', '.join((*_KEYS, *_COUNTS))} FROM {source}) s "
            f"USING ({', '.join(_KEYS)})"
        )
        rows = 0
        writer: pq.ParquetWriter | None = None
        try:
            for batch in stream(connection, sql, _BATCH):
                table = pa.Table.from_batches([batch])
                made = self._make_features(table.select(_COUNTS), table.select(_TEXTS))
                found = beside(table.select(["place"]), made)
                if writer is None:
                    writer = pq.ParquetWriter(str(target), found.schema, compression="zstd")
                writer.write_table(found)
                rows += found.num_rows
        finally:
            if writer is not None:
                writer.close()
        return rows


def _combine(
    connection: DuckDBPyConnection, source: str, file: Path, computed: Path, target: Path
) -> None:
    """Write a file of ``samples`` with the features that were computed for it."""
    import pyarrow.parquet as pq

    names = [name for name in pq.read_schema(str(file)).names if name not in _FEATURES]
    chosen = ", ".join(
        (
            *(f"s.{quote_identifier(name)}" for name in names),
            *(f"f.{quote_identifier(name)}" for name in _FEATURES),
        )
    )
    connection.execute(
        f"COPY (SELECT {chosen} FROM {source} s JOIN "
        f"read_parquet({quote_glob(str(computed))}) f ON s.file_row_number = f.place "
        f"ORDER BY f.place) TO {quote_text(str(target))} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {SAMPLE_GROUP_ROWS})"
    )
