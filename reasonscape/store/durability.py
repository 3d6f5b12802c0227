"""Bringing files to the disk, so that what a commit names survives a loss of power.

Delta Lake's library writes its entries without waiting for the disk. A commit here waits three
times: for its data files and their folders before the entry is made, and for the entry after.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

_FEW: Final = 3
_WORKERS: Final = 16


def sync_files(paths: Iterable[Path]) -> None:
    """Wait until files and the folders that hold them are on the disk.

    Parameters
    ----------
    paths
        Finished files.

    Raises
    ------
    OSError
        The disk is full or broken: what was written may be lost.
    """
    files = sorted(set(paths))
    _each(_sync_file, files)
    _each(sync_folder, sorted({file.parent for file in files}))


def _each(sync: Callable[[Path], None], paths: list[Path]) -> None:
    if len(paths) <= _FEW:
        for path in paths:
            sync(path)
        return
    # Waiting takes no processor: a disk settles many files at once in the time of a few.
    with ThreadPoolExecutor(min(_WORKERS, len(paths))) as pool:
        for _ in pool.map(sync, paths):
            pass


def _sync_file(path: Path) -> None:
    # Windows flushes only what is open for writing.
    with path.open("rb" if os.name == "posix" else "r+b") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until a folder's list of names is on the disk; not where the system has no such call."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems refuse it for folders
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
