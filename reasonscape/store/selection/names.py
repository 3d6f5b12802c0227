"""Who the evals of a selection are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reasonscape.store.filters import Where
    from reasonscape.store.tables import Store


def eval_names(store: Store, where: Where) -> dict[str, tuple[str, str, str]]:
    """Map each selected eval id to its model, template and sampler."""
    wanted = {"eval_id", "model", "template", "sampler", "base_task", *where.columns}
    sql = f"""
        SELECT eval_id, any_value(model), any_value(template), any_value(sampler)
        FROM {store.scan(sorted(wanted), where.base_tasks)} WHERE ({where.sql}) GROUP BY eval_id
    """
    return {row[0]: (row[1], row[2], row[3]) for row in store.rows(sql, where.params)}
