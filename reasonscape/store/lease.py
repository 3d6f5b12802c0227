"""Folders of imports under way, and telling them from what killed ones left."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

try:
    import fcntl
except ImportError:  # no such locks on this system: age decides
    fcntl = None  # type: ignore[assignment]

from reasonscape.errors import StoreError

STAGING: Final = "staging"
_LEASE: Final = "lease.json"
_OLD_SECONDS: Final = 24 * 3600.0


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; the lock leaves nothing behind, however the process ends."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def new_import_id() -> str:
    """Name of an import: when it began (UTC), and enough chance to be the only one."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return f"{stamp}-{secrets.token_hex(4)}"


class Lease:
    """The right to a staging folder: a lock that the system drops when the process ends.

    Parameters
    ----------
    store
        The store's folder.
    import_id
        Whose files the folder holds, and with what their names in the tables begin.
    """

    def __init__(self, store: Path, import_id: str) -> None:
        self.folder = store / STAGING / import_id
        self._file: IO[str] | None = None
        try:
            self.folder.mkdir(parents=True)
            fresh = self.folder / f"{_LEASE}.new"
            self._file = fresh.open("w")
            json.dump({"pid": os.getpid(), "started": time.time()}, self._file)
            self._file.flush()
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX)
            # Named only once it is locked: nobody ever sees a lease that looks given up.
            fresh.rename(self.folder / _LEASE)
        except OSError as error:
            self.release()
            raise StoreError(
                f"the store {store} cannot be written ({error})",
                remedy="check that the folder may be written and the disk has room",
            ) from error

    def release(self) -> None:
        """Remove the staging folder and give up the right to it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._file is not None:
            # What is buffered may find no room again; the file is gone already.
            with suppress(OSError):
                self._file.close()


def is_alive(folder: Path) -> bool:
    """Whether the import that owns a staging folder still runs."""
    lease = folder / _LEASE
    try:
        with lease.open() as file:
            if fcntl is None:
                return time.time() - lease.stat().st_mtime < _OLD_SECONDS
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return True
            return False
    except FileNotFoundError:
        # Between making the folder and the lease there is a moment without one.
        try:
            return time.time() - folder.stat().st_mtime < 60.0
        except FileNotFoundError:
            return False


def running_imports(store: Path) -> frozenset[str]:
    """Ids of the imports under way."""
    return frozenset(folder.name for folder in _folders(store) if is_alive(folder))


def dead_folders(store: Path) -> list[Path]:
    """Staging folders that killed imports left."""
    return [folder for folder in _folders(store) if not is_alive(folder)]


def _folders(store: Path) -> list[Path]:
    staging = store / STAGING
    if not staging.is_dir():
        return []
    return sorted(folder for folder in staging.iterdir() if folder.is_dir())
