"""Commits to the two tables: everything that ``deltalake`` does for the store."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from reasonscape.errors import ReasonScapeError, StoreError
from reasonscape.store.durability import sync_files, sync_folder
from reasonscape.store.landing import cause, landing, no_hooks, settle
from reasonscape.store.lease import alone
from reasonscape.store.log import PARTITION, DataFile, read_snapshot
from reasonscape.store.remote.registry import VersionTakenError, origin_of, place_of_commit
from reasonscape.store.schema import (
    SAMPLE_COLUMNS,
    SCHEMA_VERSION,
    TEXT_COLUMNS,
    Column,
    column_type,
)
from reasonscape.store.turns import PATIENCE, turn

if TYPE_CHECKING:
    from deltalake import Schema
    from deltalake.schema import ArrayType, PrimitiveType
    from deltalake.transaction import AddAction, CommitProperties

MAX_ATTEMPTS: Final = 24
_MARK: Final = "commit"
_DELTA_TYPES = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "BIGINT": "long",
    "FLOAT": "float",
}


class CommitRaceError(Exception):
    """Another commit landed first; read again, decide again, retry."""


def _delta_type(kind: str) -> PrimitiveType | ArrayType:
    from deltalake.schema import ArrayType, PrimitiveType

    element = PrimitiveType(_DELTA_TYPES[kind.removesuffix("[]")])
    return ArrayType(element, contains_null=True) if kind.endswith("[]") else element


def _delta_schema(columns: Iterable[tuple[str, str]]) -> Schema:
    from deltalake import Field, Schema

    return Schema([Field(name, _delta_type(kind)) for name, kind in columns])


def create_tables(path: Path) -> None:
    """Make both tables where they are missing; one process at a time.

    The library's own mode for tables that may be there commits once more when it loses the race,
    and with that the bare schema.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        with alone(path):
            for name, columns in (("texts", TEXT_COLUMNS), ("samples", SAMPLE_COLUMNS)):
                if not _first_commit(path / name).exists():
                    _create_table(path / name, name, columns)
    except OSError as error:
        raise _cannot_make(path, error) from error


def _first_commit(folder: Path) -> Path:
    return folder / "_delta_log" / f"{0:020d}.json"


def _cannot_make(path: Path, error: Exception) -> StoreError:
    return StoreError(
        f"the store {path} cannot be made ({error})",
        remedy="check that the folder may be written and the disk has room",
    )


def _create_table(folder: Path, name: str, columns: Sequence[Column]) -> None:
    from deltalake.exceptions import DeltaError
    from deltalake.transaction import create_table_with_add_actions

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with place_of_commit(folder) as place:
            create_table_with_add_actions(
                str(place.resolve()),
                _delta_schema((column.name, column.type) for column in columns),
                [],
                "ignore",
                [PARTITION],
                name=f"reasonscape.{name}",
                description=f"ReasonScape {name}, schema {SCHEMA_VERSION}",
            )
            settle(place, -1)
            sync_folder(folder)
            sync_folder(folder.parent)
    except (DeltaError, OSError, VersionTakenError) as error:
        if not _first_commit(folder).exists():
            raise _cannot_make(folder.parent, error) from error


def _properties(
    base_tasks: Iterable[str], version: int, metadata: dict[str, str]
) -> CommitProperties:
    """Properties that make two commits to one base task from one version exclude each other."""
    from deltalake.transaction import CommitProperties, Transaction

    marks = [Transaction(f"reasonscape:{task}", version + 1) for task in sorted(set(base_tasks))]
    return CommitProperties(custom_metadata=dict(metadata), app_transactions=marks)


