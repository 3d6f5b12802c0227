"""What README and docs show is what happens: every command in them is run.

``REASONSCAPE_UPDATE_DOCS=1 pytest tests/contract/test_docs.py`` writes the output that commands
print now into the documents; read the difference before keeping it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.source_tree import ROOT
from tests.contract.transcripts import Step, agrees, steps, unlabelled_commands

DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
)
# Datasets that documents may use without planting them; each is planted once.
PLANTED = {"data/demo.json": "cliff", "data/dataset-m12x.json": "workflow"}
ENVIRONMENT = {
    **os.environ,
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    "PYTHONPATH": str(ROOT),
    "COLUMNS": "100",
    "NO_COLOR": "1",
    "TERM": "dumb",
}


def execute(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run as a reader would: one stream, no terminal, nothing to type."""
    return subprocess.run(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )


def execute_step(step: Step, folder: Path) -> subprocess.CompletedProcess[str]:
    shells = {"bash": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}
    return execute([*shells[step.kind], step.command], folder)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """What a reader has after cloning, without what commands make."""
    for name in ("analyze.py", "docs", "README.md"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def correct(document: Path, step: Step, printed: str) -> None:
    """Write what a command prints now into the document."""
    shown = f"$ {step.command}\n{step.output}".rstrip("\n")
    text = document.read_text(encoding="utf-8")
    assert shown in text, f"{document}:{step.line}: an indented block is not updated, edit it"
    now = f"$ {step.command}\n{printed.strip()}".rstrip("\n")
    document.write_text(text.replace(shown, now, 1), encoding="utf-8")


@pytest.mark.docs
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_shows_what_happens(
    name: str, workspace: Path, request: pytest.FixtureRequest
) -> None:
    document = ROOT / name
    text = document.read_text(encoding="utf-8")
    todo = list(steps(text))
    for config, mechanism in PLANTED.items():
        first = next((step.command for step in todo if config in step.command), None)
        if first is not None and "plant" not in first:
            planted = request.getfixturevalue("plant")(mechanism, Path(config).stem)
            shutil.copytree(planted.parent, workspace / "data", dirs_exist_ok=True)
    for step in todo:
        done = execute_step(step, workspace)
        place = f"{name}:{step.line}: {step.command}"
        assert done.returncode == step.exit_code, f"{place}\n{done.stdout}"
        if step.output is None or agrees(step.output, done.stdout):
            continue
        if os.environ.get("REASONSCAPE_UPDATE_DOCS"):
            correct(document, step, done.stdout)
        else:
            pytest.fail(f"{place}\n--- shown\n{step.output}\n--- printed\n{done.stdout}")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_command_hides_in_a_block_without_a_language(name: str) -> None:
    assert list(unlabelled_commands((ROOT / name).read_text(encoding="utf-8"))) == []
