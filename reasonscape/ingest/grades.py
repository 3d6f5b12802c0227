"""Grades from a side file, for logs that have none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.grades_file import grade_rows
from reasonscape.ingest.keyed_rows import KeyedRows
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.params import ParamReader

_GRADE: Final = ("correct", "score")


class Grades:
    """What a side file says of samples, found by item and repeat.

    A row of the file belongs to the samples whose ``item_id`` is its key: OpenAI's ``custom_id``,
    or the number of the row in a log without ids. With a ``repeat`` it belongs to that completion;
    without one to an item that has one completion. What it says goes before what the log says,
    but for a grade that the log has itself.

    Parameters
    ----------
    path
        JSON Lines, CSV, or one JSON object by keys; plain, gzip or zstd.

    Raises
    ------
    UsageError
        The file cannot be read, a row of it is malformed, or a key is there twice.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows = KeyedRows(str(path))
        self.unknown = set[str]()
        for number, key, fields, unknown in grade_rows(path):
            self.unknown |= unknown
            repeat = fields.pop("repeat", None)
            earlier = self._rows.add(_key(key, repeat), number, fields)
            if earlier is not None:
                again = "" if repeat is None else f", repeat {repeat},"
                raise UsageError(
                    f"{path} grades {key[:60]!r}{again} twice, in rows {earlier} and {number}",
                    remedy="keep one of them, or tell completions of one item apart by repeat",
                )
        if not self._rows.count:
            raise UsageError(f"{path} holds no grades", remedy="give a file that has rows")

    def fields_of(self, values: Mapping[str, Any], row: int, notices: Notices) -> dict[str, Any]:
        """Give what the file says of one sample, empty if it does not name it.

        Parameters
        ----------
        values
            The fields that the log has; ``completions`` is how many the item has in this row.
        row
            The row of the log, from 1.
        """
        item, repeat = values.get("item_id"), values.get("repeat")
        key = str(row) if item is None else str(item)
        found = self._rows.find(_key(key, repeat)) if repeat is not None else None
        if found is None and not repeat and values.get("completions", 1) == 1:
            found = self._rows.find(_key(key, None))
            if found is None and repeat is None:
                found = self._rows.find(_key(key, 0))
        if found is None:
            return {}
        if any(values.get(name) is not None for name in _GRADE):
            if any(name in found for name in _GRADE):
                notices.add("a grade of the log itself, which goes before the one in --grades")
            return {name: value for name, value in found.items() if name not in _GRADE}
        if any(found.get(name) is not None for name in _GRADE):
            found["grade_source"] = "side_file"
        return found

    @staticmethod
    def read_params(
        fields: dict[str, Any],
        reader: ParamReader,
        params: dict[str, float],
        labels: dict[str, str],
    ) -> None:
        """Take the coordinates out of what the file says; they replace those of the log.

        Raises
        ------
        RowError
            One of them cannot be stored.
        """
        given = fields.pop("params", None)
        if not given:
            return
        numbers, words = dict[str, float](), dict[str, str]()
        reader.read(given, numbers, words)
        for name in (*numbers, *words):
            params.pop(name, None)
            labels.pop(name, None)
        params.update(numbers)
        labels.update(words)

    def note_unused(self, notices: Notices) -> None:
        """Say which grades met no row, and which columns of the file are not understood."""
        if self._rows.unused:
            notices.add("grades in --grades that belong to no row of the logs", self._rows.unused)
        for name in sorted(self.unknown)[:10]:
            notices.add(f"{name[:60]!r} in --grades is no field of a sample and was left out")


def _key(key: str, repeat: object) -> str:
    return f"{key}\0{'' if repeat is None else repeat}"
