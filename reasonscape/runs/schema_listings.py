"""JSON Schema of the listings, from the columns they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reasonscape.runs.listing import DETAIL_COLUMNS, EVAL_COLUMNS
from reasonscape.runs.schema_results import COUNT, NUMBER, TEXT, TEXTS
from reasonscape.runs.schema_types import Schema, array, record
from reasonscape.runs.tasks import LEVEL_COLUMNS, TASK_COLUMNS

_TEXTS: Final = {
    "eval_id", "label", "model", "template", "sampler", "base_task", "axis", "kind", "harder",
}  # fmt: skip
_SHARES: Final = {
    "accuracy", "low", "high", "if_truncated_right", "rho", "samples_a_cell", "thin_cells",
}  # fmt: skip


def listing_definitions() -> dict[str, Schema]:
    """``evals`` and ``tasks``; with ``--detail`` the rows have other columns."""
    return {
        "evals": _listing("evals", "evals", EVAL_COLUMNS, DETAIL_COLUMNS),
        "tasks": {
            "anyOf": [
                _listing("tasks", "tasks", TASK_COLUMNS),
                _listing("levels", "levels", LEVEL_COLUMNS),
            ]
        },
    }


def _listing(command: str, rows: str, columns: Sequence[str], detail: Sequence[str] = ()) -> Schema:
    row = record({c: _column(c) for c in columns}, {c: _column(c) for c in detail})
    return record(
        {
            "schema_version": {"const": 1},
            "command": {"const": command},
            "ok": {"const": True},
            rows: array(row),
            "omitted": COUNT,
            "warnings": TEXTS,
        }
    )


def _column(name: str) -> Schema:
    if name in _TEXTS:
        return TEXT
    if name in _SHARES:
        return NUMBER
    if name in ("axes", "surfaces"):
        return TEXTS
    return {"type": ["string", "number"]} if name == "level" else COUNT
