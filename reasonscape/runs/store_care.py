"""Looking after a store: what the verbs of ``analyze.py store`` do, as plain data."""

from __future__ import annotations

import difflib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reasonscape.datasets.config import Dataset
from reasonscape.errors import UsageError
from reasonscape.runs.command_lines import command_line
from reasonscape.runs.listing import Listing


def store_info(dataset: Path) -> dict[str, Any]:
    """Rows, evals, tasks, sizes, versions and columns."""
    from reasonscape.store.maintenance import info

    return {"ok": True, **asdict(info(Dataset.open(dataset).store()))}


def store_verify(dataset: Path) -> dict[str, Any]:
    """Check hashes, keys, texts and files; ``ok`` says whether all is sound."""
    from reasonscape.store.verifying import verify

    report = verify(Dataset.open(dataset).store())
    return {"ok": report.is_sound, **asdict(report)}


def store_compact(dataset: Path) -> dict[str, Any]:
    """Merge small files and remove files that no version needs."""
    from reasonscape.store.compacting import compact

    return {"ok": True, **asdict(compact(Dataset.open(dataset).store()))}


def store_refresh(dataset: Path, *, force: bool = False) -> dict[str, Any]:
    """Measure traces of which the store has no features, or older ones."""
    from reasonscape.ingest.features import refresh_store

    return {"ok": True, **asdict(refresh_store(Dataset.open(dataset).store(), force=force))}


def store_imports(dataset: Path) -> Listing:
    """One row an import, the newest last."""
    from reasonscape.store.maintenance import imports

    rows = [
        (one.import_id, one.time, one.rows, one.base_tasks, list(one.sources))
        for one in imports(Dataset.open(dataset).store())
    ]
    return Listing(("import_id", "time", "rows", "base_tasks", "sources"), rows, (), "imports")


def store_delete(dataset: Path, import_id: str) -> dict[str, Any]:
    """Delete all rows of one import.

    Raises
    ------
    UsageError
        If the store holds no import of that id.
    """
    from reasonscape.store.deleting import delete_import, known_imports

    store = Dataset.open(dataset).store()
    known = known_imports(store)
    if import_id not in known:
        raise UsageError(
            f"no import {import_id!r} in {store.shown}",
            remedy=f"list them: {command_line('store imports', dataset)}",
            did_you_mean=difflib.get_close_matches(import_id, known, 2),
        )
    return {"ok": True, "import_id": import_id, "deleted": delete_import(store, import_id)}
