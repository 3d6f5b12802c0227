"""What an installed package must have: one version, and every file that is not Python."""

from __future__ import annotations

import tomllib
from typing import Any

import reasonscape
from tests.contract.source_tree import ROOT, source_files


def settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_there_is_one_version() -> None:
    assert settings()["project"]["version"] == reasonscape.__version__


def test_all_data_files_are_packaged() -> None:
    package = ROOT / "reasonscape"
    patterns = settings()["tool"]["setuptools"]["package-data"]["reasonscape"]
    packaged = {path for pattern in patterns for path in package.glob(pattern)}
    kept = {path for path in source_files() if package in path.parents and path.suffix != ".py"}
    assert kept - packaged == set()


def test_every_room_is_a_package() -> None:
    # setuptools leaves a folder without __init__.py out of the wheel.
    rooms = {path.parent for path in (ROOT / "reasonscape").rglob("*.py")}
    assert [room.name for room in sorted(rooms) if not (room / "__init__.py").is_file()] == []
