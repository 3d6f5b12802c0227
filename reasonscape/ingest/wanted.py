"""Which files behind a URL an import wants: the logs, and what goes with them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.file_names import COMPRESSED, plain_name
from reasonscape.ingest.formats import FORMATS
from reasonscape.ingest.logs import is_log_name
from reasonscape.store.remote.urls import scheme_of, shown

if TYPE_CHECKING:
    from reasonscape.store.remote.files import Found, RemoteFiles

_WORKERS: Final = 8
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


def wanted_at(url: str) -> tuple[list[Wanted], bool]:
    """Find what is to be copied, and whether it is to be read as one folder.

    Raises
    ------
    UsageError
        There is nothing at the URL, or it cannot be looked at.
    """
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
    """Companions whose names are known but for their last ending: a web server lists none."""
    from reasonscape.store.remote.files import Found

    stems = {one.removesuffix("*") for known in FORMATS for one in known.companions}
    named = [stem for stem in sorted(stems) if not _GLOB.search(stem)]
    names = [stem + ending for stem in named for ending in ("", *COMPRESSED)]

    def probe(name: str) -> Found | None:
        try:
            return Found(name, files.size(name))
        except (FileNotFoundError, UsageError):
            return None

    with ThreadPoolExecutor(_WORKERS) as pool:
        return [found for found in pool.map(probe, names) if found is not None]
