"""A log written for one test, and what its reader makes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from reasonscape.ingest.formats import format_named
from reasonscape.ingest.options import ReadOptions
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

Records = list[Sample | Refusal]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write rows (dicts, or raw bytes a line) as a log."""

    def write_log(rows: list[Any] | bytes, name: str = "log.jsonl") -> Path:
        path = tmp_path / name
        if isinstance(rows, list):
            rows = b"".join((r if isinstance(r, bytes) else orjson.dumps(r)) + b"\n" for r in rows)
        path.write_bytes(rows)
        return path

    return write_log


@pytest.fixture
def read(write: Callable[..., Path]) -> Callable[..., Records]:
    """Write rows and read them back with a reader."""

    def read_rows(
        rows: list[Any] | bytes, options: ReadOptions | None = None, format: str = "samples"
    ) -> Records:
        return list(format_named(format).read(write(rows), options or ReadOptions()))

    return read_rows
