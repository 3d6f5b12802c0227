"""Which files belong to the project; what a command made or an editor left is not among them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = (".ci", "benchmarks", "docs", "reasonscape", "requirements", "scripts", "tests")


def source_files() -> Iterator[Path]:
    """Every file that is kept: those beside README, and those in the project's folders."""
    yield from (path for path in sorted(ROOT.iterdir()) if path.is_file())
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def python_files(*folders: str) -> list[Path]:
    """Python files of these folders, by default of all."""
    wanted = folders or FOLDERS
    return [
        path
        for path in source_files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in wanted
    ]
