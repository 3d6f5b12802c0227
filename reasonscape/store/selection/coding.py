"""Text columns as small numbers: a million texts that repeat are never made one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reasonscape.store.filters.where import quote_identifier

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reasonscape.store.tables import Store


class Coding:
    """The distinct texts of some columns of a FROM item, numbered in their order.

    Parameters
    ----------
    store
        Where the query runs.
    source, params
        The FROM item and the values for its ``?``.
    columns
        The columns; all of them texts with few distinct values.
    """

    def __init__(
        self, store: Store, source: str, params: Sequence[object], columns: Sequence[str]
    ) -> None:
        self._columns = tuple(dict.fromkeys(columns))
        lists = ", ".join(
            f"list_sort(list(DISTINCT {name}) FILTER (WHERE {name} IS NOT NULL))"
            for name in map(quote_identifier, self._columns)
        )
        found = store.rows(f"SELECT {lists} FROM {source}", params)[0] if lists else ()
        self.texts: dict[str, tuple[str, ...]] = {
            column: tuple(texts or ()) for column, texts in zip(self._columns, found, strict=True)
        }

    @property
    def joins(self) -> str:
        """What follows a FROM item that is called ``s``, for :meth:`code` to be known."""
        return "".join(
            " LEFT JOIN (SELECT unnest(texts) AS text, generate_subscripts(texts, 1) - 1 AS code "
            f"FROM (SELECT ?::VARCHAR[] AS texts)) w{place} "
            f"ON s.{quote_identifier(column)} = w{place}.text"
            for place, column in enumerate(self._columns)
        )

    @property
    def params(self) -> tuple[object, ...]:
        """Values for the ``?`` of :attr:`joins`."""
        return tuple(list(self.texts[column]) for column in self._columns)

    def code(self, column: str) -> str:
        """SQL expression of a column's number; -1 where it is NULL."""
        return f"coalesce(w{self._columns.index(column)}.code, -1)::INTEGER"

    def decoded(self, column: str, codes: NDArray[Any]) -> NDArray[np.object_]:
        """Texts of numbers, ``None`` for -1; equal texts are one object."""
        import numpy as np

        texts: NDArray[np.object_] = np.array([*self.texts[column], None], dtype=object)
        return np.take(texts, codes)
