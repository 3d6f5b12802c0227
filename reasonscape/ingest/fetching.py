"""Logs behind a URL: found, copied into a folder that lasts as long as the import, and named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from reasonscape.errors import ReasonScapeError
from reasonscape.ingest.copying import copied
from reasonscape.ingest.logs import LogList
from reasonscape.store.remote.urls import UrlPath, url_of


@dataclass(slots=True)
class LogsHere:
    """Paths of this machine to read in place of what was given.

    Attributes
    ----------
    paths
        The files and folders.
    folder
        Where copies are; None if there are none.
    """

    paths: list[str | Path] = field(default_factory=list)
    folder: Path | None = None

    def named(self, found: LogList) -> LogList:
        """Give copies the names of what they are copies of."""
        if self.folder is None:
            return found
        logs = tuple(replace(log, source=self._url(log.path)) for log in found.logs)
        passed = tuple((self._shown(path), self.reworded(why)) for path, why in found.passed)
        return LogList(logs, passed)

    def _shown(self, path: Path) -> Path:
        url = self._url(path)
        return path if url is None else UrlPath(url)

    def reworded(self, text: str) -> str:
        """Put URLs in the place of paths of copies."""
        if self.folder is None:
            return text
        place = re.escape(str(self.folder)) + r"[/\\]\d+[/\\]([a-z0-9]+)[/\\]"
        return re.sub(place, r"\1://", text)

    def _url(self, path: Path) -> str | None:
        text = self.reworded(str(path))
        return None if text == str(path) else text.replace("\\", "/")


@contextmanager
def logs_here(given: Iterable[str | Path]) -> Iterator[LogsHere]:
    """Copy what is behind URLs to a temporary folder, and remove it at the end.

    The folders that a log lies in keep their names, and files that go with it lie beside it.

    Parameters
    ----------
    given
        Files, folders and URLs of files, folders and shell patterns.

    Yields
    ------
    LogsHere
        What to read.

    Raises
    ------
    UsageError
        There is nothing at a URL, it cannot be read, or the disk has no room for it. Errors of
        the block that name a copy name its URL instead.
    """
    paths = list(given)
    if not any(url_of(path) for path in paths):
        yield LogsHere(paths)
        return
    with TemporaryDirectory(prefix="reasonscape-logs-") as name:
        here = LogsHere(folder=Path(name))
        try:
            for number, path in enumerate(paths):
                url = url_of(path)
                here.paths += [path] if url is None else copied(url, Path(name) / str(number))
            yield here
        except ReasonScapeError as error:
            error.message, error.remedy = map(here.reworded, (error.message, error.remedy))
            error.did_you_mean = tuple(map(here.reworded, error.did_you_mean))
            raise
