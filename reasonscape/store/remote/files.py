"""Files behind a URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from reasonscape.errors import ReasonScapeError, UsageError
from reasonscape.store.remote.clients import bounded, client_for
from reasonscape.store.remote.failures import failure
from reasonscape.store.remote.urls import scheme_of, shown, split_query


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was found: its key, and its size in bytes where the server says it."""

    key: str
    size: int | None


class RemoteFiles:
    """What is at a URL and below it.

    A key is a name below the URL, with ``/`` between folders; the empty key is the URL itself.

    Parameters
    ----------
    url
        The URL, with whatever it holds of credentials.

    Raises
    ------
    UsageError
        What this kind of URL needs is not installed, or the URL cannot be used.
    """

    def __init__(self, url: str) -> None:
        self.scheme = scheme_of(url)
        self.shown = shown(url)
        self._is_web = not self.scheme.folders
        host = url.partition("://")[2].partition("/")[0]
        if "@" in host and not self._is_web:
            raise UsageError(
                f"{self.shown} was given with credentials in it, which are not read from there",
                remedy="set them in the environment, as docs/remote.md says",
            )
        self._fs = client_for(url)
        self._root, self._query = split_query(url)
        if not self._is_web:
            self._root = str(self._fs._strip_protocol(url))

    def path(self, key: str) -> str:
        """Return a key as the file system knows it."""
        if not key:
            return self._root + self._query
        name = quote(key, safe="/=~") if self._is_web else key
        return f"{self._root.rstrip('/')}/{name}{self._query}"

    def forget(self) -> None:
        """Ask the server anew from here on: some clients keep what they once listed."""
        self._fs.invalidate_cache()

    def named(self, key: str) -> str:
        """Return a key as it may be shown."""
        return f"{self.shown.rstrip('/')}/{key}" if key else self.shown

    @contextmanager
    def _in_words(self, doing: str, key: str) -> Iterator[None]:
        """Turn whatever a client raises into one sentence; that a file is missing stays as it is.

        Raises
        ------
        FileNotFoundError, FileExistsError
            With the shown name alone: a client's own text may hold the query of the URL.
        """
        try:
            yield
        except ReasonScapeError:
            raise
        except FileNotFoundError as error:
            cause = error.__cause__
            answered = getattr(cause, "status", None) == 404
            if self._is_web and isinstance(cause, Exception) and not answered:
                # How fsspec says of a web server that it does not answer.
                raise failure(cause, doing, self.named(key)) from None
            raise FileNotFoundError(self.named(key)) from None
        except FileExistsError:
            raise FileExistsError(self.named(key)) from None
        except Exception as error:
            raise failure(error, doing, self.named(key)) from None

    def read(self, key: str) -> bytes:
        """Return the bytes of a file.

        Raises
        ------
        FileNotFoundError
            It is not there.
        UsageError
            It cannot be read.
        """
        with self._in_words("read", key):
            return bytes(self._fs.cat_file(self.path(key)))

    def read_if_there(self, key: str) -> bytes | None:
        """Return the bytes of a file, None where there is none."""
        try:
            return self.read(key)
        except FileNotFoundError:
            return None

    def size(self, key: str) -> int | None:
        """Return the size of a file; None where the server does not say it.

        Raises
        ------
        FileNotFoundError
            There is no such file; there may be a folder.
        UsageError
            The server cannot be asked.
        """
        with self._in_words("read", key):
            info = self._fs.info(self.path(key))
            if info.get("type") == "directory":
                raise FileNotFoundError
            size = info.get("size")
        return int(size) if size is not None else None

    def below(self, key: str = "") -> list[Found]:
        """List all files below a folder, by key; none where there is no such folder.

        Raises
        ------
        UsageError
            They cannot be listed.
        """
        base = self.path(key).rstrip("/")
        try:
            with self._in_words("list", key):
                found = self._fs.find(base, detail=True)
        except FileNotFoundError:
            return []
        return self._found(found, base)

    def inside(self) -> list[Found]:
        """List the files of the folder itself, by key; none where there is no such folder.

        Raises
        ------
        UsageError
            They cannot be listed.
        """
        base = self._root.rstrip("/")
        try:
            with self._in_words("list", ""):
                found = {str(info["name"]): info for info in self._fs.ls(base, detail=True)}
        except FileNotFoundError:
            return []
        return self._found(found, base)

    def matching(self, pattern: str) -> list[Found]:
        """List all files whose keys match a shell pattern.

        Raises
        ------
        UsageError
            They cannot be listed.
        """
        try:
            with self._in_words("list", pattern):
                found = self._fs.glob(self.path(pattern), detail=True)
        except FileNotFoundError:
            return []
        return self._found(found, self._root.rstrip("/"))

    def _found(self, found: dict[str, Any], base: str) -> list[Found]:
        entries = []
        for name, info in found.items():
            # Consoles of object stores keep a folder as an empty object with this ending.
            if info.get("type") == "directory" or name.endswith("/"):
                continue
            relative = name[len(base) :].removeprefix("/") if name.startswith(base) else name
            if relative:
                entries.append(Found(relative, info.get("size")))
        return sorted(entries, key=lambda each: each.key)

    def download(self, key: str, target: Path, most: int) -> None:
        """Copy a file to this machine.

        Parameters
        ----------
        key
            Which file.
        target
            Where it goes; its folder is there.
        most
            Bytes after which to stop, whatever the server said of its size.

        Raises
        ------
        FileNotFoundError
            It is not there.
        UsageError
            It cannot be read, or is longer than ``most``.
        """
        with self._in_words("read", key):
            counter = bounded(most, self.named(key))
            self._fs.get_file(self.path(key), str(target), callback=counter)

    def upload(self, source: Path, key: str) -> None:
        """Copy a file of this machine there, and check its size.

        Raises
        ------
        UsageError
            It cannot be written.
        """
        with self._in_words("write", key):
            self._fs.put_file(str(source), self.path(key))
            there = self._fs.info(self.path(key)).get("size")
        if there != source.stat().st_size:
            raise UsageError(
                f"{self.named(key)} is of {there} bytes after {source.stat().st_size} were written",
                remedy="try again",
            )

    def create(self, key: str, data: bytes) -> bool:
        """Write a file that is not there, in one step; False where somebody else was first.

        Raises
        ------
        UsageError
            It cannot be written, or it is unknown whether it was.
        """
        try:
            with self._in_words("write", key):
                self._fs.pipe_file(self.path(key), data, mode="create")
        except FileExistsError:
            # A client may send a request again that had been answered: then it is our own.
            return self.read_if_there(key) == data
        except UsageError:
            if self.read_if_there(key) == data:
                return True
            raise
        return True

    def honours_create(self, key: str, data: bytes) -> bool:
        """Whether the server refuses to create a file that is there.

        Some servers that speak S3 pass over the condition. What they then write are the same
        bytes, so to ask does no harm.

        Parameters
        ----------
        key, data
            A file, and what it holds.
        """
        try:
            with self._in_words("write", key):
                self._fs.pipe_file(self.path(key), data, mode="create")
        except FileExistsError:
            return True
        return False

    def replace(self, key: str, data: bytes, before: bytes | None) -> bool:
        """Write a file in place of what was read; False where it has changed since.

        Only S3 checks that in the same step; elsewhere the last of two that write at the same
        moment wins.

        Parameters
        ----------
        key
            Which file.
        data
            Its bytes.
        before
            What it held, None where it was not there.
        """
        if before is None:
            return self.create(key, data)
        with self._in_words("write", key):
            condition = {}
            if self.scheme.package == "s3fs":
                condition["IfMatch"] = self._fs.info(self.path(key))["ETag"]
            if self.read_if_there(key) != before:
                return False
            try:
                self._fs.pipe_file(self.path(key), data, **condition)
            except FileExistsError:  # how s3fs says that a condition does not hold
                return False
        return True

    def remove(self, keys: list[str]) -> None:
        """Delete files; those that are not there are no error."""
        for key in keys:
            try:
                with self._in_words("delete", key):
                    self._fs.rm_file(self.path(key))
            except FileNotFoundError:
                continue
