"""FROM items over exactly the files of a version that a query needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from reasonscape.store.engine import quote_glob, quote_text
from reasonscape.store.filters.where import quote_identifier
from reasonscape.store.log import PARTITION, DataFile, Snapshot
from reasonscape.store.schema import column_type

# Above this many kinds of files one reader that unites columns by name (it opens every footer
# before the query starts) is cheaper to plan than one branch for each kind.
_MAX_BRANCHES: Final = 24

# The value is taken from the folder itself: hive partitioning would also turn an `x=y` folder
# above the store into a column, and could so hide one of the same name.
_TASK_OF_PATH: Final = (
    r"url_decode(regexp_extract(filename, 'base_task=([^/\\]*)[/\\][^/\\]*$', 1))"
)


def _null(name: str, types: Mapping[str, str]) -> str:
    kind = types.get(name) or column_type(name) or "VARCHAR"
    return f"NULL::{kind} AS {quote_identifier(name)}"


def _branch(
    snapshot: Snapshot,
    files: Iterable[DataFile],
    names: Collection[str],
    present: frozenset[str],
    *,
    by_name: bool,
) -> str:
    """SELECT over files that all have the columns ``present``."""
    files = list(files)
    tasks = {file.base_task for file in files}
    chosen = []
    for name in names:
        if name == PARTITION:
            one = quote_text(next(iter(tasks))) if len(tasks) == 1 else _TASK_OF_PATH
            chosen.append(f"{one} AS {PARTITION}")
        elif name in present:
            chosen.append(quote_identifier(name))
        else:
            chosen.append(_null(name, snapshot.columns))
    paths = ", ".join(quote_glob(str(path)) for path in snapshot.paths(files))
    options = "hive_partitioning = false"
    if PARTITION in names and len(tasks) > 1:
        options += ", filename = true"
    if by_name:
        options += ", union_by_name = true"
    return f"SELECT {', '.join(chosen) or '1 AS one'} FROM read_parquet([{paths}], {options})"


def _kinds(
    snapshot: Snapshot, files: Iterable[DataFile], names: Collection[str], always: frozenset[str]
) -> dict[frozenset[str], list[DataFile]]:
    """Files grouped by which of the named columns they have."""
    wanted = frozenset(names) - {PARTITION}
    optional = wanted - always
    kinds: dict[frozenset[str], list[DataFile]] = {}
    for file in files:
        have = wanted if not optional else (file.columns or frozenset(snapshot.columns)) & wanted
        kinds.setdefault(have | (wanted & always), []).append(file)
    return kinds


def scan_sql(
    snapshot: Snapshot,
    columns: Collection[str] | None,
    base_tasks: frozenset[str] | None,
    always: frozenset[str],
) -> str:
    """Build the FROM item.

    Parameters
    ----------
    snapshot
        The version to read.
    columns
        Columns to offer, all with ``None``; one that no selected file has is a typed NULL.
    base_tasks
        Base tasks to read, all with ``None``.
    always
        Columns that every file of the table has.
    """
    names = list(snapshot.columns if columns is None else dict.fromkeys(columns))
    files = snapshot.of_tasks(base_tasks)
    if not files:
        empty = ", ".join(_null(name, snapshot.columns) for name in names) or "1 AS one"
        return f"(SELECT {empty} WHERE false)"
    snapshot.paths(files)  # of a store elsewhere: all at once, not branch by branch
    kinds = _kinds(snapshot, files, names, always)
    unknown = any(file.columns is None for file in files)
    if len(kinds) > _MAX_BRANCHES or (unknown and not always.issuperset(names)):
        return f"({_united(snapshot, files, names, always)})"
    branches = [
        _branch(snapshot, members, names, present, by_name=False)
        for present, members in kinds.items()
    ]
    return f"({' UNION ALL '.join(branches)})"


def _united(
    snapshot: Snapshot, files: tuple[DataFile, ...], names: list[str], always: frozenset[str]
) -> str:
    """One reader over all files; only columns that some file has may be named to it."""
    if all(file.columns is not None for file in files):
        present = frozenset[str]().union(*(file.columns or () for file in files)) | always
        return _branch(snapshot, files, names, present, by_name=True)
    # A file of unknown columns: the typed row of no rows supplies what may be missing.
    typed = ", ".join(_null(name, snapshot.columns) for name in names if name != PARTITION)
    paths = ", ".join(quote_glob(str(path)) for path in snapshot.paths(files))
    chosen = ", ".join(
        f"{_TASK_OF_PATH} AS {PARTITION}" if name == PARTITION else quote_identifier(name)
        for name in names
    )
    return (
        f"SELECT {chosen} FROM (SELECT {typed or '1 AS one'}, NULL::VARCHAR AS filename "
        "WHERE false UNION ALL BY NAME SELECT * FROM read_parquet("
        f"[{paths}], hive_partitioning = false, filename = true, union_by_name = true))"
    )
