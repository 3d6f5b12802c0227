"""No command reaches for the network; logs and stores behind a URL are what does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import typer.main

from reasonscape.cli.app import app
from tests.cli.offline import COMMANDS
from tests.conftest import ROOT


def test_no_command_opens_a_socket(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.offline"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=True,
    )
    found = json.loads(done.stdout)
    assert {line: code for line, code in found["codes"].items() if code} == {}, found["said"]
    assert found["asked"] == []
    # The watch sees what it looks for: a log behind a URL is refused in one sentence.
    assert found["remotely"] and found["remote"] in (2, 4)
    assert found["said"].splitlines()[-1].startswith("error: ")
    assert "Traceback" not in found["said"]


def test_every_command_is_among_them() -> None:
    commands = vars(typer.main.get_command(app))["commands"]
    names = set(commands) - {"store"} | {
        f"store {name}" for name in vars(commands["store"])["commands"]
    }
    words = {line.split()[0] for line in COMMANDS} | {
        " ".join(line.split()[:2]) for line in COMMANDS
    }
    # `store delete` asks for the id of an import, which the others cannot know beforehand.
    assert names - words == {"store delete"}
