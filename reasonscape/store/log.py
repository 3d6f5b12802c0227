"""Reading a table's transaction log: which files make up its last committed version.

``deltalake`` writes every commit. This reader covers what those commits contain (reader protocol
1: JSON commits and classic checkpoints) because importing ``deltalake`` alone takes a fifth of
the time that listing the evals of a store may take. A table that another engine upgraded beyond
that is refused, never misread.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import unquote

from reasonscape.errors import StoreError
from reasonscape.store.engine import EngineError, connect, fetch, quote_glob
from reasonscape.store.remote.registry import origin_of

PARTITION: Final = "base_task"

LOG_DAMAGE: Final = (
    OSError, ValueError, LookupError, TypeError, AttributeError, EngineError, RecursionError,
)  # fmt: skip
_COMMIT = re.compile(r"(\d{20})\.json")
_SCHEMA = re.compile(r"schema (\d+)")
_TYPES = {
    "string": "VARCHAR",
    "integer": "INTEGER",
    "long": "BIGINT",
    "double": "DOUBLE",
    "float": "FLOAT",
    "boolean": "BOOLEAN",
}


def _duckdb_type(kind: Any) -> str:
    """DuckDB's name of a type of the table's schema; lists of one of the types are known too."""
    if isinstance(kind, dict) and kind.get("type") == "array":
        return f"{_duckdb_type(kind['elementType'])}[]"
    return _TYPES.get(str(kind), "VARCHAR")


def _inside(path: str) -> str:
    """The name of a data file; the log is not trusted to stay inside of its store."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\0" in path:
        raise StoreError(
            f"the log of the store names the file {path!r:.100}, outside of the store",
            remedy="do not use this store",
        )
    return path


@dataclass(frozen=True)
class DataFile:
    """One active Parquet file; ``path`` is relative to the table's folder."""

    path: str
    size: int
    base_task: str
    modified_ms: int
    stats_json: str = field(repr=False, default="")

    @cached_property
    def stats(self) -> dict[str, Any]:
        """File statistics as the log has them; empty where they are left out or damaged."""
        try:
            parsed = json.loads(self.stats_json) if self.stats_json else {}
        except (ValueError, RecursionError):
            return {}
        return parsed if isinstance(parsed, dict) else {}

    @property
    def rows(self) -> int | None:
        """Number of rows, ``None`` where the log does not say."""
        count = self.stats.get("numRecords")
        return count if isinstance(count, int) else None

    @cached_property
    def columns(self) -> frozenset[str] | None:
        """Names of the columns the file has, ``None`` where the log does not say."""
        counts = self.stats.get("nullCount")
        return frozenset(counts) if isinstance(counts, dict) else None


@dataclass(frozen=True)
class Snapshot:
    """One version of a table.

    Attributes
    ----------
    columns
        Name -> DuckDB type.
    files
        Its active files, by path.
    removed
        Files of earlier versions (path -> when they were removed, in ms), as far as the log
        still tells.
    """

    folder: Path
    version: int
    schema_version: int
    columns: dict[str, str]
    files: tuple[DataFile, ...]
    removed: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def names(self) -> frozenset[str]:
        """Names of all files that versions up to this one named, as far as the log tells."""
        return frozenset(self.removed).union(file.path for file in self.files)

    def of_tasks(self, base_tasks: frozenset[str] | None) -> tuple[DataFile, ...]:
        """Active files of those base tasks, all with ``None``."""
        if base_tasks is None:
            return self.files
        return tuple(file for file in self.files if file.base_task in base_tasks)

    def paths(self, files: Iterable[DataFile]) -> list[Path]:
        """Where files lie on this machine; of a store elsewhere they are copied here first.

        Raises
        ------
        StoreError
            One cannot be copied.
        """
        files = list(files)
        if (origin := origin_of(self.folder)) is not None:
            origin.fetch(self.folder.name, files)
        return [self.folder / file.path for file in files]

    def path(self, file: DataFile) -> Path:
        """Where a file lies on this machine, as `paths` gives it."""
        return self.paths((file,))[0]

    def present(self, base_tasks: frozenset[str] | None) -> frozenset[str]:
        """Columns that some file of those base tasks has; all where the log does not say."""
        files = self.of_tasks(base_tasks)
        if any(file.columns is None for file in files):
            return frozenset(self.columns)
        return frozenset[str]().union(*(file.columns or () for file in files))


@dataclass
class Replay:
    """State of the log after the actions seen so far."""

    files: dict[str, DataFile] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    schema_version: int = 0
    reader: int = 1

    def apply(self, action: dict[str, Any]) -> None:
        """Take one action of a commit."""
        if (add := action.get("add")) is not None:
            path = _inside(unquote(add["path"]))
            self.removed.pop(path, None)
            self.files[path] = DataFile(
                path,
                add["size"],
                add["partitionValues"].get(PARTITION) or "",
                add["modificationTime"],
                add.get("stats") or "",
            )
        elif (remove := action.get("remove")) is not None:
            path = _inside(unquote(remove["path"]))
            self.files.pop(path, None)
            self.removed[path] = remove.get("deletionTimestamp") or 0
        elif (meta := action.get("metaData")) is not None:
            fields = json.loads(meta["schemaString"])["fields"]
            self.columns = {f["name"]: _duckdb_type(f["type"]) for f in fields}
            found = _SCHEMA.search(meta.get("description") or "")
            self.schema_version = int(found.group(1)) if found else 0
        elif (protocol := action.get("protocol")) is not None:
            self.reader = protocol["minReaderVersion"]


