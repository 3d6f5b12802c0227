"""Columns of ``samples`` on their way into arrays of one entry a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.schema import CURVE_POINTS, column_type
from reasonscape.store.selection.coding import Coding

if TYPE_CHECKING:
    from numpy.typing import NDArray

_UNIQUE: Final = frozenset({"sample_uid", "item_id", "item_hash", "content_hash"})
"""Texts of which nearly every row has its own: numbering them first would not pay."""

_ROWS_AT_ONCE: Final = 4096


def kind_of(name: str) -> str:
    """Say what a column of ``samples`` holds: ``number``, ``text`` or ``list``.

    Raises
    ------
    ValueError
        There can be no column of that name.
    """
    kind = column_type(name)
    if kind is None:
        raise ValueError(f"samples has no column {name!r}")
    return "list" if kind.endswith("[]") else "text" if kind == "VARCHAR" else "number"


def is_coded(name: str, kinds: dict[str, str]) -> bool:
    """Whether a column holds texts that repeat, and is read as numbers."""
    return kinds[name] == "text" and name not in _UNIQUE


class TraceColumns:
    """The columns of a query that columns of ``samples`` become, and the way back.

    Parameters
    ----------
    kinds
        Column -> what it holds.
    coding
        The texts that are numbered.
    """

    def __init__(self, kinds: dict[str, str], coding: Coding) -> None:
        self._kinds = kinds
        self._coding = coding
        self._names = {name: f"c{place}" for place, name in enumerate(kinds)}

    @property
    def sql(self) -> str:
        """The columns as they follow others in a list."""
        return "".join(f", {part}" for name in self._kinds for part in self._columns(name))

    def _columns(self, name: str) -> list[str]:
        kind, short = self._kinds[name], self._names[name]
        quoted = f"s.{quote_identifier(name)}"
        if kind == "list":
            # One column for each place: numpy arrays of lists would hold an object for each row.
            return [f"{quoted}[{k + 1}] AS {short}_{k}" for k in range(CURVE_POINTS)]
        if kind == "number":
            return [f"{quoted}::DOUBLE AS {short}"]
        coded = self._coding.code(name) if is_coded(name, self._kinds) else quoted
        return [f"{coded} AS {short}"]

    def taken(self, name: str, found: dict[str, NDArray[Any]], order: NDArray[Any]) -> NDArray[Any]:
        """Values of a column of ``samples`` in a new order."""
        import numpy as np

        kind, short = self._kinds[name], self._names[name]
        if kind == "list":
            columns = [found.pop(f"{short}_{k}") for k in range(CURVE_POINTS)]
            matrix = np.empty((len(order), CURVE_POINTS), np.float32)
            # A few rows at a time, so that what is written stays in the processor's cache.
            for start in range(0, len(order), _ROWS_AT_ONCE):
                part = slice(start, start + _ROWS_AT_ONCE)
                matrix[part] = np.stack([column[part] for column in columns], axis=1)
            del columns
            return np.take(matrix, order, axis=0)
        values: NDArray[Any] = found[short][order]
        if is_coded(name, self._kinds):
            return self._coding.decoded(name, values)
        return values
