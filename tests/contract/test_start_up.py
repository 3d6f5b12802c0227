"""A command that asks little starts fast: what it must not import, so that it cannot get slow.

The times themselves are measured in benchmarks/; a test that measures time fails on a busy machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.source_tree import ROOT

HEAVY = {
    "deltalake",
    "duckdb",
    "jinja2",
    "kaleido",
    "lifelines",
    "mcp",
    "numpy",
    "pandas",
    "plotly",
    "polars",
    "pyarrow",
    "pydantic",
    "scipy",
    "sklearn",
}
# What `evals` may load: the engine and the log of the tables, but not the arrays of lenses.
ENGINES = {"deltalake", "duckdb"}
ROOMS = sorted(path.parent.name for path in (ROOT / "reasonscape").glob("*/__init__.py"))

PROBE = """
import json, sys
try:
    {statement}
except SystemExit as stop:
    if stop.code:
        raise
print("\\n" + json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""


def loaded(statement: str) -> set[str]:
    """Top-level names of all that is imported when this statement has run."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(statement=statement)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def command(*words: str) -> str:
    return f"sys.argv = {['analyze.py', *words]!r}; from reasonscape.cli import main; main()"


@pytest.mark.parametrize(
    "words", [["--help"], ["surface", "--help"], ["mcp", "--help"], ["--version"]]
)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    assert loaded(command(*words)) & HEAVY == set()


def test_the_package_imports_nothing_heavy() -> None:
    assert loaded("import reasonscape") & HEAVY == set()


def test_no_room_imports_heavy_things_by_itself() -> None:
    rooms = ", ".join(f"reasonscape.{room}" for room in ROOMS)
    assert loaded(f"import {rooms}") & HEAVY == set()


def test_evals_loads_the_engine_only(plant: Callable[..., Path]) -> None:
    assert loaded(command("evals", str(plant("cliff")))) & HEAVY <= ENGINES
