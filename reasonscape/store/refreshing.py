"""Computing the columns ``f.*`` again for rows that were stored before they were."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reasonscape.store.checking import task_folder
from reasonscape.store.commits import add_columns, commit_files, retry
from reasonscape.store.lease import Lease, new_import_id
from reasonscape.store.log import DataFile, Snapshot, read_snapshot
from reasonscape.store.measuring import FEATURES, measured_file
from reasonscape.store.parquet import add_action
from reasonscape.store.tables import SAMPLES, TEXTS, Store
from reasonscape.store.traces import MakeFeatures

if TYPE_CHECKING:
    from deltalake.transaction import AddAction

VERSION: Final = "f.version"


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
    store.check_writable()
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
            add_columns(self._samples, FEATURES)
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
        committed = read_snapshot(self._samples).names
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
        name = f"{task_folder(file.base_task)}/{self._folder.name}-{len(self._names):05d}.parquet"
        self._names.append(name)
        target = samples.folder / name
        rows = measured_file(samples, texts, file, target, self._make_features, self._folder)
        return _Written(add_action(samples.folder, name, file.base_task), rows)
