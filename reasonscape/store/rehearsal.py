"""What an import would do to a store, found out without writing to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING

from reasonscape.errors import StoreError
from reasonscape.store.checking import Refusal, Spellings, refusals
from reasonscape.store.engine import EngineError, first_line
from reasonscape.store.log import Snapshot
from reasonscape.store.sample import Sample
from reasonscape.store.tables import Store

if TYPE_CHECKING:
    from reasonscape.store.settling import Settlement
    from reasonscape.store.writing import OnConflict


class Rehearsal:
    """Takes the samples of an import and settles them as `ImportWriter` would; stores nothing.

    Keys and hashes go to a temporary folder, so that memory stays bounded.

    Parameters
    ----------
    path
        Folder of the store where the samples would go; it need not be made.
    on_conflict
        As for `ImportWriter`.

    Raises
    ------
    StoreError
        The store is damaged, or of a newer schema.
    """

    def __init__(self, path: Path, *, on_conflict: OnConflict = "error") -> None:
        from reasonscape.store.staging import Staging

        if Store(path).is_made:
            store = Store.open(path)
            self._stored, known = store.samples, store.columns()
        else:
            self._stored, known = Snapshot(path, -1, 0, {}, ()), {}
        self._spellings = Spellings(known)
        self._on_conflict = on_conflict
        self._folder = TemporaryDirectory(prefix="reasonscape-dry-run-")
        self._staging = Staging(Path(self._folder.name), "dry-run", keeps_texts=False)

    def __enter__(self) -> Rehearsal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._staging.abandon()
        self._folder.cleanup()

    def add(self, samples: Sequence[Sample]) -> tuple[list[Sample], list[Refusal]]:
        """Take samples in the order of their log; those that can be stored, and why others cannot.

        Raises
        ------
        StoreError
            The temporary folder cannot be written.
        """
        good, refused = list(samples), list[Refusal]()
        for judge in (refusals, self._spellings.clashes):
            found = judge(good)
            refused += filter(None, found)
            good = [one for one, why in zip(good, found, strict=True) if why is None]
        try:
            self._staging.add(good)
        except OSError as error:
            raise _no_room(error) from error
        return good, refused

    def settle(self) -> Settlement:
        """Say what would become of the rows.

        Raises
        ------
        StoreError
            The temporary folder cannot be written, or the store cannot be read.
        """
        from reasonscape.store.settling import Settler

        spill = Path(self._folder.name, "spill")
        try:
            spill.mkdir()
            tasks = self._staging.finish()
            return Settler(tasks, self._stored, self._on_conflict, str(spill)).settle()
        except (OSError, EngineError) as error:
            raise _no_room(error) from error


def _no_room(error: Exception) -> StoreError:
    return StoreError(
        f"the dry run cannot compare the rows with the store ({first_line(error)})",
        remedy="see that the folder for temporary files (TMPDIR) has room",
    )
