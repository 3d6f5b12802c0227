"""Who the evals of a store are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reasonscape.store.memory import remembered

if TYPE_CHECKING:
    from reasonscape.store.tables import Store


def eval_names(store: Store) -> dict[str, tuple[str, str, str]]:
    """Map every eval id of the store to its model, template and sampler."""

    def ask() -> list[tuple[str, str, str, str]]:
        source = store.scan(["eval_id", "model", "template", "sampler"])
        return store.rows(
            "SELECT eval_id, any_value(model), any_value(template), any_value(sampler) "
            f"FROM {source} GROUP BY eval_id"
        )

    return {row[0]: (row[1], row[2], row[3]) for row in remembered(store, "names", ask)}
