"""A few rows as they are, for looking at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.outcome import OUTCOME_COLUMNS, OUTCOME_SQL
from reasonscape.store.schema import FEATURE, LABEL, PARAM
from reasonscape.store.selection.source import selected

if TYPE_CHECKING:
    from reasonscape.store.filters.where import Where
    from reasonscape.store.tables import Store

WHO: Final = ("sample_uid", "eval_id", "model", "base_task", "task", "item_id", "repeat")
SAID: Final = ("stop", "max_tokens", "prompt_tokens", "completion_tokens", "reasoning_tokens")
_OPEN: Final = (PARAM, LABEL, FEATURE)


def few_samples(store: Store, where: Where, most: int) -> list[dict[str, Any]]:
    """Read a few of the rows that match.

    Parameters
    ----------
    store, where
        What to read.
    most
        How many rows; the first by their key, which is a hash, so that they are a fair draw and
        the same every time.

    Returns
    -------
    list of dict
        Column -> value, with ``outcome``; lists are left out.
    """
    known = {name: kind for name, kind in store.columns().items() if not kind.endswith("[]")}
    names: list[str] = [name for name in (*WHO, *SAID) if name in known]
    names += [name for name in known if name.startswith(_OPEN)]
    source = selected(store, where, (*names, *sorted(OUTCOME_COLUMNS - set(names))))
    columns = ", ".join(map(quote_identifier, names))
    sql = f"SELECT {columns}, {OUTCOME_SQL} FROM {source} ORDER BY sample_uid LIMIT {int(most)}"
    rows = store.rows(sql, where.params)
    return [dict(zip((*names, "outcome"), row, strict=True)) for row in rows]
