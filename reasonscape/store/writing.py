"""Importing samples: streamed in, settled against what is there, committed at once."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal

from reasonscape.errors import ImportIncompleteError, StoreError, UsageError
from reasonscape.store.checking import Refusal, Spellings, refusals
from reasonscape.store.commits import add_columns, commit_files, retry
from reasonscape.store.engine import EngineError, first_line
from reasonscape.store.lease import Lease, new_import_id
from reasonscape.store.log import DataFile, Snapshot, read_snapshot
from reasonscape.store.sample import Sample
from reasonscape.store.tables import SAMPLES, TEXTS, Store

if TYPE_CHECKING:
    from reasonscape.store.placing import Placed
    from reasonscape.store.settling import Settlement
    from reasonscape.store.staging import StagedTask
    from reasonscape.store.traces import MakeFeatures

__all__ = ["ConflictError", "ImportResult", "ImportWriter", "OnConflict", "Refusal"]

OnConflict = Literal["error", "replace", "repeat"]
_WAITING_BATCHES: Final = 4
_SLICE: Final = 4096


class ConflictError(ImportIncompleteError):
    """Rows that are in the store with other content; nothing of the import was stored.

    Parameters
    ----------
    count
        How many.
    example
        One of them in words.
    within
        How many of them differ from an earlier row of the same import, not from a stored one.
    """

    code = "conflict"

    def __init__(self, count: int, example: str, within: int = 0) -> None:
        one = count == 1
        if within:
            what = (
                f"{count} row{'' if one else 's'} of this import {'differs' if one else 'differ'} "
                "from an earlier row of the same eval, task, question and repeat"
                + ("" if within == count else f", {count - within} of them from one in the store")
            )
            remedy = "--on-conflict repeat (both stay, as for two runs of one eval)"
            other = "replace (the last one stands)"
        else:
            are = "row is" if one else "rows are"
            what = f"{count} {are} in the store already with different content"
            remedy = "--on-conflict replace (the new ones stand)"
            other = "repeat (both stay)"
        super().__init__(
            f"{what}, for example {example}",
            remedy=f"nothing was stored; choose {remedy} or {other}",
        )
        self.count = count
        self.example = example
        self.within = within


@dataclass(frozen=True)
class ImportResult:
    """What an import did; every row given to it is in exactly one of the counts.

    Attributes
    ----------
    added, unchanged, replaced, repeated
        Rows that are new, that were there with equal content, that took the place of another,
        that stand beside another under a new ``repeat``.
    refused
        Rows that were refused, at most 100,000 of them.
    refused_unlisted
        How many more were.
    """

    import_id: str
    added: int
    unchanged: int
    replaced: int
    repeated: int
    refused: tuple[Refusal, ...]
    refused_unlisted: int = 0

    @property
    def good(self) -> int:
        """Rows that are in the store now."""
        return self.added + self.unchanged + self.replaced + self.repeated


class ImportWriter:
    """Takes the samples of one import; nothing is visible until :meth:`commit`.

    Rows are converted and written by a thread of their own, so that the caller goes on reading.
    Leaving the block without a commit removes what was staged. Memory stays below 1 GiB whatever
    the number of rows.

    Parameters
    ----------
    store
        Where the samples go.
    on_conflict
        What becomes of a row that is there with other content: ``error`` refuses the import,
        ``replace`` puts the new row in its place, ``repeat`` keeps both.
    make_features
        Computes the columns ``f.*`` while rows are converted; without it they stay NULL.
    """

    def __init__(
        self,
        store: Store,
        *,
        on_conflict: OnConflict = "error",
        make_features: MakeFeatures | None = None,
    ) -> None:
        if on_conflict not in ("error", "replace", "repeat"):
            raise UsageError(
                f"on_conflict cannot be {on_conflict!r}", remedy="use error, replace or repeat"
            )
        from reasonscape.store.staging import Staging

        store.check_writable()

        self._store = store
        self._on_conflict: OnConflict = on_conflict
        self.import_id = new_import_id()
        self._lease = Lease(store.path, self.import_id)
        self._staging = Staging(self._lease.folder, self.import_id, make_features)
        self._spellings = Spellings(store.columns())
        self._refused: list[Refusal] = []
        self._unlisted = 0
        self._taken = 0
        self._failure: BaseException | None = None
        self._batches: queue.Queue[Sequence[Sample] | None] = queue.Queue(_WAITING_BATCHES)
        self._thread: threading.Thread | None = None
        self._is_done = False

    def __enter__(self) -> ImportWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._is_done:
            self._failure = self._failure or RuntimeError("the import was left")
            self._stop()
            self._leave()

    def add(self, samples: Sequence[Sample]) -> None:
        """Take samples, in the order of their log.

        The samples belong to the writer from here on.

        Raises
        ------
        StoreError
            Writing an earlier batch failed, a full disk for example.
        """
        if self._is_done:
            raise UsageError("this import is over", remedy="open a new ImportWriter")
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="import-writer", daemon=True)
            self._thread.start()
        for start in range(0, len(samples), _SLICE):
            self._raise_failure()
            self._batches.put(samples[start : start + _SLICE])

    def _work(self) -> None:
        """Convert and write batches until told to stop; after a failure only empty the queue."""
        while (batch := self._batches.get()) is not None:
            if self._failure is not None:
                continue
            try:
                self._take(batch)
            except BaseException as error:
                self._failure = error

    def _take(self, batch: Sequence[Sample]) -> None:
        self._taken += len(batch)
        for judge in (refusals, self._spellings.clashes):
            found = judge(batch)
            if any(found):
                for refused in filter(None, found):
                    self._refuse(refused)
                pairs = zip(batch, found, strict=True)
                batch = [sample for sample, refused in pairs if refused is None]
        self._staging.add(batch)

    def _refuse(self, refused: Refusal) -> None:
        if len(self._refused) < 100_000:
            self._refused.append(refused)
        else:
            self._unlisted += 1

    def _stop(self) -> None:
        if self._thread is not None:
            self._batches.put(None)
            self._thread.join()
            self._thread = None

    def _raise_failure(self) -> None:
        if self._failure is None:
            return
        failure = self._failure
        if isinstance(failure, OSError | EngineError):
            raise StoreError(
                f"the store {self._store.shown} cannot be written ({first_line(failure)})",
                remedy="check that the disk has room; the store is as it was before",
            ) from failure
        raise failure

    def commit(self) -> ImportResult:
        """Make everything visible at once.

        Returns
        -------
        ImportResult
            What became of the rows.

        Raises
        ------
        ConflictError
            With ``on_conflict="error"``, rows are there with other content.
        StoreError
            The store cannot be written, or other imports always came first.
        """
        if self._is_done:
            raise UsageError("this import is over", remedy="open a new ImportWriter")
        try:
            self._stop()
            self._raise_failure()
            committing = _Committing(
                self._store.path, self.import_id, self._on_conflict, self._lease.folder
            )
            tasks = self._staging.finish()
            return self._result(committing.commit(tasks))
        except (OSError, EngineError) as error:
            self._failure = error
            self._raise_failure()
            raise
        finally:
            self._leave()
            self._store.refresh()

    def _leave(self) -> None:
        self._is_done = True
        try:
            self._staging.abandon()
        finally:
            self._lease.release()

    def _result(self, settled: Settlement) -> ImportResult:
        refused = (*self._refused, *settled.refused)
        unlisted = self._unlisted + settled.unlisted
        others = settled.unchanged + settled.replaced + settled.repeated
        return ImportResult(
            self.import_id,
            added=self._taken - others - len(refused) - unlisted,
            unchanged=settled.unchanged,
            replaced=settled.replaced,
            repeated=settled.repeated,
            refused=refused,
            refused_unlisted=unlisted,
        )


class _Committing:
    """The attempts to commit one import, each on top of what it finds."""

    def __init__(self, store: Path, import_id: str, on_conflict: OnConflict, folder: Path) -> None:
        from reasonscape.store.placing import Placer

        self._store = store
        self._on_conflict = on_conflict
        self._folder = folder
        self._placer = Placer(store, import_id)
        self._metadata = {"import_id": import_id}
        self._texts: list[DataFile] = []
        self.settlement: Settlement | None = None

    def commit(self, tasks: list[StagedTask]) -> Settlement:
        """Attempt until it succeeds, or leave the store as it was."""
        try:
            retry(lambda: self.attempt(tasks), self._store)
        finally:
            # Also after a success: a lost attempt may have placed what the last one did not need.
            self._placer.clear()
        assert self.settlement is not None
        return self.settlement

    def attempt(self, tasks: list[StagedTask]) -> None:
        """Settle, place and commit once.

        Raises
        ------
        CommitRaceError
            Another commit landed in between.
        """
        samples = self._store / SAMPLES
        stored = read_snapshot(samples)
        self.settlement = self._settle(tasks, stored)
        wanted = {name for task in tasks for name in task.columns}
        if not wanted <= stored.columns.keys() and any(m.any() for m in self.settlement.keep):
            # Not before it is settled: an import that is refused leaves no columns behind.
            add_columns(samples, wanted - stored.columns.keys())
            wider = read_snapshot(samples)
            if wider.files != stored.files:
                self.settlement = self._settle(tasks, wider)
            stored = wider
        placed = self._placer.place(tasks, self.settlement, stored)
        try:
            self._commit_texts(placed)
            if placed.samples or placed.removed:
                commit_files(
                    samples, stored.version, placed.samples, placed.removed, self._metadata
                )
        except BaseException:
            # A lost race or a full disk: the next attempt, if there is one, may keep other rows.
            # An interrupt may come when the commit stands already: then nothing is taken back.
            named = read_snapshot(samples).names
            if not any(action.path in named for action in placed.samples):
                try:
                    self._withdraw_texts()
                finally:
                    placed.discard(self._store)
            raise

    def _settle(self, tasks: list[StagedTask], stored: Snapshot) -> Settlement:
        from reasonscape.store.settling import Settler

        spill = self._folder / "spill"
        spill.mkdir(exist_ok=True)
        settlement = Settler(tasks, stored, self._on_conflict, str(spill)).settle()
        if settlement.conflicts:
            self._withdraw_texts()
            raise ConflictError(settlement.conflicts, settlement.example, settlement.within)
        return settlement

    def _commit_texts(self, placed: Placed) -> None:
        """Texts come first: a crash in between leaves texts that nothing names."""
        if placed.texts:
            folder = self._store / TEXTS
            commit_files(
                folder, read_snapshot(folder).version, placed.texts, (), self._metadata, shared=True
            )
            names = {action.path for action in placed.texts}
            self._texts = [f for f in read_snapshot(folder).files if f.path in names]

    def _withdraw_texts(self) -> None:
        """Take back the texts of a lost attempt: the next one may keep other rows.

        Two imports that withdraw at once lose races as well. Such a race is settled here: the next
        attempt to commit may find nothing left to store, and would leave the texts behind.
        """
        if not self._texts:
            return
        folder = self._store / TEXTS

        def attempt() -> None:
            version = read_snapshot(folder).version
            commit_files(folder, version, (), self._texts, self._metadata, shared=True)

        retry(attempt, folder)
        self._texts = []
