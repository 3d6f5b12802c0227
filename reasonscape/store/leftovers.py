"""Files that no version names: what killed imports left, and what later versions replaced."""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reasonscape.store.lease import dead_folders, running_imports
from reasonscape.store.log import Snapshot, read_snapshot
from reasonscape.store.remote.registry import MissingFileError, origin_of

RETENTION_SECONDS: Final = 3600.0
"""How long files that a version replaced are kept for readers that opened the one before."""
_FORGOTTEN_SECONDS: Final = 6 * 24 * 3600.0  # a checkpoint keeps removals for a week


@dataclass(frozen=True)
class Unlisted:
    """Files on disk that the last version does not name, by why they are there.

    Attributes
    ----------
    leftovers
        What killed imports left in the tables.
    replaced
        Files of earlier versions, with when they were replaced (seconds since 1970).
    staging
        Staging folders of killed imports.
    unexplained
        Those leftovers whose import ended by itself: a commit named them, and its entry is gone.
    """

    leftovers: tuple[Path, ...]
    replaced: tuple[tuple[Path, float], ...]
    staging: tuple[Path, ...]
    unexplained: tuple[Path, ...]


def find_unlisted(store: Path) -> Unlisted:
    """Look for files that no version names; those of imports under way are left out.

    The order matters: an import that ends while we look has its files in the log by the time
    that the log is read.
    """
    on_disk = {table: list(_data_files(store / table)) for table in ("samples", "texts")}
    running = running_imports(store)
    leftovers: list[Path] = []
    replaced: list[tuple[Path, float]] = []
    for table, files in on_disk.items():
        snapshot = read_snapshot(store / table)
        listed = {file.path for file in snapshot.files}
        for path in files:
            name = path.relative_to(store / table).as_posix()
            if name in listed or _import_of(path) in running:
                continue
            if name in snapshot.removed:
                replaced.append((path, snapshot.removed[name] / 1000.0))
            else:
                leftovers.append(path)
    staging = dead_folders(store)
    return Unlisted(
        tuple(leftovers), tuple(replaced), tuple(staging),
        tuple(_unexplained(store, leftovers, {folder.name for folder in staging})),
    )  # fmt: skip


def _unexplained(store: Path, leftovers: list[Path], dead: set[str]) -> Iterator[Path]:
    for path in leftovers:
        table = store / path.relative_to(store).parts[0]
        # A copy of a store elsewhere keeps what others dropped long ago.
        if _import_of(path) in dead or origin_of(table) is not None:
            continue
        with suppress(FileNotFoundError):  # an import that failed took it away just now
            if path.stat().st_mtime >= _remembered_since(table):
                yield path


def _remembered_since(table: Path) -> float:
    """Since when the log tells of every file; a checkpoint forgets files replaced long ago."""
    try:
        return (table / "_delta_log" / "_last_checkpoint").stat().st_mtime - _FORGOTTEN_SECONDS
    except FileNotFoundError:
        return 0.0


def remove_unlisted(store: Path, retention: float = RETENTION_SECONDS) -> tuple[int, int]:
    """Delete what :func:`find_unlisted` finds, unless somebody may still need it.

    Parameters
    ----------
    store
        The store's folder.
    retention
        Age in seconds from which files are deleted whose owner cannot be asked: those that a
        version replaced, and unknown ones.

    Returns
    -------
    tuple of int
        Files deleted, and their bytes.
    """
    found = find_unlisted(store)
    dead = {folder.name for folder in found.staging}
    now = time.time()
    gone = [path for path, when in found.replaced if now - when >= retention]
    gone.extend(
        path
        for path in found.leftovers
        if _import_of(path) in dead or now - path.stat().st_mtime >= retention
    )
    size = 0
    for path in gone:
        size += path.stat().st_size
        path.unlink(missing_ok=True)
    for folder in found.staging:
        size += sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        shutil.rmtree(folder, ignore_errors=True)
    return len(gone) + len(found.staging), size


def remove_unnamed(store: Path, import_id: str) -> None:
    """Delete what somebody placed in the tables and never committed, once nothing more comes.

    Parameters
    ----------
    store
        The store's folder.
    import_id
        With it the names of the files begin.
    """
    for table in ("samples", "texts"):
        folder = store / table
        mine = [path for path in _data_files(folder) if _import_of(path) == import_id]
        remove_uncommitted(folder, [path.relative_to(folder).as_posix() for path in mine])


def remove_uncommitted(folder: Path, names: Collection[str]) -> None:
    """Delete those of the named files of a table that no commit names; others may be missing."""
    if not names:
        return
    committed = read_snapshot(folder).names
    for name in names:
        if name not in committed:
            (folder / name).unlink(missing_ok=True)


def missing_files(snapshot: Snapshot) -> list[str]:
    """Files that the version names and that are not there, or not of the size it names."""
    absent = []
    with suppress(MissingFileError):  # of a store elsewhere; which ones is told below
        snapshot.paths(snapshot.files)
    for file in snapshot.files:
        try:
            path = snapshot.path(file)
        except MissingFileError:
            absent.append(file.path)
            continue
        if not path.is_file() or path.stat().st_size != file.size:
            absent.append(file.path)
    return absent


def _data_files(folder: Path) -> Iterator[Path]:
    # Each base task has one folder; its name may itself end like that of a file.
    for part in folder.iterdir():
        if part.is_dir() and part.name != "_delta_log":
            yield from (path for path in part.glob("*.parquet") if path.is_file())


def _import_of(path: Path) -> str:
    """Import id with which a file's name begins, as in ``20261122T103005Z-1a2b3c4d-00001``."""
    return "-".join(path.stem.split("-")[:2])
