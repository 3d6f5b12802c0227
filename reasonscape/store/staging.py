"""Samples on their way in: buffered by base task, written to files that nobody sees yet."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reasonscape.store.parquet import (
    SAMPLE_GROUP_ROWS,
    TEXT_GROUP_BYTES,
    open_writer,
    text_slices,
    unified,
)
from reasonscape.store.repeats import RepeatCounts
from reasonscape.store.rows import KeyMaker, has_text, samples_table, texts_table
from reasonscape.store.sample import Sample
from reasonscape.store.schema import FEATURE_COLUMNS, SAMPLE_COLUMNS
from reasonscape.store.traces import MakeFeatures, aligned_texts, with_features

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

BUDGET_BYTES: Final = 160 * 2**20
_CHUNK_ROWS: Final = 8192
_CHUNK_BYTES: Final = 8 * 2**20
_SAMPLE_BYTES: Final = 1400  # a Sample with its dicts and short strings, measured
_FIRST = tuple(column.name for column in (*SAMPLE_COLUMNS, *FEATURE_COLUMNS))


def _open_tasks() -> int:
    """Base tasks whose two files may stay open: a quarter of what the system allows."""
    try:
        import resource
    except ImportError:  # not on this system
        return 64
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return max(8, min(256, allowed // 8))


OPEN_TASKS: Final = _open_tasks()


@dataclass
class StagedFile:
    """A finished file of one base task; ``path`` is where it lies now."""

    path: Path
    rows: int


@dataclass
class StagedTask:
    """What is known of one base task's rows so far, in their order.

    Attributes
    ----------
    has_text
        One byte for each row of ``samples``: whether ``texts`` has one too.
    """

    base_task: str
    samples: list[StagedFile] = field(default_factory=list)
    texts: list[StagedFile] = field(default_factory=list)
    has_text: bytearray = field(default_factory=bytearray)
    columns: set[str] = field(default_factory=set)


class _Output:
    """A row of files of one table and one base task, of which the last may be open."""

    def __init__(self, stem: Path, files: list[StagedFile], *, texts: bool) -> None:
        self.stem = stem
        self.files = files
        self.texts = texts
        self.held: list[pa.Table] = []
        self.held_bytes = 0
        self.held_rows = 0
        self.writer: pq.ParquetWriter | None = None

    def take(self, table: pa.Table) -> None:
        self.held.append(table)
        self.held_bytes += table.nbytes
        self.held_rows += table.num_rows

    @property
    def is_full(self) -> bool:
        if self.texts:
            return self.held_bytes >= TEXT_GROUP_BYTES
        return self.held_rows >= SAMPLE_GROUP_ROWS

    def write(self) -> None:
        if not self.held_rows:
            self._drop()
            return
        table = unified(self.held, _FIRST)
        self._drop()
        if self.writer is not None and self.writer.schema != table.schema:
            table = self._fitted(table)
        if self.writer is None:
            path = self.stem.with_name(f"{self.stem.name}-{len(self.files):05d}.parquet")
            self.writer = open_writer(path, table.schema, texts=self.texts)
            self.files.append(StagedFile(path, 0))
        for piece in text_slices(table) if self.texts else (table,):
            self.writer.write_table(piece, row_group_size=max(1, piece.num_rows))
        self.files[-1].rows += table.num_rows

    def _drop(self) -> None:
        self.held, self.held_bytes, self.held_rows = [], 0, 0

    def _fitted(self, table: pa.Table) -> pa.Table:
        """Fill columns the table lacks with NULL; close the file if it lacks one itself."""
        assert self.writer is not None
        schema = self.writer.schema
        if not set(table.column_names) <= set(schema.names):
            self.close()
            return table
        return unified([schema.empty_table(), table], _FIRST).select(schema.names)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.writer = None


class _Buffer:
    """One base task's samples that are not yet in a file."""

    def __init__(self, folder: Path, number: int, base_task: str) -> None:
        self.task = StagedTask(base_task)
        # One folder for all: making and removing a folder for each task takes longer than a file.
        self.samples = _Output(folder / f"samples-{number:05d}", self.task.samples, texts=False)
        self.texts = _Output(folder / f"texts-{number:05d}", self.task.texts, texts=True)
        self.pending: list[Sample] = []
        self.pending_bytes = 0

    @property
    def bytes(self) -> int:
        return self.pending_bytes + self.samples.held_bytes + self.texts.held_bytes


