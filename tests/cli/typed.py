"""One command line in this process, and what it did; rows and logs to import."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reasonscape.cli.app import run

GOOD: dict[str, Any] = {"model": "m", "base_task": "t", "item_id": "1", "correct": True}


class Typed:
    """What one command line did."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *words: object) -> None:
        capsys.readouterr()
        self.code = run([str(word) for word in words])
        self.out, self.err = capsys.readouterr()
        assert "Traceback" not in self.err
        assert "internal error" not in self.err, self.err
        assert self.code != 1 or words[0] == "store", self.err


Type = Callable[..., Typed]


def row(**changes: object) -> str:
    return json.dumps({**GOOD, **changes})


def log(name: str, rows: list[str]) -> str:
    Path(name).write_text("\n".join(rows) + "\n")
    return name


def small(typed: Type, name: str = "d.json") -> str:
    """A sound dataset of 60 rows over two axes."""
    rows = [
        row(item_id=str(i), correct=i % 3 > 0, params={"length": i % 4, "depth": i % 3}, prompt="p")
        for i in range(60)
    ]
    assert typed("import", log("good.jsonl", rows), "--dataset", name).code == 0
    return name


def refused(done: Typed, code: int = 2) -> None:
    """One sentence on stderr, nothing on stdout."""
    assert done.code == code, done.err
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert done.err.count("\n") == 1
