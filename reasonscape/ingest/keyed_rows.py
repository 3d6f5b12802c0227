"""Rows found by their keys, in bounded memory: the rows lie in a temporary file."""

from __future__ import annotations

import sqlite3
import tempfile
from typing import Any, Final

import msgspec

from reasonscape.errors import UsageError

CACHE_KIB: Final = 32 << 10
"""Memory that holds keys, in KiB; more of them go to a file as well, which nobody else sees."""

_INSERT: Final = "INSERT OR IGNORE INTO rows VALUES (?, ?, ?, ?, ?)"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class KeyedRows:
    """Rows by key, each with its number in the file it came from.

    Parameters
    ----------
    name
        What the rows are, for errors.

    Examples
    --------
    >>> rows = KeyedRows("requests.jsonl")
    >>> rows.add("q1", 1, {"prompt": "?"}), rows.add("q1", 2, {})
    (None, 1)
    >>> rows.find("q1"), rows.find("q2")
    ({'prompt': '?'}, None)
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.count = 0
        self._end = 0
        self._used = bytearray()
        try:
            self._file = tempfile.TemporaryFile(prefix="reasonscape-rows-")  # noqa: SIM115
            self._keys = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise self._no_room(error) from error
        self._keys.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._keys.execute("PRAGMA journal_mode = OFF")
        self._keys.execute(
            "CREATE TABLE rows (key BLOB PRIMARY KEY, place, number, start, size) WITHOUT ROWID"
        )
        self._keys.execute("BEGIN")

    def __del__(self) -> None:
        for held in ("_keys", "_file"):
            if hasattr(self, held):
                getattr(self, held).close()

    def add(self, key: str, number: int, row: dict[str, Any]) -> int | None:
        """Take a row; where its key is there already, only say the number of the row that has it.

        Raises
        ------
        UsageError
            The temporary file cannot be written.
        """
        encoded = key.encode("utf-8", "surrogatepass")
        body = _encode(row)
        try:
            place = (encoded, self.count, number, self._end, len(body))
            if not self._keys.execute(_INSERT, place).rowcount:
                sql = "SELECT number FROM rows WHERE key = ?"
                return int(self._keys.execute(sql, (encoded,)).fetchone()[0])
            self._file.write(body)
        except (OSError, sqlite3.Error) as error:
            raise self._no_room(error) from error
        self._end += len(body)
        self.count += 1
        self._used.append(0)
        return None

    def find(self, key: str) -> dict[str, Any] | None:
        """Give the row of a key, and note that it was asked for.

        Raises
        ------
        UsageError
            The temporary file cannot be read.
        """
        sql = "SELECT place, start, size FROM rows WHERE key = ?"
        try:
            found = self._keys.execute(sql, (key.encode("utf-8", "surrogatepass"),)).fetchone()
            if found is None:
                return None
            place, start, size = found
            self._file.seek(start)
            body = self._file.read(size)
        except (OSError, sqlite3.Error) as error:
            raise self._no_room(error) from error
        self._used[place] = 1
        row: dict[str, Any] = _decode(body)
        return row

    @property
    def unused(self) -> int:
        """Number of rows that nobody asked for."""
        return self._used.count(0)

    def _no_room(self, error: Exception) -> UsageError:
        return UsageError(
            f"the rows of {self.name} cannot be kept at hand ({error})",
            remedy="see that the folder for temporary files (TMPDIR) has room",
        )
