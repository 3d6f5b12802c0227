"""Copying files behind a URL to this machine, within what its disk has room for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.ingest.wanted import Wanted, wanted_at
from reasonscape.store.remote.urls import shown

MAX_FILES: Final = 100_000
_WORKERS: Final = 8
_DOCUMENTS: Final = (b"{", b"[", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")


def copied(url: str, folder: Path) -> list[Path]:
    """Copy what is at a URL; the paths that are to be read.

    Parameters
    ----------
    url
        A file, a folder or a shell pattern.
    folder
        Where it goes, below its scheme and its parts; not there yet.

    Raises
    ------
    UsageError
        There is nothing, it cannot be read, or there is no room for it.
    """
    wanted, as_folder = wanted_at(url)
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
