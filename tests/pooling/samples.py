"""A small dataset of two base tasks and two models, whose texts and labels are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import reasonscape

ITEMS, REPEATS = 24, 2
SAID = (
    "the carried ten was dropped when the columns were added up",
    "the second premise does not follow from what was given before",
    "seven metres are not the same as seven feet of the board",
)
"""What a failure of each kind says."""


def rows() -> list[dict[str, Any]]:
    """Each of 24 items of each task, twice for each model; every other item is failed."""
    return [
        {
            "model": model,
            "base_task": task,
            "task": f"{task}/{'short' if i % 4 < 2 else 'long'}",
            "item_id": str(i),
            "repeat": repeat,
            "params": {"n": i // 2 % 3, "kind": f"kind-{i % 3}", "name": f"item {i}"},
            "prompt": f"what of {task} {i}?",
            **ended(i, repeat),
        }
        for task in ("adding", "proving")
        for model in ("one", "two")
        for i in range(ITEMS)
        for repeat in range(REPEATS)
    ]  # fmt: skip


def ended(i: int, repeat: int) -> dict[str, Any]:
    """How a sample ended, and its text: failures speak of their kind."""
    if i % 2 == 0:
        text = f"we add {i} and check the sum, which is right as it stands"
        return {"correct": True, "stop": "stop", "response": text, "completion_tokens": 30 + i}
    said = f"first {SAID[i % 3]}, and again {SAID[i % 3]}, number {i}"
    stop = "length" if i % 8 == 7 else "stop"
    return {
        "correct": False, "stop": stop, "response": said, "completion_tokens": 50 + i + repeat,
    }  # fmt: skip


def imported(folder: Path, given: list[dict[str, Any]], **config: Any) -> Path:
    """Rows in a dataset, with more in its config."""
    log, path = folder / "log.jsonl", folder / "d.json"
    log.write_text("".join(json.dumps(row) + "\n" for row in given))
    reasonscape.import_logs(log, path)
    if config:
        path.write_text(json.dumps({**json.loads(path.read_text()), **config}))
    return path
