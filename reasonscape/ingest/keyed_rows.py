"""Rows found by their keys, in bounded memory: what does not fit goes to a temporary file."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Final

from reasonscape.errors import UsageError

CACHE_KIB: Final = 32 << 10
"""Memory that holds rows, in KiB; the rest lies in a file that nobody else sees."""


class KeyedRows:
    """Rows by key, each with its number in the file it came from.

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
        self._rows = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._rows.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute(
            "CREATE TABLE rows (place INTEGER PRIMARY KEY, key BLOB, number, row BLOB)"
        )
        self._rows.execute("CREATE UNIQUE INDEX keys ON rows (key)")
        self._rows.execute("BEGIN")
        self._used = bytearray()

    def __del__(self) -> None:
        if hasattr(self, "_rows"):
            self._rows.close()

    def add(self, key: str, number: int, row: dict[str, Any]) -> int | None:
        """Take a row; where its key is there already, only say the number of the row that has it.

        Raises
        ------
        UsageError
            The temporary file cannot be written.
        """
        encoded = key.encode("utf-8", "surrogatepass")
        found = self._run("SELECT number FROM rows WHERE key = ?", (encoded,))
        if found is not None:
            return int(found[0])
        body = json.dumps(row)
        self._run("INSERT INTO rows VALUES (?, ?, ?, ?)", (self.count, encoded, number, body))
        self.count += 1
        self._used.append(0)
        return None

    def find(self, key: str) -> dict[str, Any] | None:
        """Give the row of a key, and note that it was asked for."""
        encoded = key.encode("utf-8", "surrogatepass")
        found = self._run("SELECT place, row FROM rows WHERE key = ?", (encoded,))
        if found is None:
            return None
        self._used[found[0]] = 1
        row: dict[str, Any] = json.loads(found[1])
        return row

    @property
    def unused(self) -> int:
        """Number of rows that nobody asked for."""
        return self._used.count(0)

    def _run(self, sql: str, values: tuple[object, ...]) -> tuple[Any, ...] | None:
        try:
            found: tuple[Any, ...] | None = self._rows.execute(sql, values).fetchone()
        except sqlite3.Error as error:
            raise UsageError(
                f"the rows of {self.name} cannot be kept at hand ({error})",
                remedy="see that the folder for temporary files (TMPDIR) has room",
            ) from error
        return found
