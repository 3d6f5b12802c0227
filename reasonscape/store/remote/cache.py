"""Where copies of stores are kept on this machine."""

from __future__ import annotations

import os
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Final

from reasonscape.errors import StoreError, UsageError
from reasonscape.store.remote.urls import shown

SPARE_BYTES: Final = 256 * 2**20
"""What is left free on a disk that copies are written to."""


def home_of(url: str) -> Path:
    """Return the folder for the copy of a store, for its owner alone; made if it is not there.

    It is below ``REASONSCAPE_CACHE``, or what ``XDG_CACHE_HOME`` names, or ``~/.cache``.

    Raises
    ------
    StoreError
        It cannot be made.
    """
    chosen = os.environ.get("REASONSCAPE_CACHE")
    try:
        if chosen:
            cache = Path(chosen).absolute()
        else:
            above = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
            cache = Path(above).absolute() / "reasonscape"
        home = cache / "stores" / sha256(shown(url).rstrip("/").encode()).hexdigest()[:32]
        for folder in (home, home / "fetching", home / "store"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(
            f"no copy of {shown(url)} can be kept below {chosen or 'your cache folder'} ({error})",
            remedy="set REASONSCAPE_CACHE to a folder that can be written",
        ) from None
    return home


def check_room(folder: Path, wanted: int, what: str) -> int:
    """Return the bytes that may be written to a disk.

    Parameters
    ----------
    folder
        On that disk.
    wanted
        Bytes that are to be written.
    what
        What they are, as it may be shown.

    Raises
    ------
    UsageError
        There is less room than that.
    """
    room = shutil.disk_usage(folder).free - SPARE_BYTES
    if wanted > room:
        raise UsageError(
            f"{what} needs {wanted / 2**20:,.0f} MiB on the disk of {folder}, and there is room "
            f"for {max(room, 0) / 2**20:,.0f}",
            remedy="make room there, or move the copies: REASONSCAPE_CACHE for stores, TMPDIR "
            "for logs",
        )
    return room
