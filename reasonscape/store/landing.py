"""Whether a commit landed, and what is done once it did: the disk is waited for, the log shortened.

The library makes checkpoints within its commits, and where that fails (a full disk) it says that
the commit failed. Taken at its word, an import would delete files that the commit names. So
checkpoints are made here, and a failure counts only where the log has no entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reasonscape.store.durability import sync_files

if TYPE_CHECKING:
    from deltalake.transaction import PostCommitHookProperties

CHECKPOINT_EVERY: Final = 100
"""Versions of a table from one checkpoint of its log to the next."""


def no_hooks() -> PostCommitHookProperties:
    """Properties that keep the library from more than the commit: see :func:`settle`."""
    from deltalake.transaction import PostCommitHookProperties

    return PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)


def cause(error: BaseException) -> str:
    r"""Put the library's coloured tree of causes on one line.

    Examples
    --------
    >>> cause(OSError("cannot write\n    \x1b[31m->\x1b[0m disk full"))
    'cannot write: disk full'
    """
    lines = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).splitlines()
    parts = (line.strip(" \t\u21b3>-") for line in lines)
    return ": ".join(filter(None, parts)) or type(error).__name__


def entries_after(folder: Path, version: int) -> Iterator[Path]:
    """Entries of a table's log from the version after that one on."""
    while (entry := folder / "_delta_log" / f"{version + 1:020d}.json").exists():
        yield entry
        version += 1


def settle(folder: Path, version: int) -> None:
    """Bring what was committed after ``version`` to the disk, and shorten the log now and then.

    The commit stands whatever happens here, so nothing is raised: its maker would undo what it
    names. The library's own way to make checkpoints raises, which is why it is not used.
    """
    from deltalake import DeltaTable

    with suppress(OSError):
        sync_files(entries_after(folder, version))
    latest = version + sum(1 for _ in entries_after(folder, version))
    if (latest + 1) // CHECKPOINT_EVERY > (version + 1) // CHECKPOINT_EVERY:
        with suppress(Exception):
            table = DeltaTable(str(folder.resolve()))
            table.create_checkpoint()
            table.cleanup_metadata()


@contextmanager
def landing(folder: Path, version: int, mark: str) -> Iterator[None]:
    """Take a failure of the library after its commit landed for none, and settle the commit.

    Parameters
    ----------
    folder
        The table's folder.
    version
        Before the commit.
    mark
        Stands in the commit's entry and in no other.
    """
    try:
        yield
    except BaseException as error:
        landed = any(mark in entry.read_text("utf-8") for entry in entries_after(folder, version))
        if not landed or not isinstance(error, Exception):
            raise
    settle(folder, version)
