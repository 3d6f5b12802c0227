"""Few large files in place of many small ones, and nothing that nobody names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from reasonscape.store.checking import task_folder
from reasonscape.store.commits import CommitRaceError, commit_files, retry
from reasonscape.store.deleting import drop_rows, row_mask
from reasonscape.store.engine import connect, quote_glob, quote_name, quote_text
from reasonscape.store.lease import Lease, new_import_id, running_imports
from reasonscape.store.leftovers import RETENTION_SECONDS, remove_unlisted
from reasonscape.store.log import DataFile, Snapshot, read_snapshot
from reasonscape.store.parquet import SAMPLE_GROUP_ROWS, add_action, open_writer, text_slices
from reasonscape.store.rewriting import row_groups
from reasonscape.store.scan import scan_sql
from reasonscape.store.schema import SAMPLE_COLUMNS
from reasonscape.store.tables import SAMPLES, TEXTS, Store

_LARGE_BYTES: Final = 256 * 2**20
_SMALL_BYTES: Final = _LARGE_BYTES // 4
_FIXED = frozenset(column.name for column in SAMPLE_COLUMNS)


@dataclass(frozen=True)
class CompactReport:
    """What changed.

    Attributes
    ----------
    files_before, files_after
        Active files of both tables.
    bytes_before, bytes_after
        Their size.
    orphan_texts
        Rows of ``texts`` removed because no sample names them.
    files_deleted, bytes_deleted
        Files removed that no version names; those replaced just now wait until the retention
        time is over.
    """

    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    orphan_texts: int
    files_deleted: int
    bytes_deleted: int


def compact(store: Store, *, retention: float = RETENTION_SECONDS) -> CompactReport:
    """Merge small files, sorted by eval and item; drop texts and files that nobody names.

    Imports may run meanwhile: what is theirs is left alone.

    Parameters
    ----------
    store
        The store.
    retention
        Seconds for which replaced files stay, for readers that opened an earlier version.
    """
    store.refresh()
    files_before, bytes_before = _size(store)
    lease = Lease(store.path, new_import_id())
    names = _Names(lease)
    try:
        orphans = _drop_orphans(store, names)
        for folder, merge in (
            (store.path / SAMPLES, _merge_samples),
            (store.path / TEXTS, _merge_texts),
        ):
            for task in sorted({file.base_task for file in read_snapshot(folder).files}):
                _merge_task(folder, task, names, merge, lease)
    finally:
        lease.release()
    deleted, size = remove_unlisted(store.path, retention)
    store.refresh()
    files_after, bytes_after = _size(store)
    return CompactReport(
        files_before, files_after, bytes_before, bytes_after, orphans, deleted, size
    )


def _size(store: Store) -> tuple[int, int]:
    files = (*store.samples.files, *store.texts.files)
    return len(files), sum(file.size for file in files)


class _Names:
    """Names of new files, all beginning with the id under which the lease is held."""

    def __init__(self, lease: Lease) -> None:
        self._stem = lease.folder.name
        self._count = 0

    def stem(self) -> str:
        self._count += 1
        return f"{self._stem}-{self._count:05d}"


def _merge_task(
    folder: Path,
    task: str,
    names: _Names,
    merge: Callable[[Snapshot, list[DataFile], Path, Path], None],
    lease: Lease,
) -> None:
    def attempt() -> None:
        running = running_imports(lease.folder.parent.parent) - {lease.folder.name}
        snapshot = read_snapshot(folder)
        small = [
            file
            for file in snapshot.of_tasks(frozenset({task}))
            if file.size < _SMALL_BYTES and not _belongs(file, running)
        ]
        for part in _parts(small):
            name = f"{task_folder(task)}/{names.stem()}.parquet"
            merge(snapshot, part, folder / name, lease.folder)
            try:
                action = add_action(folder, name, task)
                commit_files(folder, snapshot.version, [action], part, {"compacted": task})
            except CommitRaceError:
                (folder / name).unlink(missing_ok=True)
                raise
            snapshot = read_snapshot(folder)

    retry(attempt, folder)


def _parts(files: list[DataFile]) -> list[list[DataFile]]:
    """Groups of at least two files that make one large file each."""
    parts: list[list[DataFile]] = [[]]
    size = 0
    for file in sorted(files, key=lambda each: each.path):
        if size + file.size > _LARGE_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(file)
        size += file.size
    return [part for part in parts if len(part) > 1]


def _belongs(file: DataFile, imports: frozenset[str]) -> bool:
    return any(Path(file.path).name.startswith(name) for name in imports)


def _merge_samples(snapshot: Snapshot, files: list[DataFile], target: Path, scratch: Path) -> None:
    part = Snapshot(
        snapshot.folder, snapshot.version, snapshot.schema_version, snapshot.columns, tuple(files)
    )
    present = frozenset[str]().union(*(file.columns or snapshot.columns for file in files))
    columns = [
        name
        for name in snapshot.columns
        if name != "base_task" and (name in _FIXED or name in present)
    ]
    source = scan_sql(part, columns, None, _FIXED)
    chosen = ", ".join(map(quote_name, columns))
    with connect(memory_limit="500MB", spill=str(scratch)) as connection:
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(
            f"COPY (SELECT {chosen} FROM {source} ORDER BY eval_id, task, item_id, item_hash, "
            f"repeat) TO {quote_text(str(target))} (FORMAT parquet, COMPRESSION zstd, "
            f"ROW_GROUP_SIZE {SAMPLE_GROUP_ROWS})"
        )


def _merge_texts(snapshot: Snapshot, files: list[DataFile], target: Path, scratch: Path) -> None:
    writer = None
    try:
        for file in files:
            for _, group in row_groups(snapshot.folder / file.path):
                if writer is None:
                    writer = open_writer(target, group.schema, texts=True)
                for piece in text_slices(group):
                    writer.write_table(piece, row_group_size=max(1, piece.num_rows))
    finally:
        if writer is not None:
            writer.close()


def _drop_orphans(store: Store, names: _Names) -> int:
    """Remove texts that no sample names; how many there were.

    An import commits its texts before its samples. The order here makes that safe: texts first,
    then who is importing, then samples. What an import that has ended brought is in the samples.
    """
    dropped = 0
    folder = store.path / TEXTS

    def attempt() -> None:
        nonlocal dropped
        texts = read_snapshot(folder)
        running = running_imports(store.path)
        samples = read_snapshot(store.path / SAMPLES)
        gone: dict[DataFile, np.ndarray[tuple[int], np.dtype[np.bool_]]] = {}
        for file in texts.files:
            if _belongs(file, running):
                continue
            known = scan_sql(
                samples, ("sample_uid", "import_id"), frozenset({file.base_task}), _FIXED
            )
            mask = row_mask(
                "SELECT t.place, s.sample_uid IS NULL AS gone FROM (SELECT sample_uid, import_id, "
                f"file_row_number AS place FROM read_parquet({quote_glob(str(folder / file.path))}, "
                f"hive_partitioning = false)) t LEFT JOIN {known} s USING (sample_uid, import_id)"
            )
            if mask.any():
                gone[file] = mask
        dropped = sum(int(mask.sum()) for mask in gone.values())
        if gone:
            drop_rows(texts, gone, names.stem(), {"compacted": "orphan texts"}, texts=True)

    retry(attempt, folder)
    return dropped
