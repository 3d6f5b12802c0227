"""Where files of Every Eval Ever go, and whether they may."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from reasonscape.errors import OutputError
from reasonscape.runs.folder import SUMMARY

if TYPE_CHECKING:
    from reasonscape.store.tables import Store

_NOT_PORTABLE: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|data", re.IGNORECASE)
_LONGEST: Final = 80


def check_folder(path: Path, store: Store) -> None:
    """Refuse a folder that something else than an export was written into.

    Raises
    ------
    OutputError
        It is a file, is inside the store, or holds the summary of another command.
    """
    if path.resolve().is_relative_to(store.path.resolve()):
        raise OutputError(f"{path} is inside the store", remedy="choose a folder beside it")
    if path.exists() and not path.is_dir():
        raise OutputError(f"{path} is a file", remedy="name a folder for Every Eval Ever files")
    if (path / SUMMARY).exists() and _command_of(path / SUMMARY) != "export":
        raise OutputError(
            f"{path / SUMMARY} is in the way: it is not that of an earlier export",
            remedy="name an empty folder",
        )


def _command_of(summary: Path) -> object:
    with suppress(OSError, ValueError):
        found = json.loads(summary.read_bytes())
        return found.get("command") if isinstance(found, dict) else None
    return None


def datastore_path(dataset: str, model: str, eval_id: str) -> str:
    """Name the files of an eval, without their ending; the same every time.

    Examples
    --------
    >>> datastore_path("d", "acme/m", "e0")
    'data/d/acme/m/26583e7b-f473-488c-8bf8-13f1dd89d808'
    """
    developer, slash, rest = model.partition("/")
    place = (dataset, developer, rest) if slash and developer else (dataset, "unknown", model)
    digest = hashlib.sha256(f"{dataset}\n{eval_id}".encode()).digest()
    uuid = UUID(bytes=digest[:16], version=4)
    return "/".join(("data", *map(_component, place), str(uuid)))


def _component(name: str) -> str:
    r"""One part of a path that every file system takes.

    Examples
    --------
    >>> _component("a/b:c"), _component("NUL"), _component(" .. ")
    ('a_b_c', 'NUL_', '_')
    """
    plain = _NOT_PORTABLE.sub("_", name.strip())[:_LONGEST].rstrip(". ")
    while len(plain.encode()) > _LONGEST * 2:
        plain = plain[:-1]
    return f"{plain}_" if not plain or _RESERVED.fullmatch(plain) else plain
