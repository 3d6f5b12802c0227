"""Logs of two models, written by hand, for comparisons whose answer is known."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import reasonscape as rs

Right = Callable[[int, int], object]
"""Whether item ``i`` came out right at repeat ``r``; ``None`` is ungraded."""


def rows(
    model: str,
    items: Sequence[int],
    right: Right,
    *,
    base_task: str = "t",
    repeats: int = 1,
    prompt: str | None = "what is {i}?",
    **more: Any,
) -> Iterator[Mapping[str, Any]]:
    """Rows of one model on one task."""
    for i in items:
        for r in range(repeats):
            row = {
                "model": model, "base_task": base_task, "item_id": str(i), "repeat": r,
                "params": {"length": i % 4}, "correct": right(i, r), **more,
            }  # fmt: skip
            yield row if prompt is None else {**row, "prompt": prompt.format(i=i)}


def first(count: int) -> Right:
    """The first so many items come out right."""
    return lambda i, _: i < count


def as_drawn(right: Sequence[object]) -> Right:
    """Each item as a list says."""
    return lambda i, _: bool(right[i])


def dataset_of(folder: Path, *logs: Iterator[Mapping[str, Any]]) -> rs.Dataset:
    """Import the rows into a new dataset."""
    log = folder / "log.jsonl"
    log.write_text("".join(json.dumps(row) + "\n" for one in logs for row in one))
    report = rs.import_logs(log, folder / "x.json")
    assert report.complete
    return rs.open(folder / "x.json")
