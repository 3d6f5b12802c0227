"""FROM items that a filter has been applied to, and the expressions that selections share."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from reasonscape.store.filters.where import quote_identifier

if TYPE_CHECKING:
    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store

ITEM_COLUMNS: Final = ("task", "item_id", "item_hash")
ITEM_KEY: Final = "hash(task, item_id, item_hash)"
"""One number for a question of a base task.

64 bits: among ten million items two share a number with a chance of 3 in a million, and then
count as one. Grouping by it costs a fraction of grouping by the three texts.
"""

_UNIT: Final = 2**36


def selected(
    store: Store, where: Where, columns: Collection[str], base_tasks: Collection[str] | None = None
) -> str:
    """FROM item with the columns of the samples that match; its parameters are the filter's.

    Parameters
    ----------
    store, where
        What to read.
    columns
        Columns to offer.
    base_tasks
        Narrows the filter's own base tasks.
    """
    tasks = where.base_tasks
    if base_tasks is not None:
        tasks = frozenset(base_tasks) if tasks is None else tasks & frozenset(base_tasks)
    names = dict.fromkeys(columns)
    source = store.scan([*names, *sorted(where.columns - set(names))], tasks)
    condition = "" if where.sql == "TRUE" else f" WHERE {where.sql}"
    if not condition:
        return source
    return f"(SELECT {', '.join(map(quote_identifier, names))} FROM {source}{condition})"


def exact_sum(expression: str, *, wide: bool = False) -> str:
    """SQL for a sum of shares that is the same in whatever order the rows come.

    Floating-point sums over threads differ in their last digits from run to run; integer sums
    do not. Terms are rounded to 2**-36, and may be up to 10**8, or of any size where ``wide``.
    """
    kind = "HUGEINT" if wide else "BIGINT"
    return f"(coalesce(sum(round(({expression}) * {_UNIT})::{kind}), 0)::DOUBLE / {_UNIT})"
