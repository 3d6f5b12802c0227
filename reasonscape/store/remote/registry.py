"""Which folders of this process are copies of a store that is elsewhere.

The store's code works on folders; this table is how the few places that open a data file or
commit learn that the folder is a copy. A store on this machine is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from reasonscape.errors import StoreError

if TYPE_CHECKING:
    from reasonscape.store.log import DataFile


class VersionTakenError(Exception):
    """Somebody else wrote the version of the table that was to be written."""


class MissingFileError(StoreError):
    """A data file that the log names is not there, or not of the size it names."""


class Origin(Protocol):
    """Where a copied store really is."""

    def fetch(self, table: str, files: Sequence[DataFile]) -> None:
        """Copy those data files of a table that the copy lacks."""

    def committing(self, table: Path) -> Iterator[Path]:
        """Offer a table's folder to commit to; what was committed is then written there."""


_ORIGINS: dict[Path, Origin] = {}


def register(store: Path, origin: Origin) -> None:
    """Say that a folder is a copy."""
    _ORIGINS[store] = origin


def origin_of(table: Path) -> Origin | None:
    """Return where the store of a table's folder really is; None for here."""
    return _ORIGINS.get(table.parent)


@contextmanager
def place_of_commit(table: Path) -> Iterator[Path]:
    """Offer the folder that a commit to a table is to be made in.

    Of a store on this machine it is the table's own. Of one elsewhere it holds a copy of the log
    alone, and the commit is written there when the block ends.

    Raises
    ------
    VersionTakenError
        Another commit was there first; the copy has it now.
    StoreError
        The store elsewhere cannot be written.
    """
    origin = origin_of(table)
    if origin is None:
        yield table
    else:
        yield from origin.committing(table)
