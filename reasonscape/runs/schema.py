"""Columns, filter keys and result fields as data, for programs and agents."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from reasonscape.errors import ReasonScapeError
from reasonscape.findings.finding import Effect, Finding
from reasonscape.findings.hypothesis import CAUSES
from reasonscape.findings.thresholds import FAILURE_PATTERNS, POOL_PATTERNS, REASSURANCE_PATTERNS
from reasonscape.lenses.lens import LENSES
from reasonscape.store.schema import (
    FEATURE,
    FEATURE_COLUMNS,
    LABEL,
    OUTCOMES,
    PARAM,
    SAMPLE_COLUMNS,
    TEXT_COLUMNS,
)

FILTER_FORMS = {
    "equal": {"base_task": "arithmetic"},
    "any of": {"length": [18, 24]},
    "range, both ends in": {"length": {"min": 18, "max": 24}},
    "compare": {"length": {">": 18}},
    "not": {"model": {"not": "gpt-4o"}},
    "shell pattern": {"model": {"like": "llama-*"}},
    "missing": {"max_tokens": None},
    "number of a trace": {"f.loop_covered": {"min": 0.3}},
    "or": {"any": [{"length": 18}, {"depth": 2}]},
    "groups of the config": {"groups": ["family:llama"]},
    "tier of the config": {"tier": "logic"},
}


def describe(dataset: Path | None) -> dict[str, Any]:
    """Everything a program needs to write filters and read results.

    Parameters
    ----------
    dataset
        With a dataset: also the keys that its rows have.
    """
    described: dict[str, Any] = {
        "schema_version": 1,
        "samples": [asdict(column) for column in SAMPLE_COLUMNS],
        "features": [asdict(column) for column in FEATURE_COLUMNS],
        "texts": [asdict(column) for column in TEXT_COLUMNS],
        "outcomes": list(OUTCOMES),
        "filters": {
            "forms": FILTER_FORMS,
            "keys": "a column, else param.KEY, else label.KEY; the full name always works",
            "aliases": {"model_name": "model", "tiers": "tier"},
        },
        "finding": [field.name for field in fields(Finding)],
        "effect": [field.name for field in fields(Effect)],
        "verdicts": ["present", "absent", "insufficient_evidence"],
        "patterns": {
            name: {
                "failure": list(FAILURE_PATTERNS[name]),
                "reassurance": REASSURANCE_PATTERNS[name],
            }
            for name in LENSES
        }
        | {
            name: {"failure": list(patterns), "reassurance": None}
            for name, patterns in POOL_PATTERNS.items()
        },
        "causes": list(CAUSES),
        "exit_codes": exit_codes(),
    }
    if dataset is not None:
        described["dataset"] = _keys(dataset)
    return described


def exit_codes() -> dict[str, str]:
    """Exit code -> the error codes that lead to it, read off the tree of errors."""
    found: dict[int, list[str]] = {0: ["done"]}
    todo = [ReasonScapeError]
    while todo:
        kind = todo.pop()
        found.setdefault(kind.exit_code, []).append(kind.code)
        todo += kind.__subclasses__()
    return {str(code): ", ".join(sorted(set(words))) for code, words in sorted(found.items())}


def _keys(path: Path) -> dict[str, Any]:
    from reasonscape.datasets.config import Dataset

    dataset = Dataset.open(path)
    columns = dataset.store().columns()
    return {
        "path": str(path),
        "base_tasks": list(dataset.store().base_tasks()),
        "tiers": sorted(dataset.config.tiers),
        "params": {c: t for c, t in columns.items() if c.startswith(PARAM)},
        "labels": {c: t for c, t in columns.items() if c.startswith(LABEL)},
        "features": {c: t for c, t in columns.items() if c.startswith(FEATURE)},
    }
