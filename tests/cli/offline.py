"""Every command in one process that may open no internet socket: ``python -m tests.cli.offline``.

Run in an empty folder, with this checkout on ``PYTHONPATH``. Prints one JSON object: the exit code
of each command line, and the sockets that were asked for; those of a log behind a URL apart. An
audit hook cannot be taken off again, which is why this is a process of its own. It does not see
libraries in other languages than Python.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any, Final

from reasonscape.cli.app import run

REMOTE: Final = "import http://127.0.0.1:9/log.jsonl --dataset remote.json"
FORBIDDEN: Final = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg")
LOOKUPS: Final = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
LOG: Final = "log.jsonl"

COMMANDS: Final = (
    f"import {LOG} --dataset own.json",
    "plant --mechanism loops --out d.json --items 3",
    "plant --mechanism kinds --out k.json --items 2",
    "evals d.json",
    "tasks d.json",
    "surface d.json --figures 1 --output-dir out/surface",
    "fft d.json --figures 0 --output-dir out/fft",
    "compression d.json --figures 0 --output-dir out/compression",
    "hazard d.json --figures 0 --output-dir out/hazard",
    "failures k.json --figures 0 --output-dir out/failures",
    "traces k.json --analysis phrases --figures 0 --output-dir out/traces",
    "diagnose d.json --figures 0 --output-dir out/diagnose",
    "triage d.json --output-dir out/triage",
    "compare d.json --figures 0 --output-dir out/compare",
    "export d.json --to rows.parquet",
    "export own.json --to eee",
    "schema",
    "store info d.json",
    "store verify d.json",
    "store refresh own.json --force",
    "store compact own.json",
    "store imports own.json",
    "mcp d.json",
)


def watch(sockets: list[str]) -> None:
    """Refuse every socket of the internet and every look-up of a name, and note who asked."""

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if event == "socket.__new__":
            asked = given[1] in (socket.AF_INET, socket.AF_INET6)
        elif event in FORBIDDEN:
            asked = not isinstance(given[1], (str, bytes))  # a path is a local socket
        else:
            asked = event in LOOKUPS
        if asked:
            sockets.append(f"{event}{given[1:]}")
            raise PermissionError(f"no network here: {event}")

    sys.addaudithook(hook)


def main() -> None:
    """Run all; print the exit codes and what was asked of the network."""
    row = {"model": "m", "base_task": "t", "params": {"n": 1}}
    rows = [{**row, "item_id": str(i), "correct": i % 3 > 0} for i in range(48)]
    Path(LOG).write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    sockets: list[str] = []
    watch(sockets)
    codes: dict[str, int] = {}
    said, printed = io.StringIO(), io.TextIOWrapper(io.BytesIO())
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
        for line in COMMANDS:
            codes[line] = run(line.split())
        asked = list(sockets)
        remote = run(REMOTE.split())
    found = {"codes": codes, "asked": asked, "remote": remote, "remotely": sockets[len(asked) :]}
    os.write(1, json.dumps({**found, "said": said.getvalue()}).encode())


if __name__ == "__main__":
    main()
