"""The transaction log of a table elsewhere, and keeping a copy of it in step.

Entries are asked for by their numbers rather than listed: that works the same on a web server,
and an answer is never older than the last commit.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import StoreError
from reasonscape.store.remote.files import RemoteFiles

LOG: Final = "_delta_log"
POINTER: Final = "_last_checkpoint"
WORKERS: Final = 8
_FIRST_BATCH: Final = 4
_MOST_AT_ONCE: Final = 64
_COMMIT: Final = re.compile(r"(\d{20})\.json")


def entry_name(version: int) -> str:
    """Return the name of a version's entry."""
    return f"{version:020d}.json"


def versions(log: Path) -> list[int]:
    """Return the versions whose entries a folder holds, in order."""
    if not log.is_dir():
        return []
    found = (_COMMIT.fullmatch(entry.name) for entry in log.iterdir())
    return sorted(int(match.group(1)) for match in found if match)


def checkpoint_names(pointer: bytes) -> tuple[int, list[str]]:
    """Return the version and the files of the checkpoint that a pointer names.

    Raises
    ------
    ValueError
        It is no such pointer.

    Examples
    --------
    >>> checkpoint_names(b'{"version": 7}')
    (7, ['00000000000000000007.checkpoint.parquet'])
    """
    found = json.loads(pointer)
    version, parts = (
        (found.get("version"), found.get("parts")) if isinstance(found, dict) else 2 * (None,)
    )
    if not isinstance(version, int) or not 0 <= version < 10**20:
        raise ValueError("it names no version")
    stem = f"{version:020d}.checkpoint"
    if parts is None:
        return version, [f"{stem}.parquet"]
    if not isinstance(parts, int) or not 0 < parts <= 10_000:
        raise ValueError("it names no number of parts")
    return version, [f"{stem}.{part:010d}.{parts:010d}.parquet" for part in range(1, parts + 1)]


def put(target: Path, data: bytes) -> None:
    """Write a file of a copy in one step: who reads it sees all of it or nothing."""
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        partial.write_bytes(data)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


class RemoteLog:
    """The log of one table elsewhere.

    Parameters
    ----------
    files
        The store.
    table
        Name of the table.
    copy
        Folder of the copy of its log; need not be there.
    """

    def __init__(self, files: RemoteFiles, table: str, copy: Path) -> None:
        self.files = files
        self.copy = copy
        self._prefix = f"{table}/{LOG}"

    def key(self, name: str) -> str:
        """Return where a file of the log is."""
        return f"{self._prefix}/{name}"

    def agrees(self) -> bool:
        """Whether the copy's last entry is what is there under that number.

        A commit holds ids and times of its own, so two stores never share one.
        """
        mine = versions(self.copy)
        if not mine:
            return True
        name = entry_name(mine[-1])
        return self.files.read_if_there(self.key(name)) == (self.copy / name).read_bytes()

    def follow(self) -> bool:
        """Copy what the copy lacks; whether an earlier copy was brought up to date.

        Raises
        ------
        StoreError
            What is there is no log.
        """
        mine = versions(self.copy)
        start = mine[-1] + 1 if mine else 0
        pointer = self.files.read_if_there(self.key(POINTER))
        if pointer is not None:
            start = max(start, self._follow_checkpoint(pointer))
        size = _FIRST_BATCH
        with ThreadPoolExecutor(WORKERS) as pool:
            while True:
                names = [entry_name(start + place) for place in range(size)]
                found = list(pool.map(self.files.read_if_there, map(self.key, names)))
                for name, data in zip(names, found, strict=True):
                    if data is None:
                        return bool(mine) and versions(self.copy) != mine
                    self._check(name, data)
                    self.copy.mkdir(parents=True, exist_ok=True)
                    put(self.copy / name, data)
                start += size
                size = min(2 * size, _MOST_AT_ONCE)

    def _follow_checkpoint(self, pointer: bytes) -> int:
        """Copy the checkpoint where the copy lacks it; the version to go on with."""
        try:
            version, names = checkpoint_names(pointer)
        except (ValueError, RecursionError) as error:
            raise self._damaged(POINTER, str(error)) from None
        mine = versions(self.copy)
        if mine and mine[-1] >= version:
            return 0
        self.copy.mkdir(parents=True, exist_ok=True)
        for name in names:
            data = self.files.read_if_there(self.key(name))
            if data is None:
                raise self._damaged(name, "it is not there")
            put(self.copy / name, data)
        # The library that commits wants the entry of a checkpoint's version as well.
        entry = self.files.read_if_there(self.key(entry_name(version)))
        if entry is not None:
            self._check(entry_name(version), entry)
            put(self.copy / entry_name(version), entry)
        # Only now: a reader of the copy goes by the pointer.
        put(self.copy / POINTER, pointer)
        return version + 1

    def _check(self, name: str, data: bytes) -> None:
        """Refuse what a web server gives in place of a file that is not there."""
        for action in actions(data):
            if not isinstance(action, dict):
                raise self._damaged(name, "it is no entry of a log")

    def _damaged(self, name: str, reason: str) -> StoreError:
        return StoreError(
            f"the transaction log file {self.files.named(self.key(name))} cannot be used: {reason}",
            remedy="restore the store from a copy, or check that the URL is that of a store",
        )


def actions(entry: bytes) -> Iterable[Any]:
    """Return the actions of an entry; one that is no JSON is None."""
    for line in entry.splitlines():
        try:
            yield json.loads(line)
        except (ValueError, RecursionError):
            yield None
