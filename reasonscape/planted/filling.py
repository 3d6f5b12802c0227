"""Putting a plan into a store: through the import, or straight into files where that is safe."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from reasonscape.errors import ImportIncompleteError
from reasonscape.ingest.features import trace_features
from reasonscape.planted.design import Plan
from reasonscape.planted.samples import planted_samples, planted_source
from reasonscape.planted.traces import Passages
from reasonscape.store.tables import SAMPLES, Store
from reasonscape.store.writing import ImportWriter

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_ROWS = 4096

Progress = Callable[[int, int], None]


def fill_store(
    store: Store, plan: Plan, passages: Passages | None = None, progress: Progress | None = None
) -> str:
    """Write all rows of a plan as one import.

    Without texts, and into a store that holds nothing yet, rows go as Arrow batches into files of
    their own: keys of one plan are distinct, so there is nothing to settle. Everything else goes
    through the import like any log, and has its traces measured like any log's.

    Parameters
    ----------
    store
        Where to write.
    plan, passages
        What to write.
    progress
        Called with rows done and rows in all.

    Returns
    -------
    str
        The id of the import.

    Raises
    ------
    StoreError
        The store cannot be written.
    ImportIncompleteError
        The store refused a row, for instance for the name of a model.
    """
    if not plan.texts and not store.samples.files:
        return _fill_with_batches(store, plan, progress)
    done = 0
    samples = planted_samples(plan, passages)
    with ImportWriter(store, make_features=trace_features if plan.texts else None) as writer:
        while chunk := list(islice(samples, CHUNK_ROWS)):
            writer.add(chunk)
            done += len(chunk)
            if progress is not None:
                progress(done, plan.rows)
        result = writer.commit()
    store.refresh()
    if result.refused:
        first = result.refused[0]
        raise ImportIncompleteError(
            f"the store refused {len(result.refused)} planted rows ({first.field}: {first.detail})",
            remedy="change that name in the plan and plant again",
        )
    # Completing a planting that was killed after its commit finds its own rows already there.
    return result.import_id if result.added else _import_of(store, plan)


def _import_of(store: Store, plan: Plan) -> str:
    sql = f"SELECT max(import_id) FROM {store.scan(['import_id', 'source'])} WHERE source = ?"  # noqa: S608
    return str(store.rows(sql, [planted_source(plan)])[0][0])


def _fill_with_batches(store: Store, plan: Plan, progress: Progress | None) -> str:
    from reasonscape.planted.bulk import planted_batches

    return commit_batches(store, planted_batches(plan), plan.rows, progress)


def commit_batches(
    store: Store, batches: Iterable[pa.RecordBatch], rows: int = 0, progress: Progress | None = None
) -> str:
    """Write Arrow batches as one import, a file for each base task, and commit them at once.

    Nothing is settled: the caller answers for keys that are distinct, and new to the store.

    Parameters
    ----------
    store
        Where to write.
    batches
        As `reasonscape.planted.bulk.planted_batches` makes them; those of one base task follow
        one another.
    rows
        Rows in all, for ``progress``.
    progress
        Called with rows done and rows in all.

    Returns
    -------
    str
        The id of the import.

    Raises
    ------
    StoreError
        The store cannot be written, or another commit came in between.
    """
    from reasonscape.store.checking import task_folder
    from reasonscape.store.commits import add_columns, commit_files
    from reasonscape.store.lease import Lease, new_import_id
    from reasonscape.store.parquet import add_action
    from reasonscape.store.schema import LATER

    import_id = new_import_id()
    # While the lease is held, nobody takes the files for those of a killed import.
    lease = Lease(store.path, import_id)
    folder = store.path / SAMPLES
    written: list[tuple[str, str]] = []
    names: set[str] = set()
    done = 0
    try:
        for task, of_task in groupby(batches, key=lambda batch: str(batch["base_task"][0])):
            path = f"{task_folder(task)}/{import_id}-00000.parquet"
            written.append((task, path))
            with _File(folder / path, import_id) as file:
                for batch in of_task:
                    file.write(batch)
                    done += batch.num_rows
                    names.update(n for n in batch.schema.names if "." in n or n in LATER)
                    if progress is not None:
                        progress(done, rows)
        add_columns(folder, names)
        store.refresh()
        actions = [add_action(folder, path, task) for task, path in written]
        commit_files(folder, store.version, actions, [], {"import_id": import_id})
    except BaseException:
        for _, path in written:
            (folder / path).unlink(missing_ok=True)
        raise
    finally:
        lease.release()
    store.refresh()
    return import_id


class _File:
    """One Parquet file of the table ``samples``."""

    def __init__(self, path: Path, import_id: str) -> None:
        import pyarrow.parquet as pq

        self._path = path
        self._import_id = import_id
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> _File:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()

    def write(self, batch: pa.RecordBatch) -> None:
        import pyarrow as pa

        from reasonscape.store.parquet import SAMPLE_GROUP_ROWS, open_writer

        table = pa.Table.from_batches([batch]).drop_columns("base_task")
        ids = pa.repeat(pa.scalar(self._import_id), batch.num_rows)
        table = table.add_column(
            table.schema.get_field_index("content_hash"), pa.field("import_id", pa.string()), ids
        )
        if self._writer is None:
            self._writer = open_writer(self._path, table.schema, texts=False)
        self._writer.write_table(table, row_group_size=SAMPLE_GROUP_ROWS)
