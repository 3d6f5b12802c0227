"""Writing commits to a store elsewhere: each counts when its log entry was created there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

from reasonscape.errors import ReasonScapeError, StoreError
from reasonscape.store.remote.files import RemoteFiles
from reasonscape.store.remote.registry import VersionTakenError
from reasonscape.store.remote.remote_log import (
    LOG,
    POINTER,
    WORKERS,
    RemoteLog,
    actions,
    checkpoint_names,
    entry_name,
    put,
    versions,
)


class Pusher:
    """Writes the commits of one process.

    Parameters
    ----------
    files
        The store.
    logs
        Its tables' logs, with their copies.
    follow
        Brings the copies up to date.
    """

    def __init__(
        self, files: RemoteFiles, logs: Mapping[str, RemoteLog], follow: Callable[[], None]
    ) -> None:
        self._files = files
        self._logs = logs
        self._follow = follow
        self._sent: set[str] = set()
        self._honours_create = False

    def committing(self, table: Path, scratch: Path) -> Iterator[Path]:
        """Offer a copy of a table's log to commit to, then write there what was committed.

        Parameters
        ----------
        table
            The table's folder in the copy of the store, where its new data files are.
        scratch
            Folder for that copy of the log.

        Yields
        ------
        Path
            The table's folder to commit to.

        Raises
        ------
        VersionTakenError
            Somebody else wrote that version; the copy has it now.
        StoreError
            It cannot be written.
        """
        with TemporaryDirectory(dir=scratch, prefix="commit-") as folder:
            log = Path(folder) / LOG
            log.mkdir()
            for source in (table / LOG).glob("*") if (table / LOG).is_dir() else ():
                shutil.copyfile(source, log / source.name)
            before = set(versions(log))
            yield Path(folder)
            try:
                for version in versions(log):
                    if version not in before:
                        self._send(table, version, log)
            except FileNotFoundError:
                raise StoreError(
                    f"{self._files.shown} cannot be written: there is no such bucket",
                    remedy="make the bucket, or check the URL",
                ) from None
            self._send_checkpoint(self._logs[table.name], log)

    def _send(self, table: Path, version: int, folder: Path) -> None:
        """Write one commit: its data files, and only then its entry."""
        log, name = self._logs[table.name], entry_name(version)
        entry = (folder / name).read_bytes()
        if version > 0 and not self._honours_create:
            last = entry_name(version - 1)
            self._check_server(log.key(last), self._files.read_if_there(log.key(last)))
        added = [unquote(each["add"]["path"]) for each in actions(entry) if "add" in each]
        new = [path for path in added if f"{table.name}/{path}" not in self._sent]
        with ThreadPoolExecutor(WORKERS) as pool:
            for _ in pool.map(lambda path: self._upload(table, path), new):
                pass
        if not self._files.create(log.key(name), entry):
            self._follow()
            raise VersionTakenError(f"version {version} of {table.name} is there")
        self._check_server(log.key(name), entry)
        log.copy.mkdir(parents=True, exist_ok=True)
        put(log.copy / name, entry)

    def _upload(self, table: Path, path: str) -> None:
        key = f"{table.name}/{path}"
        self._files.upload(table / path, key)
        self._sent.add(key)

    def _check_server(self, key: str, held: bytes | None) -> None:
        """Refuse a server that writes over a file although it was told not to; asked once."""
        if self._honours_create or held is None:
            return
        self._honours_create = self._files.honours_create(key, held)
        if not self._honours_create:
            raise StoreError(
                f"the server of {self._files.shown} writes over files that it is told only to "
                "create, so imports at once would overwrite each other",
                remedy="import into a store on this machine, and copy it",
            )

    def _send_checkpoint(self, log: RemoteLog, folder: Path) -> None:
        """Write a checkpoint that the commit made; without it readers only take longer."""
        pointer = folder / POINTER
        if not pointer.exists():
            return
        data = pointer.read_bytes()
        held = log.copy / POINTER
        if held.exists() and held.read_bytes() == data:
            return
        with suppress(ReasonScapeError, OSError, ValueError):
            for name in checkpoint_names(data)[1]:
                self._files.upload(folder / name, log.key(name))
                put(log.copy / name, (folder / name).read_bytes())
            before = self._files.read_if_there(log.key(POINTER))
            is_newer = _version(before) < _version(data)
            if is_newer and self._files.replace(log.key(POINTER), data, before):
                put(held, data)


def _version(pointer: bytes | None) -> int:
    return -1 if pointer is None else int(json.loads(pointer)["version"])
