"""The rows an import refused: all counted by reason, the first of each reason kept."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import IO, Final

import orjson

from reasonscape.errors import OutputError
from reasonscape.store.writing import Refusal

KEPT: Final = 1000
UNREADABLE: Final = "unreadable_file"
"""The one reason that stands for a whole file, not for a row."""
_KEYS: Final = frozenset(field.name for field in fields(Refusal))
_LONGEST: Final = 1 << 20


class RefusedRows:
    """Counts refusals, keeps the first `KEPT` of each reason, and lists all in a file if asked to.

    Parameters
    ----------
    path
        JSON Lines file for the whole list; made at the first refusal. Memory stays bounded without.

    Raises
    ------
    OutputError
        Another file than an earlier list is in the way: a log, for one, is not written over.
    """

    def __init__(self, path: Path | None = None) -> None:
        if path is not None and not _may_be_replaced(path):
            raise OutputError(
                f"{path} is in the way: it is not a list of refused rows",
                remedy="name a new file for the list",
            )
        self.path = path
        self.counts: dict[str, int] = {}
        self._kept: dict[str, list[Refusal]] = {}
        self._file: IO[bytes] | None = None

    def add(self, refusal: Refusal) -> None:
        """Count one more refused row."""
        self.counts[refusal.reason] = self.counts.get(refusal.reason, 0) + 1
        kept = self._kept.setdefault(refusal.reason, [])
        if len(kept) < KEPT:
            kept.append(refusal)
        if self.path is not None:
            self._write(refusal, self.path)

    def _write(self, refusal: Refusal, path: Path) -> None:
        try:
            if self._file is None:
                self._file = path.open("wb")
            self._file.write(orjson.dumps(refusal, option=orjson.OPT_APPEND_NEWLINE))
        except OSError as error:
            raise _cannot_write(path, error) from error

    @property
    def total(self) -> int:
        """Number of refused rows and files."""
        return sum(self.counts.values())

    @property
    def files(self) -> int:
        """Number of refused files."""
        return self.counts.get(UNREADABLE, 0)

    def kept(self) -> tuple[Refusal, ...]:
        """Give the kept refusals, by reason and then in the order of the logs."""
        return tuple(one for reason in sorted(self._kept) for one in self._kept[reason])

    def __enter__(self) -> RefusedRows:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is None or self.path is None:
            return
        try:
            self._file.close()
        except OSError as failure:
            if error is None:
                raise _cannot_write(self.path, failure) from failure


def _may_be_replaced(path: Path) -> bool:
    """Whether nothing but an earlier list, or nothing at all, would be lost."""
    if not path.is_file() or not path.stat().st_size:
        return True
    try:
        with path.open("rb") as file:
            first = orjson.loads(file.readline(_LONGEST))
    except (OSError, orjson.JSONDecodeError):
        return False
    return isinstance(first, dict) and first.keys() == _KEYS


def _cannot_write(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"the list of refused rows cannot be written to {path}: {error.strerror}",
        remedy="name a file that can be written, with room left",
    )
