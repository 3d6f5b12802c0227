"""The failure-diagnosis workflow's dataset, and a command line typed beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

DATASET = "data/dataset-m12x.json"
Analyze = Callable[..., tuple[int, str, str]]


def eval_id(analyze: Analyze, name: str) -> str:
    """The id of the eval of that label, found as a user would find it."""
    code, out, _ = analyze("evals", DATASET, "--search", name, "--format", "json")
    assert code == 0
    (found,) = [row for row in json.loads(out)["evals"] if row["label"].startswith(name)]
    assert isinstance(found["eval_id"], str)
    return found["eval_id"]


def lens(analyze: Analyze, command: str, filters: dict[str, Any], *words: str) -> dict[str, Any]:
    """All that a lens says of the rows, as JSON."""
    code, out, err = analyze(
        command, DATASET, "--filters", json.dumps(filters), "--format", "json", "--detail",
        "--limit", "500", *words,
    )  # fmt: skip
    assert code == 0, err
    document = json.loads(out)
    assert isinstance(document, dict)
    return document


def verdicts(document: dict[str, Any], model: str) -> dict[str, str]:
    """Pattern -> verdict of one model."""
    return {f["pattern"]: f["verdict"] for f in document["findings"] if f["model"] == model}
