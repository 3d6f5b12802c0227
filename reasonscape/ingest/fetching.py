"""Logs behind a URL: found, copied into a folder that lasts as long as the import, and named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from reasonscape.errors import ReasonScapeError, UsageError
from reasonscape.ingest.formats import FORMATS
from reasonscape.ingest.logs import COMPRESSED, LogList, is_log_name, plain_name
from reasonscape.store.remote.urls import UrlPath, scheme_of, shown, url_of

if TYPE_CHECKING:
    from reasonscape.store.remote.files import Found, RemoteFiles

MAX_FILES: Final = 100_000
_WORKERS: Final = 8
_DOCUMENTS: Final = (b"{", b"[", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
_GLOB: Final = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to copy.

    Attributes
    ----------
    files, key
        Where it is.
    size
        Its bytes, None where the server does not say.
    is_given
        It is to be read, and not only there for one that is.
    """

    files: RemoteFiles
    key: str
    size: int | None
    is_given: bool

    @property
    def url(self) -> str:
        """Where it is, as it may be shown."""
        return self.files.named(self.key)


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
                here.paths += [path] if url is None else _copied(url, Path(name) / str(number))
            yield here
        except ReasonScapeError as error:
            error.message, error.remedy = map(here.reworded, (error.message, error.remedy))
            error.did_you_mean = tuple(map(here.reworded, error.did_you_mean))
            raise


def _copied(url: str, folder: Path) -> list[Path]:
    """Copy what is at a URL; the paths that are to be read."""
    wanted, as_folder = _wanted(url)
    if len(wanted) > MAX_FILES:
        raise UsageError(
            f"there are {len(wanted):,} files at {shown(url)}, and {MAX_FILES:,} are the most",
            remedy="name a part of them",
        )
    places = {one: _place(folder, one.url) for one in wanted}
    _copy(places, folder, shown(url))
    if as_folder:
        return [_place(folder, shown(url).rstrip("/"))]
    return [place for one, place in places.items() if one.is_given]


def _wanted(url: str) -> tuple[list[Wanted], bool]:
    """What to copy, and whether it is to be read as one folder."""
    from reasonscape.store.remote.files import RemoteFiles

    files = RemoteFiles(url)
    try:
        size = files.size("")
    except FileNotFoundError:
        pass
    else:
        return [Wanted(files, "", size, True), *_companions(url)], False
    if not scheme_of(url).folders:
        raise UsageError(
            f"there is no log at {shown(url)}",
            remedy="name each file; folders and patterns of a web server cannot be listed",
        )
    match = _GLOB.search(url)
    if match is None:
        below = [one for one in files.below() if _is_looked_at(one.key)]
        found = [Wanted(files, one.key, one.size, True) for one in below]
    else:
        base = url[: url.rindex("/", 0, match.start())]
        files = RemoteFiles(base)
        matching = files.matching(url[len(base) + 1 :])
        found = [Wanted(files, one.key, one.size, True) for one in matching]
        folders = {one.url.rpartition("/")[0] for one in found}
        known = {one.url for one in found}
        for folder in sorted(folders):
            others = _companions(f"{folder}/-")
            found += [one for one in others if one.url not in known]
            known.update(one.url for one in others)
    if not found:
        raise UsageError(f"there is no log at {shown(url)}", remedy="check the URL")
    return found, match is None


def _is_looked_at(key: str) -> bool:
    name = key.rpartition("/")[2]
    return is_log_name(name) or _is_companion(name)


def _is_companion(name: str) -> bool:
    name = plain_name(name)
    return any(fnmatchcase(name, one) for known in FORMATS for one in known.companions)


def _companions(url: str) -> list[Wanted]:
    """Files that may go with a log: in its folder, and in the one that holds this folder."""
    from reasonscape.store.remote.files import RemoteFiles

    log, found = shown(url), list[Wanted]()
    folder = log
    for _ in range(2):
        folder = folder.rpartition("/")[0]
        if folder.count("/") < 2:
            break
        files = RemoteFiles(folder)
        try:
            entries = files.inside() if files.scheme.folders else _probed(files)
        except UsageError:  # who may read a file may perhaps not list its folder
            continue
        found += [
            Wanted(files, one.key, one.size, False)
            for one in entries
            if "/" not in one.key and _is_companion(one.key) and files.named(one.key) != log
        ]
    return found


def _probed(files: RemoteFiles) -> list[Found]:
    """Companions whose names are known in full: a web server lists none."""
    from reasonscape.store.remote.files import Found

    named = {one for known in FORMATS for one in known.companions if not _GLOB.search(one)}
    names = sorted(name + ending for name in named for ending in ("", *COMPRESSED))

    def probe(name: str) -> Found | None:
        try:
            return Found(name, files.size(name))
        except (FileNotFoundError, UsageError):
            return None

    with ThreadPoolExecutor(_WORKERS) as pool:
        return [found for found in pool.map(probe, names) if found is not None]


def _place(folder: Path, url: str) -> Path:
    """Where a copy goes: the parts of its URL as folders, which must be names of files."""
    scheme, _, rest = url.partition("://")
    parts = rest.split("/")
    for part in parts:
        if part in ("", ".", "..") or "\\" in part or "\0" in part or len(part.encode()) > 255:
            raise UsageError(
                f"{url!r:.300} cannot be copied: a part of it is no name of a file",
                remedy="copy it under another name first",
            )
    return folder.joinpath(scheme, *parts)


def _copy(places: dict[Wanted, Path], folder: Path, what: str) -> None:
    """Copy files: those of known sizes side by side, the others one after the other."""
    from reasonscape.store.remote.cache import check_room

    sizes = {one: one.size for one in places if one.size is not None}
    folder.mkdir()
    room = check_room(folder, sum(sizes.values()), what)
    try:
        for place in places.values():
            place.parent.mkdir(parents=True, exist_ok=True)
        for one, place in places.items():
            if place.is_dir():
                raise UsageError(
                    f"{one.url} is a file and a folder at once", remedy="name each file alone"
                )
        with ThreadPoolExecutor(_WORKERS) as pool:
            for _ in pool.map(lambda one: _copy_one(one, places[one], room), sizes):
                pass
        for one in places:
            if one not in sizes:
                _copy_one(one, places[one], check_room(folder, 0, what))
    except OSError as error:
        raise UsageError(
            f"{what} cannot be copied to {folder.parent} ({error.strerror or error})",
            remedy="check that the disk has room, or point TMPDIR at a larger one",
        ) from None


def _copy_one(one: Wanted, place: Path, room: int) -> None:
    try:
        one.files.download(one.key, place, room)
    except FileNotFoundError:
        place.unlink(missing_ok=True)
        if one.is_given:
            raise UsageError(f"there is no log at {one.url}", remedy="check the URL") from None
        return
    except UsageError:
        if one.is_given or one.files.scheme.folders:
            raise
        place.unlink(missing_ok=True)
        return
    if not one.is_given and not one.files.scheme.folders and not _is_document(place):
        place.unlink()


def _is_document(path: Path) -> bool:
    """Whether a file is JSON or compressed; web servers give pages for what they do not have."""
    with path.open("rb") as file:
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_DOCUMENTS)