def add_columns(folder: Path, names: Iterable[str]) -> None:
    """Add the ``param.*``, ``label.*`` and ``f.*`` columns that the table lacks.

    Raises
    ------
    StoreError
        The table cannot be written.
    """
    from deltalake import DeltaTable, Field

    wanted = sorted(names)

    def attempt() -> None:
        snapshot = read_snapshot(folder)
        missing = [name for name in wanted if name not in snapshot.columns]
        if not missing:
            return
        fields = [Field(name, _delta_type(column_type(name) or "VARCHAR")) for name in missing]
        mark = token_hex(16)
        with (
            _Races(folder),
            place_of_commit(folder) as place,
            landing(place, snapshot.version, mark),
        ):
            DeltaTable(str(place.resolve())).alter.add_columns(
                fields,
                commit_properties=_properties((), snapshot.version, {_MARK: mark}),
                post_commithook_properties=no_hooks(),
            )

    retry(attempt, folder)


def commit_files(
    folder: Path,
    version: int,
    added: Sequence[AddAction],
    removed: Sequence[DataFile],
    metadata: dict[str, str],
    *,
    shared: bool = False,
) -> None:
    """Commit files as one transaction on top of exactly what ``version`` was read as.

    Parameters
    ----------
    folder
        The table's folder.
    version
        The version on which the caller's decisions rest.
    added, removed
        Files that become and cease to be part of the table.
    metadata
        Written into the commit.
    shared
        Whether others may commit to the same base tasks meanwhile.

    Raises
    ------
    CommitRaceError
        A commit that touches the same base tasks or the schema landed since ``version``.
    StoreError
        The table cannot be written.
    """
    from deltalake import DeltaTable
    from deltalake.transaction import RemoveAction

    now = int(time.time() * 1000)
    tasks = {str(action.partition_values[PARTITION]) for action in added}
    tasks |= {file.base_task for file in removed}
    removals = [
        RemoveAction(file.path, True, now, file.size, {PARTITION: file.base_task})
        for file in removed
    ]
    mark = token_hex(16)
    with _Races(folder):
        if origin_of(folder) is None:
            _sync_added(folder, added)
        with place_of_commit(folder) as place, landing(place, version, mark):
            table = DeltaTable(str(place.resolve()), version=version)
            table.create_write_transaction(
                [*added, *removals],
                "append",
                table.schema(),
                [PARTITION],
                commit_properties=_properties(
                    () if shared else tasks, version, {**metadata, _MARK: mark}
                ),
                post_commithook_properties=no_hooks(),
            )


def _sync_added(folder: Path, added: Sequence[AddAction]) -> None:
    if added:
        sync_files(folder / action.path for action in added)
        sync_folder(folder)


class _Races:
    """Turns a lost race into :class:`CommitRaceError`, other failures into a sentence."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        from deltalake.exceptions import CommitFailedError, SchemaMismatchError

        if isinstance(error, CommitFailedError | SchemaMismatchError | VersionTakenError):
            raise CommitRaceError(str(error)) from error
        if isinstance(error, ReasonScapeError):
            return
        # Some failures of the library are plain exceptions.
        if isinstance(error, Exception):
            raise StoreError(
                f"the table {self._folder} cannot be written ({cause(error)})",
                remedy="check that the folder may be written and the disk has room",
            ) from error


def retry(attempt: Callable[[], None], folder: Path) -> None:
    """Call until it loses no race, with growing random pauses, a bounded number of times.

    After some losses it is called alone: see `reasonscape.store.turns`.

    Raises
    ------
    StoreError
        The last attempt lost its race too.
    """
    # Pauses shape no result: two processes must not draw the same ones, so no seed.
    pauses = Random()
    for lost in range(MAX_ATTEMPTS):
        try:
            with turn(folder, alone=lost >= PATIENCE):
                attempt()
        except CommitRaceError as race:
            if lost == MAX_ATTEMPTS - 1:
                raise StoreError(
                    f"{MAX_ATTEMPTS} attempts to write {folder} each lost to another import",
                    remedy="import again when the others are done; nothing was changed",
                ) from race
            time.sleep(pauses.uniform(0.0, min(2.0, 0.02 * 2**lost)))
        else:
            return
