"""Who may import whom: the contracts of pyproject.toml, each with its reason."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.contract.source_tree import ROOT, python_files


def test_the_contracts_are_kept() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_contract_gives_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    assert len(re.findall(r"^# Reason: ", text, re.MULTILINE)) == len(contracts)


def test_each_dependency_gives_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    [block] = re.findall(r"^dependencies = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert [line for line in block.splitlines() if not re.search(r'",\s+# \w', line)] == []


def imported_at_run_time(tree: ast.Module) -> set[str]:
    """Modules that are imported outside ``if TYPE_CHECKING``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            node.body = [ast.Pass()]
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {a.name for node in imports for a in node.names} | {n.module or "" for n in froms}


def test_lenses_and_runs_name_plotly_for_the_type_checker_only() -> None:
    # The contract cannot tell the two kinds of import apart.
    draws = {"reasonscape/runs/pictures.py"}
    files = [path.relative_to(ROOT) for path in python_files("reasonscape")]
    offenders = [
        path.as_posix()
        for path in files
        if path.parts[1] in {"lenses", "runs"}
        and path.as_posix() not in draws
        and any(
            name.partition(".")[0] == "plotly"
            for name in imported_at_run_time(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        )
    ]
    assert offenders == []
