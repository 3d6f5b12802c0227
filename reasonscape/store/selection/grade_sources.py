"""Who graded the selected samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reasonscape.store.schema import GRADE_SOURCES
from reasonscape.store.selection.source import selected

if TYPE_CHECKING:
    from reasonscape.store.filters.where import Where
    from reasonscape.store.log import DataFile
    from reasonscape.store.tables import Store

SOURCE: Final = "grade_source"
NATIVE: Final = "native"


def grade_sources(store: Store, where: Where) -> dict[str, int]:
    """Count the selected samples that are graded by who graded them.

    Nothing is read where the log of the store tells that every grade is the eval log's own.

    Returns
    -------
    dict
        Source -> samples, in the order of ``GRADE_SOURCES``; empty if all grades are native.
    """
    files = store.samples.of_tasks(where.base_tasks)
    if all(map(_is_native, files)):
        return {}
    sql = (
        f"SELECT coalesce({SOURCE}, '{NATIVE}'), count(*) "
        f"FROM {selected(store, where, (SOURCE, 'correct', 'score'))} "
        "WHERE correct IS NOT NULL OR score IS NOT NULL GROUP BY ALL"
    )
    found = {str(source): int(count) for source, count in store.rows(sql, where.params)}
    return {name: found[name] for name in GRADE_SOURCES if name in found}


def grade_note(store: Store, where: Where) -> tuple[str, ...]:
    """Say in one line that grades are not all the log's own; nothing if they are."""
    found = grade_sources(store, where)
    total = sum(found.values())
    words = [f"{n:,} by {_WORDS.get(name, f'{name} (--grade)')}" for name, n in found.items()]
    if set(found) <= {NATIVE}:
        return ()
    return (f"not all grades are the log's own: of {total:,} graded, {', '.join(words)}",)


_WORDS: Final = {NATIVE: "the log", "side_file": "a side file (--grades)"}


def _is_native(file: DataFile) -> bool:
    """Whether no row of a file can have another source, as the log of the store tells."""
    if file.columns is not None and SOURCE not in file.columns:
        return True
    bounds = [file.stats.get(name, {}).get(SOURCE) for name in ("minValues", "maxValues")]
    nulls = file.stats.get("nullCount", {}).get(SOURCE)
    return bounds == [NATIVE, NATIVE] or (nulls is not None and nulls == file.rows)
