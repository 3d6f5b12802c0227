"""Data files and checkpoints against what the log says of them: what no hash of a row covers.

Features and sources are in no content hash, and numbers of rows and bounds are in the log alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import StoreError
from reasonscape.store.log import (
    LOG_DAMAGE,
    DataFile,
    Snapshot,
    read_checkpoint,
    read_entries,
)
from reasonscape.store.parquet import DIGEST, file_digest, file_stats

_BOUNDS: Final = ("minValues", "maxValues", "nullCount")


def damaged_files(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Files of a version that are not what was written, as kind of damage and name.

    Files of versions of this package that noted no digest are compared with their bounds only.
    """
    import pyarrow.parquet as pq

    for file in snapshot.files:
        path = snapshot.path(file)
        name = f"{snapshot.folder.name}/{file.path}"
        digest = file.stats.get(DIGEST)
        try:
            if digest is not None and file_digest(path) != digest:
                yield "wrong_digest", name
            elif not _agree(file.stats, json.loads(file_stats(pq.read_metadata(str(path))))):
                yield "wrong_statistics", name
        except (OSError, ValueError) as error:
            yield "unreadable_file", f"{name} ({error})"


def refuse_damaged(snapshot: Snapshot, files: Iterable[DataFile]) -> None:
    """Refuse to copy rows out of files that are not what was written, as if all were well.

    Raises
    ------
    StoreError
        A file has other bytes than the log says.
    """
    for file in files:
        digest = file.stats.get(DIGEST)
        if digest is not None and file_digest(snapshot.path(file)) != digest:
            raise StoreError(
                f"the data file {snapshot.folder.name}/{file.path} is not what was written",
                remedy="restore it from a copy, or import its logs into a new store",
            )


def _agree(said: dict[str, Any], found: dict[str, Any]) -> bool:
    """Whether what the log says of a file is so; it may be silent about a column."""
    if said.get("numRecords", found["numRecords"]) != found["numRecords"]:
        return False
    return all(
        said[kind][name] == found[kind][name]
        for kind in _BOUNDS
        for name in said.get(kind, {}).keys() & found[kind].keys()
    )


def wrong_checkpoint(folder: Path) -> bool:
    """Whether a table's checkpoint is damaged or says another than the entries it stands for.

    It can be told only while all entries are there.
    """
    log = folder / "_delta_log"
    pointer = log / "_last_checkpoint"
    if not pointer.exists():
        return False
    try:
        version, held = read_checkpoint(log)
    except LOG_DAMAGE:
        return True
    try:
        _, state = read_entries(log, version)
    except LOG_DAMAGE:
        return False
    return (held.files, held.columns) != (state.files, state.columns)


def drop_checkpoint(folder: Path) -> None:
    """Remove a table's checkpoints, where all entries are there to read instead."""
    log = folder / "_delta_log"
    try:
        read_entries(log, None)
    except LOG_DAMAGE:
        return
    # The pointer goes first: without it nobody looks for the rest.
    (log / "_last_checkpoint").unlink(missing_ok=True)
    for path in sorted(log.glob("*.checkpoint*.parquet")):
        path.unlink(missing_ok=True)