def _checkpoint_actions(log: Path, version: int) -> Iterator[dict[str, Any]]:
    """Actions of a classic checkpoint, of one or of several parts."""
    parts = sorted(log.glob(f"{version:020d}.checkpoint*.parquet"))
    if not parts:
        raise FileNotFoundError(f"checkpoint {version}")
    files = ", ".join(quote_glob(str(part)) for part in parts)
    sql = (
        "SELECT to_json({add: add, remove: remove, metaData: metaData, protocol: protocol}) "
        f"FROM read_parquet([{files}], hive_partitioning = false) "
        "WHERE coalesce(add.path, remove.path, metaData.id, protocol::VARCHAR) IS NOT NULL"
    )
    with connect() as connection:
        for (text,) in fetch(connection, sql):
            yield json.loads(text)


def read_checkpoint(log: Path) -> tuple[int, Replay]:
    """Version and state of the last checkpoint; it may raise any of `LOG_DAMAGE`."""
    state = Replay()
    version = int(json.loads((log / "_last_checkpoint").read_text())["version"])
    for action in _checkpoint_actions(log, version):
        state.apply(action)
    return version, state


def read_entries(
    log: Path, last: int | None, version: int = -1, state: Replay | None = None
) -> tuple[int, Replay]:
    """Apply the entries after a version, in order; it may raise any of `LOG_DAMAGE`.

    Parameters
    ----------
    log
        Folder of the log.
    last
        Version to stop at, the last one with ``None``.
    version, state
        Where to begin; before the first entry by default.
    """
    state = Replay() if state is None else state
    for number in entry_versions(log):
        if number <= version:
            continue
        if last is not None and number > last:
            break
        if number != version + 1:
            raise FileNotFoundError(f"commit {version + 1}")
        entry = _entry(log, number)
        try:
            # Not splitlines: a name in the log may hold U+2028, which JSON writes as it is.
            for line in filter(None, entry.read_text("utf-8").split("\n")):
                state.apply(json.loads(line))
        except LOG_DAMAGE as error:
            raise ValueError(f"{entry.name}: {type(error).__name__}: {error}") from error
        version = number
    if last is not None and version < last:
        raise FileNotFoundError(f"commit {version + 1}")
    return version, state


def entry_versions(log: Path) -> list[int]:
    """Versions that have an entry of their own, sorted."""
    found = (_COMMIT.fullmatch(entry.name) for entry in log.iterdir())
    return sorted(int(match.group(1)) for match in found if match)


def _replay(log: Path, last: int | None) -> tuple[int, Replay]:
    """Apply the last checkpoint and every commit after it, in order."""
    start, state = -1, Replay()
    if (log / "_last_checkpoint").exists():
        try:
            start, state = read_checkpoint(log)
        except LOG_DAMAGE:
            # It only saves reading the entries it stands for, as long as they are there.
            if not _entry(log, 0).exists():
                raise
            start, state = -1, Replay()
    if last is not None and start > last:
        start, state = -1, Replay()
    return read_entries(log, last, start, state)


def _entry(log: Path, version: int) -> Path:
    return log / f"{version:020d}.json"


def has_version(folder: Path, version: int) -> bool:
    """Whether a table has the entry of a version."""
    return _entry(folder / "_delta_log", version).exists()


def read_snapshot(folder: Path, version: int | None = None) -> Snapshot:
    """Read the last committed version of a table, or one before.

    Parameters
    ----------
    folder
        The table's folder, the one that holds ``_delta_log``.
    version
        The version to read, the last one with ``None``.

    Raises
    ------
    StoreError
        The log is missing or damaged, or another engine upgraded the table beyond what this
        package reads.
    """
    log = folder / "_delta_log"
    try:
        version, state = _replay(log, version)
    except LOG_DAMAGE as error:
        raise StoreError(
            f"the transaction log {log} cannot be read ({error})",
            remedy="restore the store from a copy, or import its logs into a new one",
        ) from error
    if version < 0 or not state.columns:
        raise StoreError(
            f"{log} holds no committed version of a table",
            remedy="restore the store from a copy, or import its logs into a new one",
        )
    if state.reader > 1:
        raise StoreError(
            f"the table {folder} needs Delta reader version {state.reader}, this package reads 1",
            remedy="write the table again without deletion vectors and column mapping",
        )
    files = tuple(sorted(state.files.values(), key=lambda file: file.path))
    return Snapshot(folder, version, state.schema_version, state.columns, files, state.removed)
