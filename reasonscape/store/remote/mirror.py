"""A store elsewhere, and its copy on this machine that everything else works on.

Data files are written once under names of their own, so the copy needs only what is read: the log
when the store is opened, a data file when a query names it. The copy holds nothing that is not
there as well, but for files of commits under way.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from reasonscape.errors import StoreError
from reasonscape.store.lease import STAGING, alone
from reasonscape.store.remote.cache import check_room, home_of
from reasonscape.store.remote.files import RemoteFiles
from reasonscape.store.remote.pushing import Pusher
from reasonscape.store.remote.registry import MissingFileError, register
from reasonscape.store.remote.remote_log import LOG, WORKERS, RemoteLog
from reasonscape.store.remote.urls import check_writable

if TYPE_CHECKING:
    from reasonscape.store.log import DataFile

_TABLES: Final = ("samples", "texts")
_OLD_SECONDS: Final = 24 * 3600.0


class Mirror:
    """A copy of a store elsewhere.

    Attributes
    ----------
    files
        The store.
    folder
        The copy, a store's folder like any other.

    Parameters
    ----------
    url
        The store's URL.
    """

    def __init__(self, url: str) -> None:
        self.files = RemoteFiles(url)
        self._url = url
        self._home = home_of(url)
        self.folder = self._home / "store"
        self._logs = {
            table: RemoteLog(self.files, table, self.folder / table / LOG) for table in _TABLES
        }
        self._pusher = Pusher(self.files, self._logs, self.follow)
        register(self.folder, self)

    def follow(self) -> None:
        """Bring the copy's log up to what is there; of another store nothing is kept.

        Raises
        ------
        StoreError
            What is there is no store, or the copy cannot be written.
        UsageError
            It cannot be read.
        """
        try:
            with alone(self._home):
                self._forget_unfinished()
                self.files.forget()
                if not all(log.agrees() for log in self._logs.values()):
                    self._forget()
                # An import commits its texts first: so there are texts for all samples read here.
                changed = [log.follow() for log in self._logs.values()]
            if any(changed):
                self._forget_replaced()
        except OSError as error:
            raise self._unwritable(error) from None

    def _forget(self) -> None:
        """Drop the copy: the store was deleted and made anew."""
        for entry in self.folder.iterdir():
            if entry.name == STAGING:
                continue
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def _forget_unfinished(self) -> None:
        """Delete what killed processes left half copied."""
        for path in (self._home / "fetching").iterdir():
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _OLD_SECONDS:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _forget_replaced(self) -> None:
        """Delete copies of files that no version names, once nobody here reads an earlier one."""
        from reasonscape.store.leftovers import remove_unlisted

        with suppress(StoreError):
            remove_unlisted(self.folder)

    def fetch(self, table: str, files: Sequence[DataFile]) -> None:
        """Copy those data files of a table that the copy lacks.

        Raises
        ------
        MissingFileError
            One is not there, or not of the size that the log names.
        UsageError
            There is no room for them, or the log names a file outside of the store.
        """
        lacking = [file for file in files if not _is_there(self._place(table, file), file)]
        if not lacking:
            return
        total = sum(file.size for file in lacking)
        try:
            check_room(self._home, total, f"the copy of {self.files.shown}")
            with ThreadPoolExecutor(WORKERS) as pool:
                for _ in pool.map(lambda file: self._fetch(table, file), lacking):
                    pass
        except OSError as error:
            raise self._unwritable(error) from None

    def _place(self, table: str, file: DataFile) -> Path:
        """Where a data file belongs in the copy; the log is not trusted to stay inside."""
        path, size = file.path, file.size
        pure = PurePosixPath(path)
        if type(size) is not int or size < 0:
            raise StoreError(
                f"the log of {self.files.shown} names no size of the file {path!r:.100}",
                remedy="restore the store from a copy",
            )
        if pure.is_absolute() or ".." in pure.parts or "\\" in path or "\0" in path or not path:
            raise StoreError(
                f"the log of {self.files.shown} names the file {path!r:.100}, outside of the store",
                remedy="do not use this store",
            )
        return self.folder / table / pure

    def _fetch(self, table: str, file: DataFile) -> None:
        key, target = f"{table}/{file.path}", self._place(table, file)
        partial = self._home / "fetching" / secrets.token_hex(8)
        try:
            self.files.download(key, partial, file.size)
            if not _is_there(partial, file):
                raise self._missing(key, f"has {partial.stat().st_size} bytes and not {file.size}")
            target.parent.mkdir(parents=True, exist_ok=True)
            partial.replace(target)
        except FileNotFoundError:
            raise self._missing(key, "is not there") from None
        finally:
            partial.unlink(missing_ok=True)

    def committing(self, table: Path) -> Iterator[Path]:
        """Offer a folder to commit to a table in, as `Pusher.committing` does."""
        self.check_writable()
        yield from self._pusher.committing(table, self._home / "fetching")

    def check_writable(self) -> None:
        """Refuse a store of a kind that cannot hold its commits apart.

        Raises
        ------
        StoreError
            Files cannot be created there only if they are not there.
        """
        check_writable(self._url)

    def sweep(self, retention: float) -> tuple[int, int]:
        """Delete files there that no version names; how many, and their bytes."""
        from reasonscape.store.remote.sweeping import sweep

        return sweep(self.files, self.folder, self.follow, retention)

    def _missing(self, key: str, found: str) -> MissingFileError:
        return MissingFileError(
            f"the data file {self.files.named(key)} {found}",
            remedy="if the store was compacted just now, run this again; else restore the file",
        )

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(
            f"the copy of {self.files.shown} cannot be written in {self._home} "
            f"({error.strerror or error})",
            remedy="check that it may be written and the disk has room, or set REASONSCAPE_CACHE",
        )


def _is_there(path: Path, file: DataFile) -> bool:
    try:
        return path.stat().st_size == file.size
    except OSError:
        return False
