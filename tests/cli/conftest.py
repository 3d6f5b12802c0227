"""Commands typed in a folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.typed import Type, Typed


@pytest.fixture
def typed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Type:
    """Run a command line in an empty folder; no traceback, no internal error may come of it."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: Typed(capsys, *words)
