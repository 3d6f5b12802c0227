"""Deleting files of a store elsewhere that no version names any more."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Final

from reasonscape.store.log import read_snapshot
from reasonscape.store.remote.files import RemoteFiles
from reasonscape.store.remote.remote_log import LOG

ABANDONED_SECONDS: Final = 24 * 3600.0
"""Age of an import from which files of it that were never committed are taken for left over."""


def sweep(
    files: RemoteFiles, copy: Path, follow: Callable[[], None], retention: float
) -> tuple[int, int]:
    """Delete replaced files, and those that imports left which were cut short.

    Nobody can be asked whether an import on another machine still runs: the time with which the
    names of its files begin decides.

    Parameters
    ----------
    files
        The store.
    copy
        Its copy.
    follow
        Brings the copy's log up to date. This comes after the listing: an import that ends in
        between has its files in the log.
    retention
        Seconds for which replaced files stay, for readers that opened an earlier version.

    Returns
    -------
    tuple of int
        Files deleted, and their bytes.
    """
    gone, size, now = [], 0, time.time()
    found = {table: files.below(table) for table in ("samples", "texts")}
    follow()
    for table, there in found.items():
        snapshot = read_snapshot(copy / table)
        listed = {file.path for file in snapshot.files}
        for one in there:
            is_data = one.key.endswith(".parquet") and not one.key.startswith(f"{LOG}/")
            if one.key in listed or not is_data:
                continue
            if one.key in snapshot.removed:
                age = now - snapshot.removed[one.key] / 1000.0
                is_old = age >= retention
            else:
                is_old = now - _began(one.key, now) >= ABANDONED_SECONDS
            if is_old:
                gone.append(f"{table}/{one.key}")
                size += one.size or 0
    files.remove(gone)
    return len(gone), size


def _began(key: str, default: float) -> float:
    """When the import began that wrote a file, by the file's name."""
    stamp = PurePosixPath(key).name.split("-")[0]
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return default
