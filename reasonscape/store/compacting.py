"""Few large files in place of many small ones, and nothing that nobody names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reasonscape.store.checking import task_folder
from reasonscape.store.commits import CommitRaceError, commit_files, retry
from reasonscape.store.deleting import drop_rows, row_mask
from reasonscape.store.engine import connect, quote_glob, quote_text
from reasonscape.store.file_checks import drop_checkpoint, refuse_damaged, wrong_checkpoint
from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.lease import Lease, new_import_id, running_imports
from reasonscape.store.leftovers import RETENTION_SECONDS, remove_unlisted, remove_unnamed
from reasonscape.store.log import DataFile, Snapshot, read_snapshot
from reasonscape.store.parquet import SAMPLE_GROUP_ROWS, add_action, open_writer, text_slices
from reasonscape.store.rewriting import row_groups
from reasonscape.store.scan import scan_sql
from reasonscape.store.schema import STEADY
from reasonscape.store.tables import SAMPLES, TEXTS, Store
from reasonscape.store.token_pruning import prune
from reasonscape.store.vector_upkeep import prune_vectors

if TYPE_CHECKING:
    import numpy as np
    from deltalake.transaction import AddAction
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    BoolArray = NDArray[np.bool_]

_MEMORY: Final = "500MB"
_LARGE_BYTES: Final = 256 * 2**20
_SMALL_BYTES: Final = _LARGE_BYTES // 4


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
    token_prompts_dropped
        Prompts whose token ids were dropped from the cache: no sample has them.
    token_files_before, token_files_after, token_bytes_before, token_bytes_after
        Files of that cache, and their size.
    vectors_dropped
        Vectors dropped from the cache: no sample has their text, or there are too many.
    vector_files_before, vector_files_after, vector_bytes_before, vector_bytes_after
        Files of that cache, and their size.
    """

    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    orphan_texts: int
    files_deleted: int
    bytes_deleted: int
    token_prompts_dropped: int
    token_files_before: int
    token_files_after: int
    token_bytes_before: int
    token_bytes_after: int
    vectors_dropped: int
    vector_files_before: int
    vector_files_after: int
    vector_bytes_before: int
    vector_bytes_after: int


def compact(store: Store, *, retention: float = RETENTION_SECONDS) -> CompactReport:
    """Merge small files, sorted by eval and item; drop texts and files that nobody names.

    The caches of token ids and of vectors are pruned the same way.

    Imports may run meanwhile: what is theirs is left alone.

    Parameters
    ----------
    store
        The store.
    retention
        Seconds for which replaced files stay, for readers that opened an earlier version.
    """
    store.check_writable()
    store.refresh()
    files_before, bytes_before = _size(store)
    lease = Lease(store.path, new_import_id())
    with store.failing_in_words("compact"):
        for table in (store.path / SAMPLES, store.path / TEXTS):
            if wrong_checkpoint(table):
                drop_checkpoint(table)
        try:
            with connect(memory_limit=_MEMORY, spill=str(lease.folder)) as connection:
                # Sorted rows are to be written in their order.
                connection.execute("SET preserve_insertion_order = true")
                work = _Work(store, lease, connection)
                orphans = work.drop_orphans()
                work.merge(store.path / SAMPLES, texts=False)
                work.merge(store.path / TEXTS, texts=True)
        except BaseException:
            remove_unnamed(store.path, lease.folder.name)
            raise
        finally:
            lease.release()
        here = remove_unlisted(store.path, retention)
        deleted, size = store.sweep_elsewhere(retention) or here
        pruned = prune(store, retention)
        vectors = prune_vectors(store, retention)
    store.refresh()
    files_after, bytes_after = _size(store)
    return CompactReport(
        files_before,
        files_after,
        bytes_before,
        bytes_after,
        orphans,
        deleted,
        size,
        token_prompts_dropped=pruned.dropped,
        token_files_before=pruned.files_before,
        token_files_after=pruned.files_after,
        token_bytes_before=pruned.bytes_before,
        token_bytes_after=pruned.bytes_after,
        vectors_dropped=vectors.dropped,
        vector_files_before=vectors.files_before,
        vector_files_after=vectors.files_after,
        vector_bytes_before=vectors.bytes_before,
        vector_bytes_after=vectors.bytes_after,
    )


def _size(store: Store) -> tuple[int, int]:
    files = (*store.samples.files, *store.texts.files)
    return len(files), sum(file.size for file in files)


