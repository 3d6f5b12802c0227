"""Two groups of rows compared item by item: how often each side got every item right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reasonscape.store.engine import quote_text
from reasonscape.store.filters.where import Where, quote_identifier
from reasonscape.store.outcome import OUTCOME_COLUMNS
from reasonscape.store.schema import OUTCOMES
from reasonscape.store.selection.packing import group_counts, parts, row_counts, unpackable
from reasonscape.store.selection.source import ITEM_COLUMNS, ITEM_KEY, selected

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from reasonscape.store.tables import Store

    IntArray = NDArray[np.int64]

_BY_ID: Final = "hash(task, item_id)"
_SIDE = "CASE WHEN in_a THEN CASE WHEN in_b THEN 2 ELSE 0 END ELSE 1 END"


@dataclass(frozen=True, slots=True)
class SideItems:
    """One entry an item that either side has, ordered by base task and item.

    Attributes
    ----------
    base_tasks
        Names that ``task`` numbers.
    task, item
        Number of the base task, and the key of the item within it.
    m_a, k_a, t_a, m_b, k_b, t_b
        Used samples of each side, the right ones among them, and the truncated ones.
    known
        The prompt is known, so that the item is the same question on both sides.
    same_prompt
        All samples of the item have one prompt; only pairs by id can be otherwise.
    axes
        Column -> value of each item, for the columns that were asked for.
    in_both
        Samples that belong to both sides at once; they are counted on neither.
    """

    base_tasks: tuple[str, ...]
    task: IntArray
    item: NDArray[np.uint64]
    m_a: IntArray
    k_a: IntArray
    t_a: IntArray
    m_b: IntArray
    k_b: IntArray
    t_b: IntArray
    known: NDArray[np.bool_]
    same_prompt: NDArray[np.bool_]
    axes: dict[str, NDArray[Any]]
    in_both: int


def side_items(
    store: Store,
    where: Where,
    sides: tuple[Where, Where],
    base_tasks: Sequence[str],
    columns: Sequence[str] = (),
    *,
    by_id: bool = False,
) -> SideItems:
    """Count every item of two sides, side by side.

    Parameters
    ----------
    store, where
        What to read.
    sides
        The conditions of A and of B, within ``where``.
    base_tasks
        The base tasks to read.
    columns
        Coordinates of the items to fetch, ``param.length`` for example.
    by_id
        Take items with the same task and id for the same question whatever their prompts; else
        the hashes of their prompts must agree as well.
    """
    a, b = sides
    params = (*a.params, *b.params, *where.params)

    def read(packed: bool) -> dict[str, NDArray[Any]]:
        sql = _sql(store, where, sides, base_tasks, columns, by_id=by_id, packed=packed)
        return store.arrays(sql, params)

    found = unpackable(read, ["n_counted"], "n_all")
    numbers = {n: found[n].astype("int64") for n in ("m_a", "k_a", "t_a", "m_b", "k_b", "t_b")}
    return SideItems(
        base_tasks=tuple(base_tasks),
        task=found["place"].astype("int64") - 1,
        item=found["item"].astype("uint64"),
        **numbers,
        known=found["known"].astype(bool),
        same_prompt=found["same_prompt"].astype(bool),
        axes={column: found[f"axis{i}"] for i, column in enumerate(columns)},
        in_both=int(found["in_both"].sum()),
    )


def item_texts(
    store: Store,
    where: Where,
    base_tasks: Sequence[str],
    items: Sequence[int],
    *,
    by_id: bool = False,
) -> dict[int, tuple[str, str]]:
    """Task and id of some items, by their keys."""
    if not items:
        return {}
    source = selected(store, where, ITEM_COLUMNS, base_tasks)
    key = _BY_ID if by_id else ITEM_KEY
    keys = ", ".join(f"{int(item)}::UBIGINT" for item in items)
    sql = (
        f"SELECT item, min(task), min(item_id) FROM (SELECT {key} AS item, task, item_id "
        f"FROM {source}) WHERE item IN ({keys}) GROUP BY item"
    )
    return {int(row[0]): (row[1], row[2]) for row in store.rows(sql, where.params)}


def _sql(
    store: Store,
    where: Where,
    sides: tuple[Where, Where],
    base_tasks: Sequence[str],
    columns: Sequence[str],
    *,
    by_id: bool,
    packed: bool,
) -> str:
    """Samples first, then items of each side, then items with both sides beside each other."""
    a, b = sides
    needed = dict.fromkeys(("base_task", *ITEM_COLUMNS, *sorted(OUTCOME_COLUMNS), *columns))
    needed |= dict.fromkeys(sorted(a.columns | b.columns))
    names = ", ".join(quote_text(task) for task in base_tasks)
    axes = [f"axis{i}" for i in range(len(columns))]
    cut = "".join(f", {quote_identifier(c)} AS {n}" for c, n in zip(columns, axes, strict=True))
    kept = "".join(f", min({name}) AS {name}" for name in axes)
    rows = (
        f"SELECT coalesce(({a.sql}), false) AS in_a, coalesce(({b.sql}), false) AS in_b, "
        f"list_position([{names}]::VARCHAR[], base_task) AS place, "
        f"{_BY_ID if by_id else ITEM_KEY} AS item, item_hash{cut}, "
        f"{row_counts(packed=packed)} AS counts "
        f"FROM {selected(store, where, tuple(needed), base_tasks)}"
    )
    prompts = (
        "min(item_hash) AS first_hash, max(item_hash) AS last_hash"
        if by_id
        else "NULL AS first_hash, NULL AS last_hash"
    )
    items = (
        f"SELECT place, item, {_SIDE} AS side, count(*) AS n_all, {prompts}, "
        f"count(item_hash) AS hashed{kept}, {group_counts(packed=packed)} AS counts "
        f"FROM ({rows}) WHERE in_a OR in_b GROUP BY place, item, side"
    )
    counted = (
        f"SELECT place, item, side, n_all, first_hash, last_hash, hashed"
        f"{''.join(', ' + name for name in axes)}, {parts(packed=packed)} FROM ({items})"
    )
    used = (
        f"SELECT *, {' + '.join(OUTCOMES)} AS n_counted, "
        f"correct + incorrect + truncated + unanswered AS m FROM ({counted})"
    )

    def of(side: int, column: str, name: str) -> str:
        return f"coalesce(sum({column}) FILTER (WHERE side = {side}), 0)::BIGINT AS {name}"

    return (
        f"SELECT place, item{kept}, {of(0, 'm', 'm_a')}, {of(0, 'correct', 'k_a')}, "
        f"{of(0, 'truncated', 't_a')}, {of(1, 'm', 'm_b')}, {of(1, 'correct', 'k_b')}, "
        f"{of(1, 'truncated', 't_b')}, {of(2, 'n_all', 'in_both')}, "
        "(sum(hashed) = sum(n_all)) AS known, "
        "coalesce(min(first_hash) = max(last_hash), true) AS same_prompt, "
        "sum(n_all)::BIGINT AS n_all, sum(n_counted)::BIGINT AS n_counted "
        f"FROM ({used}) GROUP BY place, item ORDER BY place, item"
    )
