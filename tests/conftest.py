"""Fixtures and hypothesis profiles of the whole suite."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from reasonscape.store.lease import alone

ROOT = Path(__file__).resolve().parent.parent

# A deadline measures the machine, not the code. CI draws the same examples each time, so that a
# failure there is one that the change brought.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real eval logs, which lie beside the checkout and are not part of it."""
    named = os.environ.get("REASONSCAPE_SHARED_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"real logs are not here: no folder {folder} (set REASONSCAPE_SHARED_DATA)")
    return folder


@pytest.fixture(scope="session")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Plant a dataset with the command, once a session: mechanism, name -> config.

    Tests only read it; a test that writes copies its folder, which holds nothing else, first.
    Processes of one run share what was planted, and each reads a copy of its own.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    @cache
    def planted(mechanism: str, name: str = "demo") -> Path:
        ready = shared / f"planted-{mechanism}-{name}"
        lock = ready.with_suffix(".lock")
        lock.mkdir(exist_ok=True)
        with alone(lock):
            if not ready.is_dir():
                unready = tmp_path_factory.mktemp("unready") / name
                _plant(mechanism, unready / f"{name}.json")
                unready.rename(ready)
        place = tmp_path_factory.mktemp(mechanism) / "data"
        return shutil.copytree(ready, place) / f"{name}.json"

    return planted


def _plant(mechanism: str, config: Path) -> None:
    command = [sys.executable, str(ROOT / "analyze.py"), "plant"]
    done = subprocess.run(
        [*command, "--mechanism", mechanism, "--out", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
