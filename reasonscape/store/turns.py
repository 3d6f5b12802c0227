"""Whose turn it is to commit: one who lost several races in a row goes alone.

Commits are optimistic: whoever is first wins, and the others look again and retry. A slow import
among fast ones may lose for minutes. So attempts share a lock, and one who lost `PATIENCE` of them
takes it alone; who comes then waits. The locks are the system's own and end with their process.
Nothing depends on them: a commit that two would make is still refused to one of them, and where
locks cannot be had, on some network file systems, it goes as it went.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

try:
    import fcntl
except ImportError:  # no such locks on this system
    fcntl = None  # type: ignore[assignment]

PATIENCE: Final = 3
"""Attempts that lose before one is made alone."""

_WAIT_SECONDS: Final = 120.0
_POLL_SECONDS: Final = 0.01

_held = threading.local()


@contextmanager
def turn(folder: Path, *, alone: bool) -> Iterator[None]:
    """Attempt to commit beside others, or alone.

    Whoever waits for two minutes goes on without the lock: its holder may have been stopped.

    Parameters
    ----------
    folder
        The store's folder, or that of one of its tables.
    alone
        Wait for the attempts of others to end, and let none begin.
    """
    store = folder if (folder / "samples").is_dir() else folder.parent
    # A commit within an attempt is part of it.
    if fcntl is None:
        yield
        return
    if getattr(_held, "is_held", False):
        yield
        return
    files: list[int] = []
    _held.is_held = True
    try:
        with suppress(OSError):
            # The first file is the door: held alone while waiting for the room to be empty, so
            # that those who come later cannot fill it again and again.
            door, room = (_opened(files, store / name) for name in ("texts", "samples"))
            until = time.monotonic() + _WAIT_SECONDS
            kind = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
            _lock(door, kind, until)
            _lock(room, kind, until)
            if not alone:
                fcntl.flock(door, fcntl.LOCK_UN)
        yield
    finally:
        _held.is_held = False
        for file in files:
            os.close(file)


def _opened(files: list[int], path: Path) -> int:
    files.append(os.open(path, os.O_RDONLY))
    return files[-1]


def _lock(file: int, kind: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(_POLL_SECONDS)
        else:
            return
