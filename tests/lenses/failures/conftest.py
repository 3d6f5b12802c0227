"""Planted failures with known shapes, each store and each run made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

import reasonscape
from reasonscape.runs.lens_run import LensRun
from tests.cli.conftest import typed

__all__ = ["typed"]

PERMUTATIONS = 199

Run = Callable[[str], LensRun]


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Mechanism -> config of a small store; tests only read it."""

    @cache
    def made(mechanism: str) -> Path:
        path = tmp_path_factory.mktemp(mechanism) / "d.json"
        reasonscape.plant(mechanism, path, items=8)
        return path

    return made


@pytest.fixture(scope="session")
def failed(planted: Callable[[str], Path]) -> Run:
    """Mechanism -> the lens's run."""

    @cache
    def run(mechanism: str) -> LensRun:
        return reasonscape.failures(planted(mechanism), permutations=PERMUTATIONS)

    return run


def verdicts(run: LensRun) -> Mapping[str, str]:
    """Pattern -> verdict of what is claimed over all failures."""
    return {one.pattern: one.verdict for one in run.findings if not one.eval_id}
