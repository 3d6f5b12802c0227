"""What a filter compiles to: SQL text with ``?`` places, and the values for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


def quote_identifier(name: str) -> str:
    """Quote a column name for SQL; the one place where a name becomes SQL text.

    Raises
    ------
    ValueError
        If the name has a NUL character, which no SQL text can carry.

    Examples
    --------
    >>> quote_identifier('param.a"b')
    '"param.a""b"'
    """
    if "\0" in name:
        raise ValueError("a column name cannot hold a NUL character")
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class Where:
    """A compiled filter.

    Attributes
    ----------
    sql
        A boolean expression over quoted columns; where it is NULL, it does not hold.
    params
        The values for its ``?``, in order.
    columns
        Columns that ``sql`` reads.
    base_tasks
        Base tasks that can hold a matching row, ``None`` for all; never too few.
    notes
        Sentences for the user about how the filter was understood.
    """

    sql: str
    params: tuple[object, ...] = ()
    columns: frozenset[str] = frozenset()
    base_tasks: frozenset[str] | None = None
    notes: tuple[str, ...] = ()

    def __and__(self, other: Where) -> Where:
        """Both hold."""
        if other.sql == "TRUE":
            sql, params = self.sql, self.params
        elif self.sql == "TRUE":
            sql, params = other.sql, other.params
        else:
            sql, params = f"({self.sql}) AND ({other.sql})", (*self.params, *other.params)
        if self.base_tasks is None or other.base_tasks is None:
            base_tasks = other.base_tasks if self.base_tasks is None else self.base_tasks
        else:
            base_tasks = self.base_tasks & other.base_tasks
        notes = tuple(dict.fromkeys((*self.notes, *other.notes)))
        return Where(sql, params, self.columns | other.columns, base_tasks, notes)


ALL: Final = Where("TRUE")
"""No condition: every row."""
