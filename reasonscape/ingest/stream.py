"""The stream of an import: logs in, batches out to the store, with what was seen on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from reasonscape.datasets.extension import Seen
from reasonscape.errors import UsageError
from reasonscape.ingest.logs import Log
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.refused import UNREADABLE, RefusedRows
from reasonscape.ingest.target import ImportTarget
from reasonscape.ingest.vain_choices import chosen_in_vain
from reasonscape.store.identity import eval_id
from reasonscape.store.sample import Sample
from reasonscape.store.schema import LABEL, PARAM
from reasonscape.store.tables import Store
from reasonscape.store.traces import MakeFeatures
from reasonscape.store.writing import ImportResult, ImportWriter, OnConflict, Refusal

BATCH_ROWS: Final = 2000
BATCH_CHARACTERS: Final = 8 << 20

Progress = Callable[[int, int], None]


class SampleStream:
    """Reads logs one after the other and hands their samples to the store in bounded batches.

    Attributes
    ----------
    rows
        Rows read so far, refused ones included.
    """

    def __init__(
        self,
        logs: Sequence[Log],
        target: ImportTarget,
        notices: Notices,
        refused: RefusedRows,
        *,
        options: ReadOptions,
        progress: Progress | None,
    ) -> None:
        self._logs = logs
        self._target = target
        self._notices = notices
        self._refused = refused
        self._options = options
        self._progress = progress
        self._done, self._total = 0, sum(log.size for log in logs)
        self._evals = set[tuple[str, str, str]]()
        self._base_tasks = set[str]()
        self.rows = 0

    def into_store(
        self, on_conflict: OnConflict, make_features: MakeFeatures | None
    ) -> ImportResult | None:
        """Write everything in one commit; with no good row, None: no store is made or touched.

        Parameters
        ----------
        on_conflict, make_features
            As `ImportWriter` takes them.

        Raises
        ------
        StoreError
            The store cannot be opened or written.
        ImportIncompleteError
            Rows conflict with the store and ``on_conflict`` is ``error``.
        """
        with ExitStack() as stack:
            writer: ImportWriter | None = None
            for batch in self._batches():
                if writer is None:
                    store = Store.create(self._target.store)
                    writer = stack.enter_context(
                        ImportWriter(store, on_conflict=on_conflict, make_features=make_features)
                    )
                writer.add(batch)
            if writer is None:
                return None
            result = writer.commit()
        for refusal in result.refused:
            self._refused.add(refusal)
        return result

    def seen(self) -> Seen:
        """Say which evals and base tasks the logs had, for the dataset config."""
        evals = tuple((eval_id(*names), *names) for names in sorted(self._evals))
        return Seen(evals, tuple(sorted(self._base_tasks)))

    def _batches(self) -> Iterator[list[Sample]]:
        for batch in self.batches():
            self._evals.update((one.model, one.template, one.sampler) for one in batch)
            self._base_tasks.update(one.base_task for one in batch)
            yield batch

    def batches(self) -> Iterator[list[Sample]]:
        """Give the samples of all logs in bounded batches, in their order; refusals are noted."""
        batch, characters = list[Sample](), 0
        for record in self._records():
            if isinstance(record, Refusal):
                self._refused.add(record)
                continue
            batch.append(record)
            characters += len(record.prompt or "") + len(record.response or "")
            characters += len(record.reasoning or "")
            if len(batch) >= BATCH_ROWS or characters >= BATCH_CHARACTERS:
                yield batch
                batch, characters = [], 0
        if batch:
            yield batch

    def _records(self) -> Iterator[Sample | Refusal]:
        """Give the samples and refusals of all logs, and say what was chosen in vain."""
        wanted = self._options.base_task
        is_named = wanted is None
        for record in self._read():
            if not (isinstance(record, Refusal) and record.reason == UNREADABLE):
                self.rows += 1
            if not is_named and isinstance(record, Sample):
                is_named = record.base_task == wanted
            yield record
        if self._options.grades is not None:
            self._options.grades.note_unused(self._notices)
        for text in chosen_in_vain([log.format for log in self._logs], self._options):
            self._notices.add(text, self.rows)
        if not is_named:
            self._notices.add(
                "every row names its base task, so --base-task is not used", self.rows
            )

    def _read(self) -> Iterator[Sample | Refusal]:
        options = replace(
            self._options,
            correct_at=self._target.correct_at,
            spellings=self._spellings(),
            notices=self._notices,
            progress=self._advance if self._progress else None,
        )
        for log in self._logs:
            of_log = options if log.source is None else replace(options, source=log.source)
            try:
                yield from log.format.read(log.path, of_log)
            except (OSError, UsageError) as error:
                # Unreadable after all: it costs itself, not the other logs.
                if len(self._logs) == 1 and not self.rows:
                    raise
                name = of_log.source_of(log.path)
                reason = str(error).replace(str(log.path), name)
                yield Refusal(name, 0, "", UNREADABLE, reason)
            self._done += log.size
            self._advance(0)

    def _advance(self, position: int) -> None:
        if self._progress:
            self._progress(min(self._done + position, self._total), self._total)

    def _spellings(self) -> tuple[str, ...]:
        """Parameter names that the store has, so that no two differ only in case."""
        store = Store(self._target.store)
        if not store.is_made:
            return ()
        columns = store.columns()
        return tuple(
            name.removeprefix(prefix)
            for prefix in (PARAM, LABEL)
            for name in columns
            if name.startswith(prefix)
        )
