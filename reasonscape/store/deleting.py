"""Taking an import back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from reasonscape.errors import StoreError, UsageError
from reasonscape.store.checking import task_folder
from reasonscape.store.commits import CommitRaceError, commit_files, retry
from reasonscape.store.engine import connect, quote_glob
from reasonscape.store.lease import Lease, new_import_id
from reasonscape.store.leftovers import remove_unnamed
from reasonscape.store.log import DataFile, Snapshot, read_snapshot
from reasonscape.store.parquet import add_action
from reasonscape.store.rewriting import rewrite
from reasonscape.store.tables import SAMPLES, TEXTS, Store

if TYPE_CHECKING:
    from deltalake.transaction import AddAction
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    BoolArray = NDArray[np.bool_]


def delete_import(store: Store, import_id: str) -> int:
    """Remove the rows that an import brought: samples first, then their texts.

    Rows that the import replaced do not come back.

    Parameters
    ----------
    store
        The store.
    import_id
        As :func:`~reasonscape.store.maintenance.imports` lists it.

    Returns
    -------
    int
        Samples removed; none where only texts were left.

    Raises
    ------
    UsageError
        The store has no rows of such an import.
    """
    store.check_writable()
    store.refresh()
    # Of a deletion that was killed halfway only texts may be left.
    known = known_imports(store)
    if import_id not in known:
        raise UsageError(
            f"the store {store.shown} has no import {import_id!r}",
            remedy=f"the latest are: {', '.join(known[-5:]) or 'none'}",
        )
    lease = Lease(store.path, new_import_id())
    try:
        with store.failing_in_words("delete an import of"):
            removed = _delete(store.path / SAMPLES, import_id, lease, texts=False)
            _delete_texts(store, import_id, lease)
    except BaseException:
        remove_unnamed(store.path, lease.folder.name)
        raise
    finally:
        lease.release()
        store.refresh()
    return removed


def _delete_texts(store: Store, import_id: str, lease: Lease) -> None:
    try:
        _delete(store.path / TEXTS, import_id, lease, texts=True)
    except (StoreError, OSError) as error:
        raise StoreError(
            f"the rows of {import_id} are deleted and their texts are not yet ({error})",
            remedy="make room on the disk and delete the import again",
        ) from error


def known_imports(store: Store) -> list[str]:
    """Ids of the imports of which samples or texts are there, sorted."""
    both = (store.scan(("import_id",)), store.scan_texts(("import_id",)))
    sql = " UNION ".join(f"SELECT import_id FROM {source}" for source in both)
    return [row[0] for row in store.rows(f"{sql} ORDER BY 1")]


def _delete(folder: Path, import_id: str, lease: Lease, *, texts: bool) -> int:
    """Rewrite the files of one table without an import's rows; how many there were."""
    removed = 0
    attempts = 0

    def attempt() -> None:
        nonlocal removed, attempts
        attempts += 1
        snapshot = read_snapshot(folder)
        with connect() as connection:
            gone = {
                file: mask
                for file in snapshot.files
                if _may_hold(file, import_id)
                and (mask := _rows_of(connection, snapshot, file, import_id)).any()
            }
        removed = sum(int(mask.sum()) for mask in gone.values())
        if gone:
            stem = f"{lease.folder.name}-{attempts}"
            drop_rows(snapshot, gone, stem, {"deleted_import": import_id}, texts=texts)

    retry(attempt, folder)
    return removed


def drop_rows(
    snapshot: Snapshot,
    gone: dict[DataFile, BoolArray],
    stem: str,
    metadata: dict[str, str],
    *,
    texts: bool,
) -> None:
    """Commit files without some of their rows.

    Parameters
    ----------
    snapshot
        The version to change.
    gone
        File -> which of its rows to drop.
    stem
        With what the names of new files begin.
    metadata
        Written into the commit.
    texts
        Whether the table is ``texts``.

    Raises
    ------
    CommitRaceError
        Another commit landed since ``snapshot``.
    """
    added: list[AddAction] = []
    names: list[Path] = []
    try:
        for number, (file, mask) in enumerate(gone.items()):
            if mask.all():
                continue
            name = f"{task_folder(file.base_task)}/{stem}-{number:05d}.parquet"
            names.append(snapshot.folder / name)
            rewrite(snapshot.path(file), names[-1], ~mask, texts=texts)
            added.append(add_action(snapshot.folder, name, file.base_task))
        commit_files(snapshot.folder, snapshot.version, added, list(gone), metadata)
    except BaseException as error:
        if isinstance(error, CommitRaceError | OSError):
            for path in names:
                path.unlink(missing_ok=True)
        raise


def _may_hold(file: DataFile, import_id: str) -> bool:
    """Whether the log leaves it open that a file has rows of an import."""
    low = file.stats.get("minValues", {}).get("import_id")
    high = file.stats.get("maxValues", {}).get("import_id")
    return low is None or high is None or low <= import_id <= high


def _rows_of(
    connection: DuckDBPyConnection, snapshot: Snapshot, file: DataFile, import_id: str
) -> BoolArray:
    path = quote_glob(str(snapshot.path(file)))
    return row_mask(
        connection,
        f"SELECT file_row_number AS place, import_id = ? AS gone FROM read_parquet({path}, "
        "hive_partitioning = false)",
        (import_id,),
    )


def row_mask(connection: DuckDBPyConnection, sql: str, params: Sequence[object] = ()) -> BoolArray:
    """Mask of a file's rows from a query with the columns ``place`` and ``gone``."""
    found = connection.execute(sql, list(params)).fetchnumpy()
    mask = np.zeros(len(found["place"]), np.bool_)
    mask[np.asarray(found["place"])] = np.ma.filled(found["gone"], False)
    return mask