class Staging:
    """Takes samples and writes them to files under a folder, in bounded memory.

    Parameters
    ----------
    folder
        Where the files go.
    import_id
        Written into every row.
    make_features
        Computes the columns ``f.*`` of some rows; the files have none without it.
    keeps_texts
        Write the texts too; without them the rows can be settled and not placed.
    """

    def __init__(
        self,
        folder: Path,
        import_id: str,
        make_features: MakeFeatures | None = None,
        *,
        keeps_texts: bool = True,
    ) -> None:
        self._folder = folder
        self._import_id = import_id
        self._make_features = make_features
        self._keeps_texts = keeps_texts
        self._keys = KeyMaker()
        self._repeats = RepeatCounts()
        self._buffers: dict[str, _Buffer] = {}
        self._open: OrderedDict[str, _Buffer] = OrderedDict()
        self._bytes = 0

    def add(self, samples: Sequence[Sample]) -> None:
        """Take sound samples in the order of their log."""
        touched: set[str] = set()
        for sample in samples:
            buffer = self._buffers.get(sample.base_task)
            if buffer is None:
                buffer = _Buffer(self._folder, len(self._buffers), sample.base_task)
                self._buffers[sample.base_task] = buffer
            size = _SAMPLE_BYTES + len(sample.prompt or "") + len(sample.response or "")
            size += len(sample.reasoning or "")
            buffer.pending.append(sample)
            buffer.pending_bytes += size
            self._bytes += size
            if len(buffer.pending) >= _CHUNK_ROWS or buffer.pending_bytes >= _CHUNK_BYTES:
                self._convert(buffer)
            if self._bytes > BUDGET_BYTES:
                self._relieve()
            touched.add(sample.base_task)

    def finish(self) -> list[StagedTask]:
        """Write what is buffered; the base tasks with their files."""
        for buffer in self._buffers.values():
            self._flush(buffer)
            buffer.samples.close()
            buffer.texts.close()
        self._open.clear()
        return [buffer.task for buffer in self._buffers.values()]

    def abandon(self) -> None:
        """Close open files, whatever state they are in; nobody reads them any more."""
        for buffer in self._buffers.values():
            for output in (buffer.samples, buffer.texts):
                if output.writer is not None:
                    # Closing writes the file's end, for which a full disk has no room.
                    with suppress(OSError):
                        output.close()

    def _convert(self, buffer: _Buffer) -> None:
        """Turn pending samples into Arrow tables, and write those that fill a row group."""
        samples = buffer.pending
        if samples:
            before = buffer.bytes
            keys = self._keys.keys(samples, self._repeats)
            table = samples_table(samples, keys, self._import_id)
            texts = texts_table(samples, keys, self._import_id)
            have = list(map(has_text, samples))
            if self._make_features is not None:
                table = with_features(table, aligned_texts(texts, have), self._make_features)
            buffer.task.has_text.extend(have)
            buffer.task.columns.update(table.column_names)
            buffer.samples.take(table)
            if self._keeps_texts:
                buffer.texts.take(texts)
            buffer.pending, buffer.pending_bytes = [], 0
            self._bytes += buffer.bytes - before
        for output in (buffer.samples, buffer.texts):
            if output.is_full:
                self._write(buffer, output)

    def _write(self, buffer: _Buffer, output: _Output) -> None:
        self._bytes -= output.held_bytes
        output.write()
        self._open[buffer.task.base_task] = buffer
        self._open.move_to_end(buffer.task.base_task)
        if len(self._open) > OPEN_TASKS:
            _, oldest = self._open.popitem(last=False)
            oldest.samples.close()
            oldest.texts.close()

    def _flush(self, buffer: _Buffer) -> None:
        self._convert(buffer)
        for output in (buffer.samples, buffer.texts):
            if output.held_rows:
                self._write(buffer, output)

    def _relieve(self) -> None:
        """Write the largest buffers until a quarter of the budget is free."""
        for buffer in sorted(self._buffers.values(), key=lambda each: -each.bytes):
            if self._bytes <= BUDGET_BYTES * 3 // 4:
                return
            self._flush(buffer)
