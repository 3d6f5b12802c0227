"""Planted traces, the store and each run made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import reasonscape
from reasonscape.lenses.traces.result import TracesResult
from reasonscape.runs.lens_run import LensRun
from tests.cli.conftest import typed

__all__ = ["typed"]

Traced = Callable[..., LensRun]


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small store of three kinds of failures; tests only read it."""
    path = tmp_path_factory.mktemp("traces") / "d.json"
    reasonscape.plant("kinds", path, items=8)
    return path


@pytest.fixture(scope="session")
def traced(planted: Path) -> Traced:
    """Options -> the lens's run."""

    @cache
    def run(*analysis: str, **options: Any) -> LensRun:
        return reasonscape.traces(planted, analysis=analysis or ("all",), **options)

    return run


def result_of(run: LensRun) -> TracesResult:
    (result,) = run.results
    assert isinstance(result, TracesResult)
    return result
