"""What ``load.py`` measures: whole processes of the command line, one at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
ONE_PAIR: Final = json.dumps({"model": "model-0", "base_task": "task-01"})

COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "evals, first": ("evals", "{}"),
    "evals": ("evals", "{}"),
    "info": ("store", "info", "{}"),
    "triage": ("triage", "{}"),
    "surface": ("surface", "{}"),
    "hazard": ("hazard", "{}"),
    "compression": ("compression", "{}"),
    "compare": ("compare", "{}", "model-0", "model-1"),
    "verify": ("store", "verify", "{}"),
    "surface, one pair": ("surface", "{}", "--filters", ONE_PAIR),
    "hazard, one pair": ("hazard", "{}", "--filters", ONE_PAIR),
    "compression, one pair": ("compression", "{}", "--filters", ONE_PAIR),
    "triage, one pair": ("triage", "{}", "--filters", ONE_PAIR),
}
"""Name of a figure -> words of the command; ``{}`` stands for the dataset.

None asks for a folder or a picture: reading, measuring and judging are timed, not drawing.
"""


def ran(words: Sequence[str], limit: float) -> dict[str, Any]:
    """Run one process to its end, or to the limit of seconds; what it took of the machine.

    Memory is the most that the process, or one of those it started, has held. A process that is
    started by a larger one counts that one's memory as its own, so the caller has to be small.
    """
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, *words], stdout=said, stderr=errors, cwd=ROOT, process_group=0
        )
        late = _wait(child.pid, begun + limit)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        if child.returncode and not late:
            print(errors.read().decode(errors="replace")[-2000:], file=sys.stderr)
        said.seek(0)
        text = said.read().decode()
    return {
        "wall": time.perf_counter() - begun,
        "processor": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss * 1024,
        "exit": child.returncode,
        "late": late,
        "load": os.getloadavg()[0],
        "said": text,
    }


def _wait(process: int, until: float) -> bool:
    """Wait until the process has ended or its time is over; whether it had to be ended."""
    import signal

    while os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.perf_counter() > until:
            os.killpg(process, signal.SIGKILL)
            return True
        time.sleep(0.05)
    return False


def command(name: str, config: Path, limit: float) -> dict[str, Any]:
    """Run one of `COMMANDS` on a dataset; how much it printed instead of what."""
    words = [str(config) if word == "{}" else word for word in COMMANDS[name]]
    found = ran([str(ROOT / "analyze.py"), *words], limit)
    return {**found, "what": name, "said": len(found["said"])}
