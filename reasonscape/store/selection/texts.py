"""Somebody's words of a few rows, for showing them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from reasonscape.store.engine import quote_glob
from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.schema import TEXT_FIELDS

if TYPE_CHECKING:
    from reasonscape.store.tables import Store

_FIELDS: Final = (*TEXT_FIELDS, "reasoning_kind")


def texts_of(
    store: Store, base_task: str, sample_uids: Collection[str], fields: Sequence[str]
) -> dict[str, dict[str, str | None]]:
    """Read texts of rows by their keys.

    Of all texts of the base task only the keys are read; of the row groups that hold the rows also
    the fields.

    Parameters
    ----------
    store
        The store; the texts are those of its version, also where a row was replaced.
    base_task
        Whose rows they are.
    sample_uids
        Keys of the rows.
    fields
        Columns of ``texts``, ``response`` for example.

    Returns
    -------
    dict
        Key of the row -> field -> text, in the order asked for; rows without any text are not in
        it.

    Raises
    ------
    ValueError
        There is no such field.
    """
    unknown = [name for name in fields if name not in _FIELDS]
    if unknown:
        raise ValueError(f"texts has no column {unknown[0]!r}")
    wanted = list(dict.fromkeys(sample_uids))
    files = store.texts.of_tasks(frozenset({base_task}))
    if not wanted or not files:
        return {}
    paths = [str(path) for path in store.texts.paths(files)]
    names = "".join(f", {name}" for name in map(quote_identifier, dict.fromkeys(fields)))
    found: dict[str, dict[str, str | None]] = {}
    for index, places in _places(store, base_task, wanted, paths).items():
        # Asking by place is what makes the reader skip the row groups that hold none of them.
        sql = (
            f"SELECT sample_uid{names} FROM read_parquet({quote_glob(paths[index])}, "
            f"hive_partitioning = false) WHERE file_row_number IN ({_marks(places)})"
        )
        for uid, *texts in store.rows(sql, places):
            found[uid] = dict(zip(dict.fromkeys(fields), texts, strict=True))
    return {uid: found[uid] for uid in wanted if uid in found}


def _places(
    store: Store, base_task: str, wanted: Sequence[str], paths: Sequence[str]
) -> dict[int, list[int]]:
    """Rows of the files of ``texts`` that belong to the keys: number of the file -> its rows."""
    listed = ", ".join(map(quote_glob, paths))
    keys = store.scan(("sample_uid", "import_id"), (base_task,))
    sql = (
        "SELECT file_index, file_row_number FROM (SELECT sample_uid, import_id, file_index, "
        f"file_row_number FROM read_parquet([{listed}], hive_partitioning = false) "
        f"WHERE sample_uid IN ({_marks(wanted)})) SEMI JOIN "
        f"(SELECT * FROM {keys} WHERE sample_uid IN ({_marks(wanted)})) "
        "USING (sample_uid, import_id) ORDER BY ALL"
    )
    places: dict[int, list[int]] = {}
    for index, row in store.rows(sql, (*wanted, *wanted)):
        places.setdefault(int(index), []).append(int(row))
    return places


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