class _Work:
    """One compaction: its lease, under whose id new files are named, and its connection."""

    def __init__(self, store: Store, lease: Lease, connection: DuckDBPyConnection) -> None:
        self._store = store.path
        self._id = lease.folder.name
        self._connection = connection
        self._count = 0

    def _stem(self) -> str:
        self._count += 1
        return f"{self._id}-{self._count:05d}"

    def _others(self) -> frozenset[str]:
        return running_imports(self._store) - {self._id}

    def merge(self, folder: Path, *, texts: bool) -> None:
        """Merge the small files of one table, some base tasks a commit."""
        for tasks in _batches(read_snapshot(folder)):
            retry(partial(self._merge_tasks, folder, tasks, texts), folder)

    def _merge_tasks(self, folder: Path, tasks: list[str], texts: bool) -> None:
        others = self._others()
        snapshot = read_snapshot(folder)
        added: list[AddAction] = []
        removed: list[DataFile] = []
        try:
            for task in tasks:
                small = [
                    file
                    for file in snapshot.of_tasks(frozenset({task}))
                    if file.size < _SMALL_BYTES and not _belongs(file, others)
                ]
                for part in _parts(small):
                    name = f"{task_folder(task)}/{self._stem()}.parquet"
                    refuse_damaged(snapshot, part)
                    if texts:
                        _merge_texts(snapshot, part, folder / name)
                    else:
                        _merge_samples(self._connection, snapshot, part, folder / name)
                    added.append(add_action(folder, name, task))
                    removed += part
            if added:
                commit_files(folder, snapshot.version, added, removed, {"compacted": folder.name})
        except BaseException as error:
            if isinstance(error, CommitRaceError | OSError):
                for action in added:
                    (folder / action.path).unlink(missing_ok=True)
            raise

    def drop_orphans(self) -> int:
        """Remove texts that no sample names; how many there were.

        An import commits its texts before its samples. The order here makes that safe: texts
        first, then who is importing, then samples. What an import that has ended brought is in
        the samples.
        """
        dropped = 0
        folder = self._store / TEXTS

        def attempt() -> None:
            nonlocal dropped
            texts = read_snapshot(folder)
            others = self._others()
            samples = read_snapshot(self._store / SAMPLES)
            gone = {
                file: mask
                for file in texts.files
                if not _belongs(file, others)
                and (mask := _orphans(self._connection, texts, file, samples)).any()
            }
            dropped = sum(int(mask.sum()) for mask in gone.values())
            if gone:
                drop_rows(texts, gone, self._stem(), {"compacted": "orphans"}, texts=True)

        retry(attempt, folder)
        return dropped


def _orphans(
    connection: DuckDBPyConnection, texts: Snapshot, file: DataFile, samples: Snapshot
) -> BoolArray:
    """Which rows of a file of ``texts`` no sample names."""
    known = scan_sql(samples, ("sample_uid", "import_id"), frozenset({file.base_task}), STEADY)
    path = quote_glob(str(texts.path(file)))
    return row_mask(
        connection,
        "SELECT t.place, s.sample_uid IS NULL AS gone FROM (SELECT sample_uid, import_id, "
        f"file_row_number AS place FROM read_parquet({path}, hive_partitioning = false)) t "
        f"LEFT JOIN {known} s USING (sample_uid, import_id)",
    )


def _batches(snapshot: Snapshot) -> list[list[str]]:
    """Base tasks by name, in groups of bounded size: one commit each."""
    sizes: dict[str, int] = {}
    for file in snapshot.files:
        small = file.size if file.size < _SMALL_BYTES else 0
        sizes[file.base_task] = sizes.get(file.base_task, 0) + small
    batches: list[list[str]] = [[]]
    total = 0
    for task in sorted(sizes):
        if batches[-1] and total + sizes[task] > _LARGE_BYTES:
            batches.append([])
            total = 0
        batches[-1].append(task)
        total += sizes[task]
    return batches


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


def _merge_samples(
    connection: DuckDBPyConnection, snapshot: Snapshot, files: list[DataFile], target: Path
) -> None:
    part = replace(snapshot, files=tuple(files))
    present = part.present(None)
    columns = [
        name
        for name in snapshot.columns
        if name != "base_task" and (name in STEADY or name in present)
    ]
    chosen = ", ".join(map(quote_identifier, columns))
    connection.execute(
        f"COPY (SELECT {chosen} FROM {scan_sql(part, columns, None, STEADY)} "
        "ORDER BY eval_id, task, item_id, item_hash, repeat) "
        f"TO {quote_text(str(target))} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {SAMPLE_GROUP_ROWS})"
    )


def _merge_texts(snapshot: Snapshot, files: list[DataFile], target: Path) -> None:
    writer = None
    try:
        for file in files:
            for _, group in row_groups(snapshot.path(file)):
                if writer is None:
                    writer = open_writer(target, group.schema, texts=True)
                for piece in text_slices(group):
                    writer.write_table(piece, row_group_size=max(1, piece.num_rows))
    finally:
        if writer is not None:
            writer.close()
