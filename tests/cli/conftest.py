"""Commands typed in a folder of their own, or beside the workflow's dataset."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reasonscape.cli.app import run
from tests.cli.typed import Type, Typed
from tests.cli.workflow import Analyze


@pytest.fixture
def typed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Type:
    """Run a command line in an empty folder; no traceback, no internal error may come of it."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: Typed(capsys, *words)


@pytest.fixture(scope="session")
def workplace(plant: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the workflow's dataset where the workflow has it."""
    planted = plant("workflow", "dataset-m12x").parent
    place = tmp_path_factory.mktemp("workflow")
    shutil.copytree(planted, place / "data")
    return place


@pytest.fixture
def analyze(
    workplace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Analyze:
    """Type a command there: exit code, stdout, stderr."""
    monkeypatch.chdir(workplace)

    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(list(words))
        return (code, *capsys.readouterr())

    return call
