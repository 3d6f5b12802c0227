"""One reading for several lenses: the same arrays, and the store asked once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reasonscape
from reasonscape.store.filters.where import ALL, Where
from reasonscape.store.selection.raw_cells import raw_cells
from reasonscape.store.selection.reading import shared_reading
from reasonscape.store.selection.trace_rows import TraceRows, trace_rows
from reasonscape.store.tables import Store

COLUMNS = ("completion_tokens", "stop", "item_hash")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    log = tmp_path / "log.jsonl"
    rows = [
        {
            "model": "m", "base_task": "t", "params": {"n": i % 4}, "item_id": str(i),
            "prompt": f"p{i}", "response": "r", "correct": i % 3 > 0, "completion_tokens": i + 1,
        }
        for i in range(24)
    ]  # fmt: skip
    log.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    reasonscape.import_logs(log, tmp_path / "data.json")
    return reasonscape.open(tmp_path / "data.json").store()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that were made."""
    queries: list[str] = []
    arrays = Store.arrays

    def counted(self: Store, sql: str, params: Any = ()) -> Any:
        queries.append(sql)
        return arrays(self, sql, params)

    monkeypatch.setattr(Store, "arrays", counted)
    return queries


def _same(one: TraceRows, other: TraceRows) -> bool:
    parts: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (one.numbers, other.numbers),
        (one.words, other.words),
        (one.axes, other.axes),
    ]
    return (
        one.evals == other.evals
        and np.array_equal(one.item, other.item)
        and all(a.keys() == b.keys() for a, b in parts)
        and all(a[k].tolist() == b[k].tolist() for a, b in parts for k in a)
    )


def test_rows_are_read_once_and_are_what_they_were(store: Store, asked: list[str]) -> None:
    alone = [trace_rows(store, ALL, "t", ["param.n"], [name]) for name in COLUMNS]
    asked.clear()
    with shared_reading(COLUMNS):
        together = [trace_rows(store, ALL, "t", ["param.n"], [name]) for name in COLUMNS]
    assert len(asked) == 1
    assert all(_same(a, b) for a, b in zip(alone, together, strict=True))


def test_cells_are_read_once(store: Store, asked: list[str]) -> None:
    alone = raw_cells(store, ALL, "t", ["param.n"])
    asked.clear()
    with shared_reading():
        twice = [raw_cells(store, ALL, "t", ["param.n"]) for _ in range(2)]
    assert len(asked) == 1
    assert all(np.array_equal(alone.sums["k"], one.sums["k"]) for one in twice)


def test_another_selection_is_read_anew(store: Store, asked: list[str]) -> None:
    narrow = Where('"completion_tokens" < ?', (13,), frozenset({"completion_tokens"}))
    with shared_reading():
        n = [len(trace_rows(store, where, "t", ["param.n"])) for where in (ALL, narrow, ALL)]
    assert n == [24, 12, 24]
    assert len(asked) == 3


def test_outside_nothing_is_kept(store: Store, asked: list[str]) -> None:
    with shared_reading(COLUMNS):
        raw_cells(store, ALL, "t", ["param.n"])
    found = trace_rows(store, ALL, "t", ["param.n"], ["stop"])
    raw_cells(store, ALL, "t", ["param.n"])
    assert len(asked) == 3
    assert list(found.words) == ["stop"]
    assert not found.numbers
