"""Logs and datasets in a repository of a hub, which can only be read.

In processes of their own: the client takes its endpoint from the environment when it is imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reasonscape.ingest.importing import import_logs
from tests.remote.hub_server import hub

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(tmp_path: Path, make_rows: Callable[..., bytes]) -> Any:
    """Run a command where ``hf://datasets/org/repo`` has a log and a dataset."""
    repository = tmp_path / "repository"
    (repository / "logs").mkdir(parents=True)
    (repository / "logs" / "a.jsonl").write_bytes(make_rows(0, 80))
    import_logs([repository / "logs" / "a.jsonl"], repository / "data" / "x.json")

    with hub(repository) as endpoint:
        environment = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(tmp_path / "home")}

        def command(*words: str, code: int = 0) -> str:
            done = subprocess.run(
                [sys.executable, str(ROOT / "analyze.py"), *words],
                capture_output=True,
                text=True,
                check=False,
                env=environment,
                timeout=300,
            )
            assert done.returncode == code, done.stdout + done.stderr
            return done.stdout + done.stderr

        yield command


@pytest.mark.slow
def test_a_repository_is_read(run: Any, tmp_path: Path) -> None:
    root = "hf://datasets/org/repo"
    for number, name in enumerate(("logs/a.jsonl", "logs", "logs/*.jsonl", "../repo@main/logs")):
        url = f"{root}/{name}".replace("repo/../", "")
        said = run("import", url, "--dataset", str(tmp_path / f"{number}.json"), "--no-features")
        assert "80 added" in said
    for name in ("none.jsonl", "none", "no*"):
        said = run("import", f"{root}/{name}", "--dataset", str(tmp_path / "n.json"), code=2)
        assert said == f"error: there is no log at {root}/{name}; check the URL\n"
    there = json.loads(run("evals", f"{root}/data/x.json", "--format", "json"))
    assert [each["samples"] for each in there["evals"]] == [80]
    assert json.loads(run("store", "verify", f"{root}/data/x.json", "--format", "json"))["ok"]
    said = run("store", "compact", f"{root}/data/x.json", code=2)
    assert said.startswith(f"error: {root}/data/x can only be read")
    said = run("evals", "hf://datasets/org/gone/x.json", code=2)
    assert said.startswith("error: ") and said.count("\n") == 1
