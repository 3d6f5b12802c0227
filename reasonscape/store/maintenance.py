"""What a store holds, and keeping it in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reasonscape.store.compacting import CompactReport, compact
from reasonscape.store.deleting import delete_import
from reasonscape.store.refreshing import VERSION, RefreshReport, refresh_features
from reasonscape.store.schema import LABEL, PARAM
from reasonscape.store.tables import Store
from reasonscape.store.token_listing import TokenizerCache, token_caches
from reasonscape.store.vector_upkeep import EmbedderCache, vector_caches
from reasonscape.store.verifying import Problem, VerifyReport, verify

__all__ = [
    "CompactReport",
    "EmbedderCache",
    "ImportInfo",
    "Problem",
    "RefreshReport",
    "StoreInfo",
    "TokenizerCache",
    "VerifyReport",
    "compact",
    "delete_import",
    "imports",
    "info",
    "refresh_features",
    "verify",
]


@dataclass(frozen=True)
class ImportInfo:
    """One import of which rows are in the store.

    Attributes
    ----------
    time
        When it began, UTC, ISO 8601; empty where its id does not say.
    sources
        The logs its rows came from, sorted.
    """

    import_id: str
    time: str
    rows: int
    base_tasks: int
    sources: tuple[str, ...]


@dataclass(frozen=True)
class StoreInfo:
    """What a store holds.

    Attributes
    ----------
    samples_version, texts_version
        Versions of the two tables.
    schema_version
        Version of the declared columns.
    params, labels
        Columns of coordinates.
    features
        Rows by the version of their columns ``f.*``, ``none`` for rows without.
    files, bytes
        Active files of both tables, and their size.
    token_caches
        Token ids of prompts that are kept beside the tables, by tokenizer.
    vector_caches
        Vectors of texts that are kept beside them, by embedder.
    """

    path: Path
    samples_version: int
    texts_version: int
    schema_version: int
    rows: int
    texts: int
    evals: int
    base_tasks: tuple[str, ...]
    imports: int
    params: tuple[str, ...]
    labels: tuple[str, ...]
    features: dict[str, int]
    files: int
    bytes: int
    token_caches: tuple[TokenizerCache, ...]
    vector_caches: tuple[EmbedderCache, ...]


def info(store: Store) -> StoreInfo:
    """Describe a store; reads the log, three columns, and what the caches have of which texts."""
    columns = store.columns()
    evals, importing = store.rows(
        "SELECT count(DISTINCT eval_id), count(DISTINCT import_id) "
        f"FROM {store.scan(('eval_id', 'import_id'))}"
    )[0]
    files = (*store.samples.files, *store.texts.files)
    return StoreInfo(
        path=store.shown,
        samples_version=store.samples.version,
        texts_version=store.texts.version,
        schema_version=store.samples.schema_version,
        rows=store.row_count(),
        texts=sum(file.rows or 0 for file in store.texts.files),
        evals=evals,
        base_tasks=store.base_tasks(),
        imports=importing,
        params=tuple(sorted(name for name in columns if name.startswith(PARAM))),
        labels=tuple(sorted(name for name in columns if name.startswith(LABEL))),
        features=_features(store),
        files=len(files),
        bytes=sum(file.size for file in files),
        token_caches=token_caches(store),
        vector_caches=vector_caches(store),
    )


def _features(store: Store) -> dict[str, int]:
    """Rows by version of their features, those without any first."""
    sql = (
        f'SELECT "{VERSION}", count(*) FROM {store.scan((VERSION,))} '
        "GROUP BY ALL ORDER BY ALL NULLS FIRST"
    )
    return {
        "none" if version is None else f"version {version}": rows
        for version, rows in store.rows(sql)
    }


def imports(store: Store) -> list[ImportInfo]:
    """List the imports of which rows are in the store, the earliest first."""
    sql = (
        "SELECT import_id, count(*), count(DISTINCT base_task), list_sort(list(DISTINCT source)) "
        f"FROM {store.scan(('import_id', 'base_task', 'source'))} "
        "GROUP BY import_id ORDER BY import_id"
    )
    return [
        ImportInfo(import_id, _time(import_id), rows, tasks, tuple(sources))
        for import_id, rows, tasks, sources in store.rows(sql)
    ]


def _time(import_id: str) -> str:
    try:
        began = datetime.strptime(import_id.split("-")[0], "%Y%m%dT%H%M%SZ")
    except ValueError:
        return ""
    return began.replace(tzinfo=UTC).isoformat()
