"""Rows as they are, texts beside them, in batches: what an export or a data frame is made of."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from reasonscape.store.engine import connect, stream
from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.outcome import OUTCOME_COLUMNS, OUTCOME_SQL
from reasonscape.store.schema import TEXT_FIELDS
from reasonscape.store.selection.source import selected

if TYPE_CHECKING:
    import pyarrow as pa

    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store

OUTCOME: Final = "outcome"
WORDS: Final = (*TEXT_FIELDS, "reasoning_kind")
"""Columns of ``texts`` that can be asked for."""

_ORDER: Final = ("eval_id", "task", "item_id", "repeat", "sample_uid")
_KEYS: Final = ("sample_uid", "import_id")
_MEMORY: Final = "400MB"
_ROWS: Final = 8192
_ROWS_WITH_TEXTS: Final = 512


def whole_rows(store: Store, where: Where, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Read rows that match, in batches.

    They come by base task, then by eval, task, item and repeat, the same every time. What does not
    fit into 400 MB while it is sorted goes to the machine's folder for temporary files.

    Parameters
    ----------
    store, where
        What to read.
    columns
        Columns of ``samples``, ``outcome``, and columns of ``texts``; at least one. No text is
        read that is not named. One that the store lacks is all NULL.

    Raises
    ------
    StoreError
        The store cannot be read.
    """
    tasks = store.base_tasks()
    if where.base_tasks is not None:
        tasks = tuple(task for task in tasks if task in where.base_tasks)
    rows = _ROWS_WITH_TEXTS if any(name in WORDS for name in columns) else _ROWS
    with (
        store.failing_in_words("read rows of"),
        tempfile.TemporaryDirectory(prefix="reasonscape-") as spill,
        connect(memory_limit=_MEMORY, spill=spill) as connection,
    ):
        for task in tasks:
            sql = _query(store, where, columns, task)
            yield from stream(connection, sql, rows, where.params)


def _query(store: Store, where: Where, columns: Sequence[str], base_task: str) -> str:
    words = [name for name in columns if name in WORDS]
    plain = [name for name in columns if name not in WORDS and name != OUTCOME]
    scanned = dict.fromkeys((*plain, *_ORDER, *_KEYS, *sorted(OUTCOME_COLUMNS)))
    source = f"{selected(store, where, list(scanned), [base_task])} s"
    if words:
        texts = store.scan_texts((*_KEYS, *words), (base_task,))
        # The narrow side is the one that is held; texts go by.
        source = f"{texts} t RIGHT JOIN {source} USING ({', '.join(_KEYS)})"
    chosen = ", ".join(
        f"{OUTCOME_SQL} AS {OUTCOME}" if name == OUTCOME else quote_identifier(name)
        for name in columns
    )
    return f"SELECT {chosen} FROM {source} ORDER BY {', '.join(_ORDER)}"
